"""Nothing of a person can be read in the tables of PostgreSQL, in the server's files or in its own log.

What an older version kept in clear is sealed, and what it would write in clear later is refused.
"""

from __future__ import annotations

import hashlib
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from kept_in_clear import ID, SECRETS, later, plain, take_in_and_send
from psycopg.conninfo import conninfo_to_dict

from gateway.deliveries import Stopped
from gateway.errors import StoreUnavailable
from gateway.heard import Heard
from gateway.identity import CertificateId, PersonIdentity
from gateway.store.postgres import PostgresStore
from gateway.store.postgres import connection as postgres_connection
from gateway.store.postgres import schema as postgres_schema
from gateway.store.postgres.connection import PostgresEngine
from gateway.store.postgres.schema.vault import ANSWERS, VAULT

HASH = hashlib.sha256(b"taken").hexdigest()
TABLES = "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"


@pytest.fixture
def in_clear(postgres_server, monkeypatch):
    """The address of a database of the last version that kept everything in clear, with something in every table."""
    address = postgres_server.new_database()
    known = postgres_schema._VERSIONS
    with monkeypatch.context() as older, closing(PostgresEngine(address).connect()) as db:
        older.setattr(postgres_schema, "_VERSIONS", known[: known.index(VAULT)])
        postgres_schema._bring_up_to_date(db)
    with psycopg.connect(address) as db:
        db.execute(plain("BYTEA"))
        # As the server does by itself after a while: what it counts for its plans are values.
        db.execute("ANALYZE")
    return address


@pytest.fixture
def sealed(in_clear, key_file):
    store = PostgresStore(in_clear, key_file)
    yield store
    store.close()


def files_of(address):
    """Return what stands in the files of the database."""
    with psycopg.connect(address, autocommit=True) as db:
        db.execute("CHECKPOINT")
        [(folder,)] = db.execute(
            "SELECT current_setting('data_directory') || '/base/' || oid FROM pg_database"
            " WHERE datname = current_database()"
        ).fetchall()
    return b"".join(file.read_bytes() for file in Path(folder).iterdir())


def readable_in(address):
    """Return which secrets can be asked for, or stand in the files of the database."""
    with psycopg.connect(address, autocommit=True) as db:
        rows = [str(row) for (table,) in db.execute(TABLES).fetchall() for row in db.execute(f"TABLE {table}")]
    files = files_of(address)
    return [one for one in SECRETS if any(one in row for row in rows) or one.encode() in files]


def end_of_log(address):
    """Return where the server's own log is on disk: its folder, the file that is written just now, and how far."""
    asked = "SELECT current_setting('data_directory'), (pg_walfile_name_offset(pg_current_wal_flush_lsn())).*"
    with psycopg.connect(address, autocommit=True) as db:
        db.execute("CHECKPOINT")
        folder, name, offset = db.execute(asked).fetchone()
    return Path(folder) / "pg_wal", name, offset


def logged_since(address, beginning):
    """Return what the server has written to its own log since then."""
    _, first, skipped = beginning
    folder, last, written = end_of_log(address)
    files = sorted(file for file in folder.iterdir() if first <= file.name <= last and len(file.name) == len(first))
    return b"".join(file.read_bytes()[: written if file.name == last else None] for file in files)[skipped:]


def test_nothing_of_what_comes_in_and_goes_out_can_be_read(address, key_file, keep_in):
    beginning = end_of_log(address)
    store = PostgresStore(address, key_file)

    message = take_in_and_send(keep_in(store))

    assert readable_in(address) == []
    written = logged_since(address, beginning)
    assert message.id.encode() in written
    assert [secret for secret in SECRETS if secret.encode() in written] == []
    store.close()


def test_what_is_kept_in_clear_would_be_found_in_the_log_of_the_server(in_clear):
    beginning = end_of_log(in_clear)
    with psycopg.connect(in_clear) as db:
        db.execute("UPDATE consent SET resource = 'epikondylit'")

    assert b"epikondylit" in logged_since(in_clear, beginning)


def test_what_an_older_version_kept_in_clear_is_sealed_at_the_next_start(in_clear, key_file):
    assert readable_in(in_clear) == SECRETS

    PostgresStore(in_clear, key_file).close()

    assert readable_in(in_clear) == []


def test_what_was_sealed_later_is_read_as_it_was_kept(sealed):
    person = PersonIdentity("191212121212")

    summary, [delivery] = sealed.message("m1")
    _, [attempt] = sealed.delivery("d1")

    assert summary.certificate == CertificateId("SE2321000016-1003", ID)
    assert (delivery.person, attempt.reference) == (person, "FK-kvittens-7")
    assert sealed.envelope("m1").content == b"<intyg>Tolvansson: epikondylit</intyg>"
    assert [one.body for one in sealed.variants("m1")] == [b'{"text":"epikondylit"}']
    assert [one.resource for one in sealed.consents_about(person)] == [{"patient": "Tolvansson"}]
    assert sealed.statuses(PersonIdentity("199002222397")) == {"deceased"}


