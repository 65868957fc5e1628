"""One worker of a name: another would take back what the first is sending, and send it again."""

from __future__ import annotations

import fcntl
import hashlib
from contextlib import contextmanager
from typing import TYPE_CHECKING

from gateway.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gateway.settings import Settings


@contextmanager
def sole_worker(settings: Settings) -> Iterator[None]:
    """Hold the worker's name on its database for a while; the system lets go of it whatever becomes of the process.

    Raises:
        ConfigurationError: A worker of this name runs already.
    """
    name = hashlib.sha256(settings.worker.encode()).hexdigest()[:16]
    database = settings.database
    with database.with_name(f"{database.name}-worker-{name}").open("w") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ConfigurationError(
                f"A worker named {settings.worker} runs here already; name this one with SAMSYN_WORKER"
            ) from None
        yield
