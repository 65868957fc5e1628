"""What every store promises of revocations."""

from __future__ import annotations

import uuid
from dataclasses import replace

import pytest

from gateway.deliveries import DeliveryState, cancelled
from gateway.documents import Envelope
from gateway.errors import CertificateConflict, UnknownCertificate
from gateway.identity import DeliveryId, MessageId
from gateway.notices import Notice
from gateway.revocations import Revocation, RevocationState


@pytest.fixture
def revoke(store, given):
    """Revokes the certificate that tests are about, and cancels what the test says."""

    def revoke_it(cancel=lambda _deliveries, _may_have: (), *, tell=_told, keep_early=True, **changes):
        values = {
            "id": MessageId(str(uuid.uuid4())),
            "certificate": given.certificate,
            "person": given.person,
            "envelope": Envelope(b"<revocation/>", "SE2321000016-SENDER", given.noon),
        }
        return store.revoke(Revocation(**values | changes), cancel, tell, keep_early=keep_early)

    return revoke_it


def _told(had):
    """A notice that says which Bundles it is about."""
    brings = replace(had.delivery, id=DeliveryId(str(uuid.uuid4())), state=DeliveryState.READY, is_notice=True)
    return Notice("a notice", brings, ",".join(had.bundles).encode())


def events(store, message=None):
    return [entry.event for entry in store.log(message)]


def test_a_revocation_is_kept_with_the_deliveries_as_they_stand_because_of_it(store, keep, revoke):
    message = keep.message({})

    state = revoke(lambda deliveries, _may_have: [cancelled(one) for one in deliveries])

    assert state is RevocationState.DONE
    [delivery] = store.message(message.id)[1]
    assert (delivery.state, delivery.due_at) == (DeliveryState.CANCELLED, None)
    assert events(store, message.id)[-2:] == ["revocation.accepted", "delivery.cancelled"]
    assert keep.claim() == []


def test_whoever_cancels_is_told_what_the_recipients_may_have(store, keep, revoke, given):
    told = {}
    message = keep.message({}, {"set_name": "employer", "due_at": None})
    [tried] = keep.claim()
    store.authorise(tried, lambda *_: given.permit(), given.noon, given.address)

    revoke(lambda deliveries, may_have: told.update(all=deliveries, may_have=may_have) or ())

    assert told["all"] == [one for one in store.message(message.id)[1] if not one.is_notice]
    assert told["may_have"] == {tried.id}


def test_the_sets_of_a_revoked_certificate_are_told_as_revoked(store, given, keep, revoke):
    keep.message()
    keep.message(certificate=given.another_certificate())
    revoke()

    assert [one.is_revoked for one in store.kept_sets(given.person, ["sickness_benefit"])] == [True, False]


def test_a_revocation_that_comes_first_meets_its_certificate(store, given, keep, revoke):
    planned = []
    assert revoke() is RevocationState.AHEAD

    store.accept(
        message := given.message(),
        [given.set_for(message)],
        lambda _consents, sets, _deliveries: planned.extend(sets) or (),
        given.never_the_same,
    )

    assert [one.is_revoked for one in planned] == [True]


def test_a_revocation_that_comes_first_can_be_refused(store, revoke):
    with pytest.raises(UnknownCertificate):
        revoke(keep_early=False)

    assert events(store) == []


def test_a_second_revocation_changes_nothing(store, keep, revoke):
    keep.message({})
    revoke()
    before = events(store)

    assert revoke(lambda deliveries, _may_have: [cancelled(one) for one in deliveries]) is RevocationState.ALREADY
    assert events(store) == before
    assert [one.state for one in store.deliveries()] == [DeliveryState.READY]


def test_a_revocation_about_somebody_else_is_refused_or_counts_for_nothing(store, given, keep, revoke):
    assert revoke(person=given.somebody_else) is RevocationState.AHEAD
    keep.message()

    with pytest.raises(CertificateConflict):
        revoke(person=given.somebody_else)
    assert [one.is_revoked for one in store.kept_sets(given.person, ["sickness_benefit"])] == [False]


def test_what_fails_while_it_is_written_leaves_nothing(store, keep, revoke):
    keep.message({})

    def break_down(_deliveries, _may_have):
        raise LookupError

    with pytest.raises(LookupError):
        revoke(break_down)
    assert "revocation.accepted" not in events(store)
    assert revoke() is RevocationState.DONE


def test_a_revocation_outlives_the_process(open_store, given, keep, store, revoke):
    keep.message()
    revoke()
    store.close()

    reopened = open_store()

    assert [one.is_revoked for one in reopened.kept_sets(given.person, ["sickness_benefit"])] == [True]


def test_a_delivery_keeps_what_a_cancellation_does_not_change(given):
    delivery = given.delivery_of(given.message(), attempts=3, fence=2)

    after = cancelled(delivery)

    assert replace(after, state=delivery.state, reason=delivery.reason, due_at=delivery.due_at) == delivery
