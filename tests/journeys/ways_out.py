"""Every way on which a set may leave, and every way to be told whether it would: one function each.

A way is handed a world and lets its situation come about where it is hardest on that way: between two tries, say, or
while another worker holds the delivery. It says what the gate let through. A new way out is one more function with
`@way`.
"""

from __future__ import annotations

import json
import uuid
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

import httpx
from click.testing import CliRunner
from situations import THEN
from worlds import ORGANISATIONS, certificate, consent_of, failing

from gateway.__main__ import samsyn
from gateway.deliveries import DeliveryState, Wanted
from gateway.explaining import explain
from gateway.redriving import drive, look, try_again
from gateway.stops import Scope, Stop
from gateway.systems import SECTION_SYSTEM, SET_SYSTEM

if TYPE_CHECKING:
    from collections.abc import Callable

    from stages import Stage

    from gateway.deliveries import Delivery

LEASE = timedelta(minutes=1)
_A_CODE = ("system", "code")


class Said(NamedTuple):
    """What the gate let through on a way, and why."""

    permitted: bool
    reason: str


WAYS: dict[str, Callable[[Stage], Said]] = {}


def way(go: Callable[[Stage], Said]) -> Callable[[Stage], Said]:
    """Enter a way under its name."""
    WAYS[go.__name__.replace("_", " ")] = go
    return go


def _sent(stage: Stage, before: int) -> Said:
    """What the gate last said of the delivery, and whether anything left after so many requests."""
    last = stage.gateway.store.decisions(stage.delivery)[-1].decision
    return Said(len(stage.agency.requests) > before, last.reason)


@way
def first_attempt(stage: Stage) -> Said:
    stage.begin()
    stage.come_about()
    stage.deliver()
    return _sent(stage, 0)


@way
def quick_try(stage: Stage) -> Said:
    def unreachable_meanwhile() -> httpx.Response:
        stage.come_about()
        raise httpx.ConnectError("nobody is there")

    stage.begin()
    stage.agency.failures = [unreachable_meanwhile]
    stage.deliver()
    return _sent(stage, 1)


@way
def next_attempt(stage: Stage) -> Said:
    stage.begin()
    stage.agency.failures = [failing(503)]
    stage.deliver()
    before = len(stage.agency.requests)
    stage.agency.failures = []
    stage.come_about()
    stage.deliver()
    return _sent(stage, before)


@way
def retry_by_an_operator(stage: Stage) -> Said:
    stage.begin()
    stage.agency.failures = [failing(400)]
    stage.deliver()
    stage.come_about()
    assert stage.delivery.state is DeliveryState.DEAD
    try_again(stage.delivery.id, stage.gateway.store, stage.time)
    stage.deliver()
    return _sent(stage, 1)


@way
def redrive(stage: Stage) -> Said:
    stage.begin()
    stage.agency.failures = [failing(400)]
    stage.deliver()
    stage.come_about()
    found = look(Wanted(frozenset({DeliveryState.DEAD})), stage.gateway.store, renewing=False)
    assert [wave.size for wave in drive(found, "Astrid", stage.gateway, lambda _: stage.deliver())] == [1]
    return _sent(stage, 1)


@way
def lease_taken_over(stage: Stage) -> Said:
    stage.begin()
    stage.gateway.store.claim_due(stage.time, LEASE, 10, "dies")
    stage.come_about()
    stage.deliver()
    return _sent(stage, 0)


@way
def stop_that_is_lifted(stage: Stage) -> Said:
    stage.begin()
    stop = Stop(Scope.EVERYTHING, "", "Anna", "intrång", stage.time)
    stage.gateway.store.stop(stop)
    stage.come_about()
    stage.deliver()
    assert stage.agency.requests == []
    for name in ("Bo", "Cilla"):
        stage.gateway.store.lift(stop.scope, stop.name, name, stage.time)
    stage.deliver()
    return _sent(stage, 0)


