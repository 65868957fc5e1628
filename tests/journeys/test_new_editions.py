"""New editions of a message's sets: all who had the old one get the new one, and nobody does once it is revoked."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import timedelta

import pytest
from worlds import EMPLOYER, FORSAKRINGSKASSAN, MAPPINGS, PERSON, SETS, failing, silent

from gateway.deliveries import DeliveryState, Wanted
from gateway.redriving import drive, look
from gateway.renewing import renew
from gateway.rules import load_rules


@pytest.fixture
def _all_titled_otherwise(world, tmp_path):
    """Two sets of one message, delivered, and mappings since then that make another edition of both."""
    for kind in (FORSAKRINGSKASSAN, EMPLOYER):
        world.consent(kind)
    world.hand_in()
    world.deliver()
    _titled_otherwise(world, tmp_path, [FORSAKRINGSKASSAN, EMPLOYER])


def _titled_otherwise(world, folder, kinds, word="Nytt"):
    """Let the gateway go on with mappings that make another edition of the sets of these kinds."""
    shutil.copytree(MAPPINGS, folder, dirs_exist_ok=True)
    for kind in kinds:
        file = folder / f"information_sets/{SETS[kind]}/set.yaml"
        file.write_text(file.read_text("utf-8").replace("\ntitle: ", f"\ntitle: {word} "))
    world.gateway = replace(world.gateway, rules=load_rules(mappings=folder))


def _driven(world, state=DeliveryState.DELIVERED, set_name="", *, renewing):
    found = look(Wanted(frozenset({state}), set_name=set_name), world.gateway.store, renewing=renewing)
    return list(drive(found, "Astrid", world.gateway, lambda _: world.deliver()))


@pytest.mark.usefixtures("_all_titled_otherwise")
def test_a_new_edition_reaches_those_too_whose_turn_comes_in_a_later_wave(world):
    first, second = _driven(world, renewing=True)

    assert (first.size, second.size) == (1, 1)
    assert [len(world.agencies[kind].received) for kind in (FORSAKRINGSKASSAN, EMPLOYER)] == [2, 2]


@pytest.mark.usefixtures("_all_titled_otherwise")
def test_a_drive_that_stopped_half_way_leaves_the_new_edition_to_the_next(world):
    world.agencies[EMPLOYER].failures = [failing(400)]
    [stopped] = _driven(world, renewing=True)
    assert stopped.stops

    [wave] = _driven(world, renewing=True)

    assert (wave.renewed, dict(wave.states)) == (0, {DeliveryState.DELIVERED: 1})
    assert len(world.agencies[FORSAKRINGSKASSAN].received) == 2


@pytest.mark.usefixtures("_all_titled_otherwise")
def test_what_has_taken_the_newest_edition_is_not_sent_it_again(world):
    _driven(world, renewing=True)

    again = _driven(world, renewing=True)

    assert [wave.stops for wave in again] == [False, False]
    assert [len(world.agencies[kind].received) for kind in (FORSAKRINGSKASSAN, EMPLOYER)] == [2, 2]


def test_what_may_have_been_taken_is_repeated_as_it_was_and_the_new_edition_follows_it(world, tmp_path):
    agency = world.agencies[FORSAKRINGSKASSAN]
    world.consent(FORSAKRINGSKASSAN)
    agency.failures = [silent]
    world.hand_in()
    world.deliver()
    _titled_otherwise(world, tmp_path, [FORSAKRINGSKASSAN])

    _driven(world, DeliveryState.UNKNOWN, renewing=True)
    first, repeated = agency.requests
    assert first.headers["Idempotency-Key"] == repeated.headers["Idempotency-Key"]
    assert first.content == repeated.content

    _driven(world, renewing=True)
    old, new = (one["entry"][0]["resource"] for one in agency.received)
    assert (old["title"] != new["title"], world.states()[SETS[FORSAKRINGSKASSAN]]) == (True, "DELIVERED")


def _replaced_by(bundle):
    relations = bundle["entry"][0]["resource"].get("relatesTo", ())
    return [one["targetIdentifier"] for one in relations if one["code"] == "replaces"]


def _renewed(world, folder, word="Nytt"):
    """Let there be another edition, and nothing be sent of it."""
    _titled_otherwise(world, folder, [FORSAKRINGSKASSAN], word)
    [message] = world.gateway.store.messages()
    assert renew(message.id, world.gateway).names == {SETS[FORSAKRINGSKASSAN]}


def test_an_edition_names_the_one_that_was_got_and_not_the_one_that_was_skipped(world, tmp_path):
    agency = world.agencies[FORSAKRINGSKASSAN]
    world.consent(FORSAKRINGSKASSAN)
    world.hand_in()
    world.deliver()
    _renewed(world, tmp_path / "second")
    _renewed(world, tmp_path / "third", "Nyare")

    _driven(world, set_name=SETS[FORSAKRINGSKASSAN], renewing=False)

    first, third = agency.received
    assert third["entry"][0]["resource"]["title"].startswith("Nyare")
    assert _replaced_by(third) == [first["identifier"]]


def test_an_edition_that_was_refused_is_not_named_by_the_next(world, tmp_path):
    agency = world.agencies[FORSAKRINGSKASSAN]
    world.consent(FORSAKRINGSKASSAN)
    agency.failures = [failing(400)]
    world.hand_in()
    world.deliver()
    _titled_otherwise(world, tmp_path, [FORSAKRINGSKASSAN])

    _driven(world, DeliveryState.DEAD, renewing=True)

    [second] = agency.received
    assert second["entry"][0]["resource"]["title"].startswith("Nytt")
    assert _replaced_by(second) == []


def test_who_has_read_an_edition_reads_that_the_next_one_replaces_it(world, tmp_path):
    world.consent(FORSAKRINGSKASSAN)
    world.hand_in()
    [first] = _read(world)
    _renewed(world, tmp_path)

    [second] = _read(world)
    world.deliver()

    assert second["entry"][0]["resource"]["title"].startswith("Nytt")
    assert _replaced_by(second) == [first["identifier"]]
    assert [one["id"] for one in world.agencies[FORSAKRINGSKASSAN].received] == [second["id"]]


def test_who_had_nothing_before_an_edition_reads_of_none(world, tmp_path):
    world.consent(FORSAKRINGSKASSAN)
    world.hand_in()
    _renewed(world, tmp_path)

    [second] = _read(world)

    assert second["entry"][0]["resource"]["title"].startswith("Nytt")
    assert _replaced_by(second) == []


def _read(world):
    return [entry["resource"] for entry in world.search(patient_identifier=PERSON).json()["entry"]]


@pytest.mark.usefixtures("_all_titled_otherwise")
def test_a_certificate_that_is_revoked_is_not_sent_in_an_edition_that_was_refused_before(world):
    agency = world.agencies[FORSAKRINGSKASSAN]
    agency.failures = [failing(400)]
    _driven(world, set_name=SETS[FORSAKRINGSKASSAN], renewing=True)
    assert world.states()[SETS[FORSAKRINGSKASSAN]] == "DEAD"
    assert world.revoke()[0] == "OK"
    world.deliver()
    asked = len(agency.requests)

    _driven(world, DeliveryState.DEAD, renewing=False)

    assert len(agency.requests) == asked
    assert world.states()[SETS[FORSAKRINGSKASSAN]] == "CANCELLED"


def test_a_certificate_that_is_revoked_is_not_sent_in_an_edition_that_nobody_can_have_taken(world, tmp_path):
    agency = world.agencies[FORSAKRINGSKASSAN]
    world.consent(FORSAKRINGSKASSAN)
    agency.failures = [silent, failing(400)]
    world.hand_in()
    world.deliver()
    world.wait(timedelta(hours=1))
    world.deliver()
    _titled_otherwise(world, tmp_path, [FORSAKRINGSKASSAN])
    renew(world.gateway.store.messages()[0].id, world.gateway)
    assert world.states()[SETS[FORSAKRINGSKASSAN]] == "DEAD"
    assert world.revoke()[0] == "OK"

    _driven(world, DeliveryState.DEAD, renewing=False)

    [notice] = agency.received
    assert notice["entry"][0]["resource"]["status"] == "entered-in-error"
    assert {one.state for one in world.gateway.store.deliveries() if not one.is_notice} >= {DeliveryState.CANCELLED}
