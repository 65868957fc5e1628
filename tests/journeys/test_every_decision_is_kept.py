"""Why something left, or did not: every decision of the gate can be asked for afterwards."""

from __future__ import annotations

from datetime import timedelta

from asking import FK_SET, get, search
from worlds import FORSAKRINGSKASSAN, NOON, ORGANISATIONS, PERSON, consent_of, failing, unreachable

HOUR = timedelta(hours=1)


def agencys_delivery(world):
    return next(one for one in world.gateway.store.deliveries() if one.set_name == FK_SET)


def kept(world):
    """Way and reason of each decision about the agency's set."""
    return [(one.way, one.decision.reason) for one in world.gateway.store.decisions(agencys_delivery(world))]


def test_from_held_to_delivered_each_step_has_its_decision(world):
    world.hand_in()
    world.wait(HOUR)
    id_ = world.consent(FORSAKRINGSKASSAN)
    world.deliver()

    decisions = world.gateway.store.decisions(agencys_delivery(world))

    assert [(one.way, one.decision.reason, one.at) for one in decisions] == [
        ("plan", "no-active-consent", NOON),
        ("plan", "permitted", NOON + HOUR),
        ("send", "permitted", NOON + HOUR),
    ]
    assert {one.decision.consent for one in decisions[1:]} == {f"Consent/{id_}/_history/1"}
    assert {one.decision.rule for one in decisions[1:]} == {"provision"}
    assert {one.organisation for one in decisions} == {ORGANISATIONS[FORSAKRINGSKASSAN]}
    assert PERSON not in repr(decisions)


def test_each_quick_try_of_an_attempt_asks_the_gate_and_keeps_what_it_said(world):
    world.consent(FORSAKRINGSKASSAN)
    world.agencies[FORSAKRINGSKASSAN].failures = [unreachable, unreachable]
    world.hand_in()
    world.deliver()

    assert len(world.agencies[FORSAKRINGSKASSAN].requests) == 3
    assert kept(world) == [("plan", "permitted"), ("send", "permitted"), *[("try", "permitted")] * 2]


def test_a_withdrawal_between_two_quick_tries_is_kept_as_what_stopped_the_second(world):
    id_ = world.consent(FORSAKRINGSKASSAN)

    def unreachable_while_the_person_withdraws():
        world.withdraw(id_, FORSAKRINGSKASSAN)
        return unreachable()

    world.agencies[FORSAKRINGSKASSAN].failures = [unreachable_while_the_person_withdraws]
    world.hand_in()
    world.deliver()
    world.wait(HOUR)
    world.deliver()

    assert len(world.agencies[FORSAKRINGSKASSAN].requests) == 1
    assert kept(world)[-2:] == [("send", "permitted"), ("try", "revoked")]
    assert world.states()[FK_SET] == "WITHHELD"


def test_what_a_withdrawal_does_to_what_waits_is_kept_with_the_version_that_did_it(world):
    id_ = world.consent(FORSAKRINGSKASSAN)
    world.agencies[FORSAKRINGSKASSAN].failures = [failing(503)]
    world.hand_in()
    world.deliver()
    world.withdraw(id_, FORSAKRINGSKASSAN)

    last = world.gateway.store.decisions(agencys_delivery(world))[-1]

    assert (last.way, last.decision.permitted, last.decision.reason) == ("plan", False, "revoked")
    assert last.decision.consent == f"Consent/{id_}/_history/2"


def test_an_agency_that_may_read_and_one_that_may_not_both_leave_a_decision(world):
    world.hand_in()
    search(world)
    search(world)
    world.consent(FORSAKRINGSKASSAN)
    [bundle] = search(world).json()["entry"]
    get(world, f"/fhir/Bundle/{bundle['resource']['id']}")

    assert [one for one in kept(world) if one[0] == "pull"] == [
        ("pull", "no-active-consent"),
        ("pull", "permitted"),
        ("pull", "permitted"),
    ]


def test_who_asks_for_one_set_is_decided_on_for_that_set_only(world):
    world.consent(FORSAKRINGSKASSAN)
    world.hand_in()
    [bundle] = search(world).json()["entry"]
    other = consent_of(FORSAKRINGSKASSAN)
    other["provision"]["provision"] = [{"type": "deny"}]
    world.give(other)
    before = len(kept(world))

    get(world, "/fhir/Bundle/6b0a4f5e-0000-4000-8000-000000000000")
    assert len(kept(world)) == before

    get(world, f"/fhir/Bundle/{bundle['resource']['id']}")
    assert kept(world)[before:] == [("pull", "recipient-not-covered")]
