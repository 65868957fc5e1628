from __future__ import annotations

import json
from datetime import timedelta

import pytest
from worlds import (
    EMPLOYER,
    FORSAKRINGSKASSAN,
    MUNICIPALITY,
    ORGANISATIONS,
    SETS,
    SOMEBODY_ELSE,
    certificate,
    consent_of,
    failing,
)

from gateway.errors import StoreUnavailable
from gateway.exchange import deliver

DIAGNOSIS = ("F43", "F432", "Anpassningsstörning", "G47", "Sömnsvårigheter", "M54", "Lumbago")
SECTIONS = "https://example.org/fhir/sjukskrivning/CodeSystem/sektion"


@pytest.mark.parametrize("version", [1, 2])
def test_a_certificate_with_three_consents_reaches_three_recipients_each_with_its_part(world, version):
    for kind in SETS:
        world.consent(kind)

    world.hand_in(certificate(version))
    world.deliver()

    assert {kind: agency.sets for kind, agency in world.agencies.items() if agency.sets} == {
        kind: [name] for kind, name in SETS.items()
    }
    everything = json.dumps(world.agencies[FORSAKRINGSKASSAN].received, ensure_ascii=False)
    assert "F43.2" in everything
    for kind in (EMPLOYER, MUNICIPALITY):
        part = json.dumps(world.agencies[kind].received, ensure_ascii=False)
        assert [word for word in DIAGNOSIS if word in part] == []


def test_f01_without_consent_a_certificate_is_kept_and_nothing_leaves(world):
    world.hand_in()
    world.deliver()

    assert [agency.requests for agency in world.agencies.values()] == [[], [], [], []]
    assert set(world.states().values()) == {"HELD_CONSENT"}
    assert set(world.reasons().values()) == {"no-active-consent"}


@pytest.mark.parametrize("kind", list(SETS))
def test_a_consent_given_after_the_certificate_wakes_what_it_covers_and_nothing_else(world, kind):
    world.hand_in()
    world.deliver()

    world.consent(kind)
    world.deliver()

    assert world.agencies[kind].sets == [SETS[kind]]
    assert [len(agency.received) for agency in world.agencies.values()].count(1) == 1


def test_f02_a_consent_withdrawn_between_two_attempts_stops_the_second(world):
    consent = world.consent(FORSAKRINGSKASSAN)
    world.agencies[FORSAKRINGSKASSAN].failures = [failing(503)]
    world.hand_in()
    world.deliver()
    attempts = len(world.agencies[FORSAKRINGSKASSAN].requests)
    assert world.states()[SETS[FORSAKRINGSKASSAN]] == "RETRY_WAIT"

    world.withdraw(consent, FORSAKRINGSKASSAN)
    world.wait(timedelta(days=30))
    world.deliver()

    assert len(world.agencies[FORSAKRINGSKASSAN].requests) == attempts
    assert world.agencies[FORSAKRINGSKASSAN].received == []
    assert (world.states()[SETS[FORSAKRINGSKASSAN]], world.reasons()[SETS[FORSAKRINGSKASSAN]]) == (
        "WITHHELD",
        "revoked",
    )


def test_f02_a_consent_withdrawn_while_a_worker_holds_the_delivery_stops_it_too(world):
    consent = world.consent(FORSAKRINGSKASSAN)
    world.hand_in()
    [claimed] = world.gateway.store.claim_due(world.time, timedelta(minutes=1), 10, "slow worker")

    world.withdraw(consent, FORSAKRINGSKASSAN)
    deliver(claimed, world.gateway)

    assert world.agencies[FORSAKRINGSKASSAN].requests == []
    assert world.states()[SETS[FORSAKRINGSKASSAN]] == "WITHHELD"


def test_f08_what_was_withheld_is_not_woken_when_the_person_consents_again(world):
    consent = world.consent(FORSAKRINGSKASSAN)
    world.hand_in()
    world.withdraw(consent, FORSAKRINGSKASSAN)

    world.consent(FORSAKRINGSKASSAN)
    world.deliver()

    assert world.states()[SETS[FORSAKRINGSKASSAN]] == "WITHHELD"
    assert world.agencies[FORSAKRINGSKASSAN].requests == []