@way
def wake_by_consent(stage: Stage) -> Said:
    stage.receive()
    stage.come_about()
    stage.deliver()
    return _sent(stage, 0)


@way
def plan_at_a_start(stage: Stage) -> Said:
    stage.receive()
    stage.come_about(plan=lambda *_facts: ())
    stage.gateway.store.replan(stage.gateway.store.people_asleep(), stage._plan, stage.time)
    stage.deliver()
    return _sent(stage, 0)


def _revoked(stage: Stage) -> Delivery:
    """Let what was delivered be revoked; return the delivery of the notice, which waits."""
    stage.begin()
    stage.deliver()
    assert stage.revoke(person=stage.person.digits)[0] == "OK"
    assert stage.notice is not None
    return stage.notice


def _told(stage: Stage, notice: Delivery, before: int) -> Said:
    """What the gate last said of a notice, and whether it left after so many requests."""
    last = stage.gateway.store.decisions(notice)[-1].decision
    return Said(len(stage.agency.requests) > before, last.reason)


@way
def notice_of_a_revocation(stage: Stage) -> Said:
    notice = _revoked(stage)
    stage.come_about()
    stage.deliver()
    return _told(stage, notice, 1)


@way
def next_attempt_at_a_notice(stage: Stage) -> Said:
    notice = _revoked(stage)
    stage.agency.failures = [failing(503)]
    stage.deliver()
    before = len(stage.agency.requests)
    stage.agency.failures = []
    stage.come_about()
    stage.deliver()
    return _told(stage, notice, before)


@way
def notice_set_going_by_an_operator(stage: Stage) -> Said:
    notice = _revoked(stage)
    stage.agency.failures = [failing(400)]
    stage.deliver()
    stage.come_about()
    assert stage.gateway.store.delivery(notice.id)[0].state is DeliveryState.DEAD
    try_again(notice.id, stage.gateway.store, stage.time)
    stage.deliver()
    return _told(stage, notice, 2)


@way
def explanation_of_a_notice(stage: Stage) -> Said:
    notice = _revoked(stage)
    stage.come_about()
    decision = explain(notice.id, stage.gateway).decision
    return Said(decision.permitted, decision.reason)


@way
def search_by_an_agency(stage: Stage) -> Said:
    stage.begin()
    stage.come_about()
    found = stage.searched().json()
    return Said(_has_found(found), _last_reading(stage))


@way
def next_page_of_a_search(stage: Stage) -> Said:
    stage.begin()
    stage.hand_in(certificate(person=stage.situation.person, id_=str(uuid.uuid4())))
    page = stage.searched(count=1).json()
    stage.come_about()
    # A new version of a consent puts what was read under the old one behind the page again: all pages are turned.
    page = found = stage.asked("GET", _next(page)).json()
    while _next(page):
        page = stage.asked("GET", _next(page)).json()
    return Said(_has_found(found), _last_reading(stage))


def _next(page: dict) -> str:
    return next((link["url"] for link in page["link"] if link["relation"] == "next"), "")


@way
def read_by_an_agency(stage: Stage) -> Said:
    stage.begin()
    [entry] = stage.searched().json()["entry"]
    stage.come_about()
    answer = stage.asked("GET", f"/fhir/Bundle/{entry['resource']['id']}")
    assert answer.status_code in (200, 404)
    return Said(answer.status_code == 200, _last_reading(stage))


def _has_found(page: dict) -> bool:
    """Say whether a page has anything; what it counts and what it shows say the same."""
    assert (page["total"] > 0) == bool(page["entry"])
    return page["total"] > 0


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
        "patientStatus": [stage.situation.known] if stage.situation.known else [],
        "trusted": not definition.recipients_by_consent,
        "retiredPolicies": sorted(stage.situation.retired),
        "purpose": "|".join(consent_of(stage.situation.kind)["provision"]["purpose"][0][key] for key in _A_CODE),
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
