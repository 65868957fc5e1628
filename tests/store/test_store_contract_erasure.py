"""A person is erased: nothing of what was kept can be read or leaves, and whatever else there is goes on."""

from __future__ import annotations

from datetime import timedelta

import pytest

from gateway.auditing import check
from gateway.decisions import PersonStatus
from gateway.deliveries import Delivered, DeliveryState, Wanted
from gateway.documents import Envelope, Receipt, Relation
from gateway.errors import CertificateConflict, Erased, NotFound, SecondPersonNeeded, VersionConflict
from gateway.heard import Heard
from gateway.identity import CertificateId
from gateway.revocations import Revocation, RevocationState
from gateway.store.sql import erasing

WHY = "the person asks for it"
DEAD = DeliveryState.DEAD


@pytest.fixture
def erase(store, given):
    """Erases the person, as two people do."""

    def erase(person=given.person, store=store):
        assert not store.erase(person, "Anna Ek", WHY, given.noon)
        assert store.erase(person, "Bo Alm", WHY, given.noon)

    return erase


def revoke(store, given, certificate):
    revocation = Revocation("r1", certificate, given.person, Envelope(b"<revoke/>", "SE1", given.noon))
    return store.revoke(revocation, lambda _before, _gone: [], lambda _had: None, keep_early=True)


def test_it_takes_two_people(store, given, keep):
    delivery = keep.delivery()

    assert not store.erase(given.person, "Anna Ek", WHY, given.noon)
    with pytest.raises(SecondPersonNeeded):
        store.erase(given.person, "anna  ek", WHY, given.noon)
    assert store.delivery(delivery.id)[0] == delivery

    assert store.erase(given.person, "Bo Alm", WHY, given.noon)
    told = [(one.event, one.detail) for one in store.log() if one.event in {"operator.action", "person.erased"}]
    assert told == [
        ("operator.action", f"ask-to-erase Anna Ek: {WHY}"),
        ("operator.action", f"erase Bo Alm: {WHY}"),
        ("person.erased", f"by Anna Ek and Bo Alm: {WHY}"),
    ]


def test_of_whom_nothing_is_kept_nothing_is_erased(store, given, keep, erase):
    with pytest.raises(NotFound):
        store.erase(given.person, "Anna Ek", WHY, given.noon)
    keep.delivery()
    erase()

    with pytest.raises(NotFound):
        store.erase(given.person, "Anna Ek", WHY, given.noon)


def test_nothing_that_is_erased_is_found_and_all_else_is(store, given, keep, erase):
    store.add_consent(given.consent(), given.plan())
    claimed = keep.tried()
    assert store.record(claimed, Delivered(Receipt("ref")), given.noon, heard=Heard(200, {}, b"{}"))
    set_ = store.variants(claimed.message)[0].id
    others = keep.message({}, person=given.somebody_else, certificate=given.another_certificate())

    erase()

    for named in (
        lambda: store.delivery(claimed.id),
        lambda: store.message(claimed.message),
        lambda: store.envelope(claimed.message),
        lambda: store.consent("c1"),
    ):
        with pytest.raises(Erased):
            named()
    with pytest.raises(NotFound):
        store.find_set(set_)
    assert [one.id for one in store.messages()] == [others.id]
    assert [one.message for one in store.deliveries()] == [others.id]
    assert [one.message for one in store.wanted(Wanted(frozenset(DeliveryState)))] == [others.id]
    assert list(store.consents()) == list(store.consents_about(given.person)) == []
    assert list(store.kept_sets(given.person, ["sickness_benefit"])) == list(store.variants(claimed.message)) == []
    store.replan(store.people_asleep(), given.plan(), given.noon)
    assert store.rotate("Anna Ek", given.noon) == 1
    assert sum(store.counts().values()) == 2


def test_what_had_not_left_never_does(store, given, keep, erase):
    standing = [
        keep.delivery(state=state, due_at=given.noon if state is DeliveryState.READY else None)
        for state in (DeliveryState.READY, DeliveryState.HELD_CONSENT, DeliveryState.HELD_LEAK, DeliveryState.WITHHELD)
    ]
    delivered = keep.delivery(state=DeliveryState.DELIVERED, due_at=None)

    erase()

    states = store.states_of([one.id for one in [*standing, delivered]])
    assert [states[one.id] for one in standing] == [DEAD] * 4
    assert states[delivered.id] is DeliveryState.DELIVERED
    assert store.claim_due(given.noon + timedelta(days=400), given.lease, 10, "w1") == []
    told = [one.detail for one in store.log() if one.event == "delivery.dead"]
    assert told == ["erased"] * 4


def test_h12_what_was_looked_at_before_its_person_was_erased_is_not_set_going(store, given, keep, erase):
    dead = keep.delivery(state=DEAD, due_at=None)

    erase()

    assert store.set_going([dead], "redrive", given.noon) == []
    assert store.states_of([dead.id]) == {dead.id: DEAD}


def test_what_waits_for_what_is_erased_is_ended_with_it(store, given, keep, erase):
    first = keep.message({"state": DeliveryState.READY})
    [earlier] = store.message(first.id)[1]
    later = keep.message(
        {"state": DeliveryState.HELD_ORDER, "due_at": None},
        certificate=given.another_certificate(),
        relations=(Relation("ERSATT", first.certificate),),
    )
    [waiting] = store.message(later.id)[1]

    erase()

    assert store.states_of([earlier.id, waiting.id]) == {earlier.id: DEAD, waiting.id: DEAD}
    assert keep.claim() == []


