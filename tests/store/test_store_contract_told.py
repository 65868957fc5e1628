"""What every store promises of who has got what: a set tells of earlier documents that its reader has got."""

from __future__ import annotations

import json

import pytest

from gateway.deliveries import Delivered, Postponed
from gateway.documents import Receipt, Relation
from gateway.identity import OrganisationNumber, told_id
from gateway.store.port import Reader

SOMEBODY_ELSE = OrganisationNumber("5561234567")


def bundle_of(identifier):
    composition = {"resourceType": "Composition", "identifier": {"system": "urn:ietf:rfc:3986", "value": identifier}}
    return json.dumps({"resourceType": "Bundle", "entry": [{"resource": composition}]}).encode()


@pytest.fixture
def related(given, keep):
    """Keeps a certificate, and one that replaces it; each is on its way to the agency. Returns the second."""

    def keep_two(**special):
        first, second = given.another_certificate(), given.another_certificate()
        keep.message(special, sets=[lambda m: given.set_for(m, id="first", body=bundle_of("urn:a"))], certificate=first)
        return keep.message(
            {},
            sets=[lambda m: given.set_for(m, id="second", body=bundle_of("urn:b"))],
            certificate=second,
            relations=(Relation("ERSATT", first),),
        )

    return keep_two


def relations(body):
    found = json.loads(body)["entry"][0]["resource"].get("relatesTo", ())
    return [(one["code"], one["targetIdentifier"]["value"]) for one in found]


def try_next(store, given, at):
    """Claim what is due and begin an attempt at each; return them with what was authorised."""
    claimed = store.claim_due(at, given.lease, 10, "w1")
    return [(one, store.authorise(one, lambda *_: given.permit(), at, given.address)) for one in claimed]


def read(store, given, reader, bundle):
    """Read the set that has a variant with this id; return what was read."""
    message = store.find_set(bundle).message

    def choose(_consents, sets):
        return [(one, given.permit()) for one in sets if one.message == message]

    [found] = store.read_sets(given.person, ["sickness_benefit"], choose, reader, given.noon)
    return found


def test_what_follows_something_that_was_taken_says_so_under_an_id_of_its_own(store, given, related):
    second = related()
    [(first, _)] = [one for one in try_next(store, given, given.noon) if one[1]]
    store.record(first, Delivered(Receipt("")), given.noon)

    [(_, authorised)] = try_next(store, given, given.noon)

    told = authorised.information_set
    assert relations(told.body) == [("replaces", "urn:a")]
    assert told.id == json.loads(told.body)["id"] == told_id("second", [("replaces", "urn:a")]) != "second"
    assert store.has_got(given.agency.digits, told.id)
    assert not store.has_got(given.agency.digits, "second")
    assert store.find_set(told.id).message == second.id


def test_what_was_not_taken_is_not_told_of(store, given, related):
    related(organisation=SOMEBODY_ELSE)

    for _, authorised in try_next(store, given, given.noon):
        assert authorised.information_set.id in ("first", "second")
        assert relations(authorised.information_set.body) == []


def test_what_is_read_tells_of_what_its_reader_has_read_before(store, given, related):
    related(organisation=SOMEBODY_ELSE)
    read(store, given, given.reader, "first")

    told = read(store, given, given.reader, "second")

    assert relations(told.body) == [("replaces", "urn:a")]
    assert store.has_got(given.agency.digits, told.id)
    assert read(store, given, Reader(SOMEBODY_ELSE.digits, "employer"), "second").id == "second"


def test_what_is_read_together_is_told_of_in_the_same_breath_whoever_is_asked_for_first(store, given, related):
    related(organisation=SOMEBODY_ELSE)

    def choose(_consents, sets):
        return [(one, given.permit()) for one in reversed(sets)]

    first, second = store.read_sets(given.person, ["sickness_benefit"], choose, given.reader, given.noon)

    assert (first.id, relations(first.body), relations(second.body)) == ("first", [], [("replaces", "urn:a")])
    assert store.has_got(given.agency.digits, second.id)


def test_what_somebody_has_read_stays_as_it_was(store, given, related):
    related(organisation=SOMEBODY_ELSE)
    read(store, given, given.reader, "second")
    read(store, given, given.reader, "first")

    assert read(store, given, given.reader, "second").id == "second"


def test_an_attempt_that_came_to_nothing_is_not_had(store, given, related):
    related()
    [(first, _)] = [one for one in try_next(store, given, given.noon) if one[1]]
    assert store.has_got(given.agency.digits, "first")

    store.record(first, Postponed(given.noon + given.lease, "HTTP 503"), given.noon)

    assert not store.has_got(given.agency.digits, "first")


def test_of_two_that_wait_who_is_to_have_the_newest_only_is_sent_the_second(store, given, related):
    second = related()
    claimed = store.claim_due(given.noon, given.lease, 10, "w1")

    def authorise(one):
        return store.authorise(one, lambda *_: given.permit(), given.noon, given.address, only_newest=True)

    assert [one.information_set.id for one in map(authorise, claimed) if one] == ["second"]
    [first] = [one for one in store.deliveries() if one.message != second.id]
    assert (first.state, first.reason) == ("CANCELLED", "only-newest")


@pytest.fixture
def renew(store, given):
    """Keeps the next edition of a message's set, in a variant that withholds this."""

    def renew(message, edition, withheld=frozenset()):
        changes = {"edition": edition, "withheld": withheld, "body": bundle_of("urn:a")}
        made = given.set_for(message, id=f"edition {edition}", **changes)
        store.renew(message.id, (), [made], given.plan(), given.noon)

    return renew


def test_an_edition_tells_of_those_that_its_reader_has_got_whatever_they_withheld(store, given, keep, renew):
    message = keep.message(
        {"organisation": SOMEBODY_ELSE},
        sets=[lambda m: given.set_for(m, id="edition 1", body=bundle_of("urn:a"))],
    )
    first = read(store, given, given.reader, "edition 1")
    renew(message, 2)
    renew(message, 3, frozenset({"diagnosis"}))

    def choose(_consents, sets):
        return [(one, given.permit(withheld=frozenset({"diagnosis"}))) for one in sets]

    [third] = store.read_sets(given.person, ["sickness_benefit"], choose, given.reader, given.noon)

    assert relations(third.body) == [("replaces", f"urn:uuid:{first.id}")]
    assert third.id == told_id("edition 3", [("replaces", f"urn:uuid:{first.id}")])
    other = Reader(SOMEBODY_ELSE.digits, "employer")
    [whole] = store.read_sets(given.person, ["sickness_benefit"], choose, other, given.noon)
    assert (whole.id, relations(whole.body)) == ("edition 3", [])


def test_an_edition_that_was_read_stays_as_it_was_and_the_next_tells_of_what_has_come_since(
    store, given, related, renew
):
    second = related(organisation=SOMEBODY_ELSE)
    unaware = read(store, given, given.reader, "second")
    read(store, given, given.reader, "first")
    assert read(store, given, given.reader, "second").id == unaware.id == "second"

    renew(second, 2)

    aware = read(store, given, given.reader, "edition 2")
    assert relations(aware.body) == [("replaces", "urn:uuid:second"), ("replaces", "urn:a")]
    assert read(store, given, given.reader, "edition 2").id == aware.id
