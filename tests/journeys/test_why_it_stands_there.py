"""Why a set was sent, is held or was withheld: told to an operator, and to the agency that it is for."""

from __future__ import annotations

import json
import uuid
from dataclasses import replace
from datetime import timedelta

import pytest
from asking import EMPLOYERS_TOKEN, FK_SET, get, more_agencies, search
from click.testing import CliRunner
from fhir.resources.R4B.operationdefinition import OperationDefinition
from fhir.resources.R4B.parameters import Parameters
from test_related_certificates import A, B, related
from worlds import (
    EMPLOYER,
    FORSAKRINGSKASSAN,
    MUNICIPALITY,
    ORGANISATIONS,
    PERSON,
    SETS,
    TOKEN,
    certificate,
    consent_of,
    failing,
)

from gateway.__main__ import samsyn
from gateway.deliveries import DeliveryState
from gateway.errors import NotFound
from gateway.explaining import explain, explain_set_to, explain_to
from gateway.explaining.states import STATES
from gateway.identity import OrganisationNumber
from gateway.stops import Scope, Stop

HOUR = timedelta(hours=1)


@pytest.fixture
def settings(settings):
    return settings.model_copy(update={"agencies": (*settings.agencies, *more_agencies())})


def delivery_of(world, name=FK_SET):
    return next(one for one in world.gateway.store.deliveries() if one.set_name == name and not one.is_notice)


def explained(world, name=FK_SET):
    return explain(delivery_of(world, name).id, world.gateway)


def ask(world, token=TOKEN, **about):
    """Ask $explain-consent about one delivery or set, for an organisation where it is named."""
    parameters = [{"name": name, "valueId": id_} for name, id_ in about.items() if name != "organisation"]
    if "organisation" in about:
        identifier = {"system": "urn:oid:2.5.4.97", "value": about["organisation"]}
        parameters.append({"name": "organisation", "valueIdentifier": identifier})
    return post(world, {"resourceType": "Parameters", "parameter": parameters}, token)


def post(world, body, token=TOKEN):
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/fhir+json"}
    return world.http.post("/fhir/$explain-consent", json=body, headers=headers)


def told(answer):
    """The parameters of an answer by name, and the sentences by what they say."""
    assert answer.status_code == 200, answer.text
    found = {}
    for one in answer.json()["parameter"]:
        [found[one["name"]]] = [value for key, value in one.items() if key != "name"]
    texts = [(issue["diagnostics"], issue["details"]["text"]) for issue in found.pop("explanation")["issue"]]
    return found, texts


def test_what_nobody_has_consented_to_is_held_and_a_consent_would_change_it(world):
    world.hand_in()

    why = explained(world)

    assert why.standing == "Den hålls kvar: inget samtycke tillåter den."
    assert why.answer == "Det finns inget gällande samtycke som tillåter det."
    [change] = why.changes
    assert change.startswith("Ett samtycke som namnger forsakringskassan (202100-5521) och ändamålet ")
    assert (why.last.way, why.last.decision.reason) == ("plan", "no-active-consent")


def test_what_an_employer_would_get_waits_for_a_consent_that_names_one(world):
    world.hand_in()

    why = explained(world, SETS[EMPLOYER])

    assert why.changes[0].startswith("Ett samtycke som namnger den organisation som uppgifterna är till för")
    assert why.last is None


def test_what_was_sent_tells_the_consent_and_the_rule_and_what_the_gate_would_say_today(world):
    id_ = world.consent(FORSAKRINGSKASSAN)
    world.hand_in()
    world.deliver()
    world.withdraw(id_, FORSAKRINGSKASSAN)

    why = explained(world)

    assert why.standing.startswith("Mottagaren har den.")
    assert (why.last.decision.permitted, why.last.decision.consent) == (True, f"Consent/{id_}/_history/1")
    assert (why.decision.reason, why.decision.consent) == ("revoked", f"Consent/{id_}/_history/2")
    assert why.rule.startswith("Regeln provision säger ja: till forsakringskassan (202100-5521), för sjukpenning")
    assert why.changes == ()


def test_what_was_withheld_needs_a_new_consent_and_somebody_who_sends_it_again(world):
    id_ = world.consent(FORSAKRINGSKASSAN)
    world.agencies[FORSAKRINGSKASSAN].failures = [failing(503)]
    world.hand_in()
    world.deliver()
    world.withdraw(id_, FORSAKRINGSKASSAN)

    why = explained(world)

    assert why.standing == "Den stoppades: samtycket som den vilade på gäller inte längre."
    assert why.answer == "Ett samtycke tillät det, men personen har återkallat det."
    assert [change.split()[0:3] for change in why.changes] == [
        ["Ett", "nytt", "samtycke"],
        ["Att", "någon", "därefter"],
    ]


