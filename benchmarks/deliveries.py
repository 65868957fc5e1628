"""How many deliveries a second one `samsyn worker` makes, and what the others lose by a recipient that is down.

    make bench

Three recipients in another process on this machine take every Bundle; SQLite keeps it all (synchronous=FULL). What is
told is counted in the store afterwards: deliveries that ended well, from the first that began to the last that ended,
how long the slowest of a hundred took, and the processor time that the worker spent on each. Where the machine has
other things to do, only the last says much.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import re
import resource
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import redirect_stderr
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import NamedTuple

import orjson

from gateway.app import open_gateway
from gateway.consent import read_consent
from gateway.consenting import give_consent
from gateway.documents import Envelope
from gateway.exchange import receive
from gateway.identity import PersonIdentity
from gateway.rules import HOME
from gateway.sandbox.story import enveloped
from gateway.settings import Settings

PEOPLE, LONGEST = 400, 60.0
"""How many have a certificate that is sent to three, and how many seconds that may take."""
SAMPLE = HOME / "mappings" / "certificates" / "lisjp" / "2" / "samples" / "full.xml"
RECIPIENTS = {
    "forsakringskassan": ("2021005521", "sjukskrivningsunderlag"),
    "employer": ("5561234567", "arbetsgivaruppgift-bas"),
    "municipality": ("2120009994", "kommununderlag"),
}
"""Kind → organisation, and the set that it is sent."""
DOWN = "municipality"
ANSWER = b'{"resourceType":"OperationOutcome","id":"case-1","issue":[{"severity":"information","code":"success"}]}'


class Measured(NamedTuple):
    """What the other recipients got while one was as it was."""

    rate: float
    """Deliveries a second, to those who are up."""
    slowest: float
    """Seconds that the slowest of a hundred took, from its decision to its outcome."""
    processor: float
    """Seconds of the worker's processor time for each, beside what its start takes."""

    def __str__(self) -> str:
        return f"{self.rate:5.0f} /s   p99 {1e3 * self.slowest:5.0f} ms   processor {1e3 * self.processor:4.1f} ms each"


def main() -> None:
    """Measure, and print what was measured."""
    with tempfile.TemporaryDirectory() as folder:
        ports = multiprocessing.Queue()  # type: ignore[var-annotated]
        recipients = multiprocessing.Process(target=answer_for_ever, args=[ports], daemon=True)
        recipients.start()
        up, silent = ports.get()
        full = Path(folder, "full.db")
        with redirect_stderr(StringIO()):
            fill(full, up)
        everyone = dict.fromkeys(RECIPIENTS, up)
        print("three recipients             ", measured(full, everyone), "  (aim: ≥ 600 /s)")
        pair = measured(full, everyone, without=DOWN)
        print("two of them                  ", pair)
        for what, port in (("is dead", nobody()), ("says nothing", silent)):
            others = measured(full, {**everyone, DOWN: port})
            lost = 100 * (1 - others.rate / pair.rate)
            print(f"two, where a third {what:10}", others, f"  {lost:.0f} % less (aim: < 10 %)")
        recipients.terminate()


def settings_of(database: Path, ports: dict[str, int]) -> dict[str, object]:
    """Return the settings of a gateway whose recipients listen on these ports."""
    return {
        "database": str(database),
        "recipients": [
            {
                "name": kind,
                "kind": kind,
                "organisation": organisation,
                "endpoint": f"http://127.0.0.1:{ports[kind]}/",
            }
            for kind, (organisation, _) in RECIPIENTS.items()
        ],
        "private_endpoints": [f"127.0.0.1:{port}" for port in sorted(set(ports.values()))],
    }


def fill(database: Path, port: int) -> None:
    """Keep a certificate of each of many people who do not exist, who consent to share it with all three."""
    gateway = open_gateway(Settings(**settings_of(database, dict.fromkeys(RECIPIENTS, port))))  # type: ignore[arg-type]
    certificate = SAMPLE.read_text("utf-8")
    consents = [
        (HOME / "mappings" / "information_sets" / name / "samples" / "consent.json").read_bytes()
        for _, name in RECIPIENTS.values()
    ]
    for n in range(PEOPLE):
        person = nobodys(n)
        text = re.sub(r"\d{12}(?=</t:extension>)", person, certificate, count=1)
        text = re.sub(r"(?<=<t:extension>)[0-9a-f-]{36}", f"00000000-0000-4000-8000-{n:012}", text, count=1)
        receive(Envelope(enveloped(text.encode()), "SE2321000016-SENDER", datetime.now(UTC)), gateway)
        for consent in consents:
            resource = orjson.loads(consent)
            resource["patient"]["identifier"]["value"] = person
            give_consent(read_consent(orjson.dumps(resource)), gateway)
    gateway.store.close()