@pytest.mark.parametrize(
    "statement",
    [
        *(one for one in later("BYTEA").split(";") if one.strip()),
        "INSERT INTO answer (delivery, attempt, status, body) VALUES ('d1', 2, 200, CAST('Tolvansson' AS BYTEA))",
        "UPDATE attempt SET reference = 'FK-kvittens-7'",
    ],
    ids=["message", "consent", "status", "answer", "receipt"],
)
def test_what_a_process_of_an_older_version_would_write_in_clear_after_that_is_refused(sealed, in_clear, statement):
    with psycopg.connect(in_clear) as older, pytest.raises(psycopg.Error, match="in clear"):
        older.execute(statement)


@pytest.fixture
def hashed(address, key_file, keep_in, given):
    """A database of the last version that kept a hash of what recipients answer, and a delivery that one answered."""
    store = PostgresStore(address, key_file)
    tried = keep_in(store).tried()
    store.record(tried, Stopped("HTTP 422"), given.noon, heard=Heard(422, {}, b"taken"))
    store.close()
    with psycopg.connect(address) as db:
        db.execute("ALTER TABLE answer ADD COLUMN sha256 TEXT NOT NULL DEFAULT ''")
        db.execute("UPDATE answer SET sha256 = %s", (HASH,))
        db.execute("UPDATE version SET number = %s", (postgres_schema._VERSIONS.index(ANSWERS),))
    assert HASH.encode() in files_of(address)
    return address, tried.id


def test_nothing_is_left_of_the_hash_by_which_one_could_find_what_was_answered_and_it_is_told_all_the_same(
    hashed, key_file
):
    address, delivery = hashed

    store = PostgresStore(address, key_file)

    assert HASH.encode() not in files_of(address)
    assert store.delivery(delivery)[1][0].answer == HASH
    store.close()


@pytest.fixture
def unwilling(hashed, postgres_server):
    """Has the server do something, in SQL, where the tables are to be written anew, or no more."""
    address, _ = hashed
    database = conninfo_to_dict(address)["dbname"]

    def has_it_do(what):
        with psycopg.connect(address, autocommit=True) as db:
            db.execute("DROP TABLE IF EXISTS ballast")
            if not what:
                return
            # The setting is that of connections from now on: the index can be made, and not be made again.
            db.execute(
                "CREATE OR REPLACE FUNCTION weight(value INT) RETURNS INT IMMUTABLE LANGUAGE plpgsql AS $$ BEGIN"
                f" IF current_setting('samsyn.unwilling', TRUE) = 'yes' THEN {what}; END IF; RETURN value; END $$"
            )
            db.execute("CREATE TABLE ballast AS SELECT 1 AS value")
            db.execute("CREATE INDEX ON ballast (weight(value))")
        postgres_server.run(f"ALTER DATABASE {database} SET samsyn.unwilling = 'yes'")

    return has_it_do


@pytest.mark.parametrize("code", ["53100", "40P01", "57014"], ids=["disk full", "deadlock", "cancelled"])
def test_a_server_that_cannot_write_the_tables_anew_keeps_nobody_from_starting(
    hashed, key_file, unwilling, code, capfd
):
    address, _ = hashed
    unwilling(f"RAISE EXCEPTION USING ERRCODE = '{code}'")

    PostgresStore(address, key_file).close()

    assert HASH.encode() in files_of(address)
    assert '"event":"something is left of what was in clear"' in capfd.readouterr().err
    unwilling("")
    PostgresStore(address, key_file).close()
    assert HASH.encode() not in files_of(address)


def test_a_server_that_is_gone_meanwhile_is_not_taken_for_one_that_cannot(hashed, key_file, unwilling, capfd):
    address, _ = hashed
    unwilling("PERFORM pg_terminate_backend(pg_backend_pid())")

    with pytest.raises(StoreUnavailable):
        PostgresStore(address, key_file)
    assert "something is left" not in capfd.readouterr().err


def test_who_reads_meanwhile_keeps_nobody_from_starting_and_what_is_left_goes_at_a_later_start(
    hashed, key_file, monkeypatch
):
    address, _ = hashed
    monkeypatch.setattr(postgres_connection, "_PATIENCE", "100ms")
    with psycopg.connect(address) as reader:
        # The others, whichever comes first: the hash itself is taken away by who starts.
        for (table,) in reader.execute(TABLES).fetchall():
            if table != "answer":
                reader.execute(f"TABLE {table} LIMIT 1")
        for _ in range(2):
            PostgresStore(address, key_file).close()

        assert HASH.encode() in files_of(address)
        reader.rollback()
        PostgresStore(address, key_file).close()

        assert HASH.encode() not in files_of(address)
