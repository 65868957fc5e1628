"""Nothing of a person can be read in the file, beside it or in a dump of it, and nothing of it can be put elsewhere."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime

import pytest

from gateway.deliveries import Delivered
from gateway.documents import Envelope, Receipt, Relation
from gateway.errors import ConfigurationError, Problem, Tampered
from gateway.heard import Heard
from gateway.identity import CertificateId, PersonIdentity
from gateway.notices import Notice
from gateway.revocations import Revocation
from gateway.store.sql import covering as covering_
from gateway.store.sqlite import SqliteStore
from gateway.store.sqlite import schema as sqlite_schema
from gateway.store.sqlite.schema.vault import VAULT

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
ID = "0f2a7c1e-2b44-4f0e-9a55-6f4f7d1c0b11"
SECRETS = ["191212121212", "199002222397", "Tolvansson", "epikondylit", ID, "SE2321000016-1003", "FK-kvittens-7"]

PLAIN = """
INSERT INTO message VALUES (1, 'm1', 'SE2321000016-1003', '{id}', 'LISJP/1', '191212121212', 'SE1', 0,
    '[["6.2","epikondylit"]]', CAST('<intyg>Tolvansson: epikondylit</intyg>' AS BLOB));
INSERT INTO remark VALUES ('m1', 'absent', '', '', '[["6.1","epikondylit"]]');
INSERT INTO relation VALUES ('m1', 1, 'FRLANG', 'SE2321000016-1003', 'earlier-{id}');
INSERT INTO information_set VALUES ('s1', 'm1', 'sickness_benefit', '', '6', '191212121212', '2026-03-02', '', 0,
    '[["6.2","epikondylit"]]', CAST('{{"text":"epikondylit"}}' AS BLOB));
INSERT INTO earlier_set VALUES ('s0', 'm1', 'sickness_benefit', 1, '', '6', '', 0, 0, '[["6.2","epikondylit"]]',
    CAST('{{"text":"epikondylit"}}' AS BLOB));
INSERT INTO consent VALUES (1, 'c1', 1, '191212121212', 0, '{{"patient":"Tolvansson"}}');
INSERT INTO consent VALUES (2, 'c2', 1, '199002222397', 0, '{{"patient":"Tolvansson"}}');
INSERT INTO delivery (number, id, message, person, set_name, kind, organisation, state, reason, attempts, fence)
    VALUES (1, 'd1', 'm1', '191212121212', 'sickness_benefit', 'forsakringskassan', '2021005521', 'DELIVERED', '',
    1, 1);
INSERT INTO attempt (delivery, number, started_at, consent, rule, ended_at, outcome, reference, bundle)
    VALUES ('d1', 1, 0, 'Consent/c1/_history/1', '', 1, 'DELIVERED', 'FK-kvittens-7', 's1');
INSERT INTO answer VALUES ('d1', 1, 200, '', CAST('Tolvansson' AS BLOB));
INSERT INTO notice VALUES ('d1', 'n1', '[["","epikondylit"]]', CAST('epikondylit' AS BLOB));
INSERT INTO revocation VALUES (1, 'r1', 'SE2321000016-1003', '{id}', '191212121212', 'SE1', 0,
    CAST('Tolvansson' AS BLOB));
INSERT INTO person_status VALUES ('199002222397', 'deceased');
"""


@pytest.fixture
def path(tmp_path):
    return tmp_path / "samsyn.db"


@pytest.fixture
def in_clear(path, monkeypatch):
    """A file of the last version that kept everything in clear, with something in every table."""
    with monkeypatch.context() as older:
        older.setattr(sqlite_schema, "_VERSIONS", sqlite_schema._VERSIONS[: sqlite_schema._VERSIONS.index(VAULT)])
        db = sqlite3.connect(path)
        sqlite_schema.bring_up_to_date(db)
    db.executescript(PLAIN.format(id=ID))
    db.execute("PRAGMA journal_mode = WAL")
    db.close()
    return path


def readable_in(path):
    """Return which secrets stand in the files of a database, and in a dump of it."""
    with closing(sqlite3.connect(path)) as db:
        dump = "\n".join(db.iterdump())
    content = b"".join(file.read_bytes() for file in path.parent.iterdir()) + dump.encode()
    return [secret for secret in SECRETS if secret.encode() in content]


def opened(path):
    return SqliteStore(path)


def test_what_an_older_version_kept_in_clear_is_sealed_at_the_next_start(in_clear):
    assert readable_in(in_clear) == SECRETS

    store = opened(in_clear)

    assert readable_in(in_clear) == []
    store.close()
    assert readable_in(in_clear) == []


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
        covering(db, 1)

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


def test_nothing_of_what_comes_in_and_goes_out_can_be_read(path, given, keep_in):
    store = opened(path)
    keep = keep_in(store)
    certificate = CertificateId("SE2321000016-1003", ID)
    store.add_consent(given.consent(resource={"patient": "Tolvansson"}), given.plan())
    message = given.message(
        content=b"<intyg>Tolvansson: epikondylit</intyg>",
        problems=(Problem("6.2", "epikondylit"),),
        notes=(Problem("6.2", "epikondylit"),),
        relations=(Relation("FRLANG", CertificateId("SE2321000016-1003", f"earlier-{ID}")),),
    )
    kept = given.set_for(message, body=b'{"text":"epikondylit"}', problems=(Problem("6.2", "epikondylit"),))
    given.accept(store, message, [kept], given.plan(given.delivery_of(message)))
    [claimed] = keep.claim()
    assert store.authorise(claimed, lambda _consents: given.permit(), given.noon)
    heard = Heard(200, {}, b"Tolvansson 191212121212")
    assert store.record(claimed, Delivered(Receipt("FK-kvittens-7")), given.noon, heard=heard)
    notice = given.delivery_of(message, id="n1", is_notice=True)
    store.revoke(
        Revocation("r1", certificate, message.person, Envelope(b"Tolvansson", "SE1", given.noon)),
        lambda _before, _gone: [],
        lambda _had: Notice("b1", notice, b"epikondylit", (Problem("", "epikondylit"),)),
        keep_early=True,
    )

    assert [readable_in(path), store.close(), readable_in(path)] == [[], None, []]
    store = opened(path)
    assert store.envelope(message.id).content == message.envelope.content
    store.close()


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