def nobodys(n: int) -> str:
    """Return a number with a wrong check digit: nobody has it."""
    digits = f"1900{1 + n // 28 % 12:02}{1 + n % 28:02}{n // 336:03}"
    return next(digits + last for last in "0123456789" if not PersonIdentity(digits + last).has_check_digit)


def measured(full: Path, ports: dict[str, int], without: str = "") -> Measured:
    """Return what a worker delivers of a copy of what is kept, until all that can be delivered has been."""
    up = [kind for kind, port in ports.items() if port == ports["employer"] and kind != without]
    start, _ = worked(full, ports, "kind <> ''", 0)
    spent, found = worked(full, ports, f"kind = '{without}'", PEOPLE * len(up))
    seconds = (max(ended for _, ended in found) - min(began for began, _ in found)) / 1e6
    times = sorted(ended - began for began, ended in found)
    return Measured(len(found) / seconds, times[int(0.99 * len(times))] / 1e6, (spent - start) / len(found))


def worked(full: Path, ports: dict[str, int], without: str, so_many: int) -> tuple[float, list[tuple[int, int]]]:
    """Run a worker on a copy of what is kept, with nothing due of some, until it has delivered so many.

    Returns:
        The seconds of processor time that it spent, and when each attempt that ended well began and ended.
    """
    database, log = full.with_name("copy.db"), full.with_name("log")
    shutil.copy(full, database)
    shutil.copy(f"{full}.vault-key", f"{database}.vault-key")
    with sqlite3.connect(database) as db:
        db.execute(f"UPDATE delivery SET due_at = NULL WHERE {without}")  # noqa: S608 - our own words
    environment = {**os.environ, "SAMSYN_CONFIG": str(full.with_name("samsyn.toml"))}
    text = "\n".join(f"{name} = {orjson.dumps(value).decode()}" for name, value in settings_of(database, ports).items())
    Path(environment["SAMSYN_CONFIG"]).write_text(re.sub(r'"(\w+)":', r"\1 = ", text), "utf-8")
    before, end = processor_time(), time.monotonic() + LONGEST
    with (
        log.open("wb") as told,
        subprocess.Popen([sys.executable, "-m", "gateway", "worker"], env=environment, stderr=told) as worker,
    ):
        while time.monotonic() < end and (not log.stat().st_size or len(delivered(database)) < so_many):
            time.sleep(0.2)
        worker.terminate()
    found = delivered(database)
    for file in full.parent.glob("copy.db*"):
        file.unlink()
    return processor_time() - before, found


def processor_time() -> float:
    """Return the seconds that the processes which we began, and which have ended, have spent."""
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    return spent.ru_utime + spent.ru_stime


def delivered(database: Path) -> list[tuple[int, int]]:
    """Return when each attempt that ended well began and ended, in microseconds."""
    with sqlite3.connect(database) as db:
        return db.execute("SELECT started_at, ended_at FROM attempt WHERE outcome = 'DELIVERED'").fetchall()


def nobody() -> int:
    """Return a port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


def answer_for_ever(ports: multiprocessing.Queue) -> None:  # type: ignore[type-arg]
    """Take what comes on one port, and say nothing on another."""

    async def serve() -> None:
        loop = asyncio.get_running_loop()
        servers = [await loop.create_server(kind, "127.0.0.1", 0) for kind in (Recipient, asyncio.Protocol)]
        ports.put([server.sockets[0].getsockname()[1] for server in servers])
        await asyncio.gather(*(server.serve_forever() for server in servers))

    asyncio.run(serve())


class Recipient(asyncio.Protocol):
    """Says yes to every request, and knows no more of HTTP than that takes."""

    def __init__(self) -> None:
        self._read = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep what answers go out by."""
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Answer each request that is whole."""
        self._read += data
        while (head := self._read.find(b"\r\n\r\n")) >= 0:
            length = int(re.search(rb"(?i)content-length: *(\d+)", self._read[:head])[1])  # type: ignore[index]
            if len(self._read) < head + 4 + length:
                return
            self._read = self._read[head + 4 + length :]
            self._transport.write(b"HTTP/1.1 201 -\r\nContent-Length: %d\r\n\r\n%b" % (len(ANSWER), ANSWER))  # type: ignore[attr-defined]


if __name__ == "__main__":
    main()
