"""Pull: an agency asks for what it may have, and sees nothing of the rest."""

from __future__ import annotations

import json
import uuid
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from asking import (
    EMPLOYERS_TOKEN,
    FK_SET,
    PERSONNUMMER,
    STRANGERS_TOKEN,
    appearance,
    found,
    get,
    hand_in_several,
    ids,
    more_agencies,
    next_page,
    readings,
    search,
)
from worlds import (
    EMPLOYER,
    FORSAKRINGSKASSAN,
    MUNICIPALITY,
    NOON,
    ORGANISATIONS,
    PERSON,
    SETS,
    SOMEBODY_ELSE,
    TOKEN,
    World,
    certificate,
    consent_of,
)


@pytest.fixture
def settings(settings):
    return settings.model_copy(update={"agencies": (*settings.agencies, *more_agencies())})


@pytest.mark.parametrize("identifier", [PERSON, f"{PERSONNUMMER}|{PERSON}", f"urn:oid:1.2.752.129.2.1.3.1|{PERSON}"])
def test_an_agency_finds_what_a_consent_gives_it_and_reads_the_same_by_its_id(world, identifier):
    world.consent(FORSAKRINGSKASSAN)
    world.hand_in()

    answer = search(world, identifier=identifier)
    [bundle] = found(answer)
    read = get(world, f"/fhir/Bundle/{bundle['id']}")

    assert (answer.json()["type"], answer.json()["total"]) == ("searchset", 1)
    assert bundle["entry"][0]["resource"]["type"]["coding"][1]["code"] == FK_SET
    assert "F43.2" in json.dumps(bundle)
    assert answer.json()["entry"][0]["fullUrl"].endswith(f"/fhir/Bundle/{bundle['id']}")
    assert (read.status_code, read.json()) == (200, bundle)
    assert read.headers["Last-Modified"] == format_datetime(NOON, usegmt=True)
    assert {answer.headers["Cache-Control"], read.headers["Cache-Control"]} == {"no-store"}


def test_what_is_pulled_and_what_is_pushed_is_the_same_bundle(world):
    world.consent(FORSAKRINGSKASSAN)
    world.hand_in()
    world.deliver()

    [pushed] = world.agencies[FORSAKRINGSKASSAN].received
    [pulled] = found(search(world))

    assert pulled["meta"].pop("lastUpdated") == "2026-03-03T12:00:00.000000+00:00"
    pushed["meta"].pop("lastUpdated", None)
    assert pulled == pushed


def test_an_employer_that_asks_gets_its_own_set_and_not_the_agencys(world):
    world.consent(FORSAKRINGSKASSAN)
    world.consent(EMPLOYER)
    world.hand_in()

    [bundle] = found(search(world, EMPLOYERS_TOKEN))

    assert bundle["entry"][0]["resource"]["type"]["coding"][1]["code"] == SETS[EMPLOYER]
    assert "F43" not in json.dumps(bundle)


def test_a_section_that_the_consent_does_not_name_is_read_withheld_and_under_an_id_of_its_own(world):
    name = "arbetsgivaruppgift-utokad"
    narrow = consent_of(EMPLOYER, name)
    del narrow["provision"]["provision"]
    world.give(narrow)
    world.hand_in()
    [without] = found(search(world, EMPLOYERS_TOKEN))

    world.consent(EMPLOYER, name)
    [whole] = found(search(world, EMPLOYERS_TOKEN))

    assert "F43" not in json.dumps(without)
    assert "withheld" in json.dumps(without)
    assert "F43.2" in json.dumps(whole)
    assert whole["id"] != without["id"]
    assert get(world, f"/fhir/Bundle/{without['id']}", EMPLOYERS_TOKEN).status_code == 404
    assert get(world, f"/fhir/Bundle/{whole['id']}", EMPLOYERS_TOKEN).json() == whole


def _nobody_consented(world: World) -> None:
    world.hand_in()


def _another_was_named(world: World) -> None:
    world.consent(EMPLOYER)
    world.hand_in()


