"""What every store promises of its audit tree: whatever is logged or decided becomes an entry with it."""

from __future__ import annotations

from gateway.audit.entries import Entry
from gateway.audit.tree import root_of
from gateway.deliveries import Delivered
from gateway.documents import Receipt


def entries(store):
    return [one.happened for one in store.audit_entries(0, 1_000) if isinstance(one, Entry)]


def test_each_line_of_the_log_and_each_decision_is_an_entry_in_the_order_they_came(store, given, keep):
    claimed = keep.tried()
    store.record(claimed, Delivered(Receipt("ref")), given.noon)

    events = [one.event for one in entries(store)]
    assert [one for one in events if one != "consent.decided"] == [one.event for one in store.log()]
    assert events.index("consent.decided") < events.index("release.authorised") < events.index("release.outcome")
    assert [one.number for one in entries(store)] == list(range(1, len(events) + 1))
    assert store.strays() == 0


def test_what_left_tells_the_decision_that_it_rests_on(store, given, keep):
    claimed = keep.tried()
    store.record(claimed, Delivered(Receipt("ref")), given.noon)

    [decided] = store.decisions(claimed)
    left = [one for one in entries(store) if one.event.startswith("release.")]
    assert [one.decided for one in left] == [decided, decided]


def test_the_tree_is_over_the_leaves_and_begins_anew_in_no_process(open_store, given, keep):
    keep.message({})
    again = open_store()
    given.accept(again, given.message(certificate=given.another_certificate()))

    tree = again.grown()
    assert (tree.size, tree.root) == (len(again.leaf_hashes(0, 1_000)), root_of(again.leaf_hashes(0, 1_000)))
    assert tree == keep.store.grown()


def test_all_entries_about_a_person_bear_one_pseudonym_that_is_not_the_number(store, given, keep):
    store.add_consent(given.consent(), given.plan())
    keep.message({})
    keep.message(person=given.somebody_else, certificate=given.another_certificate())

    named = [one.person for one in entries(store)]
    assert len({*named[:3]}) == 1
    assert len({*named}) == 2
    assert "" not in named
    assert given.person.digits not in repr(store.audit_entries(0, 1_000))


def test_what_changes_nothing_adds_no_entry(store, given, keep):
    message = keep.message({})
    before = store.grown()

    assert not given.accept(store, message)

    assert store.grown() == before


def test_a_checkpoint_of_one_size_is_kept_once(store, given):
    assert store.add_checkpoint(3, "one", given.noon)
    assert not store.add_checkpoint(3, "other", given.noon)

    assert store.checkpoints() == ["one"]


def test_a_look_into_the_log_stands_in_it(store, given, keep):
    message = keep.message({})

    store.note_look("log.read", "by uid=0", given.noon, message.id)

    assert store.log(message.id)[-1].event == "log.read"
    assert entries(store)[-1].person == entries(store)[0].person
