"""A clock that nobody sets."""

from __future__ import annotations

import time


def since_boot() -> float:
    """Return the seconds since the machine was started, those that it slept included where the system tells them."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))
