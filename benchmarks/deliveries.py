"""How many deliveries a second `samsyn worker` makes, and what the others lose by a recipient that is down.

    make bench

Three recipients in another process on this machine take every Bundle; the store keeps it all (SQLite: synchronous=FULL;
PostgreSQL: as it comes). Workers are up, and have planned anew whoever sleeps, before anything is due. What is told is
counted in the store afterwards: deliveries that ended well, from the first that began to the last that ended, how long
the slowest of a hundred took, and the processor time that the workers spent on each. Each is measured some times, turn
and turn about, and the best counts. Where the machine has other things to do, and where the workers, the recipients and
the server share two cores, rates say little beyond how they compare, and processor time says more.
"""

from __future__ import annotations

import multiprocessing
import os
import re
import subprocess
import tempfile
import time
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import orjson

from benchmarks.altered import UNSEALED, command, unseal
from benchmarks.processes import processor_time, unlogged
from benchmarks.recipients import recipients
from benchmarks.stores import each_database
from gateway.app import open_gateway
from gateway.consent import read_consent
from gateway.consenting import give_consent
from gateway.documents import Envelope
from gateway.exchange import receive
from gateway.identity import PersonIdentity
from gateway.log import LogLine
from gateway.rules import HOME, load_rules
from gateway.sandbox.story import enveloped
from gateway.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from benchmarks.recipients import Ports
    from benchmarks.stores import Kept

PEOPLE, LONGEST, ROUNDS = 400, 120.0, 3
"""How many have a certificate that is sent to three, how many seconds that may take, and how often it is measured."""
SAMPLE = HOME / "mappings" / "certificates" / "lisjp" / "2" / "samples" / "full.xml"
RECIPIENTS = {
    "forsakringskassan": ("2021005521", "sjukskrivningsunderlag"),
    "employer": ("5561234567", "arbetsgivaruppgift-bas"),
    "municipality": ("2120009994", "kommununderlag"),
}
"""Kind → organisation, and the set that it is sent."""
DOWN = "municipality"


class Case(NamedTuple):
    """How it is measured."""

    kinds: int = 3
    """To how many of the recipients something is due."""
    workers: int = 1
    down: int = 0
    """The port at which one of the three is not up; 0 where it is."""
    altered: str = ""


class Measured(NamedTuple):
    """What those who are up got."""

    rate: float
    """Deliveries a second."""
    slowest: float
    """Seconds that the slowest of a hundred took, from its decision to its outcome."""
    processor: float
    """Seconds of the workers' processor time for each."""

    def __str__(self) -> str:
        return f"{self.rate:5.0f} /s   p99 {1e3 * self.slowest:5.0f} ms   processor {1e3 * self.processor:4.2f} ms each"


def main() -> None:
    """Measure, and print what was measured."""
    with recipients() as ports, each_database() as databases:
        for database in databases:
            print(database.name)
            unsealed = database.copied()
            for empty, is_sealed in ((database, True), (unsealed, False)):
                filling = multiprocessing.Process(target=fill, args=(empty.settings, ports, is_sealed))
                filling.start()
                filling.join()
            measure(database, unsealed, ports)


def measure(full: Kept, unsealed: Kept, ports: Ports) -> None:
    """Measure on one kind of database, and print what was measured."""
    one, two, pair = Case(), Case(workers=2), Case(kinds=2)
    dead, silent = Case(down=ports.dead), Case(down=ports.silent)
    bare = Case(altered=UNSEALED)
    best = best_of_each(full, unsealed, ports, (one, two, bare, pair, dead, silent))
    print(f"  three recipients, one worker  {best[one]}  (aim: ≥ 600 /s)")
    print(f"  two workers                   {best[two]}  {best[two].rate / best[one].rate:4.2f} × one")
    sealing = 1 - best[bare].processor / best[one].processor
    print(f"  nothing sealed                {best[bare]}  sealing takes {100 * sealing:2.0f} %")
    print(f"  two recipients                {best[pair]}")
    for what, case in (("is dead", dead), ("says nothing", silent)):
        lost = 100 * (1 - best[case].rate / best[pair].rate)
        more = 100 * (best[case].processor / best[pair].processor - 1)
        print(
            f"  two, a third {what:12}     {best[case]}  {lost:.0f} % less (aim: < 10 %), {more:.0f} % more processor"
        )


def best_of_each(full: Kept, unsealed: Kept, ports: Ports, cases: Sequence[Case]) -> dict[Case, Measured]:
    """Return the best that each case came to: the highest rate, and the least of the others."""
    rounds = [[measured(unsealed if one.altered else full, ports, one) for one in cases] for _ in range(ROUNDS)]
    return {
        case: Measured(
            max(one.rate for one in found), min(one.slowest for one in found), min(one.processor for one in found)
        )
        for case, found in zip(cases, zip(*rounds, strict=True), strict=True)
    }


