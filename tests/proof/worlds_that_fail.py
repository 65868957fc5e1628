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
from recipients_as_told import Recipient
from reference_model import Consent, Model, Part, Standing
from revoking_messages import revocation_of
from worlds import NOON, ORGANISATIONS, certificate, consent_of

from gateway.app import worker_of
from gateway.consent import GivenConsent
from gateway.consenting import change_consent, give_consent
from gateway.delivery.schedule import HORIZON, MISTAKES, Schedule
from gateway.documents import Envelope
from gateway.exchange import receive
from gateway.identity import OrganisationNumber, PersonIdentity
from gateway.redriving import try_again
from gateway.revoking import revoke
from gateway.sandbox.story import enveloped
from gateway.settings import Settings
from gateway.stops import Scope, Stop

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime
    from pathlib import Path

    from gateway.deliveries import Delivery
    from gateway.parts import Gateway

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

    def __init__(self, opened: Gateway, path: Path) -> None:
        self.time = NOON
        self._crashed: set[str] = set()
        self.model = Model(fewest_attempts=MISTAKES, gives_up_at=NOON + HORIZON, latest=NOON)
        self.interruptions = Interruptions()
        self.store = InterruptedStore(path, self.interruptions)
        self.recipients = {kind: Recipient(kind, self) for kind in ORGANISATIONS}
        self.gateway = replace(
            opened,
            store=self.store,
            now=lambda: self.time,
            schedule=Schedule(WAITS, chance=lambda: 0.5),
            tries=lambda: tenacity.Retrying(stop=tenacity.stop_after_attempt(2), reraise=True),
            adapters={OrganisationNumber(ORGANISATIONS[kind]): one for kind, one in self.recipients.items()},
        )

    @property
    def _undisturbed(self) -> Gateway:
        """The gateway as senders and people meet it: what they do happens between the steps of a worker."""
        return replace(self.gateway, store=self.store.itself)

    def register(self, person: str) -> str:
        """Take in a new certificate about this person."""
        id_ = str(uuid.uuid4())
        self.register_again(id_, person)
        self.model.register(id_, person, EVERY_SET)
        return id_

    def register_again(self, id_: str, person: str) -> None:
        content = enveloped(certificate(case="minimal", person=person, id_=id_))
        receive(Envelope(content, "SE2321000016-SENDER", self.time), self._undisturbed)

    def revoke(self, id_: str) -> None:
        """Care takes a certificate back."""
        content = enveloped(revocation_of(id_, self.model.persons[id_]))
        revoke(Envelope(content, "SE2321000016-SENDER", self.time), self._undisturbed)
        self.model.revoked.add(id_)

    def revoke_all(self) -> None:
        for id_ in self.model.persons:
            self.revoke(id_)

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
        if name in self._crashed:
            self.store.take_back(name, self.time)
            self._crashed.remove(name)
        self.interruptions.plan(coming)
        try:
            self._deliver_all(name)
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
        """The operator wants it to be tried."""
        self.model.withheld.discard(_part_of(delivery))
        try_again(delivery.id, self.store.itself, self.time)

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
