"""What every store promises of certificates that come after one another: each waits for its turn, and none for ever."""

from __future__ import annotations

import pytest

from gateway.deliveries import Delivered, Stopped, Unknown
from gateway.documents import Receipt, Relation

OUTCOMES = {"DELIVERED": Delivered(Receipt("")), "DEAD": Stopped("rejected")}


@pytest.fixture
def kept(given, keep):
    """Keeps certificates that come one after the other, the last one first where it is said; returns each delivery."""

    def keep_two(kind, *, last_first=False):
        earlier, later = given.another_certificate(), given.another_certificate()
        contents = {"earlier": (earlier, ()), "later": (later, (Relation(kind, earlier),))}
        for name in sorted(contents, reverse=last_first):
            certificate, relations = contents[name]
            yield keep.message({}, certificate=certificate, relations=relations)

    return keep_two


def _delivery(store, message):
    [delivery] = store.message(message.id)[1]
    return delivery


def _claim(store, keep, message):
    [claimed] = [one for one in keep.claim() if one.message == message.id]
    return claimed


def _ask(store, given, delivery):
    return store.authorise(delivery, lambda *_: given.permit(), given.noon, "agency.example:443")


@pytest.mark.parametrize("kind", ["ERSATT", "KOMPLT"])
def test_what_comes_after_waits_until_what_comes_before_is_over(store, given, keep, kept, kind):
    earlier, later = kept(kind)
    first, second = sorted(keep.claim(), key=lambda one: one.message != earlier.id)
    assert _ask(store, given, second) is None
    assert _delivery(store, later).state == "HELD_ORDER"

    assert _ask(store, given, first)
    store.record(first, OUTCOMES["DEAD"], given.noon)

    assert _delivery(store, later).state == "READY"
    assert _ask(store, given, _claim(store, keep, later))


@pytest.mark.parametrize(("outcome", "becomes"), [("DELIVERED", "SUPERSEDED"), ("DEAD", "SENDING")])
def test_what_was_replaced_waits_until_it_is_known_whether_that_was_taken(store, given, keep, kept, outcome, becomes):
    messages = kept("ERSATT", last_first=True)
    later = next(messages)
    trying = _claim(store, keep, later)
    assert _ask(store, given, trying)
    store.record(trying, Unknown(given.noon, "no-answer"), given.noon)
    earlier = next(messages)
    again, waiting = sorted(keep.claim(), key=lambda one: one.message != later.id)
    assert _ask(store, given, waiting) is None
    assert (_delivery(store, earlier).state, _delivery(store, earlier).due_at) == ("HELD_ORDER", None)

    assert _ask(store, given, again)
    store.record(again, OUTCOMES[outcome], given.noon)
    _ask(store, given, _claim(store, keep, earlier))

    assert _delivery(store, earlier).state == becomes


def test_who_may_have_a_replacement_that_is_asked_for_no_more_gets_nothing_older(store, given, keep, kept):
    messages = kept("ERSATT", last_first=True)
    trying = _claim(store, keep, next(messages))
    assert _ask(store, given, trying)
    store.record(trying, Stopped("exhausted", may_have_arrived=True), given.noon)
    earlier = next(messages)

    assert _ask(store, given, _claim(store, keep, earlier)) is None

    assert _delivery(store, earlier).state == "SUPERSEDED"
