"""How many certificates a second `samsyn serve` keeps for good, against how many one core could take through the steps.

    make bench

The accepts are what is answered with OK over HTTP (SQLite: synchronous=FULL; PostgreSQL: as it comes), asked by a load
from a second process. The loop is how often one core reads, judges, maps and selects the same certificate, with no HTTP
and no store around it. Each is measured some times, turn and turn about, and the best counts: whatever else the machine
does can only make one slower. Where it does much, rates say little, and the server's processor time says more.
"""

from __future__ import annotations

import multiprocessing
import os
import re
import socket
import subprocess
import tempfile
import threading
import time
import uuid
from http.client import HTTPConnection
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from benchmarks.altered import SLOW_FSYNC, UNSEALED, command
from benchmarks.processes import processor_time
from benchmarks.road import measured
from benchmarks.stores import each_database
from gateway.rules import HOME, load_rules
from gateway.sandbox.story import enveloped

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.stores import Kept

SAMPLE = HOME / "mappings" / "certificates" / "lisjp" / "1" / "samples" / "full.xml"
CONNECTIONS, SECONDS, ROUNDS = 16, 5.0, 3
REGISTER = "/riv-ta/RegisterCertificate/3.0"


class Accepted(NamedTuple):
    """What `samsyn serve` has answered with OK."""

    rate: float
    """A second."""
    processor: float
    """Seconds of its processor time for each."""


def main() -> None:
    """Measure, and print what was measured."""
    content = enveloped(SAMPLE.read_bytes())
    steps = sum(measured(content, load_rules()).steps)
    print(f"loop, one core        {1 / steps:6.0f} /s   processor {1e3 * steps:5.2f} ms each")
    with each_database() as databases:
        for database in databases:
            as_it_is, unsealed, slow = best_of_each(content, database, ("", UNSEALED, SLOW_FSYNC))
            print(database.name)
            print(
                f"  durable accepts     {told(as_it_is)}   {100 * steps * as_it_is.rate:3.0f} % of the loop, "
                f"by processor {100 * steps / as_it_is.processor:3.0f} % (aim: ≥ 35 %)"
            )
            sealing = 1 - unsealed.processor / as_it_is.processor
            print(f"  nothing sealed      {told(unsealed)}   sealing takes {100 * sealing:3.0f} %")
            print(
                f"  fsync 2 ms slower   {told(slow)}   {100 * slow.rate / as_it_is.rate:3.0f} % of that (aim: ≥ 60 %)"
            )


def told(accepted: Accepted) -> str:
    """Return figures as they are printed."""
    return f"{accepted.rate:6.0f} /s   processor {1e3 * accepted.processor:5.2f} ms each"


def best_of_each(content: bytes, empty: Kept, alterations: Sequence[str]) -> list[Accepted]:
    """Return the highest rate, and the least processor time, that each alteration came to."""
    rounds = [[accepts(content, empty, altered) for altered in alterations] for _ in range(ROUNDS)]
    return [
        Accepted(max(one.rate for one in each), min(one.processor for one in each))
        for each in zip(*rounds, strict=True)
    ]


def accepts(content: bytes, empty: Kept, altered: str) -> Accepted:
    """Return how many certificates `samsyn serve` answers with OK, and what each costs it."""
    database = empty.copied()
    with tempfile.TemporaryDirectory() as folder, socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        taken.close()
        settings = {**database.settings, "port": str(port)}
        environment = {**os.environ, **{f"SAMSYN_{name.upper()}": value for name, value in settings.items()}}
        environment.pop("SAMSYN_CONFIG", None)
        with (
            Path(folder, "log").open("wb") as log,
            subprocess.Popen(command(altered, "serve"), env=environment, stderr=log, cwd=HOME) as server,
        ):
            wait_for(port)
            before = processor_time(server.pid)
            answered = multiprocessing.Value("i", 0)
            load = multiprocessing.Process(target=post_many, args=(port, content, answered))
            load.start()
            load.join()
            spent = processor_time(server.pid) - before
            server.terminate()
    database.drop()
    return Accepted(answered.value / SECONDS, spent / answered.value)


def wait_for(port: int) -> None:
    """Wait until somebody listens."""
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except ConnectionRefusedError:
            time.sleep(0.05)
        else:
            return
    raise SystemExit("The server does not start")


def post_many(port: int, content: bytes, answered: object) -> None:
    """Post certificates, each with an id of its own, over a few connections at once, for SECONDS."""
    before, after = re.split(rb"(?<=<t:extension>)[0-9a-f-]{36}", content, maxsplit=1)
    counts = [0] * CONNECTIONS
    end = time.monotonic() + SECONDS

    def post(n: int) -> None:
        connection = HTTPConnection("127.0.0.1", port)
        while time.monotonic() < end:
            body = before + str(uuid.uuid4()).encode() + after
            connection.request("POST", REGISTER, body, {"Content-Type": "text/xml"})
            assert b">OK<" in connection.getresponse().read()
            counts[n] += 1

    threads = [threading.Thread(target=post, args=[n]) for n in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    answered.value = sum(counts)  # type: ignore[attr-defined]


if __name__ == "__main__":
    main()