def test_f12_while_the_consents_cannot_be_read_nothing_leaves_and_afterwards_it_does(world, monkeypatch):
    def unavailable(*_):
        raise StoreUnavailable

    world.consent(FORSAKRINGSKASSAN)
    world.hand_in()
    with monkeypatch.context() as away:
        away.setattr("gateway.store.sql.sending.consents_about", unavailable)
        with pytest.raises(StoreUnavailable):
            world.deliver()
    assert world.agencies[FORSAKRINGSKASSAN].requests == []

    world.wait(timedelta(minutes=1))  # the lease is over
    world.deliver()

    assert world.states()[SETS[FORSAKRINGSKASSAN]] == "DELIVERED"


def test_f08_a_new_certificate_after_a_withdrawal_and_a_new_consent_is_delivered(world):
    consent = world.consent(FORSAKRINGSKASSAN)
    world.withdraw(consent, FORSAKRINGSKASSAN)
    world.hand_in()
    assert world.reasons()[SETS[FORSAKRINGSKASSAN]] == "revoked"

    world.consent(FORSAKRINGSKASSAN)
    world.deliver()

    assert world.agencies[FORSAKRINGSKASSAN].sets == [SETS[FORSAKRINGSKASSAN]]


def test_f05_a_consent_that_has_not_begun_holds_until_its_first_day_and_then_sends_by_itself(world):
    consent = consent_of(FORSAKRINGSKASSAN)
    consent["provision"]["period"] = {"start": "2026-03-05", "end": "2026-03-31"}
    assert world.give(consent).status_code == 201
    world.hand_in()
    world.deliver()
    assert world.reasons()[SETS[FORSAKRINGSKASSAN]] == "not-started"

    world.wait(timedelta(days=1, hours=10, minutes=59))
    world.deliver()
    assert world.agencies[FORSAKRINGSKASSAN].received == []

    world.wait(timedelta(minutes=1))  # midnight in Stockholm
    world.deliver()
    assert world.agencies[FORSAKRINGSKASSAN].sets == [SETS[FORSAKRINGSKASSAN]]


def test_f04_a_consent_that_expires_between_two_attempts_stops_the_second(world):
    consent = consent_of(FORSAKRINGSKASSAN)
    consent["provision"]["period"]["end"] = "2026-03-03"
    world.give(consent)
    world.agencies[FORSAKRINGSKASSAN].failures = [failing(503)]
    world.hand_in()
    world.deliver()

    world.wait(timedelta(days=1))
    world.deliver()

    assert world.agencies[FORSAKRINGSKASSAN].received == []
    assert world.states()[SETS[FORSAKRINGSKASSAN]] == "WITHHELD"
    assert world.reasons()[SETS[FORSAKRINGSKASSAN]] == "expired"


def test_f08_what_expired_while_it_waited_is_not_woken_by_a_later_consent(world):
    """F04 and F08: a later consent sends new certificates, and the old one only where a person says so."""
    consent = consent_of(FORSAKRINGSKASSAN)
    consent["provision"]["period"]["end"] = "2026-03-03"
    world.give(consent)
    world.agencies[FORSAKRINGSKASSAN].failures = [failing(503)]
    world.hand_in()
    world.deliver()
    world.wait(timedelta(days=1))

    world.consent(EMPLOYER)
    assert world.states()[SETS[FORSAKRINGSKASSAN]] == "WITHHELD"
    world.consent(FORSAKRINGSKASSAN)
    world.deliver()

    assert world.states()[SETS[FORSAKRINGSKASSAN]] == "WITHHELD"
    assert world.agencies[FORSAKRINGSKASSAN].received == []


def _for_somebody_else(consent: dict) -> None:
    consent["patient"]["identifier"]["value"] = SOMEBODY_ELSE


def _for_another_organisation(consent: dict) -> None:
    consent["provision"]["actor"][0]["reference"]["identifier"]["value"] = "2021005522"


def _for_another_purpose(consent: dict) -> None:
    consent["provision"]["purpose"][0]["code"] = "forskning"


def _for_another_set(consent: dict) -> None:
    system = "https://example.org/fhir/sjukskrivning/CodeSystem/informationsmangd"
    consent["provision"]["class"] = [{"system": system, "code": "kommununderlag"}]


def _expired(consent: dict) -> None:
    consent["provision"]["period"]["end"] = "2026-03-02"


def _a_deny(consent: dict) -> None:
    consent["provision"]["type"] = "deny"


