"""The answer to a withdrawal, and to what lets less leave than before: what had left already, or was on its way."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from datetime import timedelta

import httpx
import pytest
from asking import FK_SET, get, search
from worlds import (
    EMPLOYER,
    FORSAKRINGSKASSAN,
    NOON,
    ORGANISATIONS,
    PERSON,
    SETS,
    certificate,
    consent_of,
    failing,
    silent,
    unreachable,
)

HOUR = timedelta(hours=1)


def withdraw(world, id_, kind=FORSAKRINGSKASSAN, prefer="", **changes):
    return change(world, id_, {**consent_of(kind), "status": "inactive", **changes}, prefer)


def change(world, id_, consent, prefer="", version=2):
    headers = {"Prefer": prefer} if prefer else {}
    answer = world.http.put(f"/fhir/Consent/{id_}", json=consent, headers=headers)
    assert answer.status_code == 200, answer.text
    assert answer.headers["ETag"] == f'W/"{version}"'
    return answer.json()


def told(outcome, of="withdrawn"):
    """Code, words and whereabouts of each issue after the first, which says that the consent lets less leave."""
    assert outcome["resourceType"] == "OperationOutcome"
    first, *others = outcome["issue"]
    assert first["details"]["coding"][0]["code"] == of
    return [
        (
            one["details"]["coding"][0]["code"],
            one["details"]["text"],
            dict(part.split("=", 1) for part in one["diagnostics"].split()),
        )
        for one in others
    ]


def test_what_was_delivered_and_what_was_read_are_told_each_with_whom_what_and_when(world):
    id_ = world.consent(FORSAKRINGSKASSAN)
    world.hand_in()
    world.deliver()
    world.wait(HOUR)
    [entry] = search(world).json()["entry"]
    world.wait(HOUR)
    get(world, f"/fhir/Bundle/{entry['resource']['id']}")

    delivered, read = told(withdraw(world, id_))

    assert delivered[0] == "delivered"
    assert delivered[1].startswith("Lämnat till forsakringskassan (202100-5521) 2026-03-03 13:00: ”")
    assert (delivered[2]["set"], delivered[2]["organisation"]) == (FK_SET, ORGANISATIONS[FORSAKRINGSKASSAN])
    assert delivered[2]["at"] == NOON.isoformat()
    assert delivered[2]["consent"] == f"Consent/{id_}/_history/1"
    assert delivered[2]["certificate"].startswith("urn:uuid:")
    assert re.fullmatch(r"[0-9a-f-]{36}/1", delivered[2]["attempt"])
    assert read[0] == "read"
    assert "senast 2026-03-03 15:00" in read[1]
    assert "attempt" not in read[2]


def test_f03_what_is_on_its_way_when_the_person_withdraws_is_told_and_no_further_try_follows(world):
    """F03: the attempt was authorised before the withdrawal was committed, and has no outcome yet."""
    id_ = world.consent(FORSAKRINGSKASSAN)
    answers = []

    def withdrawn_meanwhile():
        answers.append(withdraw(world, id_))
        raise httpx.ConnectError("nobody is there")

    world.agencies[FORSAKRINGSKASSAN].failures = [withdrawn_meanwhile]
    world.hand_in()
    world.deliver()

    [[(code, words, where)]] = [told(answer) for answer in answers]
    [delivery] = [one for one in world.gateway.store.deliveries() if one.set_name == FK_SET]
    events = [entry.event for entry in world.gateway.store.log() if entry.delivery == delivery.id]
    assert (code, where["attempt"]) == ("in-flight", f"{delivery.id}/1")
    assert words.startswith("På väg till forsakringskassan (202100-5521) sedan 2026-03-03 13:00")
    assert len(world.agencies[FORSAKRINGSKASSAN].requests) == 1
    assert delivery.state == "WITHHELD"
    assert events.index("release.authorised") < events.index("withdrawal.in_flight") < events.index("release.outcome")


def test_f09_a_withdrawal_dated_in_the_past_counts_from_when_it_came_and_tells_what_left_before(world):
    """F09: nothing is undone by a date; what had left between the two is told."""
    id_ = world.consent(FORSAKRINGSKASSAN)
    world.hand_in()
    world.deliver()
    world.wait(48 * HOUR)

    [(code, _, where)] = told(withdraw(world, id_, dateTime="2026-03-01T08:00:00+01:00"))

    assert (code, where["at"]) == ("delivered", NOON.isoformat())
    assert world.states()[FK_SET] == "DELIVERED"
    [entry] = [one for one in world.gateway.store.log() if one.event == "withdrawal.delivered"]
    assert entry.at == NOON + 48 * HOUR
    assert search(world).json()["total"] == 0


def test_what_may_have_been_taken_is_told_as_unknown_and_is_not_sent_again(world):
    id_ = world.consent(FORSAKRINGSKASSAN)
    world.agencies[FORSAKRINGSKASSAN].failures = [silent]
    world.hand_in()
    world.deliver()

    [(code, words, _)] = told(withdraw(world, id_))
    world.wait(24 * HOUR)
    world.deliver()

    assert code == "unknown"
    assert words.endswith("Ingen vet.")
    assert len(world.agencies[FORSAKRINGSKASSAN].requests) == 1


@pytest.mark.parametrize("status", [422, 500, 503])
def test_what_was_answered_without_being_taken_is_told_since_it_may_have_been_read(world, status):
    id_ = world.consent(FORSAKRINGSKASSAN)
    world.agencies[FORSAKRINGSKASSAN].failures = [failing(status)]
    world.hand_in()
    world.deliver()

    [(code, words, _)] = told(withdraw(world, id_))

    assert code == "refused"
    assert words.endswith("Det kan ha blivit läst.")


@pytest.mark.parametrize("status", ["inactive", "entered-in-error"])
def test_what_never_left_or_left_under_another_consent_is_not_told(world, status):
    id_ = world.consent(FORSAKRINGSKASSAN)
    world.consent(EMPLOYER)
    world.agencies[FORSAKRINGSKASSAN].failures = [unreachable] * 3
    world.hand_in()
    world.deliver()
    assert world.states()[SETS[EMPLOYER]] == "DELIVERED"

    outcome = withdraw(world, id_, status=status)

    assert told(outcome) == []
    assert outcome["issue"][0]["details"]["text"].endswith("Inget hade lämnats med stöd av det.")
    assert ORGANISATIONS[EMPLOYER] not in str(outcome)


def test_the_answer_says_nothing_of_the_person_or_the_content(world):
    id_ = world.consent(FORSAKRINGSKASSAN)
    world.hand_in()
    world.deliver()

    outcome = str(withdraw(world, id_))

    assert PERSON not in outcome
    assert "F43" not in outcome


def test_every_certificate_is_told_of(world):
    id_ = world.consent(FORSAKRINGSKASSAN)
    numbers = [f"0f2a7c1e-2b44-4f0e-9a55-6f4f7d1c0b{n:02}" for n in range(3)]
    for number in numbers:
        world.hand_in(certificate(id_=number))
    world.deliver()

    found = told(withdraw(world, id_))

    assert sorted(where["certificate"] for _, _, where in found) == [f"urn:uuid:{number}" for number in numbers]


@pytest.mark.parametrize("prefer", ["return=representation", "respond-async, Return=representation; x=y"])
def test_a_client_that_asks_for_the_consent_itself_gets_it(world, prefer):
    id_ = world.consent(FORSAKRINGSKASSAN)

    consent = withdraw(world, id_, prefer=prefer)

    assert (consent["resourceType"], consent["id"], consent["status"]) == ("Consent", id_, "inactive")


UNDECIDED = ["draft", "proposed", "rejected"]


@pytest.mark.parametrize("status", UNDECIDED)
def test_a_consent_that_is_no_longer_active_tells_what_had_left_and_holds_the_rest(world, status):
    id_ = world.consent(FORSAKRINGSKASSAN)
    world.hand_in()
    world.deliver()
    world.agencies[FORSAKRINGSKASSAN].failures = [unreachable] * 3
    world.hand_in(certificate(id_="0f2a7c1e-2b44-4f0e-9a55-6f4f7d1c0b01"))
    world.deliver()

    outcome = withdraw(world, id_, status=status)
    world.wait(24 * HOUR)
    world.deliver()

    [(code, words, where)] = told(outcome)
    assert (code, where["consent"]) == ("delivered", f"Consent/{id_}/_history/1")
    assert words.endswith("Det kan inte kallas tillbaka.")
    assert outcome["issue"][0]["details"]["text"].startswith("Samtycket gäller inte längre.")
    assert "withdrawal.delivered" in [entry.event for entry in world.gateway.store.log()]
    standing = [one.state for one in world.gateway.store.deliveries() if one.set_name == FK_SET]
    assert sorted(standing) == ["DELIVERED", "HELD_CONSENT"]


@pytest.mark.parametrize("status", UNDECIDED)
def test_what_was_on_its_way_when_a_consent_was_no_longer_active_is_told(world, status):
    id_ = world.consent(FORSAKRINGSKASSAN)
    answers = []

    def changed_meanwhile():
        answers.append(withdraw(world, id_, status=status))
        raise httpx.ConnectError("nobody is there")

    world.agencies[FORSAKRINGSKASSAN].failures = [changed_meanwhile]
    world.hand_in()
    world.deliver()

    [[(code, _, _)]] = [told(answer) for answer in answers]
    assert code == "in-flight"
    assert len(world.agencies[FORSAKRINGSKASSAN].requests) == 1


def narrowed(without, kind=FORSAKRINGSKASSAN, name="", **changes):
    """The sample consent with another provision."""
    consent = consent_of(kind, name)
    provision = {**consent["provision"], **changes}
    return {**consent, "provision": {part: said for part, said in provision.items() if part != without}}


@pytest.mark.parametrize(
    "consent",
    [
        narrowed("", period={"start": "2026-01-01", "end": "2026-03-02"}),
        narrowed("actor"),
        narrowed("", provision=[{"type": "deny"}]),
    ],
    ids=["ended", "for nobody", "denied"],
)
def test_a_consent_that_lets_less_leave_tells_what_had_left_that_it_lets_no_more(world, consent):
    id_ = world.consent(FORSAKRINGSKASSAN)
    world.hand_in()
    world.deliver()
    search(world)

    outcome = change(world, id_, consent)

    assert [code for code, _, _ in told(outcome, "narrowed")] == ["delivered", "read"]
    assert outcome["issue"][0]["details"]["text"].startswith("Samtycket är ändrat.")
    assert "(2)" in outcome["issue"][0]["details"]["text"]


def test_what_a_consent_still_lets_leave_is_not_told_when_it_is_narrowed(world):
    """Of two certificates one is taken back, and of that what had left."""
    id_ = world.consent(FORSAKRINGSKASSAN)
    numbers = [f"0f2a7c1e-2b44-4f0e-9a55-6f4f7d1c0b{n:02}" for n in range(2)]
    for number in numbers:
        world.hand_in(certificate(id_=number))
    world.deliver()
    kept = {"meaning": "instance", "reference": {"reference": f"urn:uuid:{numbers[0]}"}}

    [(code, _, where)] = told(change(world, id_, narrowed("", data=[kept])), "narrowed")

    assert (code, where["certificate"]) == ("delivered", f"urn:uuid:{numbers[1]}")


WIDER = "arbetsgivaruppgift-utokad"


def test_a_section_that_had_left_and_may_no_more_is_told(world):
    id_ = world.consent(EMPLOYER, WIDER)
    world.hand_in()
    world.deliver()

    [(code, _, where)] = told(change(world, id_, narrowed("provision", EMPLOYER, WIDER)), "narrowed")

    assert (code, where["set"]) == ("delivered", WIDER)


def test_what_is_left_of_a_set_that_was_taken_back_in_part_is_told_when_that_is_taken_back_too(world):
    id_ = world.consent(EMPLOYER, WIDER)
    world.hand_in()
    world.deliver()
    in_part = narrowed("provision", EMPLOYER, WIDER)
    change(world, id_, in_part)
    for_nobody = {part: said for part, said in in_part["provision"].items() if part != "actor"}

    [(code, _, where)] = told(change(world, id_, {**in_part, "provision": for_nobody}, version=3), "narrowed")

    assert (code, where["set"]) == ("delivered", WIDER)


def damage_first_certificate(settings):
    """Change what the file keeps of the first certificate, behind the gateway's back."""
    with closing(sqlite3.connect(settings.database)) as db, db:
        db.execute("""
            UPDATE certificate SET name = CAST(substr(name, 1, length(name) - 1) || x'00' AS BLOB)
            WHERE token = (SELECT extension FROM message ORDER BY number LIMIT 1)
        """)


