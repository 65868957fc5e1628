"""The store in SQL, over any of the databases, for any number of threads and processes.

Every method fits `gateway.store.port.Store`, which says what it promises.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.store.sql import deciding, keeping, overview, reading, sending
from gateway.store.sql.auditing import SqlAuditing
from gateway.store.sql.erasing import SqlErasing
from gateway.store.sql.flowing import SqlFlowing
from gateway.store.sql.got import has_got
from gateway.store.sql.living import SqlLiving
from gateway.store.sql.log import beat
from gateway.store.sql.mending import SqlMending
from gateway.store.sql.pulling import read_sets
from gateway.store.sql.purging import SqlPurging
from gateway.store.sql.releasing import release
from gateway.store.sql.revoking import revoke
from gateway.store.sql.rotating import SqlRotating
from gateway.store.sql.withdrawing import change_consent

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime, timedelta

    from gateway.decisions import ConsentRecord, Decided, Departure, PersonStatus
    from gateway.deliveries import Attempt, Delivery, DeliveryState, Outcome
    from gateway.documents import InformationSet, Message
    from gateway.errors import Problem
    from gateway.heard import Heard
    from gateway.identity import DeliveryId, MessageId, PersonIdentity
    from gateway.revocations import Revocation, RevocationState
    from gateway.standings import Judge
    from gateway.store.port import (
        Authorised,
        Cancel,
        Choose,
        Damaged,
        Decide,
        Entry,
        KeptSet,
        MessageSummary,
        Plan,
        Reader,
        TakesBack,
        Tell,
    )


class SqlStore(SqlMending, SqlFlowing, SqlAuditing, SqlRotating, SqlErasing, SqlPurging, SqlLiving):
    """Keeps everything in one database."""

    def accept(
        self,
        message: Message,
        sets: Sequence[InformationSet],
        plan: Plan,
        same_content: Callable[[bytes, bytes], bool],
    ) -> bool:
        """Keep a message with its sets and planned deliveries; False where it was kept before."""
        return self._writer.write(lambda db: keeping.accept(db, message, sets, plan, same_content))

    def revoke(self, revocation: Revocation, cancel: Cancel, tell: Tell, *, keep_early: bool) -> RevocationState:
        """Keep a revocation, and the deliveries as they stand because of it."""
        return self._writer.write(lambda db: revoke(db, revocation, cancel, tell, keep_early=keep_early))

    def add_consent(self, consent: ConsentRecord, plan: Plan) -> None:
        """Keep a consent's first version; VersionConflict where its id is taken."""
        self._writer.write(lambda db: keeping.add_consent(db, consent, plan))

    def change_consent(self, consent: ConsentRecord, plan: Plan, takes_back: TakesBack | None) -> Sequence[Departure]:
        """Keep the next version of a consent; return what had left, or was leaving, that it takes back."""
        return self._writer.write(lambda db: change_consent(db, consent, plan, takes_back))

    def consent(self, id_: str) -> ConsentRecord:
        """Return the newest version of a consent."""
        return self._readers.read(lambda db: reading.consent(db, id_))

    def consents_about(self, person: PersonIdentity) -> Sequence[ConsentRecord]:
        """Return the newest version of every consent about a person, in the order they were first given."""
        return self._readers.read(lambda db: reading.consents_about(db, person))

    def mark_person(
        self, person: PersonIdentity, status: PersonStatus, plan: Plan, at: datetime, *, holds: bool = True
    ) -> bool:
        """Record that a status of a person holds or no longer does; return whether it was otherwise before."""
        return self._writer.write(lambda db: keeping.mark_person(db, person, status, plan, at, holds=holds))

    def statuses(self, person: PersonIdentity) -> frozenset[PersonStatus]:
        """Return what is recorded about a person."""
        return self._readers.read(lambda db: reading.statuses(db, person))

    def release_protected(self, id_: DeliveryId, by: str, because: str, plan: Plan, at: datetime) -> Delivery:
        """Let go a delivery that is held for a protected identity; return it where it stands then."""
        return self._writer.write(lambda db: release(db, id_, by, because, plan, at))

    def people_asleep(self) -> Sequence[PersonIdentity]:
        """Return everybody who has a sleeping delivery."""
        return self._readers.read(reading.people_asleep)

    def replan(self, people: Sequence[PersonIdentity], plan: Plan, at: datetime) -> None:
        """Ask the plan again about each of these people, and write the deliveries that it asks for."""
        self._writer.write(lambda db: keeping.replan(db, people, at, plan))

    def claim_due(self, at: datetime, lease: timedelta, limit: int, worker: str) -> Sequence[Delivery]:
        """Take up deliveries that are due, under a lease; `due_at` of each is then the end of its lease."""
        return self._writer.write(lambda db: sending.claim_due(db, at, lease, limit, worker))

    def take_back(self, worker: str, at: datetime) -> int:
        """End the leases of a worker that is started anew; return how many."""
        return self._writer.write(lambda db: sending.take_back(db, worker, at))

    def authorise(
        self,
        delivery: Delivery,
        decide: Decide,
        at: datetime,
        address: str,
        *,
        only_newest: bool = False,
    ) -> Authorised | None:
        """Decide on a try at a claimed delivery, and record it or why there is none."""
        return self._writer.write(
            lambda db: sending.authorise(db, delivery, decide, at, address, only_newest=only_newest)
        )

    def record(
        self,
        delivery: Delivery,
        outcome: Outcome,
        at: datetime,
        judge: Judge | None = None,
        heard: Heard | None = None,
    ) -> bool:
        """Record what the newest attempt came to; False where the fence is outgrown."""
        return self._writer.write(lambda db: sending.record(db, delivery, outcome, at, judge, heard))

    def kept_sets(self, person: PersonIdentity, names: Sequence[str]) -> Sequence[KeptSet]:
        """Return what is known of the sets of these names about a person, oldest first."""
        return self._readers.read(lambda db: reading.kept_sets(db, person, names))

    def find_set(self, id_: str) -> KeptSet:
        """Return what is known of the set that has a variant with this Bundle id."""
        return self._readers.read(lambda db: reading.find_set(db, id_))

    def has_got(self, organisation: str, bundle: str) -> bool:
        """Say whether an organisation has got the Bundle with this id, or may have got it."""
        return self._readers.read(lambda db: has_got(db, organisation, bundle))

    def read_sets(
        self,
        person: PersonIdentity,
        names: Sequence[str],
        choose: Choose,
        reader: Reader,
        at: datetime,
    ) -> Sequence[InformationSet]:
        """Return the variants that are chosen and permitted; keep each decision and log each reading."""
        return self._writer.write(lambda db: read_sets(db, person, names, choose, reader, at))

    def deliveries(self, state: DeliveryState | None = None, limit: int = 100) -> Sequence[Delivery | Damaged]:
        """Return deliveries, newest first."""
        return self._readers.read(lambda db: reading.deliveries(db, state, limit))

    def delivery(self, id_: DeliveryId) -> tuple[Delivery, Sequence[Attempt]]:
        """Return a delivery with its attempts, first to last."""
        return self._readers.read(lambda db: reading.delivery(db, id_))

    def decisions(self, delivery: Delivery) -> Sequence[Decided]:
        """Return each decision on whether its organisation may have its set, first to last."""
        return self._readers.read(lambda db: deciding.decisions(db, delivery))

    def decisions_on(self, message: MessageId) -> Sequence[Decided]:
        """Return each decision on who may have a message's sets, first to last."""
        return self._readers.read(lambda db: deciding.decisions_on(db, message))

    def problems(self, delivery: Delivery) -> Sequence[Problem]:
        """Return what a person has to look at before a delivery's set may leave."""
        return self._readers.read(lambda db: reading.problems(db, delivery))

    def consents(self) -> Sequence[ConsentRecord | Damaged]:
        """Return the newest version of every consent, in the order they were first given."""
        return self._readers.read(reading.consents)

    def messages(self, limit: int = 100) -> Sequence[MessageSummary | Damaged]:
        """Return messages, newest first."""
        return self._readers.read(lambda db: overview.messages(db, limit))

    def message(self, id_: MessageId) -> tuple[MessageSummary, Sequence[Delivery]]:
        """Return a message and its deliveries."""
        return self._readers.read(lambda db: overview.message(db, id_))

    def log(self, message: MessageId | None = None) -> Sequence[Entry]:
        """Return the log, first to last."""
        return self._readers.read(lambda db: overview.log(db, message))

    def counts(self) -> Mapping[tuple[str, str], int]:
        """Return how many deliveries stand in each (recipient kind, state)."""
        return self._readers.read(overview.counts)

    def check(self) -> None:
        """Return if the store can be read and written now: one row is read, and written durably."""
        self._readers.read(overview.counted_beats)
        self._writer.write(beat)
