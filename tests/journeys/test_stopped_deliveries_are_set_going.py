from __future__ import annotations

import shutil
import uuid
from dataclasses import replace

import pytest
from test_related_certificates import A, B, related
from worlds import EMPLOYER, FORSAKRINGSKASSAN, MAPPINGS, ORGANISATIONS, SETS, certificate, failing

from gateway.deliveries import DeliveryState, Wanted
from gateway.documents import Envelope
from gateway.errors import StoreUnavailable
from gateway.exchange import receive
from gateway.identity import OrganisationNumber
from gateway.redriving import drive, look, waves
from gateway.renewing import renew
from gateway.rules import load_rules
from gateway.sandbox.story import enveloped

FK_SET = SETS[FORSAKRINGSKASSAN]
DEAD = Wanted(frozenset({DeliveryState.DEAD}))
DELIVERED = Wanted(frozenset({DeliveryState.DELIVERED}), set_name=FK_SET)


def _refused(world, certificates=1):
    """Certificates whose set Försäkringskassan refuses."""
    world.consent(FORSAKRINGSKASSAN)
    world.agencies[FORSAKRINGSKASSAN].failures = [failing(400)] * certificates
    for _ in range(certificates):
        world.hand_in(certificate(id_=str(uuid.uuid4())))
        world.deliver()


def _driven(world, wanted=DEAD, *, renewing=False):
    found = look(wanted, world.gateway.store, renewing=renewing)
    return list(drive(found, "Astrid", world.gateway, lambda _: world.deliver()))


def _under_other_rules(world, folder, file, before, after):
    """Let the gateway go on with mappings in which one file says something else."""
    shutil.copytree(MAPPINGS, folder, dirs_exist_ok=True)
    text = (folder / file).read_text("utf-8")
    assert text.count(before) >= 1
    (folder / file).write_text(text.replace(before, after), "utf-8")
    world.gateway = replace(world.gateway, rules=load_rules(mappings=folder))


def _titled_otherwise(world, folder, title="Ett annat underlag"):
    file = f"information_sets/{FK_SET}/set.yaml"
    _under_other_rules(world, folder, file, "Medicinskt underlag för bedömning av arbetsförmåga", title)


def test_b28_what_stopped_is_seen_by_cause_and_nothing_is_changed_by_looking(world):
    _refused(world, 2)

    found = look(DEAD, world.gateway.store, renewing=False)

    [(cause, times)] = found.causes.items()
    assert (cause.organisation, cause.set_name, times) == (ORGANISATIONS[FORSAKRINGSKASSAN], FK_SET, 2)
    assert cause.state is DeliveryState.DEAD
    assert world.states()[FK_SET] == "DEAD"


def test_what_stopped_is_delivered_once_the_recipient_takes_it(world):
    _refused(world, 3)

    driven = _driven(world)

    assert [(wave.size, dict(wave.states)) for wave in driven] == [
        (1, {DeliveryState.DELIVERED: 1}),
        (2, {DeliveryState.DELIVERED: 2}),
    ]
    assert len(world.agencies[FORSAKRINGSKASSAN].effects) == 3


def test_b28_it_goes_one_ten_and_a_hundred_at_a_time():
    assert [len(wave) for wave in waves(range(250))] == [1, 10, 100, 100, 39]
    assert not list(waves([]))


def test_b28_where_the_first_fails_the_rest_is_left_where_it_is(world):
    _refused(world, 4)
    agency = world.agencies[FORSAKRINGSKASSAN]
    agency.failures = [failing(400)] * 10
    asked = len(agency.requests)

    [wave] = _driven(world)

    assert (wave.size, wave.failures, wave.stops) == (1, 1, True)
    assert len(agency.requests) == asked + 1
    assert len(look(DEAD, world.gateway.store, renewing=False).deliveries) == 4


def test_a_wave_that_nobody_tries_stops_it_too(world):
    _refused(world, 2)
    found = look(DEAD, world.gateway.store, renewing=False)

    [wave] = drive(found, "Astrid", world.gateway, lambda _: None)

    assert wave.stops


def test_b28_the_consent_is_asked_anew_for_each(world):
    id_ = world.consent(FORSAKRINGSKASSAN)
    world.agencies[FORSAKRINGSKASSAN].failures = [failing(400)]
    world.hand_in()
    world.deliver()
    asked = len(world.agencies[FORSAKRINGSKASSAN].requests)
    world.withdraw(id_, FORSAKRINGSKASSAN)

    [wave] = _driven(world)

    assert dict(wave.states) == {DeliveryState.WITHHELD: 1}
    assert not wave.stops
    assert len(world.agencies[FORSAKRINGSKASSAN].requests) == asked


def test_b29_one_redrive_is_driven_once_however_often_it_is_asked_for(world):
    _refused(world)
    found = look(DEAD, world.gateway.store, renewing=False)
    list(drive(found, "Astrid", world.gateway, lambda _: world.deliver()))
    asked = len(world.agencies[FORSAKRINGSKASSAN].requests)

    assert not list(drive(found, "Astrid", world.gateway, lambda _: world.deliver()))

    assert len(world.agencies[FORSAKRINGSKASSAN].requests) == asked


