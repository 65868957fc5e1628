"""What the SQLite store promises of its file: who reads it, what a crash leaves, what no SQL can change."""

from __future__ import annotations

import errno
import fcntl
import hashlib
import os
import signal
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path

import pytest

from gateway.deliveries import Delivered
from gateway.documents import Receipt
from gateway.errors import ConfigurationError, StoreUnavailable, Tampered
from gateway.heard import MAX_KEPT, Heard
from gateway.store.sql.claiming import _IN_LANE, _NEXT_LANE, _UNDER_WAY, may_be_claimed
from gateway.store.sql.departing import READINGS
from gateway.store.sql.opened import VaultedReads
from gateway.store.sql.readers import Readers
from gateway.store.sql.vaulted import Vaulted
from gateway.store.sqlite import SqliteStore
from gateway.store.sqlite import schema as sqlite_schema
from gateway.store.sqlite.connection import SqliteEngine, connect_to_write

HAND_IN = """
import sys
from dataclasses import replace
from pathlib import Path
from conftest import Given
from gateway.identity import CertificateId
from gateway.store.sqlite import SqliteStore

store = SqliteStore(Path(sys.argv[1]))
given = Given()
for number in range(int(sys.argv[2])):
    message = given.message(certificate=CertificateId("SE2321000016-1003", str(number)))
    sets = [given.set_for(message), given.set_for(message, "employer")]
    if given.accept(store, message, sets, given.plan(given.delivery_of(message))):
        print(message.id, flush=True)
"""
"""Hands in certificates one after the other, and prints the id of each message that is kept."""


@pytest.fixture
def path(tmp_path):
    return tmp_path / "samsyn.db"


@pytest.fixture
def store(path):
    store = SqliteStore(path)
    yield store
    store.close()


@pytest.fixture
def db(store, path):
    db = connect_to_write(path)
    yield db
    db.close()


@pytest.fixture
def keys(store):
    return store._writer._keys


def start_process(path, count):
    search = os.pathsep.join([str(Path(__file__).parent), *sys.path])
    return subprocess.Popen(
        [sys.executable, "-c", HAND_IN, path, str(count)],
        env=os.environ | {"PYTHONPATH": search},
        stdout=subprocess.PIPE,
        text=True,
    )


def spoil_page_of(table, path):
    db = sqlite3.connect(path)
    [page] = db.execute("SELECT rootpage FROM sqlite_schema WHERE name = ?", (table,)).fetchone()
    [size] = db.execute("PRAGMA page_size").fetchone()
    db.close()
    with path.open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(b"\xff" * size)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE log SET detail = 'nothing happened'",
        "DELETE FROM log",
        "REPLACE INTO log VALUES (1, 0, 'nothing', '', '', '', '')",
        "INSERT INTO log VALUES (1, 0, '', '', '', '', '') ON CONFLICT (sequence) DO UPDATE SET event = ''",
    ],
)
def test_h01_the_log_is_only_added_to(store, keep, db, statement):
    keep.message({})
    before = store.log()

    with pytest.raises(sqlite3.IntegrityError, match="the log is only added to"):
        db.execute(statement)

    assert store.log() == before != []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE decision SET permitted = 1",
        "DELETE FROM decision",
        "REPLACE INTO decision SELECT * FROM decision",
        "INSERT INTO decision SELECT * FROM decision WHERE true ON CONFLICT (number) DO UPDATE SET reason = ''",
    ],
)
def test_a_decision_stands_as_it_was_made(store, keep, db, statement):
    delivery = keep.tried()
    before = store.decisions(delivery)

    with pytest.raises(sqlite3.IntegrityError, match="a decision stands as it was made"):
        db.execute(statement)

    assert store.decisions(delivery) == before != []


def test_the_files_are_for_their_owner_only(store, keep, path):
    keep.message({})

    files = sorted(path.parent.iterdir())

    assert [file.name for file in files] == ["samsyn.db", "samsyn.db-shm", "samsyn.db-wal", "samsyn.db.vault-key"]
    assert {file.stat().st_mode & 0o777 for file in files} == {0o600}


def test_a_commit_is_durable_and_references_hold(db):
    settings = {
        name: db.execute(f"PRAGMA {name}").fetchone()[0]
        for name in ("journal_mode", "synchronous", "foreign_keys", "temp_store")
    }

    assert settings == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "temp_store": 2}


