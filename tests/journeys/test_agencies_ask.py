"""Pull: an agency asks for what it may have, and sees nothing of the rest."""

from __future__ import annotations

import hashlib
import json
import re
import uuid
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import TYPE_CHECKING

import pytest
from conftest import (
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

from gateway.settings import AgencySetting

if TYPE_CHECKING:
    import httpx

PERSONNUMMER = "http://electronichealth.se/identifier/personnummer"
FK_SET = SETS[FORSAKRINGSKASSAN]
EMPLOYERS_TOKEN, STRANGERS_TOKEN = "the employer's", "a stranger's"


@pytest.fixture
def settings(settings):
    others = [(EMPLOYERS_TOKEN, ORGANISATIONS[EMPLOYER]), (STRANGERS_TOKEN, "5599999999")]
    agencies = [
        AgencySetting(name=token, organisation=number, token_sha256=hashlib.sha256(token.encode()).hexdigest())
        for token, number in others
    ]
    return settings.model_copy(update={"agencies": (*settings.agencies, *agencies)})


def _search(world: World, token: str = TOKEN, identifier: str = PERSON, **form: str) -> httpx.Response:
    return world.search(token, patient_identifier=identifier, **form)


def _found(answer: httpx.Response) -> list[dict]:
    assert answer.status_code == 200, answer.text
    return [entry["resource"] for entry in answer.json()["entry"]]


def _ids(answer: httpx.Response) -> list[str]:
    return [bundle["id"] for bundle in _found(answer)]


def _get(world: World, address: str, token: str = TOKEN) -> httpx.Response:
    return world.http.get(address, headers={"Authorization": f"Bearer {token}"})


def _next(answer: httpx.Response) -> str | None:
    return next((link["url"] for link in answer.json()["link"] if link["relation"] == "next"), None)


def _all_pages(world: World, answer: httpx.Response) -> list[str]:
    ids = _ids(answer)
    while url := _next(answer):
        answer = _get(world, url)
        ids += _ids(answer)
    return ids


def _hand_in_several(world: World, count: int) -> None:
    """Certificates with ids of their own, an hour between them."""
    for _ in range(count):
        world.hand_in(certificate(id_=str(uuid.uuid4())))
        world.wait(timedelta(hours=1))


def _readings(world: World) -> list[str]:
    return [entry.detail for entry in world.gateway.store.log() if entry.event == "set.read"]


def _appearance(answer: httpx.Response) -> tuple:
    """All that a caller sees of an answer, apart from the time and the name of the request."""
    headers = sorted(item for item in answer.headers.items() if item[0] not in ("x-request-id", "date"))
    return answer.status_code, str(headers), re.sub(r'"timestamp":"[^"]*"', "", answer.text)


@pytest.mark.parametrize("identifier", [PERSON, f"{PERSONNUMMER}|{PERSON}", f"urn:oid:1.2.752.129.2.1.3.1|{PERSON}"])
def test_an_agency_finds_what_a_consent_gives_it_and_reads_the_same_by_its_id(world, identifier):
    world.consent(FORSAKRINGSKASSAN)
    world.hand_in()

    answer = _search(world, identifier=identifier)
    [bundle] = _found(answer)
    read = _get(world, f"/fhir/Bundle/{bundle['id']}")

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
    [pulled] = _found(_search(world))

    assert pulled["meta"].pop("lastUpdated") == "2026-03-03T12:00:00.000000+00:00"
    pushed["meta"].pop("lastUpdated", None)
    assert pulled == pushed


def test_an_employer_that_asks_gets_its_own_set_and_not_the_agencys(world):
    world.consent(FORSAKRINGSKASSAN)
    world.consent(EMPLOYER)
    world.hand_in()

    [bundle] = _found(_search(world, EMPLOYERS_TOKEN))

    assert bundle["entry"][0]["resource"]["type"]["coding"][1]["code"] == SETS[EMPLOYER]
    assert "F43" not in json.dumps(bundle)


def test_a_section_that_the_consent_does_not_name_is_read_withheld_and_under_an_id_of_its_own(world):
    name = "arbetsgivaruppgift-utokad"
    narrow = consent_of(EMPLOYER, name)
    del narrow["provision"]["provision"]
    world.give(narrow)
    world.hand_in()
    [without] = _found(_search(world, EMPLOYERS_TOKEN))

    world.consent(EMPLOYER, name)
    [whole] = _found(_search(world, EMPLOYERS_TOKEN))

    assert "F43" not in json.dumps(without)
    assert "withheld" in json.dumps(without)
    assert "F43.2" in json.dumps(whole)
    assert whole["id"] != without["id"]
    assert _get(world, f"/fhir/Bundle/{without['id']}", EMPLOYERS_TOKEN).status_code == 404
    assert _get(world, f"/fhir/Bundle/{whole['id']}", EMPLOYERS_TOKEN).json() == whole


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
    not_there = _appearance(_search(world)), _appearance(_get(world, f"/fhir/Bundle/{uuid.uuid4()}"))
    id_ = _id_of_the_agencys_set(world)

    hide(world)

    assert world.gateway.store.messages()
    assert (_appearance(_search(world)), _appearance(_get(world, f"/fhir/Bundle/{id_}"))) == not_there
    assert not_there[0][0] == 200
    assert '"total":0' in not_there[0][2]
    assert not_there[1][0] == 404
    assert _readings(world) == []


def _id_of_the_agencys_set(world: World) -> str:
    rules = world.gateway.rules
    document = rules.understand(rules.reader.read_file(certificate()))
    return next(one.id for one in rules.select(document) if one.name == FK_SET)


def test_the_id_that_the_table_above_asks_for_is_the_right_one(world):
    world.consent(FORSAKRINGSKASSAN)
    world.hand_in()

    assert _ids(_search(world)) == [_id_of_the_agencys_set(world)]


def test_a_caller_that_is_no_recipient_finds_nothing_even_where_a_consent_names_it(world):
    consent = consent_of(FORSAKRINGSKASSAN)
    consent["provision"]["actor"][0]["reference"]["identifier"]["value"] = "5599999999"
    world.give(consent)
    world.hand_in()

    assert _found(_search(world, STRANGERS_TOKEN)) == []


def test_a_count_tells_only_of_what_the_caller_may_read(world):
    world.consent(FORSAKRINGSKASSAN)
    _hand_in_several(world, 2)
    unknown = b'<c:svar id="77"><c:delsvar id="77.1">Nytt</c:delsvar></c:svar>  </r:intyg>'
    world.hand_in(certificate(id_=str(uuid.uuid4())).replace(b"  </r:intyg>", unknown))

    counted = _search(world, _count="0")

    assert (counted.json()["total"], counted.json()["entry"], _next(counted)) == (2, [], None)
    assert _readings(world) == []


@pytest.mark.parametrize("count", [1, 2, 3, 5, 7])
def test_the_pages_of_a_search_hold_everything_once_and_in_order(world, count):
    world.consent(FORSAKRINGSKASSAN)
    _hand_in_several(world, 5)
    everything = _ids(_search(world))

    paged = _all_pages(world, _search(world, _count=str(count)))

    assert len(everything) == 5
    assert paged == everything
    updated = [bundle["meta"]["lastUpdated"] for bundle in _found(_search(world))]
    assert updated == sorted(updated)


def test_a_page_holds_fifty_at_most(world):
    world.consent(FORSAKRINGSKASSAN)
    _hand_in_several(world, 51)

    first = _search(world, _count="1000000")

    assert (len(_found(first)), first.json()["total"]) == (50, 51)
    assert len(_found(_get(world, _next(first)))) == 1


def test_the_next_page_keeps_to_the_bounds_of_the_search(world):
    world.consent(FORSAKRINGSKASSAN)
    _hand_in_several(world, 4)
    bound = "gt2026-03-03T12:00:00Z"

    assert _all_pages(world, _search(world, _count="1", _lastUpdated=bound)) == _ids(_search(world))[1:]


def test_a_consent_withdrawn_between_two_pages_empties_the_second_without_an_error(world):
    id_ = world.consent(FORSAKRINGSKASSAN)
    _hand_in_several(world, 3)
    first = _search(world, _count="1")

    world.withdraw(id_, FORSAKRINGSKASSAN)
    second = _get(world, _next(first))

    assert (len(_found(first)), _found(second), second.json()["total"]) == (1, [], 0)
    assert len(_readings(world)) == 1


def test_a_page_link_is_good_for_nobody_else_and_not_once_it_is_changed(world):
    world.consent(FORSAKRINGSKASSAN)
    world.consent(EMPLOYER)
    _hand_in_several(world, 2)
    url = _next(_search(world, _count="1"))

    anothers = _get(world, url, EMPLOYERS_TOKEN)
    changed = _get(world, url[:-6] + "AAAAA=")
    odd = [_get(world, f"/fhir/Bundle?_page={word}") for word in ("", "1", "%C3%A5", "%ff", "a" * 20_000)]

    assert [answer.status_code for answer in (anothers, changed, *odd)] == [400] * 7
    assert {_appearance(answer) for answer in (changed, *odd)} == {_appearance(anothers)}
    assert _get(world, url).status_code == 200


def test_no_persons_number_stands_in_any_link_or_header(world):
    world.consent(FORSAKRINGSKASSAN)
    _hand_in_several(world, 2)
    answer = _search(world, _count="1")
    pages = [answer, _get(world, _next(answer)), _get(world, f"/fhir/Bundle/{_ids(answer)[0]}")]

    told = [str(page.json().get("link", "")) + str(page.headers) + str(page.url) for page in pages]

    assert PERSON in pages[0].text
    assert [PERSON[2:] in text for text in told] == [False, False, False]


@pytest.mark.parametrize(
    ("bound", "found"),
    [
        # Kept at noon UTC on 3 March, which is 13:00 in Stockholm.
        ("2026-03-03", True),
        ("eq2026-03-03", True),
        ("2026-03-02", False),
        ("ge2026-03-03", True),
        ("ge2026-03-04", False),
        ("gt2026-03-02", True),
        ("gt2026-03-03", False),
        ("le2026-03-03", True),
        ("le2026-03-02", False),
        ("lt2026-03-04", True),
        ("lt2026-03-03", False),
        ("2026-03-03T12:00:00Z", True),
        ("eq2026-03-03T13:00:00+01:00", True),
        ("eq2026-03-03T12:00:00+01:00", False),
        ("ge2026-03-03T12:00:00Z", True),
        ("ge2026-03-03T12:00:00.000001Z", False),
        ("gt2026-03-03T11:59:59.999999Z", True),
        ("gt2026-03-03T12:00:00.000000+00:00", False),
        ("le2026-03-03T12:00:00Z", True),
        ("lt2026-03-03T12:00:00Z", False),
        ("lt2026-03-03T12:00:01Z", True),
        ("gt2026-03-03T12:00Z", False),
        ("le0001-01-01", False),
        ("ge0001-01-01", True),
    ],
)
def test_a_search_by_time_keeps_to_its_bound(world, bound, found):
    world.consent(FORSAKRINGSKASSAN)
    world.hand_in()

    answer = _search(world, _lastUpdated=bound)

    assert len(_found(answer)) == answer.json()["total"] == found


def test_a_day_begins_and_ends_in_stockholm(world):
    world.consent(FORSAKRINGSKASSAN)
    world.time = datetime(2026, 3, 3, 23, 0, tzinfo=UTC)  # midnight, and so 4 March
    world.hand_in()

    assert len(_found(_search(world, _lastUpdated="2026-03-04"))) == 1
    assert _found(_search(world, _lastUpdated="2026-03-03")) == []


def test_two_bounds_hold_together(world):
    world.consent(FORSAKRINGSKASSAN)
    _hand_in_several(world, 3)
    form = f"patient.identifier={PERSON}&_lastUpdated=ge2026-03-03T13:00:00Z&_lastUpdated=lt2026-03-03T14:00:00Z"

    answer = _post_form(world, form.encode())

    assert _ids(answer) == _ids(_search(world))[1:2]


def _post_form(world: World, form: bytes, **headers: str) -> httpx.Response:
    given = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/x-www-form-urlencoded", **headers}
    return world.http.post("/fhir/Bundle/_search", content=form, headers=given)


def test_an_agency_that_asks_only_for_what_is_new_finds_what_a_later_consent_gives(world):
    world.hand_in()
    world.wait(timedelta(days=5))
    last_seen = world.time.isoformat()
    assert _found(_search(world, _lastUpdated=f"gt{last_seen}")) == []

    world.wait(timedelta(minutes=1))
    world.consent(FORSAKRINGSKASSAN)
    [bundle] = _found(_search(world, _lastUpdated=f"gt{last_seen}"))

    assert bundle["meta"]["lastUpdated"] == world.time.isoformat(timespec="microseconds")
    assert _found(_search(world, _lastUpdated=f"gt{bundle['meta']['lastUpdated']}")) == []


def test_a_set_comes_within_reach_on_the_day_its_consent_begins(world):
    consent = consent_of(FORSAKRINGSKASSAN)
    consent["provision"]["period"] = {"start": "2026-03-05", "end": "2026-03-31"}
    world.give(consent)
    world.hand_in()
    assert _found(_search(world)) == []

    world.wait(timedelta(days=2))
    [bundle] = _found(_search(world, _lastUpdated="ge2026-03-05"))

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
    assert _readings(world) == []


@pytest.mark.parametrize("address", ["/fhir/Bundle", "/fhir/Bundle/", "/fhir/Bundle/_search", "/fhir/Bundle/_search/"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_number_in_the_address_is_refused_and_neither_repeated_nor_logged(world, capfd, address, method):
    world.consent(FORSAKRINGSKASSAN)
    world.hand_in()
    headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/x-www-form-urlencoded"}

    answer = world.http.request(
        method,
        f"{address}?patient.identifier={PERSON}",
        content=f"patient.identifier={PERSON}" if method == "POST" else None,
        headers=headers,
        follow_redirects=False,
    )

    assert answer.status_code in (400, 404, 405)
    assert PERSON not in answer.text + str(answer.headers)
    logged = capfd.readouterr()
    assert '"event":"request answered"' in logged.err
    assert PERSON not in logged.err + logged.out
    assert _readings(world) == []


@pytest.mark.parametrize(
    "form",
    [
        b"",
        b"patient.identifier",
        b"patient.identifier=",
        b"patient.identifier=19900222-2397",
        b"patient.identifier=9002222397",
        b"patient.identifier=199013222397",
        "patient.identifier=１９９００２２２２３９７".encode(),
        b"patient.identifier=http://example.org|199002222397",
        b"patient.identifier=199002222397&patient.identifier=191212121212",
        b"patient.identifier=199002222397&patient=Patient/1",
        b"patient.identifier=199002222397&199002222397=1",
        b"patient.identifier=199002222397&_include=*",
        b"patient.identifier=199002222397&_count=-1",
        b"patient.identifier=199002222397&_count=many",
        b"patient.identifier=199002222397&_count=" + b"9" * 5000,
        b"patient.identifier=199002222397&_count=%D9%A3",
        b"patient.identifier=199002222397&_lastUpdated=",
        b"patient.identifier=199002222397&_lastUpdated=yesterday",
        b"patient.identifier=199002222397&_lastUpdated=sa2026-03-03",
        b"patient.identifier=199002222397&_lastUpdated=2026-02-30",
        b"patient.identifier=199002222397&_lastUpdated=2026-03-03T12:00:00",
        b"patient.identifier=199002222397&_lastUpdated=9999-12-31",
        b"patient.identifier=199002222397&_lastUpdated=0001-01-01T00:00:00%2B14:00",
        b"patient.identifier=199002222397&_lastUpdated=9999-12-31T23:59:59-14:00",
        b"patient.identifier=199002222397" + b"&_lastUpdated=2026-03-03" * 30,
        b"\xff\xfe",
        b"patient.identifier=%ff",
    ],
)
def test_a_search_that_is_not_offered_or_not_understood_is_refused_and_not_repeated(world, form):
    world.consent(FORSAKRINGSKASSAN)
    world.hand_in()

    answer = _post_form(world, form)

    assert (answer.status_code, answer.json()["resourceType"]) == (400, "OperationOutcome")
    assert PERSON not in answer.text
    assert _readings(world) == []


def test_a_form_that_is_too_long_or_of_another_kind_is_not_read(world):
    assert _post_form(world, b"a=1&" * 5000).status_code == 413
    assert _post_form(world, b"{}", **{"Content-Type": "application/json"}).status_code == 415
    assert _post_form(world, b"a=1", **{"Content-Length": "abc"}).status_code == 400


def test_every_reading_is_logged_and_only_for_what_was_returned(world):
    world.consent(FORSAKRINGSKASSAN)
    _hand_in_several(world, 3)

    first = _search(world, _count="2")
    _get(world, _next(first))
    _get(world, f"/fhir/Bundle/{_ids(first)[0]}")
    _search(world, EMPLOYERS_TOKEN)
    _search(world, _lastUpdated="lt2000-01-01")

    read = _readings(world)
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
    [bundle] = _found(_search(world))
    consent = world.give(consent_of(MUNICIPALITY))
    address = f"/fhir/Consent/{consent.json()['id']}"

    works = {
        ("Bundle", "search-type"): _search(world).status_code,
        ("Bundle", "read"): _get(world, f"/fhir/Bundle/{bundle['id']}").status_code,
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
