"""One worker of a name: another would take back what the first is sending, and send it again."""

from __future__ import annotations

import fcntl
import hashlib
from contextlib import contextmanager
from typing import TYPE_CHECKING

from gateway.errors import ConfigurationError
from gateway.store.postgres.names import held_name

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

    from gateway.settings import Settings


@contextmanager
def sole_worker(settings: Settings) -> Iterator[None]:
    """Hold the worker's name on its database for a while; the system lets go of it whatever becomes of the process.

    Raises:
        ConfigurationError: A worker of this name runs already.
    """
    with _held(settings) as is_sole:
        if not is_sole:
            raise ConfigurationError(
                f"A worker named {settings.worker} runs here already; name this one with SAMSYN_WORKER"
            )
        yield


def _held(settings: Settings) -> AbstractContextManager[bool]:
    if settings.postgres is not None:
        return held_name(settings.postgres.get_secret_value(), settings.worker)
    return _held_file(settings.database, settings.worker)


@contextmanager
def _held_file(database: Path, worker: str) -> Iterator[bool]:
    name = hashlib.sha256(worker.encode()).hexdigest()[:16]
    with database.with_name(f"{database.name}-worker-{name}").open("w") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
