"""What a full store costs: the same work, the start and the memory with ten times as much kept.

    make bench, or python -m benchmarks.growth 1000000

What is kept goes in by the store's own write, many certificates in each transaction: a set that was delivered and one
that waits for a consent, of each. Then as many as MEASURED are accepted, and as many delivered, one in each
transaction as on a quiet day. Processor time is this process's; of PostgreSQL the time that passes counts too, since
the server is another. The worker is a real one, and ready when it says so; then everything that waits falls due, a
worker is begun anew, and the first of it taken up.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
import uuid
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from benchmarks.altered import command
from benchmarks.deliveries import RECIPIENTS, SAMPLE, nobodys, wait_until
from benchmarks.processes import memory
from benchmarks.stores import each_database
from gateway.database import open_store
from gateway.decisions import Decision
from gateway.deliveries import Delivered, Delivery, DeliveryState
from gateway.documents import Envelope, Message, Receipt
from gateway.identity import (
    CertificateId,
    DeliveryId,
    MessageId,
    OrganisationNumber,
    PersonIdentity,
    RecipientKind,
)
from gateway.reading import same_content
from gateway.rules import HOME, load_rules
from gateway.sandbox.story import enveloped
from gateway.settings import Settings
from gateway.store.sql import keeping
from gateway.store.sql.store import SqlStore

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.stores import Kept
    from gateway.documents import InformationSet

SIZES = (10_000, 100_000)
AT_ONCE, MEASURED = 500, 300
"""How many certificates one transaction keeps, and on how many the cost of one is measured."""
EACH_HAS = 3
"""How many certificates are about the same person."""
DELIVERED, HELD = "forsakringskassan", "employer"
LEASE = timedelta(minutes=1)


class Cost(NamedTuple):
    """What one certificate takes, in seconds."""

    processor: float
    passed: float

    def __str__(self) -> str:
        return f"{1e3 * self.processor:5.2f} ms processor, {1e3 * self.passed:5.2f} ms in all"


class Certificates:
    """Certificates of people who do not exist; no two are alike."""

    def __init__(self) -> None:
        rules = load_rules()
        self._envelope = Envelope(enveloped(SAMPLE.read_bytes()), "SE2321000016-SENDER", datetime.now(UTC))
        source = rules.reader.read(self._envelope.content)
        self._document = rules.understand(source, self._envelope.received_at)
        names = [RECIPIENTS[kind][1] for kind in (DELIVERED, HELD)]
        self._sets = [one for one in rules.select(self._document) if one.name in names]
        self._made = 0

    def one(self) -> tuple[Message, list[InformationSet]]:
        """Return the next, with its sets."""
        person, number = PersonIdentity(nobodys(self._made // EACH_HAS)), uuid.UUID(int=self._made)
        self._made += 1
        certificate = CertificateId(self._document.certificate.root, str(number))
        message = Message(
            id=MessageId(str(uuid.uuid4())),
            certificate=certificate,
            kind=self._document.kind,
            person=person,
            envelope=replace(self._envelope, received_at=datetime.now(UTC)),
            signature=self._document.signature,
            problems=(),
            notes=(),
            relations=(),
        )
        sets = [replace(one, id=str(uuid.uuid4()), person=person, certificate=certificate) for one in self._sets]
        return message, sets


def main() -> None:
    """Measure, and print what was measured."""
    sizes = [int(size) for size in sys.argv[1:]] or SIZES
    with each_database() as databases:
        for database in databases:
            print(database.name)
            certificates, kept, before = Certificates(), 0, None
            for size in sizes:
                fill(database, certificates, size - kept)
                kept = size
                cost = cost_of_one(database, certificates)
                ready, megabytes = worker(database)
                more = (
                    "" if before is None else f"   {100 * (cost.processor / before.processor - 1):.0f} % more processor"
                )
                print(f"  {size:9} kept   one more: {cost}{more}")
                print(f"                   a worker is ready after {ready:5.1f} s, and takes {megabytes:4.0f} MB")
                pending, taken_up = first_taken_up(database)
                print(f"                   of {pending} that are due, the first is taken up after {taken_up:5.1f} s")
                before = cost


def opened(database: Kept) -> SqlStore:
    """Return the store in a database."""
    store = open_store(Settings(**database.settings))  # type: ignore[arg-type]
    assert isinstance(store, SqlStore)
    return store


def fill(database: Kept, certificates: Certificates, so_many: int) -> None:
    """Keep so many more."""
    store = opened(database)
    for start in range(0, so_many, AT_ONCE):
        some = [certificates.one() for _ in range(min(AT_ONCE, so_many - start))]
        store._writer.write(  # noqa: SLF001 - the one writer there is
            lambda db, some=some: [
                keeping.accept(db, message, sets, lambda *_, message=message: planned(message), same_content)
                for message, sets in some
            ]
        )
    store.close()


def planned(message: Message, first: DeliveryState = DeliveryState.DELIVERED) -> Iterator[Delivery]:
    """Yield a delivery that stands as is said, and one that waits for a consent."""
    for kind, state in ((DELIVERED, first), (HELD, DeliveryState.HELD_CONSENT)):
        organisation, set_name = RECIPIENTS[kind]
        is_held = state is DeliveryState.HELD_CONSENT
        yield Delivery(
            id=DeliveryId(str(uuid.uuid4())),
            message=message.id,
            certificate=message.certificate,
            person=message.person,
            set_name=set_name,
            kind=RecipientKind(kind),
            organisation=None if is_held else OrganisationNumber(organisation),
            state=state,
            reason="no-active-consent" if is_held else "",
            due_at=message.envelope.received_at if state is DeliveryState.READY else None,
        )


def cost_of_one(database: Kept, certificates: Certificates) -> Cost:
    """Return what it takes to accept one more and to deliver a set of it."""
    store, some = opened(database), [certificates.one() for _ in range(MEASURED)]
    processor, passed = time.process_time(), time.perf_counter()
    for message, sets in some:
        store.accept(message, sets, lambda *_, message=message: planned(message, DeliveryState.READY), same_content)
    while claimed := store.claim_due(datetime.now(UTC), LEASE, 1, "bench"):
        now = datetime.now(UTC)
        permit = Decision(permitted=True, reason="permitted", consent="Consent/bench/_history/1", rule="provision")
        assert store.authorise(claimed[0], lambda *_, permit=permit: permit, now, "127.0.0.1:1")
        store.record(claimed[0], Delivered(Receipt("case-1")), now)
    cost = Cost((time.process_time() - processor) / MEASURED, (time.perf_counter() - passed) / MEASURED)
    store.close()
    return cost


def worker(database: Kept) -> tuple[float, float]:
    """Return after how many seconds a worker is ready, and the megabytes that it takes then."""
    with running(database) as (process, log):
        began = time.monotonic()
        wait_until(lambda: log.stat().st_size > 0)
        return time.monotonic() - began, memory(process.pid)


def first_taken_up(database: Kept) -> tuple[int, float]:
    """Return how many deliveries are due at once, and after how many seconds a worker has taken up the first."""
    due = f"state = 'READY', due_at = {time.time_ns() // 1000}, organisation = '{RECIPIENTS[HELD][0]}'"
    database.run(f"UPDATE delivery SET {due} WHERE state = 'HELD_CONSENT'")  # noqa: S608 - our own
    pending = ready_in(database)
    with running(database):
        began = time.monotonic()
        wait_until(lambda: ready_in(database) < pending)
        taken_up = time.monotonic() - began
    asleep = "state = 'HELD_CONSENT', due_at = NULL, organisation = NULL"
    database.run(f"UPDATE delivery SET {asleep} WHERE state != 'DELIVERED'")  # noqa: S608 - our own
    return pending, taken_up


def ready_in(database: Kept) -> int:
    """Return how many deliveries wait for a worker."""
    [(so_many,)] = database.run("SELECT COUNT(*) FROM delivery WHERE state = 'READY'")
    return int(so_many)


@contextmanager
def running(database: Kept) -> Iterator[tuple[subprocess.Popen[bytes], Path]]:
    """Run a worker for a while; give the process, and the file that it logs to."""
    settings = {f"SAMSYN_{name.upper()}": value for name, value in database.settings.items()}
    environment = {**os.environ, **settings}
    environment.pop("SAMSYN_CONFIG", None)
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder, "log")
        with (
            log.open("wb") as told,
            subprocess.Popen(command("", "worker"), env=environment, stderr=told, cwd=HOME) as process,
        ):
            yield process, log
            process.terminate()


if __name__ == "__main__":
    main()
