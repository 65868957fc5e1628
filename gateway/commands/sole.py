"""One worker of a name: another would take back what the first is sending, and send it again."""

from __future__ import annotations

import fcntl
import hashlib
from contextlib import contextmanager
from typing import TYPE_CHECKING

from gateway.errors import ConfigurationError
from gateway.store.postgres.names import held_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

    from gateway.settings import Settings


@contextmanager
def sole_worker(settings: Settings) -> Iterator[Callable[[], None]]:
    """Hold the worker's name on its database for a while; the system lets go of it whatever becomes of the process.

    Returns:
        What the worker asks before it takes anything more: a server may have let go of the name in between. It raises
        as this does.

    Raises:
        ConfigurationError: A worker of this name runs already.
        StoreUnavailable: The server that knows cannot be reached.
    """
    with _held(settings) as is_held:

        def see_to_name() -> None:
            if not is_held():
                raise ConfigurationError(
                    f"A worker named {settings.worker} runs here already; name this one with SAMSYN_WORKER"
                )

        see_to_name()
        yield see_to_name


def _held(settings: Settings) -> AbstractContextManager[Callable[[], bool]]:
    if settings.postgres is not None:
        return held_name(settings.postgres.get_secret_value(), settings.worker)
    return _held_file(settings.database, settings.worker)


@contextmanager
def _held_file(database: Path, worker: str) -> Iterator[Callable[[], bool]]:
    name = hashlib.sha256(worker.encode()).hexdigest()[:16]
    with database.with_name(f"{database.name}-worker-{name}").open("w") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield lambda: False
        else:
            yield lambda: True
