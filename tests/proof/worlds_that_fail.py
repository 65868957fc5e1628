"""A real gateway among people, recipients and a clock that do as they are told, and the model beside it.

Everything is the gateway's own but the clock, the adapters, and the points at which its steps can be interrupted.
"""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import tenacity
from interruptions import Crash, InterruptedStore, Interruptions
from recipients_as_told import EDITION, Recipient, edition_of
from reference_model import Consent, Model, Part, Relation, Standing
from revoking_messages import revocation_of
from worlds import MUNICIPALITY, NOON, ORGANISATIONS, PERSON, certificate, coming_after, consent_of

from gateway.app import worker_of
from gateway.consent import GivenConsent
from gateway.consenting import change_consent, give_consent
from gateway.deliveries import STOPPED, DeliveryState, Wanted
from gateway.delivery.schedule import HORIZON, MISTAKES, Schedule
from gateway.delivery.sending import quick_tries
from gateway.documents import Envelope
from gateway.errors import ImpossibleRelation, NotFound, UnknownCertificate
from gateway.exchange import receive
from gateway.identity import OrganisationNumber, PersonIdentity
from gateway.recipients import Recipients
from gateway.redriving import drive, look, try_again
from gateway.renewing import renew
from gateway.revoking import revoke
from gateway.sandbox.story import enveloped
from gateway.settings import Settings
from gateway.stops import Scope, Stop

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import datetime
    from pathlib import Path

    from gateway.deliveries import Delivery
    from gateway.identity import DeliveryId
    from gateway.parts import Intake
    from gateway.redriving import Redrive

WAITS = tuple(timedelta(seconds=seconds) for seconds in (10, 60, 3600))
LEASE = timedelta(minutes=1)
EVERY_SET = {
    "sjukskrivningsunderlag": "forsakringskassan",
    "arbetsgivaruppgift-bas": "employer",
    "arbetsgivaruppgift-utokad": "employer",
    "kommununderlag": "municipality",
}
"""The sets of a sick-leave certificate, and whose they are."""


