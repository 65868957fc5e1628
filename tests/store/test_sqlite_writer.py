"""One thread writes for all: what waits together is committed together, and fails apart."""

from __future__ import annotations

import sqlite3
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from functools import partial

import pytest

from gateway.errors import NotFound, StoreUnavailable
from gateway.store.sql.writer import Writer
from gateway.store.sqlite import connection as sqlite_connection
from gateway.store.sqlite.connection import SqliteEngine

TABLES = """
CREATE TABLE note (text TEXT UNIQUE);
CREATE TABLE debt (owed TEXT REFERENCES note (text) DEFERRABLE INITIALLY DEFERRED);
"""


class Finishing:
    """Completes a transaction, unless it is told what it cannot complete."""

    def __init__(self):
        self.cannot = ""
        self.seen = []

    def reached(self, db):
        return db.execute("SELECT COUNT(*) FROM note").fetchone()[0]

    def complete(self, db, reached):
        if db.execute("SELECT 1 FROM note WHERE text = ?", (self.cannot,)).fetchone():
            raise ValueError("cannot be completed")
        self.seen.append(reached)


class Notebook(SqliteEngine):
    """A file with a table of notes, and a writer whose statements are seen."""

    def __init__(self, path, most_together):
        super().__init__(path)
        self.path = path
        self.commits = 0
        self.most_pages = 1_000_000
        with sqlite3.connect(path) as db:
            db.execute("PRAGMA journal_mode = WAL")
            db.executescript(TABLES)
        db.close()
        self.finish = Finishing()
        self.writer = Writer(self, self.finish, lambda _db: None, most_together)

    def connect(self):
        db = super().connect()
        db.execute(f"PRAGMA max_page_count = {self.most_pages}")
        db.set_trace_callback(self._count)
        return db

    def _count(self, statement):
        self.commits += statement == "COMMIT"

    def write(self, text):
        return self.writer.write(partial(add, text))

    def texts(self):
        return sorted(self.texts_in_order())

    def texts_in_order(self):
        with closing(sqlite3.connect(self.path)) as db:
            return [text for (text,) in db.execute("SELECT text FROM note ORDER BY rowid")]

    @contextmanager
    def at_once(self, count):
        """Begin a write that waits until `count` others do, so that they meet in the next transaction."""
        begun, enough = threading.Event(), threading.Event()

        def slow(_db):
            begun.set()
            assert enough.wait(30)

        with ThreadPoolExecutor(count + 1) as hands:
            first = hands.submit(self.writer.write, slow)
            assert begun.wait(30)
            yield hands
            until(lambda: len(self.writer._waiting) == count)
            enough.set()
            first.result()


def until(true):
    for _ in range(3000):
        if true():
            return
        time.sleep(0.01)
    pytest.fail("It did not come to pass in 30 seconds")


@pytest.fixture
def notebook(tmp_path):
    notebook = Notebook(tmp_path / "secret-place.db", most_together=8)
    yield notebook
    notebook.writer.close()


def add(text, db):
    return db.execute("INSERT INTO note VALUES (?)", (text,)).rowcount


def failing(db):
    db.execute("INSERT INTO note VALUES ('half')")
    raise NotFound("not this one")


def test_each_caller_gets_its_own_result(notebook):
    with notebook.at_once(5) as hands:
        results = [hands.submit(notebook.writer.write, lambda _db, n=n: n) for n in range(5)]

    assert [result.result() for result in results] == [0, 1, 2, 3, 4]


def test_writes_that_wait_together_are_committed_together(notebook):
    with notebook.at_once(8) as hands:
        results = [hands.submit(notebook.write, str(n)) for n in range(8)]

    assert [result.result() for result in results] == [1] * 8
    assert notebook.commits == 2
    assert notebook.texts() == [str(n) for n in range(8)]


def test_no_more_are_committed_together_than_allowed(notebook):
    with notebook.at_once(17) as hands:
        for n in range(17):
            hands.submit(notebook.write, str(n))

    assert notebook.commits == 1 + 3


def test_a_write_that_fails_is_undone_alone_and_its_caller_is_told_why(notebook):
    with notebook.at_once(3) as hands:
        before = hands.submit(notebook.write, "before")
        failed = hands.submit(notebook.writer.write, failing)
        after = hands.submit(notebook.write, "after")

    assert (before.result(), after.result()) == (1, 1)
    with pytest.raises(NotFound, match="not this one"):
        failed.result()
    assert notebook.texts() == ["after", "before"]


def test_what_is_written_together_is_completed_once_by_how_far_each_write_came(notebook):
    with notebook.at_once(3) as hands:
        for text in ("first", "second", "third"):
            hands.submit(notebook.write, text)

    assert notebook.finish.seen == [[0], [1, 2, 3]]


def test_of_many_writes_the_ones_that_fail_do_so_alone_and_the_others_are_kept_in_their_order(notebook):
    with notebook.at_once(8) as hands:
        works = {n: failing if n in {2, 7} else partial(add, str(n)) for n in range(8)}
        told = {n: hands.submit(notebook.writer.write, work) for n, work in works.items()}

    assert {n for n, one in told.items() if one.exception()} == {2, 7}
    assert notebook.texts_in_order() == ["0", "1", "3", "4", "5", "6"]