@pytest.mark.parametrize("status", ["inactive", "active"])
def test_a_certificate_that_cannot_be_opened_keeps_no_consent_from_being_taken_back(world, settings, status):
    id_ = world.consent(FORSAKRINGSKASSAN)
    first, second = (f"0f2a7c1e-2b44-4f0e-9a55-6f4f7d1c0b{n:02}" for n in range(2))
    world.hand_in(certificate(id_=first))
    world.deliver()
    world.hand_in(certificate(id_=second))
    damage_first_certificate(settings)
    so_many = len(world.agencies[FORSAKRINGSKASSAN].requests)

    outcome = change(world, id_, {**narrowed("actor"), "status": status})
    world.deliver()

    assert len(world.agencies[FORSAKRINGSKASSAN].requests) == so_many
    assert [code for code, *_ in told(outcome, "withdrawn" if status == "inactive" else "narrowed")] == ["delivered"]
    alerts = [one.detail for one in world.gateway.store.log() if one.event == "security.alert"]
    assert alerts == ["not-as-sealed"]


def test_a_notice_is_not_told_for_the_sake_of_a_section_since_it_holds_none(world):
    id_ = world.consent(EMPLOYER, WIDER)
    world.hand_in()
    world.deliver()
    world.revoke()
    world.deliver()
    assert len(world.agencies[EMPLOYER].requests) == 2

    outcome = change(world, id_, narrowed("provision", EMPLOYER, WIDER))

    assert [words.partition("”")[0][-2:] for _, words, _ in told(outcome, "narrowed")] == [": "]


