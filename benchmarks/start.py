"""How long the program takes to start with every certificate type, and how much memory a worker takes.

    make bench

Start-up is a new process from its first instruction until every rule is compiled; the worker is a real one, looked at
when it has been up for a few seconds.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.processes import memory

ROUNDS = 7
UP = 4.0
"""Seconds that a worker has been up when its memory is read."""


def main() -> None:
    """Measure, and print what was measured."""
    took = sorted(start_up() for _ in range(ROUNDS))
    print(f"start-up, every type compiled   {took[ROUNDS // 2]:6.2f} s   (aim: < 1.5)")
    print(f"memory of a worker              {memory_of_a_worker():6.0f} MB  (aim: < 150)")


def start_up() -> float:
    """Return the seconds that a new process takes to have all rules."""
    began = time.monotonic()
    subprocess.run([sys.executable, "-c", "from gateway.rules import load_rules; load_rules()"], check=True)
    return time.monotonic() - began


def memory_of_a_worker() -> float:
    """Return the resident megabytes of a worker."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "SAMSYN_DATABASE": f"{folder}/bench.db"}
        environment.pop("SAMSYN_CONFIG", None)
        command = [sys.executable, "-m", "gateway", "worker"]
        with (
            Path(folder, "log").open("wb") as log,
            subprocess.Popen(command, env=environment, stdout=log, stderr=log) as worker,
        ):
            time.sleep(UP)
            megabytes = memory(worker.pid)
            worker.terminate()
    return megabytes


if __name__ == "__main__":
    main()