def _it_was_withdrawn(world: World) -> None:
    id_ = world.consent(FORSAKRINGSKASSAN)
    world.hand_in()
    world.withdraw(id_, FORSAKRINGSKASSAN)


def _it_is_over(world: World) -> None:
    world.consent(FORSAKRINGSKASSAN)
    world.hand_in()
    world.wait(timedelta(days=3650))


def _it_is_about_another(world: World) -> None:
    world.consent(FORSAKRINGSKASSAN)
    world.hand_in(certificate(person=SOMEBODY_ELSE))


def _a_person_has_to_look(world: World) -> None:
    world.consent(FORSAKRINGSKASSAN)
    unknown = b'<c:svar id="77"><c:delsvar id="77.1">Nytt</c:delsvar></c:svar>  </r:intyg>'
    world.hand_in(certificate().replace(b"  </r:intyg>", unknown))


HIDDEN = [
    _nobody_consented,
    _another_was_named,
    _it_was_withdrawn,
    _it_is_over,
    _it_is_about_another,
    _a_person_has_to_look,
]


@pytest.mark.parametrize("hide", HIDDEN)
def test_what_an_agency_may_not_have_looks_exactly_like_what_is_not_there(world, hide):
    # Its id is known to somebody who may not have it, as from an older consent.
    not_there = appearance(search(world)), appearance(get(world, f"/fhir/Bundle/{uuid.uuid4()}"))
    id_ = _id_of_the_agencys_set(world)

    hide(world)

    assert world.gateway.store.messages()
    assert (appearance(search(world)), appearance(get(world, f"/fhir/Bundle/{id_}"))) == not_there
    assert not_there[0][0] == 200
    assert '"total":0' in not_there[0][2]
    assert not_there[1][0] == 404
    assert readings(world) == []


def _id_of_the_agencys_set(world: World) -> str:
    rules = world.gateway.rules
    document = rules.understand(rules.reader.read_file(certificate()), world.time)
    return next(one.id for one in rules.select(document) if one.name == FK_SET)


def test_the_id_that_the_table_above_asks_for_is_the_right_one(world):
    world.consent(FORSAKRINGSKASSAN)
    world.hand_in()

    assert ids(search(world)) == [_id_of_the_agencys_set(world)]


def test_a_caller_that_is_no_recipient_finds_nothing_even_where_a_consent_names_it(world):
    consent = consent_of(FORSAKRINGSKASSAN)
    consent["provision"]["actor"][0]["reference"]["identifier"]["value"] = "5599999999"
    world.give(consent)
    world.hand_in()

    assert found(search(world, STRANGERS_TOKEN)) == []


def test_an_agency_that_asks_only_for_what_is_new_finds_what_a_later_consent_gives(world):
    world.hand_in()
    world.wait(timedelta(days=5))
    last_seen = world.time.isoformat()
    assert found(search(world, _lastUpdated=f"gt{last_seen}")) == []

    world.wait(timedelta(minutes=1))
    world.consent(FORSAKRINGSKASSAN)
    [bundle] = found(search(world, _lastUpdated=f"gt{last_seen}"))

    assert bundle["meta"]["lastUpdated"] == world.time.isoformat(timespec="microseconds")
    assert found(search(world, _lastUpdated=f"gt{bundle['meta']['lastUpdated']}")) == []


