"""Nothing of a person can be read in the file, beside it or in a dump of it, and nothing of it can be put elsewhere."""

from __future__ import annotations

import hashlib
import os
import sqlite3
from contextlib import closing, contextmanager
from datetime import UTC, datetime

import pytest
from kept_in_clear import ID, SECRETS, later, plain, take_in_and_send

from gateway.deliveries import Stopped
from gateway.errors import ConfigurationError, Erased, Problem, Tampered
from gateway.heard import Heard
from gateway.identity import CertificateId, PersonIdentity
from gateway.store.sql import covering as covering_
from gateway.store.sql.sealing import seal
from gateway.store.sqlite import SqliteStore, connection
from gateway.store.sqlite import connection as sqlite_connection
from gateway.store.sqlite import schema as sqlite_schema
from gateway.store.sqlite.schema.vault import ANSWERS, SEALED_ONLY, VAULT

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
HASH = hashlib.sha256(b"taken").hexdigest()


@contextmanager
def versions_before(version, monkeypatch):
    """Let nothing be known for a while of a version of the tables, and of those after it."""
    known = sqlite_schema._VERSIONS
    with monkeypatch.context() as older:
        older.setattr(sqlite_schema, "_VERSIONS", known[: known.index(version)])
        older.setattr(connection, "erase_again", lambda *_anything: False)
        yield


@pytest.fixture
def path(tmp_path):
    return tmp_path / "samsyn.db"


@pytest.fixture
def in_clear(path, monkeypatch):
    """A file of the last version that kept everything in clear, with something in every table."""
    with versions_before(VAULT, monkeypatch):
        db = sqlite3.connect(path)
        sqlite_schema.bring_up_to_date(db)
    db.executescript(plain())
    db.execute("PRAGMA journal_mode = WAL")
    db.close()
    return path


def interrupted(*_):
    raise KeyboardInterrupt


def content_of(path):
    """Return what stands in the files of a database."""
    return b"".join(file.read_bytes() for file in path.parent.iterdir())


def readable_in(path):
    """Return which secrets stand in the files of a database, and in a dump of it."""
    with closing(sqlite3.connect(path)) as db:
        dump = "\n".join(db.iterdump())
    content = content_of(path) + dump.encode()
    return [secret for secret in SECRETS if secret.encode() in content]


def opened(path):
    return SqliteStore(path)


def test_what_an_older_version_kept_in_clear_is_sealed_at_the_next_start(in_clear):
    assert readable_in(in_clear) == SECRETS

    store = opened(in_clear)

    assert readable_in(in_clear) == []
    store.close()
    assert readable_in(in_clear) == []


def test_nothing_is_left_of_what_was_deleted_before_it_was_sealed(in_clear):
    with closing(sqlite3.connect(in_clear)) as older:
        older.execute("PRAGMA secure_delete = OFF")
        older.execute("CREATE TABLE gone (text TEXT)")
        older.executemany("INSERT INTO gone VALUES (?)", [("Karlsson: ledinflammation " * 100,)] * 100)
        older.execute("DROP TABLE gone")
        older.commit()
    assert b"Karlsson: ledinflammation" in content_of(in_clear)

    opened(in_clear).close()

    assert b"Karlsson: ledinflammation" not in content_of(in_clear)


def test_what_was_cut_short_after_all_was_sealed_is_done_at_the_next_start(in_clear, monkeypatch):
    with monkeypatch.context() as cut:
        cut.setattr(sqlite_connection, "_empty_log", interrupted)
        with pytest.raises(KeyboardInterrupt):
            opened(in_clear)

    done = []
    monkeypatch.setattr(sqlite_connection, "_empty_log", done.append)
    for _ in range(2):
        opened(in_clear).close()

    assert len(done) == 1


def test_what_was_sealed_later_is_read_as_it_was_kept(in_clear):
    store = opened(in_clear)
    person, certificate = PersonIdentity("191212121212"), CertificateId("SE2321000016-1003", ID)

    summary, [delivery] = store.message("m1")
    _, [attempt] = store.delivery("d1")

    assert (summary.certificate, summary.problems, summary.notes) == (
        certificate,
        ("6.2: epikondylit",),
        ("6.1: epikondylit",),
    )
    assert (delivery.person, delivery.certificate, attempt.reference) == (person, certificate, "FK-kvittens-7")
    assert store.envelope("m1").content == b"<intyg>Tolvansson: epikondylit</intyg>"
    assert [one.body for one in store.variants("m1")] == [b'{"text":"epikondylit"}']
    assert store.problems(delivery) == [Problem("6.2", "epikondylit")]
    assert [one.resource for one in store.consents_about(person)] == [{"patient": "Tolvansson"}]
    assert store.statuses(PersonIdentity("199002222397")) == {"deceased"}
    assert [one.person for one in store.kept_sets(person, ["sickness_benefit"])] == [person]
    store.close()