def settings_of(database: dict[str, str], ports: Ports) -> dict[str, object]:
    """Return the settings of a gateway whose recipients are up."""
    return {
        **database,
        "recipients": [
            {"name": kind, "kind": kind, "organisation": organisation, "endpoint": f"http://127.0.0.1:{ports.up}/"}
            for kind, (organisation, _) in RECIPIENTS.items()
        ],
        "private_endpoints": [f"127.0.0.1:{port}" for port in ports],
    }


def fill(database: dict[str, str], ports: Ports, is_sealed: bool) -> None:  # noqa: FBT001 - what a process is begun with
    """Keep a certificate of each of many people who do not exist, who consent to share it with all three."""
    if not is_sealed:
        unseal()
    gateway = open_gateway(Settings(**settings_of(database, ports)), rules=load_rules())  # type: ignore[arg-type]
    certificate = SAMPLE.read_text("utf-8")
    consents = [
        (HOME / "mappings" / "information_sets" / name / "samples" / "consent.json").read_bytes()
        for _, name in RECIPIENTS.values()
    ]
    with unlogged():
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


def measured(full: Kept, ports: Ports, case: Case) -> Measured:
    """Return what workers deliver of a copy of what is kept, until all that can be delivered has been."""
    database = full.copied()
    database.run("UPDATE delivery SET due_at = NULL WHERE due_at IS NOT NULL")
    if case.down:
        _move(database, case.down)
    with tempfile.TemporaryDirectory() as folder:
        spent = worked(database, ports, case, Path(folder))
    found = database.run("SELECT started_at, ended_at FROM attempt WHERE outcome = 'DELIVERED'")
    database.drop()
    if not found:
        raise RuntimeError(f"Nothing was delivered within {LONGEST:.0f} s")
    seconds = (max(ended for _, ended in found) - min(began for began, _ in found)) / 1e6
    times = sorted(ended - began for began, ended in found)
    return Measured(len(found) / seconds, times[int(0.99 * len(times))] / 1e6, spent / len(found))


def _move(database: Kept, port: int) -> None:
    """Let one recipient be reached elsewhere, as two persons have approved."""
    organisation, url = RECIPIENTS[DOWN][0], f"http://127.0.0.1:{port}/"
    database.run(f"UPDATE endpoint SET url = '{url}' WHERE organisation = '{organisation}'")  # noqa: S608 - our own


def worked(database: Kept, ports: Ports, case: Case, folder: Path) -> float:
    """Run workers until they have delivered all that can be; return the seconds of processor time that took them."""
    config = folder / "samsyn.toml"
    settings = settings_of(database.settings, ports)
    text = "\n".join(f"{name} = {orjson.dumps(value).decode()}" for name, value in settings.items())
    config.write_text(re.sub(r'"(\w+)":', r"\1 = ", text), "utf-8")
    names = [f"worker-{n}" for n in range(case.workers)]
    kinds = [kind for kind in RECIPIENTS if case.kinds == len(RECIPIENTS) or kind != DOWN]
    so_many = PEOPLE * (len(kinds) - bool(case.down))
    with ExitStack() as ends:
        logs = [ends.enter_context((folder / name).open("wb")) for name in names]
        workers = [
            ends.enter_context(
                subprocess.Popen(
                    command(case.altered, "worker"),
                    env={**os.environ, "SAMSYN_CONFIG": str(config), "SAMSYN_WORKER": name},
                    stderr=log,
                    cwd=HOME,
                )
            )
            for name, log in zip(names, logs, strict=True)
        ]
        wait_until(lambda: all(LogLine.PLANNED_ANEW in (folder / name).read_text("utf-8") for name in names))
        before = sum(processor_time(worker.pid) for worker in workers)
        due, which = time.time_ns() // 1000, ", ".join(map(repr, kinds))
        database.run(f"UPDATE delivery SET due_at = {due} WHERE state = 'READY' AND kind IN ({which})")  # noqa: S608
        wait_until(lambda: delivered(database) >= so_many)
        spent = sum(processor_time(worker.pid) for worker in workers) - before
        for worker in workers:
            worker.terminate()
    return spent


def delivered(database: Kept) -> int:
    """Return how many deliveries have ended well."""
    [(so_many,)] = database.run("SELECT COUNT(*) FROM attempt WHERE outcome = 'DELIVERED'")
    return int(so_many)


def wait_until(is_so: Callable[[], bool]) -> None:
    """Wait until it is so; what takes too long is measured as it is then."""
    end = time.monotonic() + LONGEST
    while time.monotonic() < end and not is_so():
        time.sleep(0.2)


if __name__ == "__main__":
    main()
