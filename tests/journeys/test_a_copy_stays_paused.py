"""H13, H14: a backup that is put back, or a copy beside the one that lives, sends nothing until a person says so."""

from __future__ import annotations

import shutil
import sqlite3
import threading
from datetime import timedelta

import pytest
from worlds import FORSAKRINGSKASSAN, PERSON, SETS, World, certificate

from gateway.audit.anchor_file import FileAnchor, notes_in
from gateway.auditing import Notary, verify
from gateway.errors import NotFound, StoreUnavailable
from gateway.permits import sealing
from gateway.permits.permit import Used
from gateway.stops import Scope

FK_SET = SETS[FORSAKRINGSKASSAN]
DAY = timedelta(days=1)
LATER, LATER_STILL = (f"7c0a9c9e-5d0b-4b55-8f0e-1f3a5f6d200{number}" for number in (2, 3))


class Machine:
    """A machine with a gateway on it, that is started and ended."""

    def __init__(self, settings, agencies, folder):
        self.database = folder / "samsyn.db"
        self.settings = settings.model_copy(update={"database": self.database})
        self._agencies = agencies
        self.world = None

    def start(self):
        """Start the gateway, with the notary's first round."""
        self.world = World(self.settings, self._agencies)
        anchors = [FileAnchor(self.settings.audit_anchor)] if self.settings.audit_anchor else []
        self.notary = Notary(self.world.gateway.store, self.settings.audit_key_file, anchors, lambda: self.world.time)
        self.goes_round()
        return self.world

    def goes_round(self):
        with self.notary.at_work(3600):
            pass

    def end(self):
        self.goes_round()
        self.kill()

    def kill(self):
        self.world.gateway.store.close()

    def backup(self, file):
        with sqlite3.connect(self.database) as source, sqlite3.connect(file) as target:
            source.backup(target)
        source.close()
        target.close()

    def restore(self, file):
        for name in ("", "-wal", "-shm"):
            self.database.with_name(f"samsyn.db{name}").unlink(missing_ok=True)
        shutil.copy(file, self.database)

    def lives(self):
        """A person says so; then the gateway is started anew."""
        told = self.notary.live_on("Anna", "återläst efter diskfel")
        self.kill()
        self.start()
        return told

    def why_stopped(self):
        return [one.because for one in self.world.gateway.store.stops() if one.scope is Scope.COPY]


@pytest.fixture
def machine(settings, agencies, tmp_path):
    (tmp_path / "machine").mkdir()
    machine = Machine(settings, agencies, tmp_path / "machine")
    yield machine
    machine.kill()


@pytest.fixture
def with_anchor(settings, tmp_path):
    return settings.model_copy(update={"audit_anchor": tmp_path / "anchor"})


def sent(agencies):
    return len(agencies[FORSAKRINGSKASSAN].requests)


def total(world):
    return world.search(patient_identifier=PERSON).json()["total"]


def test_h13_a_backup_of_the_day_before_stays_paused_until_a_person_says_that_it_lives(
    machine, agencies, tmp_path, monkeypatch
):
    world = machine.start()
    world.consent(FORSAKRINGSKASSAN)
    world.hand_in()
    machine.goes_round()
    machine.backup(tmp_path / "backup")
    world.deliver()
    world.hand_in(certificate(id_=LATER))
    machine.end()
    assert sent(agencies) == 1

    machine.restore(tmp_path / "backup")
    monkeypatch.setattr(sealing, "_USED", Used())  # as another process has it
    world = machine.start()
    world.wait(DAY)
    world.hand_in(certificate(id_=LATER_STILL))
    world.deliver()

    assert sent(agencies) == 1
    assert total(world) == 0
    [why] = machine.why_stopped()
    assert "entries of it were kept elsewhere, and it has" in why

    assert machine.lives() == (why, 0)
    machine.world.wait(DAY)
    machine.world.deliver()
    assert sent(agencies) == 3
    assert len(agencies[FORSAKRINGSKASSAN].received) == 2
    assert total(machine.world) == 2


def test_h13_a_restart_of_the_one_that_lives_goes_on(machine, agencies):
    world = machine.start()
    world.consent(FORSAKRINGSKASSAN)
    world.hand_in()
    machine.kill()

    machine.start().deliver()

    assert sent(agencies) == 1
    assert machine.why_stopped() == []
    with pytest.raises(NotFound):
        machine.notary.live_on("Anna", "av misstag")


def test_h13_a_backup_that_is_put_back_on_an_empty_machine_stays_paused(machine, agencies, tmp_path):
    world = machine.start()
    world.consent(FORSAKRINGSKASSAN)
    world.hand_in()
    machine.end()
    machine.backup(tmp_path / "backup")
    keys = [machine.settings.vault_key_file, machine.settings.audit_key_file]
    machine.database.parent.rename(tmp_path / "lost")
    machine.database.parent.mkdir()
    machine.restore(tmp_path / "backup")
    for key in keys:
        shutil.copy(tmp_path / "lost" / key.name, key)

    machine.start().deliver()

    assert sent(agencies) == 0
    assert machine.why_stopped() == ["nothing of it was ever seen on this machine"]
    machine.lives()
    machine.world.deliver()
    assert sent(agencies) == 1