def _withdrawn(consent: dict) -> None:
    consent["status"] = "inactive"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (_for_somebody_else, "no-active-consent"),
        (_for_another_organisation, "recipient-not-covered"),
        (_for_another_purpose, "purpose-not-covered"),
        (_for_another_set, "set-not-covered"),
        (_expired, "expired"),
        (_a_deny, "purpose-not-covered"),
        (_withdrawn, "revoked"),
    ],
)
def test_f06_a_consent_that_does_not_cover_the_set_holds_it_and_says_why(world, change, reason):
    consent = consent_of(FORSAKRINGSKASSAN)
    change(consent)
    assert world.give(consent).status_code == 201

    world.hand_in()
    world.deliver()

    assert world.agencies[FORSAKRINGSKASSAN].requests == []
    assert (world.states()[SETS[FORSAKRINGSKASSAN]], world.reasons()[SETS[FORSAKRINGSKASSAN]]) == (
        "HELD_CONSENT",
        reason,
    )


def test_the_wider_employer_set_withholds_the_diagnosis_visibly_unless_the_consent_names_it(world):
    consent = consent_of(EMPLOYER, "arbetsgivaruppgift-utokad")
    del consent["provision"]["provision"]
    world.give(consent)

    world.hand_in()
    world.deliver()

    [bundle] = world.agencies[EMPLOYER].received
    text = json.dumps(bundle, ensure_ascii=False)
    assert [word for word in DIAGNOSIS if word in text] == []
    [section] = [
        one for one in bundle["entry"][0]["resource"]["section"] if one["code"]["coding"][0]["code"] == "diagnos"
    ]
    assert section["emptyReason"]["coding"][0]["code"] == "withheld"
    assert "På patientens begäran uppges inte diagnos" in section["text"]["div"]


def test_the_wider_employer_set_holds_the_diagnosis_where_the_consent_names_it(world):
    world.consent(EMPLOYER, "arbetsgivaruppgift-utokad")

    world.hand_in()
    world.deliver()

    [bundle] = world.agencies[EMPLOYER].received
    codes = [
        entry["resource"]["code"]["coding"][0]["code"]
        for entry in bundle["entry"]
        if entry["resource"]["resourceType"] == "Condition"
    ]
    assert codes == ["F43.2", "G47.0", "M54.5"]


def test_a_consent_that_cuts_a_section_the_set_must_have_holds_the_whole_set(world):
    consent = consent_of(FORSAKRINGSKASSAN)
    label = {"system": SECTIONS, "code": "diagnos"}
    consent["provision"]["provision"] = [{"type": "deny", "securityLabel": [label]}]
    world.give(consent)

    world.hand_in()
    world.deliver()

    assert world.agencies[FORSAKRINGSKASSAN].requests == []
    assert world.reasons()[SETS[FORSAKRINGSKASSAN]] == "section-denied"


def test_two_employers_named_by_two_consents_get_one_delivery_each_and_the_unknown_one_waits(world):
    consent = consent_of(EMPLOYER)
    consent["provision"]["actor"][0]["reference"]["identifier"]["value"] = "5599999999"
    world.consent(EMPLOYER)
    world.give(consent)

    world.hand_in()
    world.deliver()

    stands = {
        str(one.organisation): one.state.value
        for one in world.gateway.store.deliveries()
        if one.set_name == SETS[EMPLOYER]
    }
    assert stands == {ORGANISATIONS[EMPLOYER]: "DELIVERED", "5599999999": "HELD_RECIPIENT"}


def test_a_diagnosis_in_another_answer_holds_the_set_that_must_not_tell_it(world):
    world.consent(MUNICIPALITY)
    text = certificate().replace(
        b"Klarar inte att arbeta", "Har en ANPASSNINGSSTÖRNING. Klarar inte att arbeta".encode()
    )

    world.hand_in(text)
    world.deliver()

    assert world.agencies[MUNICIPALITY].requests == []
    assert world.states()[SETS[MUNICIPALITY]] == "HELD_LEAK"


def test_an_answer_nobody_knows_holds_the_certificate_whole_and_tells_the_sender(world):
    for kind in SETS:
        world.consent(kind)
    unknown = b'<c:svar id="77"><c:delsvar id="77.1">Nytt</c:delsvar></c:svar>  </r:intyg>'

    text = world.hand_in(certificate().replace(b"  </r:intyg>", unknown))
    world.deliver()

    assert "77.1" in text
    assert [agency.requests for agency in world.agencies.values()] == [[], [], [], []]
    assert set(world.states().values()) == {"HELD_MAPPING"}