def test_a_section_that_never_left_is_not_told(world):
    id_ = world.consent(EMPLOYER, WIDER, **narrowed("provision", EMPLOYER, WIDER))
    world.hand_in()
    world.deliver()

    assert change(world, id_, narrowed("provision", EMPLOYER, WIDER))["resourceType"] == "Consent"
    assert world.states()[WIDER] == "DELIVERED"


def test_what_had_ended_before_is_not_taken_back_by_a_change(world):
    id_ = world.consent(FORSAKRINGSKASSAN, **narrowed("", period={"start": "2026-01-01", "end": "2026-03-04"}))
    world.hand_in()
    world.deliver()
    world.wait(72 * HOUR)

    consent = narrowed("", period={"start": "2026-01-01", "end": "2026-03-03"})

    assert change(world, id_, consent)["resourceType"] == "Consent"


def test_a_consent_that_was_not_active_has_nothing_to_take_back(world):
    id_ = world.consent(FORSAKRINGSKASSAN, status="draft")

    assert withdraw(world, id_, status="proposed")["resourceType"] == "Consent"


def test_a_client_that_asks_for_a_narrowed_consent_itself_gets_it(world):
    id_ = world.consent(FORSAKRINGSKASSAN)
    world.hand_in()
    world.deliver()

    consent = change(world, id_, narrowed("actor"), "return=representation")

    assert (consent["resourceType"], consent["status"]) == ("Consent", "active")


def test_a_change_that_takes_nothing_back_is_answered_with_the_consent(world):
    id_ = world.consent(FORSAKRINGSKASSAN)
    world.hand_in()
    world.deliver()

    answer = world.http.put(f"/fhir/Consent/{id_}", json=consent_of(FORSAKRINGSKASSAN))

    assert answer.json()["resourceType"] == "Consent"