def test_a_set_comes_within_reach_on_the_day_its_consent_begins(world):
    consent = consent_of(FORSAKRINGSKASSAN)
    consent["provision"]["period"] = {"start": "2026-03-05", "end": "2026-03-31"}
    world.give(consent)
    world.hand_in()
    assert found(search(world)) == []

    world.wait(timedelta(days=2))
    [bundle] = found(search(world, _lastUpdated="ge2026-03-05"))

    assert datetime.fromisoformat(bundle["meta"]["lastUpdated"]) == datetime(2026, 3, 4, 23, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "authorization",
    [None, "", "Bearer", "Bearer ", "Bearer wrong", f"Basic {TOKEN}", f"Bearer {TOKEN}x", TOKEN, "Bearer \u00e9"],
)
def test_without_a_token_that_we_know_nothing_is_told(world, authorization):
    world.consent(FORSAKRINGSKASSAN)
    world.hand_in()
    headers = {} if authorization is None else {"Authorization": authorization.encode("latin-1")}
    form = {"patient.identifier": PERSON}

    answers = [
        world.http.post("/fhir/Bundle/_search", data=form, headers=headers),
        world.http.post("/fhir/Bundle/_search", data={"patient.identifier": "nobody"}, headers=headers),
        world.http.get("/fhir/Bundle", headers=headers),
        world.http.get(f"/fhir/Bundle/{_id_of_the_agencys_set(world)}", headers=headers),
        world.http.get(f"/fhir/Bundle/{uuid.uuid4()}", headers=headers),
    ]

    assert {answer.status_code for answer in answers} == {401}
    assert {answer.headers["WWW-Authenticate"] for answer in answers} == {"Bearer"}
    assert len({answer.text for answer in answers}) == 1
    assert answers[0].json()["issue"][0]["code"] == "login"
    assert readings(world) == []


def test_every_reading_is_logged_and_only_for_what_was_returned(world):
    world.consent(FORSAKRINGSKASSAN)
    hand_in_several(world, 3)

    first = search(world, _count="2")
    get(world, next_page(first))
    get(world, f"/fhir/Bundle/{ids(first)[0]}")
    search(world, EMPLOYERS_TOKEN)
    search(world, _lastUpdated="lt2000-01-01")

    read = readings(world)
    assert len(read) == 2 + 1 + 1
    assert all(ORGANISATIONS[FORSAKRINGSKASSAN] in detail for detail in read)
    assert all(PERSON not in detail for detail in read)


def test_what_the_server_says_of_itself_is_true(world):
    world.consent(FORSAKRINGSKASSAN)
    world.hand_in()
    statement = world.http.get("/fhir/metadata").json()
    stated = {
        (one["type"], interaction["code"])
        for one in statement["rest"][0]["resource"]
        for interaction in one["interaction"]
    }
    headers = {"Authorization": f"Bearer {TOKEN}"}
    [bundle] = found(search(world))
    consent = world.give(consent_of(MUNICIPALITY))
    address = f"/fhir/Consent/{consent.json()['id']}"

    works = {
        ("Bundle", "search-type"): search(world).status_code,
        ("Bundle", "read"): get(world, f"/fhir/Bundle/{bundle['id']}").status_code,
        ("OperationDefinition", "read"): get(world, "/fhir/OperationDefinition/explain-consent").status_code,
        ("Consent", "create"): consent.status_code,
        ("Consent", "update"): world.http.put(address, json=consent_of(MUNICIPALITY)).status_code,
    }
    refused = [
        world.http.request(method, path, headers=headers).status_code
        for method, path in [
            ("GET", address),
            ("GET", f"{address}/_history/1"),
            ("GET", "/fhir/Consent"),
            ("PATCH", address),
            ("DELETE", address),
            ("POST", "/fhir/Bundle"),
            ("POST", "/fhir"),
            ("PUT", f"/fhir/Bundle/{bundle['id']}"),
            ("DELETE", f"/fhir/Bundle/{bundle['id']}"),
            ("GET", f"/fhir/Bundle/{bundle['id']}/_history"),
            ("GET", "/fhir/Patient"),
            ("POST", "/fhir/Consent/_search"),
        ]
    ]

    assert works == dict.fromkeys(stated, 200) | {("Consent", "create"): 201}
    assert set(refused) <= {404, 405}
    assert statement["implementation"]["url"] == "http://testserver/fhir"
    assert (statement["fhirVersion"], statement["status"]) == ("4.0.1", "active")
    names = {one["name"] for one in statement["rest"][0]["resource"][0]["searchParam"]}
    assert names == {"patient.identifier", "_lastUpdated", "_count"}