def test_sealing_that_is_cut_short_goes_on_at_the_next_start(in_clear, monkeypatch):
    done = []

    def cover_one(db, people):
        if done:
            raise KeyboardInterrupt
        done.append(people)
        return covering(db, 1)

    covering = covering_.cover
    with monkeypatch.context() as cut:
        cut.setattr(covering_, "cover", cover_one)
        with pytest.raises(KeyboardInterrupt):
            opened(in_clear)
    with closing(sqlite3.connect(in_clear)) as db:
        [(left,)] = db.execute("SELECT COUNT(*) FROM consent WHERE length(person) = 12")
    assert left == 1

    store = opened(in_clear)

    assert len(store.consents()) == 2
    store.close()
    assert readable_in(in_clear) == []


@pytest.mark.parametrize(
    "statement",
    [one for one in later().split(";") if one.strip()],
    ids=["message", "consent", "status"],
)
def test_what_a_process_of_an_older_version_would_write_in_clear_after_that_is_refused(in_clear, statement):
    store = opened(in_clear)

    with closing(sqlite3.connect(in_clear)) as older, pytest.raises(sqlite3.IntegrityError, match="in clear"):
        older.execute(statement)

    assert readable_in(in_clear) == []
    store.close()


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO answer (delivery, attempt, status, body) VALUES ('d1', 2, 200, CAST('Tolvansson' AS BLOB))",
        "UPDATE attempt SET reference = 'FK-kvittens-7'",
    ],
    ids=["answer", "receipt"],
)
def test_neither_does_it_write_what_a_recipient_says(in_clear, statement):
    store = opened(in_clear)

    with closing(sqlite3.connect(in_clear)) as older, pytest.raises(sqlite3.IntegrityError, match="in clear"):
        older.execute(statement)

    store.close()


@pytest.fixture
def hashed(path, keep_in, given):
    """A file of the last version that kept a hash of what recipients answer, and a delivery that one has answered."""
    store = opened(path)
    tried = keep_in(store).tried()
    store.record(tried, Stopped("HTTP 422"), given.noon, heard=Heard(422, {}, b"taken"))
    store.close()
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("ALTER TABLE answer ADD COLUMN sha256 TEXT NOT NULL DEFAULT ''")
        db.execute("UPDATE answer SET sha256 = ?", (HASH,))
        db.execute(f"PRAGMA user_version = {sqlite_schema._VERSIONS.index(ANSWERS)}")
    assert HASH.encode() in content_of(path)
    return path, tried.id


def test_nothing_is_left_of_the_hash_by_which_one_could_find_what_was_answered_and_it_is_told_all_the_same(hashed):
    path, delivery = hashed

    store = opened(path)

    assert HASH.encode() not in content_of(path)
    assert store.delivery(delivery)[1][0].answer == HASH
    store.close()