def test_a_write_that_cannot_be_completed_is_undone_alone_and_its_caller_is_told_why(notebook):
    notebook.finish.cannot = "odd"

    with notebook.at_once(3) as hands:
        before = hands.submit(notebook.write, "before")
        failed = hands.submit(notebook.write, "odd")
        after = hands.submit(notebook.write, "after")

    assert (before.result(), after.result()) == (1, 1)
    with pytest.raises(ValueError, match="cannot be completed"):
        failed.result()
    assert notebook.texts() == ["after", "before"]


def test_where_the_database_fails_while_it_is_completed_a_write_is_undone_and_the_next_succeeds(notebook):
    notebook.finish.complete = lambda db, _: db.execute("SELECT secret FROM nowhere")
    with pytest.raises(StoreUnavailable):
        notebook.write("lost")

    del notebook.finish.complete
    assert notebook.write("kept") == 1
    assert notebook.texts() == ["kept"]


def test_a_commit_that_fails_fails_everybody_and_the_next_write_succeeds(notebook):
    with notebook.at_once(2) as hands:
        results = [
            hands.submit(notebook.write, "lost"),
            hands.submit(notebook.writer.write, lambda db: db.execute("INSERT INTO debt VALUES ('never')")),
        ]

    told = [result.exception() for result in results]
    assert [type(error) for error in told] == [StoreUnavailable, StoreUnavailable]
    assert told[0] is not told[1]
    assert notebook.write("kept") == 1
    assert notebook.texts() == ["kept"]


def test_an_error_that_undoes_the_whole_transaction_fails_alone(notebook):
    notebook.write("taken")

    with notebook.at_once(2) as hands:
        kept = hands.submit(notebook.write, "kept")
        failed = hands.submit(
            notebook.writer.write, lambda db: db.execute("INSERT OR ROLLBACK INTO note VALUES ('taken')")
        )

    assert kept.result() == 1
    assert isinstance(failed.exception(), sqlite3.IntegrityError)
    assert notebook.texts() == ["kept", "taken"]


def test_a_write_that_would_end_the_thread_fails_and_the_next_succeeds(notebook):
    def leave(_db):
        raise SystemExit

    with pytest.raises(StoreUnavailable):
        notebook.writer.write(leave)

    assert notebook.write("kept") == 1


def test_a13_a_full_disk_keeps_nothing_and_is_written_again_once_there_is_space(notebook):
    notebook.most_pages = 8

    with pytest.raises(StoreUnavailable) as full:
        notebook.write("x" * 100_000)

    assert notebook.texts() == []
    assert notebook.write("small") == 1
    notebook.writer.close()
    assert isinstance(full.value.__cause__, sqlite3.OperationalError)


def test_a_file_that_vanished_is_not_made_anew_and_is_found_again(notebook, tmp_path):
    elsewhere = tmp_path / "elsewhere.db"
    notebook.path.rename(elsewhere)

    with pytest.raises(StoreUnavailable) as gone:
        notebook.write("lost")

    assert not notebook.path.exists()
    assert "secret-place" not in str(gone.value)
    elsewhere.rename(notebook.path)
    assert notebook.write("kept") == 1


def test_a_failing_statement_is_told_without_its_words(notebook):
    with pytest.raises(StoreUnavailable) as told:
        notebook.writer.write(lambda db: db.execute("SELECT secret FROM nowhere"))

    assert str(told.value) == "The store cannot be read or written just now"


def test_a17_a_writer_waits_while_another_process_writes(notebook):
    other = sqlite3.connect(notebook.path, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    let_go = threading.Timer(0.3, lambda: other.execute("COMMIT"))

    let_go.start()
    kept = notebook.write("patient")

    assert kept == 1
    let_go.join()
    other.close()


def test_a_writer_does_not_wait_for_ever(notebook, monkeypatch):
    monkeypatch.setattr(sqlite_connection, "_PATIENCE_SECONDS", 0.1)
    other = sqlite3.connect(notebook.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    with pytest.raises(StoreUnavailable):
        notebook.write("impatient")

    other.execute("COMMIT")
    other.close()
    assert notebook.write("again") == 1


def test_closing_writes_what_waits_and_refuses_what_comes_later(notebook):
    with notebook.at_once(3) as hands:
        waiting = [hands.submit(notebook.write, str(n)) for n in range(3)]
        until(lambda: len(notebook.writer._waiting) == 3)
        closing = threading.Thread(target=notebook.writer.close)
        closing.start()
        until(lambda: notebook.writer._closing)
        with pytest.raises(StoreUnavailable):
            notebook.write("late")

    closing.join()
    assert [result.result() for result in waiting] == [1, 1, 1]
    assert notebook.texts() == ["0", "1", "2"]


def test_a_writer_with_nothing_to_do_uses_no_processor(notebook):
    notebook.write("first")
    began = time.process_time()

    time.sleep(0.5)

    assert time.process_time() - began < 0.05
