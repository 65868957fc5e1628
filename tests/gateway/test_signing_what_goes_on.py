"""The log is signed only where it goes on from what was signed last: who writes the database has no say in that."""

from __future__ import annotations

import shutil
import sqlite3
from datetime import UTC, datetime

import pytest

from gateway import auditing
from gateway.audit.entries import content_of, sealed
from gateway.audit.notes import checkpoint_of
from gateway.audit.tree import Frontier, leaf_hash
from gateway.auditing import Notary
from gateway.errors import NotFound, Tampered
from gateway.stops import Scope
from gateway.store.sqlite import SqliteStore

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


class Machine:
    """A database with a key beside it, and whoever can write the one and not the other."""

    def __init__(self, folder):
        folder.mkdir()
        self.path, self.key = folder / "samsyn.db", folder / "key"
        self.store = SqliteStore(self.path)
        self.operations = 0

    def lives(self):
        """A person says so; then the gateway is started anew."""
        why, _ = self.notary().live_on("Anna", "återläst")
        self.store.close()
        self.store = SqliteStore(self.path)
        return why

    def notary(self, key=None):
        return Notary(self.store, key or self.key, (), lambda: NOON)

    def goes_round(self, key=None):
        with self.notary(key).at_work(3600):
            pass

    def happens(self, count=1):
        for _ in range(count):
            self.operations += 1
            self.store.begin_operation(str(self.operations), "redrive", NOON)

    def rewrites(self, number, detail):
        """Change an entry and all that is made of it: its leaf, and the tree over it."""
        [entry] = self.store.audit_entries(number - 1, 1)
        with sqlite3.connect(self.path) as db:
            for [name] in db.execute("SELECT name FROM sqlite_schema WHERE name LIKE '%_is_never_%'").fetchall():
                db.execute(f"DROP TRIGGER {name}")
            db.execute(
                "UPDATE log SET detail = ? WHERE sequence = (SELECT log FROM leaf WHERE number = ?)", (detail, number)
            )
        [changed] = self.store.audit_entries(number - 1, 1)
        made = sealed(changed.happened, entry.salt)
        with sqlite3.connect(self.path) as db:
            db.execute(
                "UPDATE leaf SET commitment = ?, hash = ? WHERE number = ?", (made.commitment, made.leaf, number)
            )
            frontier = Frontier()
            for [leaf] in db.execute("SELECT hash FROM leaf ORDER BY number"):
                frontier.add(leaf)
            db.execute("UPDATE tree SET frontier = ?", (frontier.packed(),))
        db.close()

    def signed(self):
        return [checkpoint_of(note).size for note in self.store.checkpoints()]

    def why_stopped(self):
        return [one.because for one in self.store.stops() if one.scope is Scope.COPY]

    def verified(self):
        notary = self.notary()
        return auditing.verify(self.store, notary.verifier, notary.kept_elsewhere())


@pytest.fixture
def machine(tmp_path):
    machine = Machine(tmp_path / "machine")
    machine.happens(5)
    machine.goes_round()
    yield machine
    machine.store.close()


def test_h01_a_log_that_was_rewritten_with_its_tree_is_not_signed_and_nothing_leaves(machine, capfd):
    machine.rewrites(3, "nothing happened")
    machine.happens()

    machine.goes_round()

    assert machine.signed() == [5]
    [why] = machine.why_stopped()
    assert "does not go on from the entries that were seen here" in why
    assert '"event":"log not signed","error":"Tampered"' in capfd.readouterr().err
    assert machine.verified().first_bad is not None


def test_h01_a_gateway_that_runs_notices_it_at_its_next_round(machine):
    notary = machine.notary()
    machine.happens(3)
    notary.sign()
    machine.rewrites(7, "nothing happened")

    with notary.at_work(3600):
        assert len(machine.why_stopped()) == 1

    with pytest.raises(Tampered):
        notary.sign()


def test_h01_what_was_signed_for_a_proof_is_not_signed_otherwise_later(machine):
    machine.happens(3)
    machine.notary().sign()
    with sqlite3.connect(machine.path) as db:
        db.execute("DROP TRIGGER checkpoint_is_never_deleted")
        db.execute("DELETE FROM checkpoint WHERE size = 8")
    db.close()
    machine.rewrites(8, "nothing happened")

    with pytest.raises(Tampered):
        machine.notary().sign()


