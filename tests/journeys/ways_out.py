"""Every way on which a set may leave, and every way to be told whether it would: one function each.

A way is handed a world and lets its situation come about where it is hardest on that way: between two tries, say, or
while another worker holds the delivery. It says what the gate let through. A new way out is one more function with
`@way`.
"""

from __future__ import annotations

import json
import uuid
from dataclasses import replace
from datetime import timedelta
from functools import cached_property, partial
from typing import TYPE_CHECKING, NamedTuple

import httpx
from asking import EMPLOYERS_TOKEN, PERSONNUMMER
from click.testing import CliRunner
from fastapi.testclient import TestClient
from situations import BEFORE, THEN, a_consent
from worlds import EMPLOYER, ORGANISATIONS, SETS, TOKEN, World, certificate, failing

from gateway.__main__ import samsyn
from gateway.commands.serve import web
from gateway.consent import ENDED
from gateway.decisions import ConsentRecord
from gateway.deliveries import DeliveryState, Wanted
from gateway.explaining import explain
from gateway.identity import PersonIdentity
from gateway.redriving import drive, look
from gateway.store.sqlite import SqliteStore
from gateway.systems import PURPOSE_SYSTEM, SECTION_SYSTEM, SET_SYSTEM

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from situations import Situation
    from worlds import Agency

    from gateway.deliveries import Delivery
    from gateway.parts import Intake
    from gateway.settings import Settings

LEASE = timedelta(minutes=1)


class Said(NamedTuple):
    """What the gate let through on a way, and why."""

    permitted: bool
    reason: str


class Stage(World):
    """A world in which one situation comes about; what takes time to load is shared with other worlds."""

    def __init__(self, intake: Intake, agencies: dict[str, Agency], settings: Settings, situation: Situation) -> None:
        self.time = BEFORE
        self.settings = settings
        self.situation = situation
        self.person = PersonIdentity(situation.person)
        self.agency = agencies[situation.kind]
        self.set_name = SETS[situation.kind]
        self.gateway = replace(intake, store=SqliteStore(settings.database), now=lambda: self.time)

    @cached_property
    def http(self) -> TestClient:
        return TestClient(web(self.gateway, self.settings), raise_server_exceptions=False)

    @property
    def folder(self) -> Path:
        return self.settings.database.parent

    def begin(self) -> None:
        """Give a consent that permits it, and hand in the certificate."""
        self._keep("first", 1, a_consent(self.situation.kind, self.situation.person, **self.situation.first))
        self.receive()

    def receive(self) -> None:
        self.hand_in(certificate(person=self.situation.person))

    def come_about(self, plan: Callable | None = None) -> None:
        """Let the situation be there: what was permitted before is changed into it."""
        self.time = THEN
        store, consents = self.gateway.store, list(self.situation.consents)
        # The setting is read at a start; here it is as if the gateway had been started with it.
        object.__setattr__(self.gateway, "routing", replace(self.gateway.routing, retired=self.situation.retired))
        if store.consents_about(self.person):
            about_the_same = consents and _number(consents[0]) == self.person.digits
            draft = a_consent(self.situation.kind, self.situation.person, status="draft")
            self._keep("first", 2, consents.pop(0) if about_the_same else draft, plan)
        for consent in consents:
            self._keep(str(uuid.uuid4()), 1, consent, plan)
        if self.situation.known:
            store.mark_person(self.person, self.situation.known, plan or self._plan, self.time)

    def _keep(self, id_: str, version: int, consent: dict, plan: Callable | None = None) -> None:
        """Keep a consent as it is: one that intake would refuse today may have been kept before."""
        record = ConsentRecord(id_, version, PersonIdentity(_number(consent)), consent, self.time)
        store = self.gateway.store
        change = store.withdraw_consent if consent["status"] in ENDED else store.change_consent
        (store.add_consent if version == 1 else change)(record, plan or self._plan)

    @property
    def _plan(self) -> Callable:
        return partial(self.gateway.routing.plan, self.time)

    @property
    def delivery(self) -> Delivery | None:
        """The delivery of the recipient's set."""
        found = [one for one in self.gateway.store.deliveries() if one.set_name == self.set_name]
        return found[0] if found else None

    def said(self, before: int) -> Said:
        """What the gate last said of the delivery, and whether anything left after so many requests."""
        last = self.gateway.store.decisions(self.delivery)[-1].decision
        return Said(len(self.agency.requests) > before, last.reason)

    def asked(self, method: str, address: str, **more: object) -> httpx.Response:
        token = EMPLOYERS_TOKEN if self.situation.kind == EMPLOYER else TOKEN
        return self.http.request(method, address, headers={"Authorization": f"Bearer {token}"}, **more)

    def searched(self, count: int = 50) -> httpx.Response:
        form = {"patient.identifier": f"{PERSONNUMMER}|{self.person.digits}", "_count": str(count)}
        return self.asked("POST", "/fhir/Bundle/_search", data=form)


def _number(consent: dict) -> str:
    return consent["patient"]["identifier"]["value"]


WAYS: dict[str, Callable[[Stage], Said]] = {}


def way(go: Callable[[Stage], Said]) -> Callable[[Stage], Said]:
    """Enter a way under its name."""
    WAYS[go.__name__.replace("_", " ")] = go
    return go