def test_what_has_not_begun_tells_the_day_in_swedish_time(world):
    consent = consent_of(FORSAKRINGSKASSAN)
    consent["provision"]["period"] = {"start": "2026-03-05", "end": "2026-03-31"}
    world.give(consent)
    world.hand_in()

    assert explained(world).changes == (
        "Samtycket börjar gälla 2026-03-05 00:00. Då prövas det på nytt, utan att någon gör något.",
    )


def test_what_somebody_says_no_to_is_told_as_a_no(world):
    world.consent(FORSAKRINGSKASSAN)
    no = consent_of(FORSAKRINGSKASSAN)
    no["provision"]["type"] = "deny"
    world.give(no)
    world.hand_in()

    why = explained(world)

    assert why.answer == "Ett samtycke säger nej till det, och det väger tyngre än varje ja."
    assert "säger nej" in why.rule


@pytest.mark.parametrize(
    ("scope", "name", "stops"),
    [
        (Scope.EVERYTHING, "", True),
        (Scope.WORKERS, "", True),
        (Scope.ANCHOR, "", True),
        (Scope.COPY, "", True),
        (Scope.SET, FK_SET, True),
        (Scope.KIND, FORSAKRINGSKASSAN, True),
        (Scope.ORGANISATION, ORGANISATIONS[FORSAKRINGSKASSAN], True),
        (Scope.KIND, EMPLOYER, False),
    ],
)
def test_what_an_operator_has_stopped_waits_for_that_to_be_lifted(world, scope, name, stops):
    world.consent(FORSAKRINGSKASSAN)
    world.hand_in()
    world.gateway.store.stop(Stop(scope, name, "Anna", "fel adress", world.time))

    why = explained(world)

    assert ("stoppat" in why.standing) == stops
    assert any(change.startswith("Att stoppet hävs.") for change in why.changes) == stops
    assert why.decision.permitted


def test_asking_sends_nothing_and_changes_nothing(world):
    consent = consent_of(FORSAKRINGSKASSAN)
    consent["provision"]["period"] = {"start": "2026-03-05", "end": "2026-03-31"}
    world.give(consent)
    world.hand_in()
    world.wait(timedelta(days=3))
    before = delivery_of(world), world.gateway.store.log(), world.gateway.store.decisions(delivery_of(world))

    assert explained(world).decision.permitted

    assert (delivery_of(world), world.gateway.store.log(), world.gateway.store.decisions(delivery_of(world))) == before
    assert world.agencies[FORSAKRINGSKASSAN].requests == []


def test_the_command_tells_an_operator_everything_but_the_person(world, settings, monkeypatch):
    id_ = world.consent(FORSAKRINGSKASSAN)
    world.hand_in()
    world.deliver()
    monkeypatch.setenv("SAMSYN_DATABASE", str(settings.database))
    monkeypatch.setenv("SAMSYN_RECIPIENTS", json.dumps([one.model_dump() for one in settings.recipients]))

    runs = [
        CliRunner().invoke(samsyn, ["consent", "explain", delivery_of(world).id, *more]) for more in ([], ["--json"])
    ]

    assert [one.exit_code for one in runs] == [0, 0], runs[0].output
    text, json_ = (one.output for one in runs)
    assert "DELIVERED: Mottagaren har den." in text
    assert f"Consent/{id_}/_history/1. Regeln provision säger ja" in text
    assert json.loads(json_)["last"]["consent"] == f"Consent/{id_}/_history/1"
    assert PERSON not in text + json_
    assert "F43" not in text + json_


def test_an_agency_is_told_why_it_got_what_it_got(world):
    id_ = world.consent(FORSAKRINGSKASSAN)
    world.hand_in()
    world.deliver()
    [entry] = search(world).json()["entry"]

    found, texts = told(ask(world, set=entry["resource"]["id"]))

    assert (found["state"], found["decision"], found["set"]) == ("DELIVERED", "permit", FK_SET)
    assert found["reason"]["code"] == "permitted"
    assert (found["consent"]["reference"], found["rule"]) == (f"Consent/{id_}/_history/1", "provision")
    assert found["policy"]
    assert [what for what, _ in texts] == ["standing", "answer", "rule"]
    assert PERSON not in json.dumps([found, texts])


