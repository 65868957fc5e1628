"""Whoever writes the database can change what it says, and cannot hide that it was changed."""

from __future__ import annotations

import shutil
import sqlite3
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from gateway.audit.notes import checkpoint_of, signed
from gateway.audit.tree import Frontier
from gateway.auditing import Notary, verify
from gateway.deliveries import Delivered
from gateway.documents import Receipt
from gateway.errors import ConfigurationError, StoreUnavailable, Tampered
from gateway.store.sqlite import SqliteStore


@pytest.fixture
def path(tmp_path):
    return tmp_path / "samsyn.db"


class Kept:
    """A store with a delivery that left, signed twice on the way."""

    def __init__(self, path, given, keep_in):
        self.path, self.key = path, path.with_name("key")
        store = SqliteStore(path)
        keep = keep_in(store)
        self.notary = Notary(store, self.key, (), lambda: given.noon)
        store.add_consent(given.consent(), given.plan())
        self.first_note = self.notary.sign()
        store.record(keep.tried(), Delivered(Receipt("ref")), given.noon)
        self.note = self.notary.sign()
        self.size = store.grown().size
        store.close()

    def alter(self, *statements):
        """Change the file behind the gateway's back, as one who can write it: triggers are no hindrance."""
        db = sqlite3.connect(self.path, isolation_level=None)
        for [name] in db.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'").fetchall():
            db.execute(f"DROP TRIGGER {name}")
        for statement, *values in statements:
            db.execute(statement, *values)
        db.close()

    def faults(self, *notes):
        store = SqliteStore(self.path)
        found = verify(store, self.notary.verifier, notes)
        store.close()
        return found.faults


@pytest.fixture
def kept(path, given, keep_in):
    return Kept(path, given, keep_in)


def test_a_log_that_nobody_touched_is_as_it_was_written(kept):
    assert kept.faults(kept.first_note, kept.note) == []


@pytest.mark.parametrize(
    ("statement", "first"),
    [
        ("UPDATE log SET event = 'consent.lost' WHERE sequence = 1", 1),
        ("UPDATE log SET at = at + 1 WHERE event = 'release.authorised'", 6),
        ("UPDATE log SET detail = 'DEAD' WHERE event = 'release.outcome'", 7),
        ("UPDATE log SET detail = CAST(x'ff' AS TEXT) WHERE sequence = 2", 2),
        ("UPDATE decision SET organisation = '5561234567'", 5),
        ("UPDATE decision SET rule = 'provision.provision[1]'", 5),
        ("UPDATE leaf SET person = 'somebody' WHERE number = 2", 2),
        ("UPDATE leaf SET hash = zeroblob(32) WHERE number = 3", 3),
        ("UPDATE log SET at = 9000000000000000000 WHERE sequence = 2", 2),
        ("UPDATE decision SET way = 'anyhow'", 5),
        ("UPDATE decision SET until = -9000000000000000000", 5),
        ("UPDATE leaf SET salt = x'' WHERE number = 3", 3),
        ("DELETE FROM log WHERE sequence = 2", 2),
        ("DELETE FROM decision", 5),
        ("DELETE FROM leaf WHERE number = 3", 3),
        ("DELETE FROM leaf WHERE number > 3", 4),
        ("INSERT INTO log (at, event, message, delivery, detail) VALUES (0, 'set.read', '', '', '')", 8),
        ("UPDATE tree SET frontier = zeroblob(64)", 8),
    ],
)
def test_h01_the_first_entry_that_is_changed_or_gone_is_named(kept, statement, first):
    kept.alter((statement,))

    assert kept.faults()[0].first == first


def test_h01_where_the_tree_is_said_to_have_more_than_there_is_nothing_is_kept_that_would_be_in_no_entry(kept, given):
    kept.alter(("UPDATE tree SET last_log = last_log + 1000, last_decision = last_decision + 1000",))
    store = SqliteStore(kept.path)

    with pytest.raises(Tampered):
        given.accept(store, given.message(certificate=given.another_certificate()))

    assert len(store.messages(10)) == 1
    store.close()


