"""Every line that may be logged; none names a person.

One JSON object a line on standard error: an event's name and typed fields. No free text, no bodies, no headers, no
values from a certificate: a reviewer of privacy reads this file and its callers' keyword names.
"""

from __future__ import annotations

import os
import threading
from datetime import UTC, datetime
from enum import StrEnum

import orjson

_LOCK = threading.Lock()

_STANDARD_ERROR = 2


class LogLine(StrEnum):
    """The lines."""

    STARTED = "started"  # part, address
    REQUEST = "request answered"  # method, route, status (0: the sender went away), milliseconds
    UNPLANNED = "unplanned error"  # route or delivery, error (its type)
    RECEIVED = "message received"  # message, type, bytes, held, warnings
    KNOWN_ALREADY = "message received before"  # type
    REVOKED = "revocation received"  # message, state, by_another (organisation, by its own word)
    REFUSED = "message refused"  # error (its type), problems (how many)
    CONSENT_KEPT = "consent kept"  # consent, version
    WORKER_STARTED = "worker started"  # worker, taken_back
    PLANNED_ANEW = "those who sleep planned anew"  # people (how many), at a start
    CERTIFICATE_ENDS = "own certificate ends"  # recipient (its name in the settings), days (less than 0: it has ended)
    DELIVERED = "delivery taken by recipient"  # delivery, kind, milliseconds
    POSTPONED = "delivery postponed"  # delivery, kind, outcome, reason
    NOT_PERMITTED = "delivery held"  # delivery, kind
    REDRIVEN = "wave of a redrive"  # operation, deliveries, failures
    NOT_RENEWED = "message not renewed"  # message, error (its type)
    OUTLIVED = "a new epoch has begun without this process"  # began_in, now: start it anew
    OUTGROWN = (
        "the tables are not those of this version"  # version, now (-1: moved to PostgreSQL): end it, start what fits
    )
    NOT_CLEARED = "something is left of what was in clear"  # error (what stood in the way): the next start tries again
    NOT_SIGNED = "log not signed"  # error (its type)
    NOT_COSIGNED = "checkpoint of another log not cosigned"  # status
    NOT_ANCHORED = "log not anchored"  # error (its type)
    STORE_UNAVAILABLE = "store unavailable"  # delivery
    NO_PERMIT = "no permit"  # what (the audit event): something tried to get out past the gate
    LIBRARY = "told by a library"  # logger, level, error (its type)
    STOPPED = "stopped"  # part


class _Lost:
    """What could not be written."""

    lines = 0


def lost_lines() -> int:
    """Return how many lines this process could not write, or not whole."""
    return _Lost.lines


def log(line: LogLine, **fields: str | float | bool) -> None:
    """Write one line; where it cannot be written (the disk is full, the reader gone), it is counted as lost."""
    entry = {"at": datetime.now(UTC).isoformat(timespec="milliseconds"), "event": line.value, **fields}
    text = orjson.dumps(entry, option=orjson.OPT_APPEND_NEWLINE)
    # Past Python's buffer: what it could not write it would keep, and fail over once more when the process ends.
    with _LOCK:
        try:
            is_whole = os.write(_STANDARD_ERROR, text) == len(text)
        except OSError:
            is_whole = False  # certificates still have to come through
        _Lost.lines += not is_whole