def test_an_agency_is_told_that_what_it_had_is_withdrawn(world):
    id_ = world.consent(FORSAKRINGSKASSAN)
    world.hand_in()
    [entry] = search(world).json()["entry"]
    world.withdraw(id_, FORSAKRINGSKASSAN)

    found, texts = told(ask(world, set=entry["resource"]["id"], organisation=ORGANISATIONS[FORSAKRINGSKASSAN]))

    assert (found["decision"], found["reason"]["code"]) == ("deny", "revoked")
    assert ("answer", "Ett samtycke tillät det, men personen har återkallat det.") in texts


def test_an_agency_that_an_operator_has_told_of_a_delivery_is_told_why_it_is_held_and_nothing_of_others(world):
    id_ = world.consent(EMPLOYER)
    world.hand_in()

    found, texts = told(ask(world, delivery=delivery_of(world).id))

    assert (found["state"], found["reason"]["code"]) == ("HELD_CONSENT", "recipient-not-covered")
    assert "consent" not in found
    assert "rule" not in dict(texts)
    assert id_ not in json.dumps([found, texts])
    assert ORGANISATIONS[EMPLOYER] not in json.dumps([found, texts])


def test_what_an_agency_may_not_ask_about_looks_like_what_is_not_there(world):
    world.consent(MUNICIPALITY)
    world.hand_in()
    rules = world.gateway.rules
    [kept] = world.gateway.store.kept_sets(delivery_of(world).person, [FK_SET])
    never_permitted = next(
        one.id
        for one in rules.select(rules.understand(rules.reader.read_file(certificate()), world.time))
        if one.name == FK_SET
    )
    assert world.gateway.store.find_set(never_permitted) == kept

    answers = [
        ask(world, set=str(uuid.uuid4())),
        ask(world, set=never_permitted),
        ask(world, delivery=str(uuid.uuid4())),
        ask(world, EMPLOYERS_TOKEN, delivery=delivery_of(world).id),
        ask(world, delivery=delivery_of(world, SETS[MUNICIPALITY]).id),
        ask(world, delivery=delivery_of(world).id, organisation=ORGANISATIONS[EMPLOYER]),
    ]

    assert [one.status_code for one in answers] == [404] * len(answers)
    assert len({one.text for one in answers}) == 1


class Reads:
    """A store that tells what it is asked."""

    def __init__(self, store):
        self._store, self.asked = store, []

    def __getattr__(self, name):
        self.asked.append(name)
        return getattr(self._store, name)


def test_as_much_is_read_of_what_is_not_there_as_of_what_an_agency_may_not_ask_about(world):
    world.consent(MUNICIPALITY)
    world.hand_in()
    [kept] = world.gateway.store.kept_sets(delivery_of(world).person, [FK_SET])
    rules = world.gateway.rules
    sets = rules.select(rules.understand(rules.reader.read_file(certificate()), world.time))
    never_permitted = next(one.id for one in sets if one.name == kept.name)
    caller = OrganisationNumber(ORGANISATIONS[FORSAKRINGSKASSAN])

    def reads_for(explain_it, id_):
        store = Reads(world.gateway.store)
        with pytest.raises(NotFound):
            explain_it(caller, id_, replace(world.gateway, store=store))
        return store.asked

    assert reads_for(explain_set_to, never_permitted) == reads_for(explain_set_to, str(uuid.uuid4()))
    assert reads_for(explain_set_to, never_permitted) == ["has_got", "find_set", "decisions_on"]
    others = delivery_of(world, SETS[MUNICIPALITY]).id
    assert reads_for(explain_to, others) == reads_for(explain_to, str(uuid.uuid4()))


def refused(world):
    """Let the agency be sent the sample certificate's set, which it does not take; returns the id of the Bundle."""
    world.consent(FORSAKRINGSKASSAN)
    world.agencies[FORSAKRINGSKASSAN].failures = [failing(503)]
    world.hand_in()
    world.deliver()
    [request] = world.agencies[FORSAKRINGSKASSAN].requests[-1:]
    return json.loads(request.content)["id"]


def test_that_a_set_is_revoked_is_told_to_nobody_who_has_not_had_it(world):
    id_ = refused(world)
    assert told(ask(world, set=id_))[0]["state"] == "RETRY_WAIT"
    before = ask(world, set=str(uuid.uuid4()))
    world.revoke()
    assert delivery_of(world).state == "CANCELLED"

    answers = [ask(world, set=id_), ask(world, delivery=delivery_of(world).id), get(world, f"/fhir/Bundle/{id_}")]

    assert [one.status_code for one in answers] == [404] * 3
    assert {one.text for one in answers} == {before.text}
    store = Reads(world.gateway.store)
    with pytest.raises(NotFound):
        explain_set_to(OrganisationNumber(ORGANISATIONS[FORSAKRINGSKASSAN]), id_, replace(world.gateway, store=store))
    assert store.asked == ["has_got", "find_set", "decisions_on"]