def test_of_what_was_under_way_nobody_will_tell_what_it_came_to(store, given, keep, erase):
    claimed = keep.tried()

    erase()

    assert not store.record(claimed, Delivered(Receipt("ref")), given.noon)
    assert store.authorise(claimed, lambda *_: given.permit(), given.noon, given.address) is None
    assert [one.gone for one in store.sent_about(given.person)] == ["unknown"]
    [ended] = [one for one in store.log() if one.event == "release.outcome"]
    assert (ended.delivery, ended.detail) == (claimed.id, "UNKNOWN erased")


def test_the_log_still_tells_who_has_got_it_and_every_departure_was_let(store, given, keep, erase):
    store.add_consent(given.consent(), given.plan())
    claimed = keep.tried()
    assert store.record(claimed, Delivered(Receipt("ref")), given.noon)
    before = store.entries_about(given.person)

    erase()

    assert list(store.entries_about(given.person))[: len(before)] == list(before)
    assert store.strays() == 0
    found = check(store)
    assert (found.sent, found.breaches) == (1, [])
    [gone] = store.sent_about(given.person)
    assert (gone.gone, gone.certificate, gone.organisation) == ("delivered", None, given.agency.digits)


def test_what_is_erased_does_not_come_back_under_its_id(store, given, keep, erase):
    store.add_consent(given.consent(), given.plan())
    message = keep.message()

    erase()

    with pytest.raises(CertificateConflict):
        given.accept(store, given.message(certificate=message.certificate))
    with pytest.raises(VersionConflict):
        store.add_consent(given.consent(), given.plan())
    assert list(store.consents()) == []


def test_what_comes_afterwards_about_the_person_is_kept_like_anybody_s(store, given, keep, erase):
    first = keep.tried()
    store.record(first, Delivered(Receipt("ref")), given.noon)
    earlier = given.certificate
    again = keep.message({"state": DeliveryState.READY})
    erase()

    new = keep.message(
        {"state": DeliveryState.READY},
        certificate=given.another_certificate(),
        content=b"<new/>",
        relations=(Relation("ERSATT", earlier),),
    )
    store.add_consent(given.consent(id="c2"), given.plan())

    assert store.envelope(new.id).content == b"<new/>"
    assert [one.message for one in store.deliveries()] == [new.id]
    assert [one.id for one in store.consents_about(given.person)] == ["c2"]
    [claimed] = keep.claim()
    assert store.authorise(claimed, lambda *_: given.permit(consent="Consent/c2/_history/1"), given.noon, given.address)
    with pytest.raises(Erased):
        store.message(again.id)
    erase()
    assert store.messages() == []


def test_what_protects_the_person_stays(store, given, keep, erase):
    store.mark_person(given.person, PersonStatus.PROTECTED, given.plan(), given.noon)
    early = CertificateId("SE2321000016-1003", "comes-later")
    assert revoke(store, given, early) is RevocationState.AHEAD
    keep.message()

    erase()

    assert store.statuses(given.person) == {PersonStatus.PROTECTED}
    assert revoke(store, given, early) is RevocationState.ALREADY
    keep.message(certificate=early)
    assert [one.is_revoked for one in store.kept_sets(given.person, ["sickness_benefit"])] == [True]


def test_a_revocation_of_what_is_erased_is_taken_in_and_nobody_is_told(store, given, keep, erase):
    claimed = keep.tried()
    store.record(claimed, Delivered(Receipt("ref")), given.noon)
    certificate = claimed.certificate
    erase()

    assert revoke(store, given, certificate) is RevocationState.DONE

    assert store.deliveries() == []


def test_h12_an_erasure_that_is_cut_short_is_finished_by_the_next_start(store, open_store, given, keep, monkeypatch):
    delivery = keep.delivery()
    assert not store.erase(given.person, "Anna Ek", WHY, given.noon)

    def cut(*_anything):
        raise RuntimeError("killed here")

    with monkeypatch.context() as killed:
        killed.setattr(erasing, "erase_key", cut)
        with pytest.raises(RuntimeError):
            store.erase(given.person, "Bo Alm", WHY, given.noon)
    assert store.delivery(delivery.id)[0] == delivery

    again = open_store()

    with pytest.raises(Erased):
        again.delivery(delivery.id)
    assert [one.detail for one in again.log() if one.event == "person.erased"] == ["by the erasure list"]
    assert again.strays() == 0
    with pytest.raises(NotFound):
        again.erase(given.person, "Bo Alm", WHY, given.noon)


def test_h12_a_key_that_a_backup_brings_back_is_destroyed_before_anything_is_read(
    store, open_store, given, keep, erase
):
    keep.delivery()
    ask, put_back = "SELECT * FROM person", "INSERT INTO person VALUES (?, ?, ?, ?, ?)"
    [row] = store._readers.read(lambda db: db.execute(ask).fetchall())
    erase()
    store._writer.write(lambda db: db.execute(put_back, row))

    again = open_store()

    assert again._readers.read(lambda db: db.execute(ask).fetchall()) == []


def test_the_erasure_list_of_another_machine_learns_of_it_at_its_next_start(store, open_store, given, keep, erase):
    keep.delivery()
    erase()
    listed = store._keys.erasures
    told = listed.keys()
    listed._file.unlink()

    open_store()

    assert listed.keys().keys() <= told.keys()
    assert len(listed.keys()) == 1
