"""What every store promises of the messages it takes in."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta, timezone

import pytest

from gateway.deliveries import DeliveryState
from gateway.documents import Signature, SignatureState
from gateway.errors import CertificateConflict, NotFound, Problem
from gateway.stops import Scope, Stop

HOUR = timedelta(hours=1)


def events(store, message=None):
    return [entry.event for entry in store.log(message)]


def test_a_message_is_kept_with_its_deliveries(store, given):
    message = given.message()
    delivery = given.delivery_of(message)

    kept = given.accept(store, message, [given.set_for(message)], given.plan(delivery))

    assert kept is True
    summary, deliveries = store.message(message.id)
    assert deliveries == [delivery]
    assert (summary.id, summary.certificate, summary.kind) == (message.id, given.certificate, "LISJP/1")
    assert (summary.sender, summary.received_at) == ("SE2321000016-SENDER", given.noon)
    assert summary.problems == ("6.2: Koden är okänd",)
    assert summary.deliveries == {"READY": 1}


def test_what_was_said_of_its_signature_and_what_is_odd_stand_with_a_message(store, given):
    signature = Signature(SignatureState.NOT_VERIFIED, "intyget är inte det som skrevs under", "ab" * 32)
    message = given.message(signature=signature, notes=(Problem("6.2.displayName", "en annan text"),))

    given.accept(store, message)

    [summary] = store.messages()
    assert summary.signature == signature
    assert summary.notes == ("6.2.displayName: en annan text",)


def test_the_plan_is_told_the_newest_consents_the_sets_just_kept_and_no_deliveries(store, given, keep):
    keep.message({}, sets=[given.set_for])
    store.add_consent(given.consent(), given.plan())
    newest = given.consent(version=2)
    store.change_consent(newest, given.plan(), None)
    store.add_consent(given.consent(id="c2", person=given.somebody_else), given.plan())
    message = given.message(certificate=given.another_certificate())
    variants = [
        given.set_for(message, "employer"),
        given.set_for(message, "employer", withheld=frozenset({"6"})),
        given.set_for(message),
    ]
    told = []

    given.accept(store, message, variants, lambda *facts: told.append(facts) or [])

    [(consents, sets, deliveries)] = told
    assert list(consents) == [newest]
    assert [(kept.message, kept.name, kept.hold, kept.kept_at) for kept in sets] == [
        (message.id, "employer", "", given.noon),
        (message.id, "sickness_benefit", "", given.noon),
    ]
    assert list(deliveries) == []


def test_the_same_message_again_changes_nothing(store, given, keep):
    keep.message({})
    before = store.log(), store.deliveries(), store.messages()
    again = given.message()

    kept = given.accept(store, again, [given.set_for(again)], given.plan(given.delivery_of(again)))

    assert kept is False
    assert (store.log(), store.deliveries(), store.messages()) == before


def test_the_same_content_in_other_bytes_changes_nothing(store, given, keep):
    keep.message({}, content=b"<a></a>")
    compared = []
    again = given.message(content=b"<a/>")

    kept = store.accept(again, [], given.plan(), lambda old, new: compared.append((old, new)) or True)

    assert kept is False
    assert compared == [(b"<a></a>", b"<a/>")]
    assert len(store.messages()) == 1


@pytest.mark.parametrize(
    ("what", "same"),
    [
        ({"content": b"<other/>"}, False),
        ({"person": "somebody else"}, True),
        ({"person": "somebody else", "content": b"<other/>"}, True),
    ],
    ids=["other content", "another person", "another person and other bytes"],
)
def test_an_id_that_is_taken_by_something_else_is_a_conflict(store, given, keep, what, same):
    keep.message({})
    before = store.log()
    if "person" in what:
        what = what | {"person": given.somebody_else}
    other = given.message(**what)

    with pytest.raises(CertificateConflict) as conflict:
        store.accept(other, [given.set_for(other)], given.plan(), lambda _old, _new: same)

    assert str(conflict.value) == "Intygs-id används redan av ett annat intyg"
    assert store.log() == before
    assert len(store.messages()) == 1


@pytest.mark.parametrize("change", ["root", "extension"])
def test_a_certificate_id_is_its_root_and_its_extension(store, given, keep, change):
    keep.message({})

    keep.message({}, certificate=replace(given.certificate, **{change: "another"}))

    assert len(store.messages()) == 2


def test_a_hundred_who_hand_in_the_same_certificate_at_once_give_one_message(store, given):
    together = threading.Barrier(100, timeout=30)

    def hand_in(_number):
        message = given.message()
        sets = [given.set_for(message), given.set_for(message, "employer")]
        planned = [given.delivery_of(message), given.delivery_of(message, set_name="employer")]
        together.wait()
        return given.accept(store, message, sets, given.plan(*planned))

    with ThreadPoolExecutor(100) as hands:
        kept = list(hands.map(hand_in, range(100)))

    assert (kept.count(True), kept.count(False)) == (1, 99)
    assert len(store.messages()) == 1
    assert len(store.deliveries()) == 2
    assert events(store).count("message.accepted") == 1


def test_nothing_is_half_kept_when_the_plan_fails(store, given):
    message = given.message()

    def failing(_consents, _sets, _deliveries):
        yield given.delivery_of(message)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        given.accept(store, message, [given.set_for(message)], failing)

    assert store.messages() == []
    assert store.deliveries() == []
    assert store.log() == []
    assert store.kept_sets(given.person, ["sickness_benefit"]) == []


def test_times_come_back_as_they_were_given_in_utc(store, given, keep):
    stockholm = timezone(HOUR)
    local = given.noon.astimezone(stockholm)

    message = keep.message({"due_at": local}, received_at=local)

    summary, [delivery] = store.message(message.id)
    assert summary.received_at == delivery.due_at == given.noon
    assert summary.received_at.utcoffset() == delivery.due_at.utcoffset() == timedelta(0)


def test_a_delivery_without_organisation_and_without_time_is_kept_as_it_is(store, given, keep):
    kept = keep.delivery(organisation=None, due_at=None, state=DeliveryState.HELD_CONSENT, reason="none")

    [found] = store.deliveries()

    assert found == kept
    assert (found.organisation, found.due_at, found.reason) == (None, None, "none")


def test_messages_and_deliveries_are_told_newest_first_and_up_to_a_limit(store, given, keep):
    first, second, third = (
        keep.message({}, certificate=given.another_certificate(), received_at=given.noon + n * HOUR) for n in range(3)
    )

    assert [summary.id for summary in store.messages(limit=2)] == [third.id, second.id]
    assert [d.message for d in store.deliveries(limit=2)] == [third.id, second.id]
    assert [d.message for d in store.deliveries()][-1] == first.id


def test_deliveries_can_be_asked_for_by_state_and_are_counted(store, given, keep):
    ready = keep.delivery()
    keep.delivery(state=DeliveryState.HELD_CONSENT, due_at=None)
    dead = keep.delivery(state=DeliveryState.DEAD, due_at=None, kind="employer")

    assert store.deliveries(DeliveryState.DEAD) == [dead]
    assert store.deliveries(DeliveryState.READY) == [ready]
    assert store.deliveries(DeliveryState.WITHHELD) == []
    assert store.counts() == {
        ("forsakringskassan", "READY"): 1,
        ("forsakringskassan", "HELD_CONSENT"): 1,
        ("employer", "DEAD"): 1,
    }


@pytest.mark.parametrize("ask", ["message", "delivery", "consent", "find_set"])
def test_what_is_not_there_is_not_found(store, keep, ask):
    keep.message({})

    with pytest.raises(NotFound) as unknown:
        getattr(store, ask)("191212121212")

    assert "1912" not in str(unknown.value)


_ODD = ["' OR '1'='1", "x'; DROP TABLE message; --", "%", "_" * 36, "*", '"a" NEAR "b"', "$1", "?1", "{}", "\\", "åäö"]


@pytest.mark.parametrize("text", _ODD)
def test_h09_what_is_asked_for_is_taken_as_it_is_written(store, given, keep, text):
    kept = keep.message({})

    for ask in (store.message, store.delivery, store.consent, store.find_set):
        with pytest.raises(NotFound):
            ask(text)
    assert store.log(text) == []
    assert store.kept_sets(given.person, [text]) == []
    assert not store.has_got(text, text)
    stopped = Stop(Scope.SET, text, text, text, given.noon)
    store.stop(stopped)
    assert store.stops() == [stopped]
    assert [one.id for one in store.messages()] == [kept.id]