def test_what_fails_again_can_be_looked_at_and_driven_again(world):
    _refused(world)
    world.agencies[FORSAKRINGSKASSAN].failures = [failing(400)]
    _driven(world)

    [wave] = _driven(world)

    assert dict(wave.states) == {DeliveryState.DELIVERED: 1}


def test_only_what_is_asked_for_is_driven(world):
    _refused(world)
    elsewhere = Wanted(DEAD.states, OrganisationNumber(ORGANISATIONS[EMPLOYER]))

    assert not look(elsewhere, world.gateway.store, renewing=False).deliveries
    assert not look(Wanted(DEAD.states, set_name="kommununderlag"), world.gateway.store, renewing=False).deliveries
    here = Wanted(DEAD.states, OrganisationNumber(ORGANISATIONS[FORSAKRINGSKASSAN]), FK_SET)
    assert len(look(here, world.gateway.store, renewing=False).deliveries) == 1


def test_each_one_says_in_the_log_where_it_came_from_and_who_drove_it(world):
    _refused(world)
    found = look(DEAD, world.gateway.store, renewing=False)
    list(drive(found, "Astrid", world.gateway, lambda _: world.deliver()))

    log = world.gateway.store.log()

    [action] = [entry.detail for entry in log if entry.event == "operator.action"]
    assert action.startswith(f"{found.key} redrive by=Astrid")
    [set_going] = [entry for entry in log if entry.event == "delivery.ready" and found.key in entry.detail]
    assert set_going.detail.endswith("from=DEAD")


def test_b30_a_mended_mapping_gives_a_new_edition_and_never_another_content_under_the_same_id(world, tmp_path):
    world.consent(FORSAKRINGSKASSAN)
    world.hand_in()
    world.deliver()
    _titled_otherwise(world, tmp_path)

    [wave] = _driven(world, DELIVERED, renewing=True)

    assert (wave.renewed, dict(wave.states)) == (1, {DeliveryState.DELIVERED: 1})
    first, second = world.agencies[FORSAKRINGSKASSAN].received
    assert first["id"] != second["id"]
    composition = second["entry"][0]["resource"]
    assert composition["title"] == "Ett annat underlag"
    assert {"code": "replaces", "targetIdentifier": first["identifier"]} in composition["relatesTo"]
    assert all(one["code"] != "replaces" for one in first["entry"][0]["resource"].get("relatesTo", ()))


def test_who_asks_gets_the_newest_edition_and_the_one_before_is_gone(world, tmp_path):
    world.consent(FORSAKRINGSKASSAN)
    world.hand_in()
    world.deliver()
    [before] = world.search(patient_identifier="199002222397").json()["entry"]
    _titled_otherwise(world, tmp_path)
    _driven(world, DELIVERED, renewing=True)

    [after] = world.search(patient_identifier="199002222397").json()["entry"]

    newest = world.agencies[FORSAKRINGSKASSAN].received[-1]
    assert after["resource"]["id"] == newest["id"] != before["resource"]["id"]


def test_an_edition_can_be_followed_by_a_third(world, tmp_path):
    world.consent(FORSAKRINGSKASSAN)
    world.hand_in()
    world.deliver()
    _titled_otherwise(world, tmp_path / "second")
    _driven(world, DELIVERED, renewing=True)
    _titled_otherwise(world, tmp_path / "third", "Ett tredje underlag")
    _driven(world, DELIVERED, renewing=True)

    _, second, third = world.agencies[FORSAKRINGSKASSAN].received

    assert third["entry"][0]["resource"]["title"] == "Ett tredje underlag"
    replaced = [one["targetIdentifier"] for one in third["entry"][0]["resource"]["relatesTo"]]
    assert second["identifier"] in replaced


def test_an_edition_of_what_told_of_an_earlier_certificate_tells_it_too_and_replaces_what_was_got(world, tmp_path):
    world.consent(FORSAKRINGSKASSAN)
    world.hand_in(certificate(id_=A))
    world.deliver()
    world.hand_in(related(B, "ERSATT", A))
    world.deliver()
    _titled_otherwise(world, tmp_path)
    _driven(world, DELIVERED, renewing=True)

    earlier, first, second = world.agencies[FORSAKRINGSKASSAN].received

    replaced = [one["targetIdentifier"] for one in second["entry"][0]["resource"]["relatesTo"]]
    assert sorted(one["value"] for one in replaced) == sorted(
        [first["identifier"]["value"], earlier["entry"][0]["resource"]["identifier"]["value"]]
    )


def test_what_was_delivered_and_would_be_the_same_is_not_sent_again(world):
    world.consent(FORSAKRINGSKASSAN)
    world.hand_in()
    world.deliver()

    [wave] = _driven(world, DELIVERED, renewing=True)

    assert (wave.renewed, dict(wave.states)) == (0, {DeliveryState.DELIVERED: 1})
    assert len(world.agencies[FORSAKRINGSKASSAN].requests) == 1


