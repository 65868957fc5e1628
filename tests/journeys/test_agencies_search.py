"""Searches: bounds, pages, and what is not offered."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

import pytest
from asking import (
    EMPLOYERS_TOKEN,
    all_pages,
    appearance,
    found,
    get,
    hand_in_several,
    ids,
    more_agencies,
    next_page,
    post_form,
    readings,
    search,
)
from worlds import (
    EMPLOYER,
    FORSAKRINGSKASSAN,
    PERSON,
    TOKEN,
    certificate,
)


@pytest.fixture
def settings(settings):
    return settings.model_copy(update={"agencies": (*settings.agencies, *more_agencies())})


def test_a_count_tells_only_of_what_the_caller_may_read(world):
    world.consent(FORSAKRINGSKASSAN)
    hand_in_several(world, 2)
    unknown = b'<c:svar id="77"><c:delsvar id="77.1">Nytt</c:delsvar></c:svar>  </r:intyg>'
    world.hand_in(certificate(id_=str(uuid.uuid4())).replace(b"  </r:intyg>", unknown))

    counted = search(world, _count="0")

    assert (counted.json()["total"], counted.json()["entry"], next_page(counted)) == (2, [], None)
    assert readings(world) == []


@pytest.mark.parametrize("count", [1, 2, 3, 5, 7])
def test_the_pages_of_a_search_hold_everything_once_and_in_order(world, count):
    world.consent(FORSAKRINGSKASSAN)
    hand_in_several(world, 5)
    everything = ids(search(world))

    paged = all_pages(world, search(world, _count=str(count)))

    assert len(everything) == 5
    assert paged == everything
    updated = [bundle["meta"]["lastUpdated"] for bundle in found(search(world))]
    assert updated == sorted(updated)


def test_a_page_holds_fifty_at_most(world):
    world.consent(FORSAKRINGSKASSAN)
    hand_in_several(world, 51)

    first = search(world, _count="1000000")

    assert (len(found(first)), first.json()["total"]) == (50, 51)
    assert len(found(get(world, next_page(first)))) == 1


def test_the_next_page_keeps_to_the_bounds_of_the_search(world):
    world.consent(FORSAKRINGSKASSAN)
    hand_in_several(world, 4)
    bound = "gt2026-03-03T12:00:00Z"

    assert all_pages(world, search(world, _count="1", _lastUpdated=bound)) == ids(search(world))[1:]


def test_a_consent_withdrawn_between_two_pages_empties_the_second_without_an_error(world):
    id_ = world.consent(FORSAKRINGSKASSAN)
    hand_in_several(world, 3)
    first = search(world, _count="1")

    world.withdraw(id_, FORSAKRINGSKASSAN)
    second = get(world, next_page(first))

    assert (len(found(first)), found(second), second.json()["total"]) == (1, [], 0)
    assert len(readings(world)) == 1


@pytest.mark.parametrize("gone", [0, 1], ids=["the first", "the last of the page"])
def test_what_is_revoked_between_two_pages_moves_nothing_past_the_caller(world, gone):
    world.consent(FORSAKRINGSKASSAN)
    certificates = [str(uuid.uuid4()) for _ in range(4)]
    for one in certificates:
        world.hand_in(certificate(id_=one))
    everything = ids(search(world))
    first = search(world, _count="2")

    world.revoke(_certificate_of(found(first)[gone]))
    second = get(world, next_page(first))

    assert ids(first) + ids(second) == everything
    assert (second.json()["total"], next_page(second)) == (3, None)


def _certificate_of(bundle: dict) -> str:
    return bundle["entry"][0]["resource"]["identifier"]["value"].removeprefix("urn:uuid:")


def test_a_page_link_is_good_for_nobody_else_and_not_once_it_is_changed(world):
    world.consent(FORSAKRINGSKASSAN)
    world.consent(EMPLOYER)
    hand_in_several(world, 2)
    url = next_page(search(world, _count="1"))

    anothers = get(world, url, EMPLOYERS_TOKEN)
    changed = get(world, url[:-6] + "AAAAA=")
    odd = [get(world, f"/fhir/Bundle?_page={word}") for word in ("", "1", "%C3%A5", "%ff", "a" * 20_000)]

    assert [answer.status_code for answer in (anothers, changed, *odd)] == [400] * 7
    assert {appearance(answer) for answer in (changed, *odd)} == {appearance(anothers)}
    assert get(world, url).status_code == 200


def test_no_persons_number_stands_in_any_link_or_header(world):
    world.consent(FORSAKRINGSKASSAN)
    hand_in_several(world, 2)
    answer = search(world, _count="1")
    pages = [answer, get(world, next_page(answer)), get(world, f"/fhir/Bundle/{ids(answer)[0]}")]

    told = [str(page.json().get("link", "")) + str(page.headers) + str(page.url) for page in pages]

    assert PERSON in pages[0].text
    assert [PERSON[2:] in text for text in told] == [False, False, False]


@pytest.mark.parametrize(
    ("bound", "is_found"),
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
        ("gt2026-03-03T12:00:00Z", False),
        ("gt2026-03-03T11:59Z", True),
        ("eq2026-03-03T12:00Z", True),
        ("eq2026-03-03T12:00:00.0Z", True),
        ("eq2026-03-03T11:59:59.9Z", False),
        ("le0001-01-01", False),
        ("ge0001-01-01", True),
    ],
)
def test_a_search_by_time_keeps_to_its_bound(world, bound, is_found):
    world.consent(FORSAKRINGSKASSAN)
    world.hand_in()

    answer = search(world, _lastUpdated=bound)

    assert len(found(answer)) == answer.json()["total"] == is_found


def test_a_day_begins_and_ends_in_stockholm(world):
    world.consent(FORSAKRINGSKASSAN)
    world.time = datetime(2026, 3, 3, 23, 0, tzinfo=UTC)  # midnight, and so 4 March
    world.hand_in()

    assert len(found(search(world, _lastUpdated="2026-03-04"))) == 1
    assert found(search(world, _lastUpdated="2026-03-03")) == []


def test_two_bounds_hold_together(world):
    world.consent(FORSAKRINGSKASSAN)
    hand_in_several(world, 3)
    form = f"patient.identifier={PERSON}&_lastUpdated=ge2026-03-03T13:00:00Z&_lastUpdated=lt2026-03-03T14:00:00Z"

    answer = post_form(world, form.encode())

    assert ids(answer) == ids(search(world))[1:2]


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
    assert readings(world) == []


@pytest.mark.parametrize(
    "form",
    [
        b"",
        b"patient.identifier",
        b"patient.identifier=",
        b"patient.identifier=19900222-2397",
        b"patient.identifier=9002222397",
        b"patient.identifier=199013222397",
        b"patient.identifier=%EF%BC%9199002222397",
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

    answer = post_form(world, form)

    assert (answer.status_code, answer.json()["resourceType"]) == (400, "OperationOutcome")
    assert answer.json()["meta"]["profile"] == ["https://example.org/fhir/sjukskrivning/StructureDefinition/felsvar"]
    assert PERSON not in answer.text
    assert readings(world) == []


def test_a_form_that_is_too_long_or_of_another_kind_is_not_read(world):
    assert post_form(world, b"a=1&" * 5000).status_code == 413
    assert post_form(world, b"{}", **{"Content-Type": "application/json"}).status_code == 415
    assert post_form(world, b"a=1", **{"Content-Length": "abc"}).status_code == 400