class World:
    """What happens, told to the gateway and to the model alike."""

    def __init__(self, opened: Intake, path: Path) -> None:
        self.time = NOON
        self._definitions = list(opened.rules.definitions)
        self._contents: dict[str, bytes] = {}
        self._crashed: set[str] = set()
        self.to_come: set[str] = set()
        """The certificates of which somebody has spoken, and that have not come."""
        self.model = Model(MISTAKES, NOON + HORIZON, latest=NOON, only_newest=MUNICIPALITY)
        self.interruptions = Interruptions()
        self.store = InterruptedStore(path, self.interruptions)
        self.recipients = {kind: Recipient(kind, self) for kind in ORGANISATIONS}
        self.gateway = replace(
            opened,
            store=self.store,
            now=lambda: self.time,
            recipients=Recipients(
                [replace(one, only_newest=one.kind == MUNICIPALITY) for one in opened.recipients.all]
            ),
            rules=replace(opened.rules, definitions=self._definitions),
            schedule=Schedule(WAITS, chance=lambda: 0.5),
            tries=quick_tries().copy(stop=tenacity.stop_after_attempt(2), wait=tenacity.wait_none()),
            adapters={OrganisationNumber(ORGANISATIONS[kind]): one for kind, one in self.recipients.items()},
        )

    @property
    def _undisturbed(self) -> Intake:
        """The gateway as senders and people meet it: what they do happens between the steps of a worker."""
        return replace(self.gateway, store=self.store.itself)

    def register(self, person: str, relation: Relation | None = None, id_: str = "") -> None:
        """Hand in a certificate about this person: a new one, or one that is to come."""
        id_ = id_ or str(uuid.uuid4())
        content = certificate(case="minimal", person=person, id_=id_)
        content = enveloped(coming_after(content, *relation) if relation else content)
        may_come = self.model.may_come(id_, person, relation)
        try:
            receive(Envelope(content, "SE2321000016-SENDER", self.time), self._undisturbed)
        except (ImpossibleRelation, UnknownCertificate):
            if may_come:
                self.model.wrongs.append("a certificate was refused that says nothing impossible")
            return
        if not may_come:
            self.model.wrongs.append("a certificate was taken in that says something impossible")
        self._contents[id_] = content
        self.to_come.discard(id_)
        if relation and relation.earlier not in self._contents:
            self.to_come.add(relation.earlier)
        self.model.register(id_, person, relation, EVERY_SET)

    def register_again(self, id_: str) -> None:
        receive(Envelope(self._contents[id_], "SE2321000016-SENDER", self.time), self._undisturbed)

    def let_all_come(self) -> None:
        """Care hands in what is to come."""
        for id_ in sorted(self.to_come):
            self.register(PERSON, id_=id_)

    def replace_first(self) -> None:
        """Care replaces the certificate that came first, unless it has done so."""
        first = next(iter(self.model.persons))
        relation = Relation("ERSATT", first)
        if relation not in self.model.relations.values():
            self.register(self.model.persons[first], relation)

    def revoke(self, id_: str) -> None:
        """Care takes a certificate back."""
        self._take_in_revocation(id_, self.model.persons[id_])
        self.model.revoked.add(id_)

    def revoke_early(self, person: str) -> None:
        """Care takes a certificate back that it says is about this person, and that is to come."""
        id_ = str(uuid.uuid4())
        self._take_in_revocation(id_, person)
        self.model.revoked_early[id_] = person
        self.to_come.add(id_)

    def _take_in_revocation(self, id_: str, person: str) -> None:
        content = enveloped(revocation_of(id_, person))
        revoke(Envelope(content, "SE2321000016-SENDER", self.time), self._undisturbed)

    def revoke_all(self) -> None:
        for id_ in self.model.persons:
            self.revoke(id_)

    def mend(self) -> None:
        """Somebody mends the mappings: from now on each set that is made says something else."""
        self.model.mended += 1
        edition = f"{EDITION}{self.model.mended}"
        self._definitions[:] = [
            replace(one, title=one.title.partition(EDITION)[0] + edition) for one in self._definitions
        ]

    def renew_all(self) -> None:
        """The mappings are mended, and an operator lets them make every message anew."""
        self.mend()
        for message in {one.message for one in self.deliveries()}:
            renew(message, self._undisturbed)

    def give(self, said: Consent) -> None:
        """A person says this."""
        kept = give_consent(self._given(said), self._undisturbed)
        said.start = max(said.start, self.time)
        self.model.consents[kept.id] = said

    def shorten(self, id_: str, end: datetime) -> None:
        """A person says it anew, until another day."""
        said = self.model.consents[id_]
        changed = replace(said, end=end)
        self._next_version(id_, changed)
        if not said.denies:  # a permit counts from when it was kept
            changed.start = max(said.start, self.time)
        self.model.consents[id_] = changed

    def end(self, id_: str, status: str) -> None:
        """A person withdraws a consent, or it is said never to have been given."""
        self._next_version(id_, replace(self.model.consents[id_], status=status))
        self.model.consents[id_].status = status

    def _next_version(self, id_: str, said: Consent) -> None:
        kept = self.store.itself.consent(id_)
        change_consent(id_, kept.version + 1, self._given(said), self._undisturbed)

    def _given(self, said: Consent) -> GivenConsent:
        resource = consent_of(said.kind, said.set_name, said.person)
        period = {"start": said.start.isoformat(), "end": said.end.isoformat()}
        resource["provision"] |= {"type": "deny" if said.denies else "permit", "period": period}
        resource["status"] = said.status
        return GivenConsent(PersonIdentity(said.person), resource, said.status)

    def work(self, name: str, coming: Iterable[tuple[int, Callable[[], None]]] = ()) -> None:
        """A worker delivers what is due; between its steps, this happens. One that had crashed starts anew."""
        self._in_process(name, lambda: self._deliver_all(name), coming)

    def _in_process(
        self, name: str, work: Callable[[], None], coming: Iterable[tuple[int, Callable[[], None]]]
    ) -> None:
        if name in self._crashed:
            self.store.take_back(name, self.time)
            self._crashed.remove(name)
        self.interruptions.plan(coming)
        try:
            work()
        except Crash:
            self._crashed.add(name)
        self.interruptions.plan(())

    def _deliver_all(self, name: str) -> None:
        worker = worker_of(self.gateway, Settings(worker=name))
        while due := worker.claim(self.time, LEASE, 2, name):
            for delivery in due:
                try:
                    worker.deliver(delivery)
                except Exception as mistake:  # noqa: BLE001 - as the worker does
                    worker.give_up(delivery, mistake)

    def another_takes_over(self) -> None:
        """The lease runs out, and another worker delivers what is due."""
        self.time += LEASE
        self._deliver_all("the other")

    def try_again(self, delivery: Delivery) -> None:
        """The operator wants it to be tried, or to go again."""
        part = _part_of(delivery)
        self.model.withheld.discard(part)
        is_delivered = delivery.state is DeliveryState.DELIVERED
        may_go = not is_delivered or self.model.goes_again(part, self._newest_edition(delivery))
        try:
            try_again(delivery.id, self.store.itself, self.time)
        except NotFound:
            if may_go:
                self.model.wrongs.append(f"{part.set_name} could not be set going")
        else:
            if not may_go:
                self.model.wrongs.append(f"{part.set_name} was set going, and its recipient has it")

    def _newest_edition(self, delivery: Delivery) -> int:
        variants = self.store.itself.variants(delivery.message)
        return max(edition_of(one.body) for one in variants if one.name == delivery.set_name)

    def try_all_again(self) -> None:
        for delivery in self.deliveries():
            if delivery.state in STOPPED:
                self.try_again(delivery)

    def redrive(
        self,
        states: frozenset[DeliveryState],
        coming: Iterable[tuple[int, Callable[[], None]]] = (),
        *,
        renewing: bool = False,
    ) -> None:
        """An operator drives what stands in these states; between the steps, this happens."""
        found = look(Wanted(states), self.store.itself, renewing=renewing)
        self._in_process("one", lambda: self._drive(found), coming)
        is_begun = found.deliveries and "one" not in self._crashed
        if is_begun and list(drive(found, "Anna", self._undisturbed, self._tried)):
            self.model.wrongs.append("what was driven once is driven again")

    def _drive(self, redrive: Redrive) -> None:
        for wave in drive(redrive, "Anna", self.gateway, self._tried):
            if wave.stumbled:
                self.model.wrongs.append("the gateway stumbled over a message")

    def _tried(self, some: Sequence[DeliveryId]) -> None:
        """Return when these have been tried that an operator has set going."""
        self.model.withheld -= {_part_of(one) for one in self.deliveries() if one.id in some}
        self._deliver_all("one")

    def stop(self, kind: str) -> None:
        """An operator lets nothing go to recipients of a kind."""
        self.store.itself.stop(Stop(Scope.KIND, kind, "Anna", "fel adress", self.time))
        self.model.stopped.add(kind)

    def stop_all(self) -> None:
        for kind in self.recipients:
            self.stop(kind)

    def lift_all(self) -> None:
        """Two operators let everything go again; of the clock, one of them says that it is right."""
        for stop in self.store.itself.stops():
            if not self.store.itself.lift(stop.scope, stop.name, "Bo", self.time):
                self.store.itself.lift(stop.scope, stop.name, "Cilla", self.time)
        self.model.stopped.clear()

    def everything_comes_right(self) -> None:
        """Every recipient answers again, nothing is stopped, and time enough passes for all that waits."""
        for recipient in self.recipients.values():
            recipient.behaves = "up"
        for _ in range(4):
            self.lift_all()
            self.time += timedelta(hours=2)
            self.work("one")

    def crash(self) -> None:
        """The process ends here, and the file is what is left of it."""
        self.store.reopen()
        raise Crash

    def withdraw_all(self) -> None:
        """Every consent that is still active is withdrawn."""
        for id_ in [id_ for id_, said in self.model.consents.items() if said.status == "active"]:
            self.end(id_, "inactive")

    def deliveries(self) -> list[Delivery]:
        return list(self.store.itself.deliveries(limit=10_000))

    def part_sent(self, attempt: str) -> Part:
        """What an attempt of this name brings."""
        delivery, _ = self.store.itself.delivery(attempt.partition("/")[0])
        return _part_of(delivery)

    def standing(self) -> dict[Part, Standing]:
        """Where each part stands."""
        return {_part_of(one): Standing(one.state, one.due_at, one.attempts) for one in self.deliveries()}


def _part_of(delivery: Delivery) -> Part:
    return Part(delivery.certificate.extension, delivery.set_name, delivery.kind, delivery.is_notice)
