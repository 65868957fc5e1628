"""What the road costs, as ratios in one run: the steps against their floor, and accepts against the steps.

    make bench

The floor is what nobody can do without: lxml parsing, the XSD's verdict, and orjson writing the same output. The loop
is how often one core reads, judges, maps and selects the same certificate, with no HTTP and no store around it. The
accepts are what `samsyn serve` keeps for good over HTTP (SQLite, synchronous=FULL), asked by a load from a second
process. Steps and floor are measured in processor time, turn and turn about; the best of many rounds counts, since
whatever else the machine does can only make one slower.
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
from datetime import UTC, datetime
from http.client import HTTPConnection
from pathlib import Path
from typing import TYPE_CHECKING

import orjson
from lxml import etree

from gateway.reading.namespaces import RESPONDER
from gateway.rules import HOME, load_rules
from gateway.sandbox.story import enveloped

if TYPE_CHECKING:
    from collections.abc import Callable

SAMPLE = HOME / "mappings" / "certificates" / "lisjp" / "1" / "samples" / "full.xml"
NOW = datetime(2026, 1, 15, 12, tzinfo=UTC)
ROUNDS, TIMES = 15, 60
CONNECTIONS, SECONDS = 16, 8.0
REGISTER = "/riv-ta/RegisterCertificate/3.0"


def main() -> None:
    """Measure, and print what was measured."""
    content = enveloped(SAMPLE.read_bytes())
    steps, floor, parts = measured(content)
    loop = 1 / steps
    print(f"certificate {len(content)} bytes, {len(parts)} sets in all variants, {sum(map(len, parts))} bytes out")
    print(f"floor                {1e6 * floor:8.0f} µs")
    print(f"steps                {1e6 * steps:8.0f} µs   {steps / floor:5.2f} × the floor   (aim: ≤ 3)")
    print(f"loop, one core       {loop:8.0f} /s")
    accepts = durable_accepts(content)
    print(f"durable accepts      {accepts:8.0f} /s   {100 * accepts / loop:5.0f} % of the loop  (aim: ≥ 30 %)")


def measured(content: bytes) -> tuple[float, float, list[bytes]]:
    """Return seconds for the steps and for the floor, turn and turn about, and the sets' bytes."""
    rules = load_rules()
    schema = etree.XMLSchema(etree.parse(str(HOME / "schemas" / "riv" / "register-certificate-3.xsd")))
    sets = [one.body for one in rules.select(rules.understand(rules.reader.read(content), NOW))]
    output = [orjson.loads(body) for body in sets]

    def steps() -> None:
        rules.select(rules.understand(rules.reader.read(content), NOW))

    def floor() -> None:
        root = etree.fromstring(content)
        schema.validate(root.find(f".//{{{RESPONDER}}}RegisterCertificate"))
        for bundle in output:
            orjson.dumps(bundle)

    times = [(seconds(steps), seconds(floor)) for _ in range(ROUNDS)]
    return min(one for one, _ in times), min(one for _, one in times), sets


def seconds(work: Callable[[], None]) -> float:
    """Return the time that a piece of work takes once, as the mean of many."""
    began = time.process_time()
    for _ in range(TIMES):
        work()
    return (time.process_time() - began) / TIMES


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