@way
def first_attempt(stage: Stage) -> Said:
    stage.begin()
    stage.come_about()
    stage.deliver()
    return stage.said(0)


@way
def quick_try(stage: Stage) -> Said:
    def unreachable_meanwhile() -> httpx.Response:
        stage.come_about()
        raise httpx.ConnectError("nobody is there")

    stage.begin()
    stage.agency.failures = [unreachable_meanwhile]
    stage.deliver()
    return stage.said(1)


@way
def next_attempt(stage: Stage) -> Said:
    stage.begin()
    stage.agency.failures = [failing(503)] * 3
    stage.deliver()
    before = len(stage.agency.requests)
    stage.agency.failures = []
    stage.come_about()
    stage.deliver()
    return stage.said(before)


@way
def retry_by_an_operator(stage: Stage) -> Said:
    stage.begin()
    stage.agency.failures = [failing(400)]
    stage.deliver()
    stage.come_about()
    assert stage.delivery.state is DeliveryState.DEAD
    stage.gateway.store.retry(stage.delivery.id, stage.time)
    stage.deliver()
    return stage.said(1)


@way
def redrive(stage: Stage) -> Said:
    stage.begin()
    stage.agency.failures = [failing(400)]
    stage.deliver()
    stage.come_about()
    found = look(Wanted(frozenset({DeliveryState.DEAD})), stage.gateway.store, renewing=False)
    assert [wave.size for wave in drive(found, "Astrid", stage.gateway, lambda _: stage.deliver())] == [1]
    return stage.said(1)


@way
def lease_taken_over(stage: Stage) -> Said:
    stage.begin()
    stage.gateway.store.claim_due(stage.time, LEASE, 10, "dies")
    stage.come_about()
    stage.deliver()
    return stage.said(0)


@way
def wake_by_consent(stage: Stage) -> Said:
    stage.receive()
    stage.come_about()
    stage.deliver()
    return stage.said(0)


@way
def plan_at_a_start(stage: Stage) -> Said:
    stage.receive()
    stage.come_about(plan=lambda *_facts: ())
    stage.gateway.store.replan(stage._plan, stage.time)
    stage.deliver()
    return stage.said(0)


@way
def search_by_an_agency(stage: Stage) -> Said:
    stage.begin()
    stage.come_about()
    found = stage.searched().json()
    return Said(found["total"] > 0 and len(found["entry"]) > 0, _last_reading(stage))


@way
def next_page_of_a_search(stage: Stage) -> Said:
    stage.begin()
    stage.hand_in(certificate(person=stage.situation.person, id_=str(uuid.uuid4())))
    [_, link] = stage.searched(count=1).json()["link"]
    stage.come_about()
    found = stage.asked("GET", link["url"]).json()
    return Said(found["total"] > 0 and len(found["entry"]) > 0, _last_reading(stage))


@way
def read_by_an_agency(stage: Stage) -> Said:
    stage.begin()
    [entry] = stage.searched().json()["entry"]
    stage.come_about()
    answer = stage.asked("GET", f"/fhir/Bundle/{entry['resource']['id']}")
    assert answer.status_code in (200, 404)
    return Said(answer.status_code == 200, _last_reading(stage))


def _last_reading(stage: Stage) -> str:
    return [one for one in stage.gateway.store.decisions(stage.delivery) if one.way == "pull"][-1].decision.reason


@way
def explanation_to_an_operator(stage: Stage) -> Said:
    stage.begin()
    stage.come_about()
    decision = explain(stage.delivery.id, stage.gateway).decision
    return Said(decision.permitted, decision.reason)


@way
def explanation_to_an_agency(stage: Stage) -> Said:
    stage.begin()
    stage.come_about()
    question = {"resourceType": "Parameters", "parameter": [{"name": "delivery", "valueId": stage.delivery.id}]}
    answer = stage.asked("POST", "/fhir/$explain-consent", json=question)
    told = {one["name"]: one for one in answer.json()["parameter"]}
    return Said(told["decision"]["valueCode"] == "permit", told["reason"]["valueCoding"]["code"])


@way
def decision_on_files(stage: Stage) -> Said:
    """The command tells its reasons in anybody's words, so only what it decides is compared."""
    definition = stage.gateway.routing.definitions[stage.set_name]
    labels = [f"{SECTION_SYSTEM}|{section}" for section in sorted(definition.sections)]
    request = {
        "patient": stage.person.digits,
        "actor": [f"urn:oid:2.5.4.97|{ORGANISATIONS[stage.situation.kind]}"],
        "purpose": f"{PURPOSE_SYSTEM}|sjukpenning",
        "class": [f"{SET_SYSTEM}|{stage.set_name}"],
        "labels": labels,
        "resource": f"urn:uuid:{uuid.uuid4()}",
        "now": THEN.isoformat(),
    }
    (stage.folder / "request.json").write_text(json.dumps(request))
    arguments = ["consent", "decide", "--request", str(stage.folder / "request.json")]
    for number, consent in enumerate(stage.situation.consents):
        file = stage.folder / f"consent-{number}.json"
        file.write_text(json.dumps(consent))
        arguments += ["--consent", str(file)]
    result = CliRunner().invoke(samsyn, arguments)
    assert result.exit_code == 0, result.output
    return Said(json.loads(result.output)["decision"] == "permit", stage.situation.reason)
