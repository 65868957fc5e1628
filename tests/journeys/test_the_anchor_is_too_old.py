"""H03: where the log cannot be kept elsewhere, releases stop after a while, and taking in goes on."""

from __future__ import annotations

from datetime import timedelta

import pytest
from worlds import FORSAKRINGSKASSAN, NOON, PERSON, SETS, World

from gateway.audit.anchor_file import FileAnchor, notes_in
from gateway.auditing import Notary

FK_SET = SETS[FORSAKRINGSKASSAN]
HOUR = timedelta(hours=1)


@pytest.fixture
def settings(settings, tmp_path):
    return settings.model_copy(update={"audit_anchor": tmp_path / "elsewhere" / "anchor"})


@pytest.fixture
def world(settings, agencies):
    world = World(settings, agencies)
    world.consent(FORSAKRINGSKASSAN)
    yield world
    world.gateway.store.close()


@pytest.fixture
def notary(world, settings):
    return Notary(world.gateway.store, settings.audit_key_file, [FileAnchor(settings.audit_anchor)], lambda: world.time)


def sees_to_it(notary):
    """The notary's round, once when it begins and once when it ends."""
    with notary.at_work(3600):
        pass


def total(world):
    return world.search(patient_identifier=PERSON).json()["total"]


def test_h03_releases_stop_after_four_hours_without_an_anchor_and_taking_in_goes_on(world, notary, capfd):
    sees_to_it(notary)
    assert '"event":"log not anchored","error":"FileNotFoundError"' in capfd.readouterr().err
    world.wait(4 * HOUR)
    world.hand_in()
    assert total(world) == 1

    world.wait(timedelta(seconds=1))
    world.deliver()

    assert world.agencies[FORSAKRINGSKASSAN].requests == []
    assert world.states()[FK_SET] == "READY"
    assert total(world) == 0
    told = world.http.get("/metrics").text
    assert 'samsyn_stops{scope="anchor"} 1.0' in told
    [anchored] = [line for line in told.splitlines() if line.startswith("samsyn_log_anchored_timestamp_seconds")]
    assert float(anchored.split()[1]) == NOON.timestamp()
    assert world.http.get("/health/ready").status_code == 200


def test_h03_it_goes_on_by_itself_once_the_log_is_anchored(world, notary, settings):
    world.hand_in()
    world.wait(5 * HOUR)
    world.deliver()
    assert world.states()[FK_SET] == "READY"

    settings.audit_anchor.parent.mkdir()
    sees_to_it(notary)
    world.deliver()

    assert world.states()[FK_SET] == "DELIVERED"
    assert world.gateway.store.stops() == []
    assert notes_in(settings.audit_anchor.read_text("utf-8"))[-1] in world.gateway.store.checkpoints()


def test_a_log_in_which_nothing_happens_is_as_good_as_anchored(world, notary, settings):
    settings.audit_anchor.parent.mkdir()
    sees_to_it(notary)
    before = settings.audit_anchor.read_text("utf-8")

    world.wait(48 * HOUR)
    sees_to_it(notary)

    assert settings.audit_anchor.read_text("utf-8") == before
    assert world.gateway.store.anchored().at == world.time
