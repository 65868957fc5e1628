"""`samsyn` with something left out or made slow, to see what it costs: `python -m benchmarks.altered WHAT COMMAND`."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Any

from gateway.__main__ import samsyn
from gateway.store.postgres.connection import PostgresEngine
from gateway.store.sqlite.connection import SqliteEngine
from gateway.vault import data_keys

if TYPE_CHECKING:
    from collections.abc import Callable

    from gateway.store.sql.database import Link

UNSEALED, SLOW_FSYNC = "unsealed", "slow-fsync"

_LONGER = 28
"""Bytes that a nonce and a tag take."""

_FSYNC = 0.002
"""Seconds that a slow disk takes."""


def unseal() -> None:
    """Keep what is to be sealed as it is, and as long as it would be; keys are looked up all the same."""
    data_keys.encrypted = lambda _cipher, plain, _bound_to: bytes(_LONGER) + plain
    data_keys.decrypted = lambda _cipher, sealed, _bound_to: sealed[_LONGER:]


def slow_down() -> None:
    """Let each commit take as much longer as a slow disk would, with the lock on the database held."""
    for engine in (SqliteEngine, PostgresEngine):
        engine.connect = _slowed(engine.connect)  # type: ignore[method-assign]


class _Slow:
    def __init__(self, link: Link) -> None:
        self._link = link

    def execute(self, sql: str, *parameters: Any) -> Any:  # noqa: ANN401 - whatever the connection takes and gives
        if sql == "COMMIT":
            time.sleep(_FSYNC)
        return self._link.execute(sql, *parameters)

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - likewise
        return getattr(self._link, name)


def _slowed(connect: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda engine: _Slow(connect(engine))


ALTERATIONS = {UNSEALED: unseal, SLOW_FSYNC: slow_down}


def command(altered: str, name: str) -> list[str]:
    """Return how `samsyn NAME` is begun, altered or (where nothing is named) as it is."""
    program = ["benchmarks.altered", altered] if altered else ["gateway"]
    return [sys.executable, "-m", *program, name]


if __name__ == "__main__":
    ALTERATIONS[sys.argv.pop(1)]()
    samsyn()
