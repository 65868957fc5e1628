"""How many certificates a second `samsyn serve` keeps for good, against how many one core could take through the steps.

    make bench

The accepts are what is answered with OK over HTTP (SQLite, synchronous=FULL), asked by a load from a second process.
The loop is how often one core reads, judges, maps and selects the same certificate, with no HTTP and no store around
it; it is measured in the same run, since machines differ.
"""

from __future__ import annotations

import multiprocessing
import os
import re
import socket
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from http.client import HTTPConnection
from pathlib import Path

from road import measured

from gateway.rules import HOME, load_rules
from gateway.sandbox.story import enveloped

SAMPLE = HOME / "mappings" / "certificates" / "lisjp" / "1" / "samples" / "full.xml"
CONNECTIONS, SECONDS = 16, 8.0
REGISTER = "/riv-ta/RegisterCertificate/3.0"


def main() -> None:
    """Measure, and print what was measured."""
    content = enveloped(SAMPLE.read_bytes())
    loop = 1 / sum(measured(content, load_rules()).steps)
    accepts = durable_accepts(content)
    print(f"loop, one core       {loop:8.0f} /s")
    print(f"durable accepts      {accepts:8.0f} /s   {100 * accepts / loop:5.0f} % of the loop  (aim: ≥ 30 %)")


def durable_accepts(content: bytes) -> float:
    """Return how many certificates a second `samsyn serve` answers with OK."""
    with tempfile.TemporaryDirectory() as folder, socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        taken.close()
        environment = {**os.environ, "SAMSYN_DATABASE": f"{folder}/bench.db", "SAMSYN_PORT": str(port)}
        environment.pop("SAMSYN_CONFIG", None)
        command = [sys.executable, "-m", "gateway", "serve"]
        with (
            Path(folder, "log").open("wb") as log,
            subprocess.Popen(command, env=environment, stderr=log) as server,
        ):
            wait_for(port)
            answered = multiprocessing.Value("i", 0)
            load = multiprocessing.Process(target=post_many, args=(port, content, answered))
            load.start()
            load.join()
            server.terminate()
        return answered.value / SECONDS


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