def test_a10_a_file_of_a_newer_gateway_stops_the_start_and_is_left_alone(store, path, db):
    store.close()
    db.execute("PRAGMA user_version = 1000")

    with pytest.raises(ConfigurationError, match="newer version"):
        SqliteStore(path)

    assert db.execute("PRAGMA user_version").fetchone() == (1000,)


def test_a_message_of_an_older_file_says_nothing_of_its_signature(path, monkeypatch):
    with monkeypatch.context() as older:
        older.setattr(sqlite_schema, "_VERSIONS", (sqlite_schema.FIRST[0],))
        db = sqlite3.connect(path)
        sqlite_schema.bring_up_to_date(db)
    with closing(db), db:
        db.execute("INSERT INTO message VALUES (1, 'm1', 'SE1', 'x', 'LISJP/1', '191212121212', '', 0, '[]', x'00')")

    newer = SqliteStore(path)

    summary, _ = newer.message("m1")
    assert (summary.signature, summary.notes) == (None, ())
    newer.close()


def test_a10_a_start_that_is_cut_short_leaves_no_half_made_tables(path, monkeypatch):
    with monkeypatch.context() as broken:
        cut = (*sqlite_schema.FIRST[0][:4], "CREATE TABLE")
        broken.setattr(sqlite_schema, "_VERSIONS", (cut,))
        with pytest.raises(StoreUnavailable):
            SqliteStore(path)

    store = SqliteStore(path)

    store.check()
    store.close()


