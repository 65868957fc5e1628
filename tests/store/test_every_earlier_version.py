"""What any earlier version kept is there once today's gateway has opened it, and every row of it can be read."""

from __future__ import annotations

import hashlib
import sqlite3
from contextlib import closing

import pytest
from earlier_versions import AGENCY, CERTIFICATE, PERSON, ROWS, SOMEBODY_ELSE

from gateway.identity import OrganisationNumber, PersonIdentity
from gateway.store.sql.rows import stored_time
from gateway.store.sql.sealing import seal
from gateway.store.sqlite import SqliteStore
from gateway.store.sqlite import connection as sqlite_connection
from gateway.store.sqlite import schema as sqlite_schema
from gateway.store.sqlite.schema.audit import AUDIT, STAMPS, WITNESSES
from gateway.store.sqlite.schema.first import FIRST
from gateway.store.sqlite.schema.flow import ENDPOINTS, FLOW
from gateway.store.sqlite.schema.notices import NOTICES
from gateway.store.sqlite.schema.vault import VAULT

VERSIONS = sqlite_schema._VERSIONS
ANYBODY, AGENCY_ITSELF = PersonIdentity(PERSON), OrganisationNumber(AGENCY)

_TABLES = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"


@pytest.fixture
def kept_by(tmp_path, monkeypatch):
    """Makes the file that a gateway kept which was brought from version to version, up to this one."""

    def make(version):
        path = tmp_path / "samsyn.db"
        for number in range(1, version + 1):
            _bring_to(path, number, monkeypatch)
            with closing(sqlite3.connect(path)) as db:
                for rows in [rows for step, rows in ROWS if step is VERSIONS[number - 1]]:
                    db.executescript(rows)
                if VERSIONS[number - 1] is AUDIT:
                    seal(db)
                    db.commit()
        return path

    return make


def _bring_to(path, version, monkeypatch):
    with monkeypatch.context() as older:
        older.setattr(sqlite_schema, "_VERSIONS", VERSIONS[:version])
        older.setattr(sqlite_connection, "erase_again", lambda *_anything: False)
        if version > VERSIONS.index(VAULT):
            sqlite_connection.prepare(path, path.with_name("samsyn.db.vault-key"))
        else:
            with closing(sqlite3.connect(path)) as db, db:
                sqlite_schema.bring_up_to_date(db)


def _rows_in(path):
    """Return how many rows there are in each table."""
    with closing(sqlite3.connect(path)) as db:
        names = [name for (name,) in db.execute(_TABLES)]
        return {name: db.execute(f"SELECT COUNT(*) FROM {name}").fetchone()[0] for name in names}  # noqa: S608


@pytest.mark.parametrize("version", range(1, len(VERSIONS) + 1))
def test_a10_what_an_earlier_version_kept_is_read_by_this_one_and_nothing_of_it_is_lost(kept_by, version):
    path = kept_by(version)
    before = _rows_in(path)

    store = SqliteStore(path)

    after = _rows_in(path)
    assert {name: count for name, count in before.items() if after.get(name, 0) < count} == {}
    had = {id(one) for one in VERSIONS[:version]}
    _read_what_came_in(store, had)
    _read_what_left(store, had)
    _read_what_was_said_elsewhere(store, had)
    assert store.begin_operation("now", "", store.now())
    assert store.strays() == 0, "what was logged before there was a tree stands in it now"
    store.close()


def _read_what_came_in(store, had):
    summary, _ = store.message("m1")
    assert (summary.certificate.extension, summary.kind) == (CERTIFICATE, "LISJP/1")
    assert store.envelope("m1").content == b"<intyg/>"
    [variant] = store.variants("m1")
    assert (variant.id, variant.person, variant.body) == ("s1", ANYBODY, b'{"text":"kept"}')
    [consent] = store.consents_about(ANYBODY)
    assert (consent.reference, consent.resource) == ("Consent/c1/_history/1", {"status": "active"})
    if id(FIRST[1]) in had:
        assert [note.endswith("udda") for note in summary.notes] == [True]
    if id(FIRST[6]) in had:
        assert variant.edition == 2
        assert store.is_begun("k1")
    if id(FIRST[8]) in had:
        assert store.statuses(PersonIdentity(SOMEBODY_ELSE)) == {"deceased"}


def _read_what_left(store, had):
    delivery, [attempt] = store.delivery("d1")
    assert (delivery.state, delivery.organisation, delivery.certificate.extension) == (
        "DELIVERED",
        AGENCY_ITSELF,
        CERTIFICATE,
    )
    assert (attempt.outcome, attempt.reference) == ("DELIVERED", "FK-7")
    assert [entry.event for entry in store.log("m1")][:1] == ["message.accepted"]
    if id(FIRST[2]) in had:
        assert [one.decision.permitted for one in store.decisions(delivery)] == [True]
        assert store.has_got(AGENCY, "s1")
    if id(FIRST[7]) in had:
        assert (attempt.status, attempt.answer) == (201, hashlib.sha256(b"taken").hexdigest())
    if id(NOTICES) in had:
        notice, _ = store.delivery("d2")
        assert (notice.is_notice, notice.state, stored_time(notice.not_known_since)) == (True, "DEAD", 9)
        assert store.has_got(AGENCY, "s0")


def _read_what_was_said_elsewhere(store, had):
    if id(FLOW) in had:
        assert [one.organisation for one in store.recipients()] == [AGENCY_ITSELF]
        assert [(one.name, one.by) for one in store.stops()] == [(AGENCY, "Anna")]
    if id(ENDPOINTS) in had:
        assert store.endpoints()[AGENCY_ITSELF].url == "https://fk.example/in"
    if id(AUDIT) in had:
        assert store.checkpoints() == ["signed"]
    if id(STAMPS) in had:
        assert [one.answer for one in store.stamps()] == [b"stamped"]
    if id(WITNESSES) in had:
        assert [one.line for one in store.cosignatures()] == ["a line"]
        assert store.witnessed("another log") == "signed"


def test_there_were_rows_in_every_table(kept_by):
    assert [name for name, count in _rows_in(kept_by(len(VERSIONS))).items() if not count] == []
