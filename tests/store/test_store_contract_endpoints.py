"""What every store promises of where recipients are reached; row B26 of the fault table."""

from __future__ import annotations

import pytest

from gateway.errors import NotFound, SecondPersonNeeded
from gateway.standings import Endpoint

OLD, NEW, NEWER = "https://fk.example/sets", "https://new.example:8443/sets?key=x", "https://newer.example/sets"


@pytest.fixture
def want(store, given):
    return lambda url: store.want_endpoints({given.agency: url}, given.noon)


def _changes(store):
    return [entry.detail for entry in store.log() if entry.event == "config.changed"]


def test_the_first_address_of_a_recipient_counts_as_it_stands(store, given, want):
    want(OLD)
    want(OLD)

    assert store.endpoints() == {given.agency: Endpoint(OLD)}
    assert _changes(store) == [f"endpoint {given.agency} at https://fk.example"]


def test_another_address_counts_when_two_persons_have_approved_it(store, given, want):
    want(OLD)
    want(NEW)
    assert store.endpoints() == {given.agency: Endpoint(OLD, NEW)}

    assert store.approve_endpoint(given.agency, "Anna", given.noon) is False
    assert store.endpoints() == {given.agency: Endpoint(OLD, NEW, "Anna")}
    with pytest.raises(SecondPersonNeeded):
        store.approve_endpoint(given.agency, "anna", given.noon)
    assert store.approve_endpoint(given.agency, "Bo", given.noon) is True

    assert store.endpoints() == {given.agency: Endpoint(NEW)}
    assert _changes(store)[1:] == [
        f"endpoint {given.agency} wanted at https://new.example:8443",
        f"endpoint {given.agency} https://new.example:8443 approved by Anna, and waits for another",
        f"endpoint {given.agency} https://new.example:8443 approved by Anna and Bo",
    ]


def test_what_one_person_approved_counts_for_nothing_once_something_else_is_wanted(store, given, want):
    want(OLD)
    want(NEW)
    store.approve_endpoint(given.agency, "Anna", given.noon)

    want(NEWER)

    assert store.endpoints() == {given.agency: Endpoint(OLD, NEWER)}
    assert store.approve_endpoint(given.agency, "Bo", given.noon) is False


def test_who_goes_back_to_the_old_address_has_nothing_to_approve(store, given, want):
    for url in (OLD, NEW, OLD):
        want(url)

    assert store.endpoints() == {given.agency: Endpoint(OLD)}
    with pytest.raises(NotFound):
        store.approve_endpoint(given.agency, "Anna", given.noon)


def test_each_attempt_is_kept_with_the_address_that_it_goes_to(store, given, keep):
    claimed = keep.claimed()

    store.authorise(claimed, lambda *_: given.permit(), given.noon, given.address)

    [attempt] = store.delivery(claimed.id)[1]
    assert attempt.address == "fk.example:443"