def test_who_reads_meanwhile_keeps_nobody_from_starting_and_what_is_left_goes_at_a_later_start(hashed, monkeypatch):
    path, _ = hashed
    copies_log, emptied = sqlite_connection._copies_log, []

    def copies(db, how):
        is_whole = copies_log(db, how)
        if how == "TRUNCATE":
            emptied.append(is_whole)
        return is_whole

    monkeypatch.setattr(sqlite_connection, "_copies_log", copies)
    monkeypatch.setattr(sqlite_connection, "_PATIENCE_SECONDS", 0.1)
    with closing(sqlite3.connect(path, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM answer").fetchall()
        for _ in range(2):
            opened(path).close()
            assert HASH.encode() in content_of(path)

        reader.execute("ROLLBACK")
        for _ in range(2):
            opened(path).close()
            assert HASH.encode() not in content_of(path)

    assert emptied == [False, False, True]


def test_what_one_has_written_in_clear_before_it_was_refused_is_sealed_too(in_clear, monkeypatch, given):
    with versions_before(SEALED_ONLY, monkeypatch):
        opened(in_clear).close()
    with closing(sqlite3.connect(in_clear)) as older:
        older.executescript(later())

    store = opened(in_clear)

    assert readable_in(in_clear) == []
    person = PersonIdentity("191212121212")
    assert {one.id for one in store.consents_about(person)} == {"c1", "c11"}
    assert store.message("m11")[0].certificate.extension == f"later-{ID}"
    assert store.statuses(PersonIdentity("199002222397")) == {"deceased"}
    assert given.accept(store, given.message(person=person, certificate=given.another_certificate()))
    store.close()


def test_what_the_log_tells_of_a_person_under_a_second_name_is_told_of_that_person(in_clear, monkeypatch):
    with versions_before(SEALED_ONLY, monkeypatch):
        opened(in_clear).close()
    with closing(sqlite3.connect(in_clear)) as older:
        older.executescript(later())
        older.execute(
            "INSERT INTO log (at, event, message, delivery, detail) VALUES (0, 'message.accepted', 'm11', '', '')"
        )
        older.execute("DELETE FROM consent")
        seal(older)
        older.commit()

    store = opened(in_clear)

    person = PersonIdentity("191212121212")
    assert "m11" in {entry.happened.message for entry in store.entries_about(person)}
    assert store.named_otherwise() == []
    for by in ("Anna Ek", "Bo Alm"):
        store.erase(person, by, "the person asks for it", datetime.now(UTC))
    assert store.named_otherwise() == []
    store.close()


def test_a_certificate_that_one_took_in_a_second_time_stops_the_start_which_says_so(in_clear, monkeypatch):
    with versions_before(SEALED_ONLY, monkeypatch):
        opened(in_clear).close()
    with closing(sqlite3.connect(in_clear)) as older:
        older.executescript(later().replace("later-", ""))

    with pytest.raises(ConfigurationError, match="m11 after the same was sealed as m1"):
        opened(in_clear)


def test_nothing_of_what_comes_in_and_goes_out_can_be_read(path, given, keep_in):
    store = opened(path)
    message = take_in_and_send(keep_in(store))

    assert [readable_in(path), store.close(), readable_in(path)] == [[], None, []]
    store = opened(path)
    assert store.envelope(message.id).content == message.envelope.content
    store.close()


def test_h10_where_the_key_that_finds_people_is_gone_no_other_is_made(path, given, keep_in):
    store = opened(path)
    take_in_and_send(keep_in(store))
    store.close()
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("DELETE FROM index_key")

    with pytest.raises(ConfigurationError, match="lost the key"):
        opened(path)


def test_keys_that_were_exchanged_between_two_people_open_and_erase_nothing(path, given):
    store = opened(path)
    other = PersonIdentity("199002222397")
    given.accept(store, given.message())
    given.accept(store, given.message(person=other, certificate=given.another_certificate()))
    store.close()
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        (one, *first), (two, *second) = db.execute("SELECT token, key, wrapped_by, wrapped FROM person").fetchall()
        db.execute("UPDATE person SET key = key || 'x'")
        for token, row in ((one, second), (two, first)):
            db.execute("UPDATE person SET key = ?, wrapped_by = ?, wrapped = ? WHERE token = ?", (*row, token))

    store = opened(path)
    with pytest.raises(Tampered):
        given.accept(store, given.message(certificate=CertificateId("SE-1", "another")))
    with pytest.raises(Tampered):
        store.erase(other, "Anna Ek", "the person asks for it", datetime.now(UTC))
    store.close()


def test_b27_a_delivery_that_somebody_has_changed_is_set_aside_and_the_others_go_on(path, given, keep_in):
    store = opened(path)
    keep = keep_in(store)
    good, bad = (keep.delivery(certificate=given.another_certificate()) for _ in range(2))
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        [extension] = db.execute("SELECT extension FROM message WHERE id = ?", (bad.message,)).fetchone()
        db.execute("UPDATE certificate SET name = zeroblob(80) WHERE token = ?", (extension,))

    assert [one.id for one in keep.claim()] == [good.id]
    assert keep.claim() == []
    told = {(one.event, one.detail) for one in store.log() if one.delivery == bad.id}
    assert {("security.alert", "not-as-sealed"), ("delivery.dead", "not-as-sealed")} <= told
    store.close()


def test_a_person_is_erased_though_somebody_has_changed_what_was_kept(path, given):
    store = opened(path)
    store.add_consent(given.consent(resource={"status": "active"}), given.plan())
    given.accept(store, given.message())
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        for [name] in db.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'").fetchall():
            db.execute(f"DROP TRIGGER {name}")
        db.execute("UPDATE consent SET resource = replace(resource, substr(resource, 80, 4), 'AAAA')")

    assert [store.erase(given.person, by, "asked for", datetime.now(UTC)) for by in ("Anna Ek", "Bo Alm")] == [
        False,
        True,
    ]
    store.close()
    opened(path).close()


def test_h10_a_missing_key_stops_the_start_and_no_other_is_made(path):
    opened(path).close()
    key = path.with_name("samsyn.db.vault-key")
    key.rename(path.with_name("elsewhere"))

    with pytest.raises(ConfigurationError, match="missing"):
        opened(path)
    assert not key.exists()

    path.with_name("elsewhere").rename(key)
    opened(path).close()


def test_h10_another_key_stops_the_start_and_is_told_which_it_should_be(path, tmp_path):
    opened(path).close()
    SqliteStore(tmp_path / "other.db").close()

    with pytest.raises(ConfigurationError, match=r"cannot be opened without the key [0-9a-f]{16}"):
        SqliteStore(path, tmp_path / "other.db.vault-key")


@pytest.mark.parametrize(
    "swap",
    [
        "UPDATE message SET content = (SELECT content FROM message WHERE number = 2) WHERE number = 1",
        "UPDATE message SET content = CAST(substr(content, 1, length(content) - 1) || x'00' AS BLOB)",
        "UPDATE message SET content = CAST('<intyg/>' AS BLOB)",
        "DELETE FROM person",
    ],
    ids=["of another row", "changed", "never sealed", "without its key"],
)
def test_content_that_was_put_there_by_somebody_else_is_refused(path, keep_in, given, swap):
    store = opened(path)
    keep = keep_in(store)
    message = keep.message(content=b"<one/>")
    keep.message(content=b"<other/>", certificate=given.another_certificate())
    with closing(sqlite3.connect(path)) as db, db:
        db.execute(swap)

    with pytest.raises(Tampered):
        store.envelope(message.id)
    store.close()


def test_h11_the_key_is_changed_while_all_else_goes_on_and_then_the_old_one_can_go(path, keep_in, given):
    running, key = opened(path), path.with_name("samsyn.db.vault-key")
    message = keep_in(running).message(content=b"<one/>")
    old = key.read_bytes()

    other = opened(path)
    assert other.rotate("Anna Ek", given.noon) == 1
    other.close()

    assert running.envelope(message.id).content == b"<one/>"
    later = keep_in(running).message(person=given.somebody_else, certificate=given.another_certificate())
    running.close()
    key.write_bytes(key.read_bytes().removeprefix(old))
    store = opened(path)
    assert [store.envelope(one.id).content for one in (message, later)] == [b"<one/>", b"<certificate/>"]
    [told] = [one.detail for one in store.log() if one.event == "operator.action"]
    assert told.startswith("rotate to ")
    assert told.endswith(" by Anna Ek")
    store.close()


def test_h11_who_comes_during_a_rotation_needs_the_new_key_only_though_a_process_has_not_seen_it(
    path, keep_in, given, monkeypatch
):
    running, rotating, key = opened(path), opened(path), path.with_name("samsyn.db.vault-key")
    keep, old, seen = keep_in(running), key.read_bytes(), key.stat()
    people, kept = iter([given.person, given.somebody_else]), []

    def somebody_comes():
        # As over a network, where another machine's change is not seen at once.
        os.utime(key, ns=(seen.st_atime_ns, seen.st_mtime_ns))
        kept.append(keep.message(person=next(people), certificate=given.another_certificate()))

    def not_wrapped_by(current, limit):
        found = look(current, limit)
        if not found:
            somebody_comes()
        return found

    look = rotating.not_wrapped_by
    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(rotating, "not_wrapped_by", not_wrapped_by)
        rotating.rotate("Anna Ek", given.noon)
    running.close()
    rotating.close()

    key.write_bytes(key.read_bytes().removeprefix(old))
    store = opened(path)
    assert [store.envelope(one.id).content for one in kept] == [b"<certificate/>"] * 2
    store.close()


def test_h12_of_who_is_erased_nothing_is_left_in_the_files_and_no_backup_brings_it_back(path, keep_in, given):
    store = opened(path)
    message = keep_in(store).message({}, content=b"<one/>")
    backup = path.with_name("backup.db")
    with closing(sqlite3.connect(path)) as db, closing(sqlite3.connect(backup)) as copy:
        db.backup(copy)
        [(wrapped,)] = db.execute("SELECT wrapped FROM person")
        [(content,)] = db.execute("SELECT content FROM message")
        [(body,)] = db.execute("SELECT body FROM information_set")

    assert not store.erase(given.person, "Anna Ek", "asked for", given.noon)
    assert store.erase(given.person, "Bo Alm", "asked for", given.noon)

    left = b"".join(file.read_bytes() for file in path.parent.glob("samsyn.db*"))
    assert [wrapped in left, content in left, body in left] == [False, False, False]
    store.close()

    backup.replace(path)
    store = opened(path)
    with pytest.raises(Erased):
        store.envelope(message.id)
    assert [one.detail for one in store.log() if one.event in {"delivery.dead", "person.erased"}] == [
        "erased",
        "by the erasure list",
    ]
    store.close()
    left = b"".join(file.read_bytes() for file in path.parent.glob("samsyn.db*"))
    assert [wrapped in left, content in left, body in left] == [False, False, False]