def test_that_a_set_is_revoked_is_told_to_who_has_read_it_while_that_may_read_it(world):
    id_ = refused(world)
    [entry] = search(world).json()["entry"]
    assert entry["resource"]["id"] == id_
    world.revoke()
    assert delivery_of(world).state == "CANCELLED"

    found, texts = told(ask(world, set=id_))

    assert (found["state"], found["decision"]) == ("CANCELLED", "permit")
    assert "makulerades" in dict(texts)["standing"]


def test_that_a_set_is_revoked_is_told_to_nobody_once_the_consent_is_withdrawn(world):
    consent = world.consent(FORSAKRINGSKASSAN)
    world.agencies[FORSAKRINGSKASSAN].failures = [failing(503)]
    world.hand_in()
    world.deliver()
    [entry] = search(world).json()["entry"]
    world.withdraw(consent, FORSAKRINGSKASSAN)
    world.revoke()
    assert delivery_of(world).state == "CANCELLED"

    found, texts = told(ask(world, set=entry["resource"]["id"]))

    assert (found["state"], found["reason"]["code"]) == ("HELD_CONSENT", "revoked")
    assert "makuler" not in json.dumps(texts)


def test_a_notice_that_turned_out_to_be_for_nobody_is_not_told_of(world):
    world.consent(FORSAKRINGSKASSAN)
    world.hand_in()

    def revoked_meanwhile():
        world.revoke()
        return failing(400)()

    world.agencies[FORSAKRINGSKASSAN].failures = [revoked_meanwhile]
    world.deliver()
    [notice] = [one for one in world.gateway.store.deliveries() if one.is_notice]
    assert notice.reason == "nobody-has-got-it"

    assert ask(world, delivery=notice.id).status_code == 404


def test_an_agency_is_not_told_that_an_earlier_certificate_is_on_its_way_and_an_operator_is(world):
    world.consent(FORSAKRINGSKASSAN)
    world.agencies[FORSAKRINGSKASSAN].failures = [failing(503)]
    world.hand_in(certificate(id_=A))
    world.deliver()
    world.hand_in(related(B, "ERSATT", A))
    world.deliver()
    waits = next(one for one in world.gateway.store.deliveries(DeliveryState.HELD_ORDER) if one.set_name == FK_SET)

    found, texts = told(ask(world, delivery=waits.id))

    assert (found["state"], found["decision"]) == ("READY", "permit")
    assert texts[0] == ("standing", STATES[DeliveryState.READY].why)
    assert "ersätter" not in json.dumps(texts, ensure_ascii=False)
    assert explain(waits.id, world.gateway).standing.startswith("Den väntar på sin tur")


def test_without_a_token_nothing_is_explained(world):
    world.hand_in()

    assert ask(world, "nobody's", delivery=delivery_of(world).id).status_code == 401


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"resourceType": "Parameters", "parameter": []},
        {"resourceType": "Bundle", "parameter": [{"name": "set", "valueId": "1"}]},
        {"resourceType": "Parameters", "parameter": [{"name": "set", "valueId": "1", "valueString": "2"}]},
        {"resourceType": "Parameters", "parameter": [{"name": "set", "valueId": "1"}] * 2},
        {"resourceType": "Parameters", "parameter": [{"name": "set", "valueId": PERSON + "/"}]},
        {"resourceType": "Parameters", "parameter": [{"name": "patient", "valueId": PERSON}]},
    ],
)
def test_a_question_that_cannot_be_understood_is_refused_without_repeating_it(world, body):
    answer = post(world, body)

    assert (answer.status_code, answer.json()["issue"][0]["code"]) == (422, "invalid")
    assert PERSON not in answer.text


def test_the_operation_is_defined_as_it_answers(world):
    id_ = world.consent(FORSAKRINGSKASSAN)
    world.hand_in()
    definition = world.http.get("/fhir/OperationDefinition/explain-consent").json()
    stated = world.http.get("/fhir/metadata").json()["rest"][0]["operation"]

    answers = [ask(world, delivery=delivery_of(world).id)]
    world.withdraw(id_, FORSAKRINGSKASSAN)
    answers.append(ask(world, delivery=delivery_of(world).id))

    out = {one["name"]: one for one in definition["parameter"] if one["use"] == "out"}
    for answer in answers:
        given = [one["name"] for one in answer.json()["parameter"]]
        assert set(given) <= set(out)
        assert {name for name, one in out.items() if one["min"]} <= set(given)
    assert [(one["name"], one["definition"]) for one in stated] == [("explain-consent", definition["url"])]
    OperationDefinition.model_validate(definition)
    Parameters.model_validate(answers[0].json())