@pytest.mark.parametrize(
    ("statement", "why"),
    [
        ("UPDATE log SET detail = 'nothing happened' WHERE sequence = 7", "entry 7 of it is bad: changed"),
        ("UPDATE leaf SET commitment = zeroblob(32) WHERE number = 7", "entry 7 of it is bad: changed"),
        ("DELETE FROM log WHERE sequence = 7", "entry 7 of it is gone"),
        ("DELETE FROM leaf WHERE number = 7", "entry 7 of it is gone"),
        ("DELETE FROM leaf WHERE number = 8", "entry 8 of it is gone"),
        ("UPDATE tree SET frontier = zeroblob(32)", "does not go on"),
        ("UPDATE tree SET size = 4", "it has 4"),
    ],
)
def test_h01_what_its_rows_say_that_are_not_signed_yet_has_to_be_what_was_sealed(machine, statement, why):
    machine.happens(3)
    with sqlite3.connect(machine.path) as db:
        for [name] in db.execute("SELECT name FROM sqlite_schema WHERE name LIKE '%_is_never_%'").fetchall():
            db.execute(f"DROP TRIGGER {name}")
        db.execute(statement)
    db.close()

    with pytest.raises(Tampered, match=why):
        machine.notary().sign()

    assert machine.signed() == [5]


def test_h13_a_person_may_say_that_it_lives_as_it_is_and_the_log_goes_on_and_says_so_for_good(machine):
    machine.rewrites(3, "nothing happened")
    machine.goes_round()
    assert machine.signed() == [5]

    why = machine.lives()

    assert "does not go on" in why
    assert machine.why_stopped() == []
    machine.happens()
    machine.goes_round()
    assert machine.why_stopped() == []
    assert machine.signed()[-1] == machine.store.grown().size
    assert "rewritten: the checkpoint of 5 entries" in "".join(one.what for one in machine.verified().faults)


def test_h13_that_it_lives_can_be_said_before_a_gateway_has_noticed_anything(machine):
    machine.rewrites(3, "nothing happened")

    machine.lives()

    machine.goes_round()
    assert machine.why_stopped() == []
    with pytest.raises(NotFound):
        machine.lives()


def test_a_log_that_has_grown_by_much_is_looked_through_in_steps_and_then_signed(machine, monkeypatch):
    monkeypatch.setattr(auditing, "_A_STEP", 3)
    machine.happens(30)

    machine.goes_round()
    assert machine.signed() == [5]
    assert machine.why_stopped() == []

    machine.notary().sign()
    assert machine.signed() == [5, 35]


def test_what_earlier_versions_kept_beside_the_key_is_enough_to_go_on_from(machine):
    newest = machine.key.with_name("key.newest")
    lines = newest.read_text().splitlines(keepends=True)
    assert lines.pop(1).startswith("frontier ")
    newest.write_text("".join(lines))
    machine.happens()

    machine.goes_round()

    assert machine.signed() == [5, 6]
    assert "frontier " in newest.read_text()


@pytest.mark.parametrize("text", ["frontier !\n", "frontier AAAA\n", "frontier \n"])
def test_a_frontier_that_is_none_of_its_checkpoint_counts_for_nothing(machine, text):
    newest = machine.key.with_name("key.newest")
    lines = newest.read_text().splitlines(keepends=True)
    lines[1] = text
    newest.write_text("".join(lines))
    machine.happens()

    machine.notary().sign()

    assert machine.signed() == [5, 6]


def test_what_another_process_signs_meanwhile_contradicts_nothing(machine, monkeypatch):
    grown, other = machine.store.grown, machine.notary()
    notary = machine.notary()

    def seen_before():
        tree = grown()
        monkeypatch.setattr(machine.store, "grown", grown)
        machine.happens()
        other.sign()
        return tree

    monkeypatch.setattr(machine.store, "grown", seen_before)
    with notary.at_work(3600):
        assert machine.why_stopped() == []

    assert machine.signed() == [5, 6]


def test_another_machine_with_the_key_goes_on_from_the_newest_checkpoint_and_each_catches_up(machine, tmp_path):
    (tmp_path / "other").mkdir()
    other = tmp_path / "other" / "key"
    shutil.copy(machine.key, other)
    machine.happens()

    machine.notary(other).sign()
    machine.happens()
    machine.goes_round()
    machine.happens()
    machine.notary(other).sign()

    assert machine.signed() == [5, 6, 7, 8]


def test_h01_a_machine_that_comes_to_a_log_signs_none_that_its_newest_checkpoint_is_not_of(machine, tmp_path):
    (tmp_path / "other").mkdir()
    other = tmp_path / "other" / "key"
    shutil.copy(machine.key, other)
    machine.rewrites(3, "nothing happened")
    machine.happens()

    with pytest.raises(Tampered, match="not what was signed when it had 5 entries"):
        machine.notary(other).sign()


def test_what_is_signed_is_over_what_the_rows_say(machine):
    frontier = Frontier()
    for entry in machine.store.audit_entries(0, 1_000):
        frontier.add(leaf_hash(content_of(entry.happened, entry.commitment)))

    assert checkpoint_of(machine.notary().sign()).root == frontier.root