def test_h01_two_entries_that_changed_places_are_found_at_the_first(kept):
    kept.alter(
        ("UPDATE leaf SET number = 99 WHERE number = 2",),
        ("UPDATE leaf SET number = 2 WHERE number = 3",),
        ("UPDATE leaf SET number = 3 WHERE number = 99",),
    )

    assert kept.faults()[0].first == 2


def regrown(kept, rows):
    """What one writes who knows how the tree is made, and has no key."""
    frontier = Frontier()
    for row in rows:
        frontier.add(row)
    return "UPDATE tree SET size = ?, frontier = ?", (frontier.size, frontier.packed())


def test_h01_a_log_that_was_regrown_contradicts_its_checkpoints(kept):
    hashes = [b"\x01" * 32] * kept.size
    kept.alter(("UPDATE leaf SET hash = ?", (hashes[0],)), regrown(kept, hashes))

    assert {fault.what.split(":")[0] for fault in kept.faults()} == {"changed since it was sealed", "rewritten"}


def test_h01_a_tail_that_was_cut_off_and_all_that_tells_of_it_is_missed_by_what_was_kept_elsewhere(kept):
    db = sqlite3.connect(kept.path)
    hashes = [row[0] for row in db.execute("SELECT hash FROM leaf ORDER BY number LIMIT 3")]
    db.close()
    kept.alter(
        ("DELETE FROM log WHERE sequence > 3",),
        ("DELETE FROM decision",),
        ("DELETE FROM leaf WHERE number > 3",),
        ("DELETE FROM checkpoint WHERE size > 3",),
        regrown(kept, hashes),
    )

    assert kept.faults() == []
    assert [(fault.first, fault.what.split(":")[0]) for fault in kept.faults(kept.note)] == [(4, "cut off")]


def test_h01_a_whole_store_of_an_earlier_day_is_found_by_what_was_kept_elsewhere(path, given, keep_in):
    store = SqliteStore(path)
    store.close()
    earlier = path.with_name("earlier.db")
    shutil.copy(path, earlier)
    kept = Kept(path, given, keep_in)
    shutil.copy(earlier, path)

    assert kept.faults() == []
    assert kept.faults(kept.note)[0].first == 1


def test_a_checkpoint_that_another_key_signed_counts_for_nothing(kept):
    forged = signed(checkpoint_of(kept.note), Ed25519PrivateKey.generate())

    [fault] = kept.faults(forged)

    assert "not signed by the key" in fault.what


def test_h02_what_cannot_become_an_entry_does_not_happen(path, given):
    store = SqliteStore(path)
    db = sqlite3.connect(path)
    db.execute("CREATE TRIGGER full BEFORE INSERT ON leaf BEGIN SELECT RAISE(ABORT, 'full'); END")
    db.commit()

    with pytest.raises((StoreUnavailable, sqlite3.IntegrityError)):
        store.add_consent(given.consent(), given.plan())

    assert (store.consents(), store.log(), store.grown().size) == ([], [], 0)
    db.close()
    store.close()


def test_h10_a_log_that_was_signed_is_not_opened_without_its_key(kept):
    kept.key.unlink()
    store = SqliteStore(kept.path)

    with pytest.raises(ConfigurationError, match="missing"):
        Notary(store, kept.key, (), lambda: datetime.now(UTC))

    assert not kept.key.exists()
    store.close()


def test_h10_another_key_than_the_one_that_signed_is_refused(kept, tmp_path):
    other = SqliteStore(tmp_path / "other.db")
    Notary(other, tmp_path / "other.key", (), lambda: datetime.now(UTC))
    other.close()
    store = SqliteStore(kept.path)

    with pytest.raises(ConfigurationError, match="not the one"):
        Notary(store, tmp_path / "other.key", (), lambda: datetime.now(UTC))
    store.close()


def test_h15_a_key_that_others_can_read_is_refused(kept):
    assert kept.key.stat().st_mode & 0o777 == 0o600
    kept.key.chmod(0o640)
    store = SqliteStore(kept.path)

    with pytest.raises(ConfigurationError, match="read by others"):
        Notary(store, kept.key, (), lambda: datetime.now(UTC))
    store.close()