def test_h13_a_backup_that_is_taken_during_writes_is_whole(machine, tmp_path):
    world = machine.start()
    ids = [f"7c0a9c9e-5d0b-4b55-8f0e-1f3a5f6d3{number:03}" for number in range(20)]
    begun = threading.Event()

    def write():
        for id_ in ids:
            world.hand_in(certificate(id_=id_))
            begun.set()

    writing = threading.Thread(target=write)
    writing.start()
    begun.wait()
    machine.backup(tmp_path / "backup")
    writing.join()
    machine.kill()

    machine.restore(tmp_path / "backup")
    store = machine.start().gateway.store
    accepted = [entry.message for entry in store.log() if entry.event == "message.accepted"]
    assert sorted(one.id for one in store.messages()) == sorted(accepted)
    assert accepted
    assert verify(store, machine.notary.verifier, []).faults == []


def test_h13_what_a_person_has_said_counts_for_the_other_machines_too(machine, agencies, tmp_path):
    (tmp_path / "other").mkdir()
    machine.start()
    shutil.copy(machine.settings.audit_key_file, tmp_path / "other" / "key")
    other = Machine(machine.settings, agencies, machine.database.parent)
    other.settings = machine.settings.model_copy(update={"audit_key": tmp_path / "other" / "key"})
    shutil.copy(f"{machine.settings.audit_key_file}.newest", tmp_path / "other" / "key.newest")
    machine.backup(tmp_path / "backup")
    machine.world.hand_in()
    machine.end()
    other.start()
    other.end()
    machine.restore(tmp_path / "backup")

    machine.start()
    machine.lives()
    other.start()

    assert other.why_stopped() == machine.why_stopped() == []
    other.world.hand_in(certificate(id_=LATER))
    other.end()
    machine.kill()
    machine.restore(tmp_path / "backup")
    other.start()
    assert len(other.why_stopped()) == 1
    other.kill()


def test_h14_a_copy_beside_the_one_that_lives_stays_paused_and_the_other_goes_on(machine, settings, agencies, tmp_path):
    world = machine.start()
    world.consent(FORSAKRINGSKASSAN)
    world.hand_in()
    machine.goes_round()
    shutil.copytree(machine.database.parent, tmp_path / "copy")
    copy = Machine(settings, agencies, tmp_path / "copy")

    copy.start().deliver()
    assert sent(agencies) == 0
    assert copy.why_stopped() == [f"it lived in another place, {machine.database}"]
    copy.kill()

    machine.goes_round()
    machine.world.deliver()
    assert sent(agencies) == 1


def test_h14_of_two_that_live_at_once_the_second_sees_the_first_in_the_anchor_and_pauses(
    with_anchor, agencies, tmp_path
):
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    one, two = (Machine(with_anchor, agencies, tmp_path / name) for name in ("one", "two"))
    one.start().consent(FORSAKRINGSKASSAN)
    one.end()
    shutil.copytree(tmp_path / "one", tmp_path / "two", dirs_exist_ok=True)
    # On their machines the two are in the same place.
    with sqlite3.connect(two.database) as db:
        db.execute("UPDATE epoch SET home = ?", (str(two.database),))
    db.close()
    for machine in (one, two):
        machine.start()
        assert machine.why_stopped() == []

    one.world.hand_in()
    one.goes_round()
    two.world.hand_in(certificate(id_=LATER))
    two.world.hand_in(certificate(id_=LATER_STILL))
    two.goes_round()
    two.world.deliver()

    assert sent(agencies) == 0
    [why] = two.why_stopped()
    assert "entries of it were kept elsewhere, and it goes on from others" in why
    one.goes_round()
    one.world.deliver()
    assert sent(agencies) == 1
    anchored = len(notes_in(with_anchor.audit_anchor.read_text("utf-8")))

    two.goes_round()
    assert len(notes_in(with_anchor.audit_anchor.read_text("utf-8"))) == anchored
    two.lives()
    one.goes_round()
    assert len(one.why_stopped()) == 1
    assert two.why_stopped() == []
    for machine in (one, two):
        machine.kill()


def test_h14_who_has_it_open_when_another_is_said_to_live_takes_in_no_more(machine, tmp_path):
    world = machine.start()
    world.hand_in()
    machine.goes_round()
    machine.backup(tmp_path / "backup")
    world.hand_in(certificate(id_=LATER))
    machine.end()
    machine.restore(tmp_path / "backup")
    machine.start()

    before = machine.world
    machine.notary.live_on("Anna", "återläst")

    assert before.post(b"<x/>").status_code != 503
    assert before.http.get("/health/ready").status_code == 503
    with pytest.raises(StoreUnavailable):
        machine.notary.sign()
