"""What libraries warn of stands in the log too, as a line of ours: their own words may hold anything."""

from __future__ import annotations

import logging

from gateway.log import LogLine, log


class _Libraries(logging.Handler):
    """Tells that a library had something to say, and not what."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write a line."""
        kind = record.exc_info[0] if record.exc_info else None
        log(LogLine.LIBRARY, logger=record.name, level=record.levelname, error=kind.__name__ if kind else "")


def hear_libraries() -> None:
    """Let it stand there from now on."""
    logging.getLogger().addHandler(_Libraries(logging.WARNING))
