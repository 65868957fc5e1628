"""What another process takes: where a machine has other things to do, this is what can be compared."""

from __future__ import annotations

import os
import re
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_TICKS = os.sysconf("SC_CLK_TCK")
_USER, _SYSTEM = 11, 12
"""Where the times stand behind the process's name. Source: proc(5), /proc/pid/stat, fields 14 and 15."""


def processor_time(pid: int) -> float:
    """Return the seconds of processor time that a process has spent so far."""
    _, _, behind_name = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(") ")
    fields = behind_name.split()
    return (int(fields[_USER]) + int(fields[_SYSTEM])) / _TICKS


def memory(pid: int) -> float:
    """Return the resident megabytes of a process that runs."""
    found = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text("utf-8"))
    assert found, "the process has ended"
    return int(found[1]) / 1024


@contextmanager
def unlogged() -> Iterator[None]:
    """Leave out what this process logs, which goes past Python's standard error to the system's."""
    kept = os.dup(2)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(nowhere)
        os.close(kept)
