"""What every store promises of the sets that are fetched."""

from __future__ import annotations

from datetime import timedelta

import pytest

HOUR = timedelta(hours=1)


def test_sets_are_found_by_person_and_name_oldest_first_each_once(store, given, keep):
    def hand_in(hours, person, *sets):
        certificate = given.another_certificate()
        received_at = given.noon + hours * HOUR
        return keep.message(sets=sets, certificate=certificate, received_at=received_at, person=person)

    def employer(message):
        return given.set_for(message, "employer", withheld=frozenset({"6"}))

    newer = hand_in(2, given.person, given.set_for, employer, lambda m: given.set_for(m, "employer"))
    older = hand_in(1, given.person, given.set_for)
    hand_in(0, given.somebody_else, given.set_for)

    found = store.kept_sets(given.person, ["sickness_benefit", "employer"])

    assert [(kept.message, kept.name) for kept in found] == [
        (older.id, "sickness_benefit"),
        (newer.id, "employer"),
        (newer.id, "sickness_benefit"),
    ]
    first = found[0]
    assert (first.certificate, first.person) == (older.certificate, given.person)
    assert (first.signed_at, first.kept_at) == ("2026-03-02T11:55:00+01:00", given.noon + HOUR)
    assert [kept.message for kept in store.kept_sets(given.person, ["employer"])] == [newer.id]
    assert store.kept_sets(given.person, []) == []


@pytest.mark.parametrize(
    ("holds", "hold"), [(("", "leak"), ""), (("leak", "leak"), "leak"), (("leak", "mapping"), "mapping")]
)
def test_a_set_is_on_hold_where_none_of_its_variants_may_leave(store, given, keep, holds, hold):
    first, second = holds
    keep.message(
        sets=[
            lambda message: given.set_for(message, hold=first),
            lambda message: given.set_for(message, hold=second, withheld=frozenset({"6"})),
        ]
    )

    assert [kept.hold for kept in store.kept_sets(given.person, ["sickness_benefit"])] == [hold]


def test_a_set_is_found_by_the_id_of_any_of_its_variants(store, given, keep):
    message = keep.message(
        sets=[
            lambda message: given.set_for(message, id="whole"),
            lambda message: given.set_for(message, id="part", withheld=frozenset({"6"})),
            lambda message: given.set_for(message, "employer", id="other"),
        ]
    )
    [kept] = store.kept_sets(given.person, ["sickness_benefit"])

    assert store.find_set("whole") == store.find_set("part") == kept
    assert store.find_set("other").name == "employer"
    assert kept.message == message.id


def test_each_set_that_is_read_is_logged_with_its_reader(store, given, keep):
    message = keep.message(
        sets=[
            lambda message: given.set_for(message, body=b"whole"),
            lambda message: given.set_for(message, body=b"part", withheld=frozenset({"6"})),
        ]
    )
    partly = given.permit(withheld=frozenset({"6"}))

    read = store.read_sets(
        given.person,
        ["sickness_benefit"],
        lambda _, sets: [(sets[0], given.permit()), (sets[0], partly)],
        given.reader,
        given.noon + HOUR,
    )

    assert [found.body for found in read] == [b"whole", b"part"]
    assert [(e.event, e.detail, e.at, e.message) for e in store.log()[-2:]] == [
        (
            "set.read",
            f"sickness_benefit 2021005521 Consent/c1/_history/1{withheld}",
            given.noon + HOUR,
            message.id,
        )
        for withheld in ("", " withheld=6")
    ]


def test_a_set_that_may_not_be_read_is_left_out_and_not_logged(store, given, keep):
    keep.message(sets=[lambda message: given.set_for(message, hold="leak")])
    keep.message(sets=[lambda m: given.set_for(m, "employer")], certificate=given.another_certificate())
    before = store.log()

    def choose(_, sets):
        by_name = {kept.name: kept for kept in sets}
        on_hold, free = by_name["sickness_benefit"], by_name["employer"]
        return [
            (on_hold, given.permit()),
            (free, given.refusal()),
            (free, given.permit(withheld=frozenset({"6"}))),
        ]

    read = store.read_sets(given.person, ["sickness_benefit", "employer"], choose, given.reader, given.noon)

    assert read == []
    assert store.log() == before