def test_a_withdrawal_is_taken_whatever_else_it_says(world):
    id_ = world.consent(FORSAKRINGSKASSAN)
    withdrawal = {**consent_of(FORSAKRINGSKASSAN), "status": "inactive", "policy": [], "provision": {"foo": 1}}
    del withdrawal["provision"]

    world.hand_in()

    answer = world.http.put(f"/fhir/Consent/{id_}", json=withdrawal)
    world.deliver()

    assert answer.status_code == 200, answer.text
    assert world.agencies[FORSAKRINGSKASSAN].requests == []
    assert world.reasons()[SETS[FORSAKRINGSKASSAN]] == "revoked"


@pytest.mark.parametrize("changes", [{"foo": 1.5}, {"meta": "x"}, {"meta": [["a", "b"]]}])
def test_what_has_ended_already_is_kept_whatever_else_it_says_and_answered_with(world, changes):
    answer = world.http.post("/fhir/Consent", json={**consent_of(FORSAKRINGSKASSAN), "status": "inactive", **changes})

    assert answer.status_code == 201, answer.text
    assert answer.json()["meta"]["versionId"] == "1"
    assert answer.json().get("foo") == changes.get("foo")


def test_a_consent_that_names_more_than_anybody_shares_with_is_refused(world):
    consent = consent_of(EMPLOYER)
    consent["provision"]["actor"] *= 21

    answer = world.give(consent)

    assert (answer.status_code, answer.json()["issue"][0]["expression"]) == (422, ["Consent.provision.actor"])


@pytest.mark.parametrize(
    ("element", "system"),
    [("class", "informationsmangd"), ("securityLabel", "sektion"), ("purpose", "andamal")],
)
def test_a_consent_that_denies_what_there_is_not_is_refused_with_the_place(world, element, system):
    consent = consent_of(FORSAKRINGSKASSAN)
    coding = {"system": f"https://example.org/fhir/sjukskrivning/CodeSystem/{system}", "code": "diagnoser"}
    consent["provision"]["provision"] = [{"type": "deny", element: [coding]}]

    answer = world.give(consent)

    [issue] = answer.json()["issue"]
    assert (answer.status_code, issue["expression"]) == (
        422,
        [f"Consent.provision.provision[0].{element}[0].code"],
    )


def test_changing_a_consent_that_somebody_else_changed_is_refused(world):
    id_ = world.consent(FORSAKRINGSKASSAN)
    headers = {"If-Match": 'W/"1"'}
    first = world.http.put(f"/fhir/Consent/{id_}", json=consent_of(FORSAKRINGSKASSAN), headers=headers)

    second = world.http.put(f"/fhir/Consent/{id_}", json=consent_of(FORSAKRINGSKASSAN), headers=headers)

    assert (first.status_code, first.headers["ETag"]) == (200, 'W/"2"')
    assert (second.status_code, second.json()["issue"][0]["code"]) == (412, "conflict")


def test_a_consent_cannot_be_moved_to_another_person_or_found_where_there_is_none(world):
    id_ = world.consent(FORSAKRINGSKASSAN)

    moved = world.http.put(f"/fhir/Consent/{id_}", json=consent_of(FORSAKRINGSKASSAN, person=SOMEBODY_ELSE))
    missing = world.http.put("/fhir/Consent/none", json=consent_of(FORSAKRINGSKASSAN))

    assert [moved.status_code, missing.status_code] == [404, 404]
    assert moved.json() == missing.json()


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"status": "nonsense"}, "Consent.status"),
        ({"provision": {"type": "permit", "foo": 1}}, "Consent.provision"),
        ({"patient": {"reference": "Patient/1"}}, "Consent.patient"),
        ({"policy": []}, "Consent.policy"),
    ],
)
def test_f11_a_consent_that_cannot_be_understood_is_refused_at_once_with_the_place(world, change, place):
    answer = world.give({**consent_of(FORSAKRINGSKASSAN), **change})

    assert answer.status_code == 422
    assert any(
        expression.startswith(place) for issue in answer.json()["issue"] for expression in issue.get("expression", ())
    )


def test_a_withdrawn_consent_for_an_organisation_nobody_can_reach_is_told_as_withdrawn(world):
    consent = consent_of(EMPLOYER)
    consent["provision"]["actor"][0]["reference"]["identifier"]["value"] = "5599999999"
    id_ = world.give(consent).json()["id"]
    world.hand_in()
    assert world.states()[SETS[EMPLOYER]] == "HELD_RECIPIENT"

    world.http.put(f"/fhir/Consent/{id_}", json={**consent, "status": "inactive"})

    assert (world.states()[SETS[EMPLOYER]], world.reasons()[SETS[EMPLOYER]]) == ("HELD_CONSENT", "revoked")