def test_many_can_open_a_new_file_at_once(path):
    together = threading.Barrier(8, timeout=30)
    opened = []

    def open_it():
        together.wait()
        opened.append(SqliteStore(path))

    threads = [threading.Thread(target=open_it) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(opened) == 8
    for store in opened:
        store.check()
        store.close()


@pytest.mark.parametrize("spoil", ["no folder", "a folder", "no database"])
def test_a_file_that_cannot_be_used_stops_the_start_without_naming_it(tmp_path, spoil):
    path = tmp_path / "secret-place.db"
    if spoil == "no folder":
        path = path / "samsyn.db"
    elif spoil == "a folder":
        path.mkdir()
    else:
        path.write_bytes(b"no database at all " * 100)

    with pytest.raises(StoreUnavailable) as told:
        SqliteStore(path)

    assert "secret-place" not in str(told.value)


def test_a_disk_that_knows_no_locks_is_told_as_unavailable(path, monkeypatch):
    def flock(_file, _how):
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr(fcntl, "flock", flock)

    with pytest.raises(StoreUnavailable):
        SqliteStore(path)


def test_a_damaged_file_is_unavailable_and_not_misread(store, keep, path, given):
    keep.message({})
    store.close()
    spoil_page_of("message", path)
    damaged = SqliteStore(path)

    with pytest.raises(StoreUnavailable):
        damaged.messages()
    with pytest.raises(StoreUnavailable):
        given.accept(damaged, given.message())

    damaged.close()


def test_what_is_read_is_what_was_committed_while_a_write_is_under_way(store, given):
    message = given.message()
    seen = []

    def plan(_consents, _sets, _deliveries):
        reader = threading.Thread(target=lambda: seen.append(store.messages()))
        reader.start()
        reader.join(10)
        return []

    given.accept(store, message, [given.set_for(message)], plan)

    assert seen == [[]]
    assert len(store.messages()) == 1


def test_a_file_that_vanished_is_not_read_as_an_empty_one(store, keep, path, keys, tmp_path):
    keep.message({})
    store._readers.close()
    store._readers = VaultedReads(Readers(SqliteEngine(path)), keys)
    path.rename(tmp_path / "elsewhere.db")

    with pytest.raises(StoreUnavailable):
        store.messages()

    (tmp_path / "elsewhere.db").rename(path)
    assert len(store.messages()) == 1


def test_a_store_closed_while_it_is_read_lets_go_of_the_file_when_the_reader_is_done(path):
    SqliteStore(path).close()
    readers = Readers(SqliteEngine(path))

    def read(db):
        readers.close()
        return db.execute("SELECT beats FROM heartbeat").fetchone()

    assert readers.read(read) == (0,)
    assert not readers._free


def test_a_mistake_in_a_question_is_not_told_as_a_failing_store(path):
    SqliteStore(path).close()
    readers = Readers(SqliteEngine(path))

    with pytest.raises(sqlite3.ProgrammingError):
        readers.read(lambda db: db.execute("SELECT ?", ()))

    readers.close()


def test_what_may_be_claimed_is_found_by_an_index_however_much_waits(db):
    def steps(query, *values):
        return [row[3] for row in db.execute(f"EXPLAIN QUERY PLAN {query}", values)]

    lane = "kind=? AND organisation=? AND set_name=? AND due_at>? AND due_at<?"
    assert steps(_IN_LANE, "", "", "", 0, 10) == [f"SEARCH delivery USING INDEX delivery_lane ({lane})"]
    after = "(kind,organisation,set_name,due_at)>(?,?,?,?)"
    assert f"SEARCH delivery USING INDEX delivery_lane ({after})" in steps(_NEXT_LANE, 0, 0, "", "", "")
    assert "SEARCH delivery USING INDEX delivery_by_state (state=?)" in steps(_UNDER_WAY, 0)


def test_what_somebody_has_read_is_found_by_indexes_however_much_others_have(db):
    steps = [row[3] for row in db.execute(f"EXPLAIN QUERY PLAN {READINGS}", ("",))]

    assert steps == [
        "SEARCH m USING INDEX message_of_person (person=?)",
        "SEARCH k USING INDEX decision_on_set (message=?)",
    ]


def test_a_claim_costs_no_more_where_much_waits(db, keys, keep, given):
    def steps():
        taken = []
        db.set_progress_handler(lambda: taken.append(1), 1)
        assert len(may_be_claimed(Vaulted(db, keys), given.noon, 4)) == 4
        db.set_progress_handler(None, 1)
        return len(taken)

    keep.message(*({"set_name": f"set {n % 2}"} for n in range(20)))
    few = steps()
    keep.message(*({"set_name": f"set {n % 2}"} for n in range(1000)), certificate=given.another_certificate())

    assert steps() < 1.2 * few


def test_what_was_answered_outlives_a_kill(path):
    process = start_process(path, 10_000)
    answered = [process.stdout.readline().strip() for _ in range(20)]

    process.send_signal(signal.SIGKILL)
    answered += process.stdout.read().split()
    process.communicate()

    store = SqliteStore(path)
    kept = {summary.id for summary in store.messages(limit=100_000)}
    assert len(answered) >= 20
    assert kept >= set(answered)
    assert len(kept) <= len(answered) + 1
    assert len(store.deliveries(limit=100_000)) == len(kept)
    assert len(store.log()) == 2 * len(kept)
    store.close()


def test_processes_that_hand_in_the_same_certificates_at_once_keep_each_once(path):
    processes = [start_process(path, 40) for _ in range(3)]

    answers = [process.communicate(timeout=60)[0].split() for process in processes]

    assert [process.returncode for process in processes] == [0, 0, 0]
    store = SqliteStore(path)
    assert {summary.id for summary in store.messages()} == {id_ for ids in answers for id_ in ids}
    assert sum(map(len, answers)) == len(store.messages()) == 40
    store.close()


def test_of_a_long_answer_the_beginning_is_kept_and_told_by_a_hash_that_is_not_kept(store, given, keep, db, keys):
    tried = keep.tried()
    heard = Heard(200, {}, b"x" * (MAX_KEPT + 1))

    store.record(tried, Delivered(Receipt("")), given.noon, heard=heard)

    [row] = db.execute("SELECT * FROM answer")
    body = row[-1]
    sha256 = hashlib.sha256(b"x" * MAX_KEPT).hexdigest()
    assert store.delivery(tried.id)[1][0].answer == sha256
    assert sha256 not in row
    assert Vaulted(db, keys).opened(body, "answer", "body", tried.id) == b"x" * MAX_KEPT


def test_an_answer_goes_with_whom_it_is_about_though_its_delivery_was_made_another_s(store, given, keep, db, keys):
    keep.message(person=given.somebody_else, certificate=given.another_certificate())
    tried = keep.tried()
    db.execute("UPDATE delivery SET person = ?", (Vaulted(db, keys).token(given.somebody_else),))

    assert store.record(tried, Delivered(Receipt("FK-1")), given.noon, heard=Heard(200, {}, b"taken"))

    [(body, reference)] = db.execute("SELECT h.body, a.reference FROM answer h, attempt a").fetchall()
    assert Vaulted(db, keys).opened(body, "answer", "body", tried.id) == b"taken"
    store.erase(given.person, "Anna Ek", "asked for", given.noon)
    store.erase(given.person, "Bo Alm", "asked for", given.noon)
    with pytest.raises(Tampered):
        Vaulted(db, keys).opened(body, "answer", "body", tried.id)
    with pytest.raises(Tampered):
        Vaulted(db, keys).opened_text(reference, "attempt", "reference", tried.id)