@pytest.fixture
def _held(world, tmp_path):
    """A certificate with a code that the mappings did not know then."""
    rules = world.gateway.rules
    table = "code_tables/ConceptMap-sysselsattning.json"
    _under_other_rules(world, tmp_path, table, '"code": "NUVARANDE_ARBETE"', '"code": "NUVARANDE"')
    world.consent(FORSAKRINGSKASSAN)
    receive(Envelope(enveloped(certificate()), "care", world.time), world.gateway)
    world.deliver()
    assert world.states()[FK_SET] == "HELD_MAPPING"
    world.gateway = replace(world.gateway, rules=rules)


@pytest.mark.usefixtures("_held")
def test_what_was_held_for_its_mapping_goes_on_when_that_is_mended(world):
    wanted = Wanted(frozenset({DeliveryState.HELD_MAPPING}), set_name=FK_SET)

    [wave] = _driven(world, wanted, renewing=True)

    assert dict(wave.states) == {DeliveryState.DELIVERED: 1}
    assert world.states()[SETS[EMPLOYER]] == "HELD_CONSENT"
    [message] = world.gateway.store.messages()
    assert not message.problems


@pytest.mark.usefixtures("_held")
def test_what_is_held_still_is_left_as_it_is_and_stops_nobody(world, tmp_path):
    world.gateway = replace(world.gateway, rules=load_rules(mappings=tmp_path))
    wanted = Wanted(frozenset({DeliveryState.HELD_MAPPING}), set_name=FK_SET)

    [wave] = _driven(world, wanted, renewing=True)

    assert (wave.renewed, wave.stops, dict(wave.states)) == (0, False, {DeliveryState.HELD_MAPPING: 1})


def test_a_message_that_todays_rules_refuse_is_left_where_it_is(world, tmp_path):
    _refused(world)
    shutil.copytree(MAPPINGS, tmp_path, dirs_exist_ok=True)
    shutil.rmtree(tmp_path / "certificates/lisjp/2")
    world.gateway = replace(world.gateway, rules=load_rules(mappings=tmp_path))
    asked = len(world.agencies[FORSAKRINGSKASSAN].requests)

    [wave] = _driven(world, renewing=True)

    assert (wave.refused, wave.stops, dict(wave.states)) == (1, True, {DeliveryState.DEAD: 1})
    assert len(world.agencies[FORSAKRINGSKASSAN].requests) == asked


def _renewed_but(error, world, monkeypatch):
    """Whatever is renewed goes well, but for the last message that came: that ends in this error."""
    [last, *_] = world.gateway.store.messages()

    def renewed(message, gateway):
        if message == last.id:
            raise error
        return renew(message, gateway)

    monkeypatch.setattr("gateway.redriving.renew", renewed)


def test_a_message_that_we_stumble_over_is_left_and_counted_and_the_others_go_on(world, monkeypatch, capfd):
    _refused(world, 4)
    _renewed_but(LookupError("Zebra"), world, monkeypatch)

    _, wave = _driven(world, renewing=True)

    assert (wave.stumbled, wave.refused, wave.failures, wave.stops) == (1, 0, 1, True)
    assert dict(wave.states) == {DeliveryState.DELIVERED: 2, DeliveryState.DEAD: 1}
    logged = capfd.readouterr().err
    assert '"error":"LookupError"' in logged
    assert "Zebra" not in logged


def test_what_was_delivered_of_a_message_that_we_stumble_over_counts_as_failed_too(world, monkeypatch):
    world.consent(FORSAKRINGSKASSAN)
    world.hand_in()
    world.deliver()
    _renewed_but(LookupError(), world, monkeypatch)

    [wave] = _driven(world, DELIVERED, renewing=True)

    assert (wave.failures, wave.stops, dict(wave.states)) == (1, True, {DeliveryState.DELIVERED: 1})


def test_a_store_that_fails_ends_the_drive_and_what_was_not_reached_is_left(world, monkeypatch):
    _refused(world, 4)
    _renewed_but(StoreUnavailable(), world, monkeypatch)

    with pytest.raises(StoreUnavailable):
        _driven(world, renewing=True)

    assert len(look(DEAD, world.gateway.store, renewing=False).deliveries) == 3


def test_a_withdrawal_between_the_editions_holds_the_new_one(world, tmp_path):
    id_ = world.consent(FORSAKRINGSKASSAN)
    world.hand_in()
    world.deliver()
    world.withdraw(id_, FORSAKRINGSKASSAN)
    _titled_otherwise(world, tmp_path)

    _driven(world, DELIVERED, renewing=True)

    assert len(world.agencies[FORSAKRINGSKASSAN].requests) == 1


def test_a_revoked_certificate_is_not_sent_anew_in_another_edition(world, tmp_path):
    world.consent(FORSAKRINGSKASSAN)
    world.hand_in()
    world.deliver()
    assert world.revoke()[0] == "OK"
    world.deliver()
    sent = len(world.agencies[FORSAKRINGSKASSAN].requests)
    _titled_otherwise(world, tmp_path)

    _driven(world, DELIVERED, renewing=True)

    assert len(world.agencies[FORSAKRINGSKASSAN].requests) == sent
