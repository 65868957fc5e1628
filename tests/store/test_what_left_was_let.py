"""Whatever left was let by the newest decision before it: what somebody plants otherwise is found."""

from __future__ import annotations

import hashlib
import sqlite3
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta
from functools import partial

import orjson
import pytest

from gateway.audit.entries import Entry, content_of, sealed
from gateway.audit.tree import leaf_hash
from gateway.auditing import Notary, check, verify
from gateway.deliveries import Delivered
from gateway.documents import Receipt
from gateway.identity import PersonIdentity
from gateway.sharing import shared_about
from gateway.store.sql import sealing
from gateway.store.sqlite import SqliteStore

SECOND = timedelta(seconds=1)


class Kept:
    """A store in which a set was sent and read, and its consent withdrawn afterwards."""

    def __init__(self, path, given, keep_in):
        self.path, self.given = path, given
        store = SqliteStore(path)
        keep = keep_in(store)
        store.add_consent(given.consent(), given.plan())
        self.delivery = keep.tried()
        store.record(self.delivery, Delivered(Receipt("ref")), given.noon)

        assert self._read(store, given.noon)
        store.change_consent(given.consent(version=2, resource={"status": "inactive"}), given.plan(), None)
        store.close()

    def _read(self, store, at, version=1, meanwhile=lambda: None):
        def choose(_consents, sets):
            meanwhile()
            return [(kept, self.given.permit(consent=f"Consent/c1/_history/{version}")) for kept in sets]

        return store.read_sets(self.given.person, ["sickness_benefit"], choose, self.given.reader, at)

    def read_together(self, *times):
        """Let the set be read again, on a consent that is given again: once, and by others who wait for that."""
        store = SqliteStore(self.path)
        store.change_consent(self.given.consent(version=3), self.given.plan(), None)
        begun, enough = threading.Event(), threading.Event()

        def wait():
            begun.set()
            assert enough.wait(30)

        with ThreadPoolExecutor(1 + len(times)) as readers:
            first = readers.submit(self._read, store, self.given.noon, 3, wait)
            assert begun.wait(30)
            others = [readers.submit(self._read, store, at, 3) for at in times]
            while len(store._writer._writes._waiting) < len(times):
                time.sleep(0.01)
            enough.set()
        assert all(one.result() for one in [first, *others])
        store.close()

    def alter(self, *statements):
        """Change the file behind the gateway's back; what is put in is sealed with what is written next."""
        db = sqlite3.connect(self.path, isolation_level=None)
        for [name] in db.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'").fetchall():
            db.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            db.execute(statement, {"delivery": self.delivery.id, "message": self.delivery.message})
        db.close()
        store = SqliteStore(self.path)
        store.note_look("log.read", "", self.given.noon)
        store.close()

    def keep_consent(self, consent):
        store = SqliteStore(self.path)
        store.add_consent(consent, self.given.plan())
        store.close()

    def check(self):
        store = SqliteStore(self.path)
        found = check(store)
        store.close()
        return found

    def breaches(self):
        return [breach.what for breach in self.check().breaches]


@pytest.fixture
def kept(tmp_path, given, keep_in):
    return Kept(tmp_path / "samsyn.db", given, keep_in)


LOGGED = "INSERT INTO log (at, event, message, delivery, detail) VALUES (1772452800123456, {}, :message, {}, {})"
DECIDED = """
INSERT INTO decision (at, way, delivery, message, set_name, organisation, permitted, reason, consent, rule, withheld,
    objected, policy)
VALUES (1772452800123456, 'send', :delivery, :message, 'sickness_benefit', '2021005521', {}, {}, {}, 'provision', '',
    0, '')
"""
TAKEN_TOO = """
INSERT INTO delivery
SELECT number + 1, 'x', message, person, set_name, kind, organisation, state, reason, due_at, attempts, fence, worker,
    began_at, is_notice, is_released, not_known_since
FROM delivery
"""
SENT_AGAIN = LOGGED.format("'release.authorised'", ":delivery", "'Consent/c1/_history/1'")


def test_what_was_let_is_in_order_though_the_consent_was_withdrawn_later(kept):
    found = kept.check()

    assert (found.sent, found.read, found.breaches) == (1, 1, [])


def test_each_reading_rests_on_its_own_decision_though_they_were_written_together_and_clocks_differ(kept):
    kept.read_together(*(kept.given.noon - n * SECOND for n in range(4)))

    found = kept.check()
    assert (found.read, found.breaches) == (1 + 5, [])


def test_a_release_that_nothing_decided_is_found_and_its_entry_named(kept):
    kept.alter(SENT_AGAIN)

    [breach, counted] = kept.check().breaches
    assert breach.what == "left without a decision of its own before it"
    assert breach.entry is not None
    assert counted == (None, f"delivery {kept.delivery.id}: the tables have 1 tries, and the log 2")


@pytest.mark.parametrize(
    "statements",
    [
        ["UPDATE pseudonym SET name = 'somebody else'"],
        ["DELETE FROM pseudonym"],
        ["UPDATE message SET person = 'somebody else'"],
        ["INSERT INTO pseudonym VALUES ('who is erased', 'x')", "UPDATE message SET person = 'who is erased'"],
    ],
)
def test_an_entry_that_names_another_person_than_its_certificate_has_is_found(kept, statements):
    kept.alter("PRAGMA foreign_keys = OFF", *statements)

    [breach] = [one for one in kept.check().breaches if "another person" in one.what]
    assert breach == (2, "it names another person than the tables name for its certificate")


def test_two_people_who_are_exchanged_in_all_that_is_readable_are_found_by_what_is_sealed(kept):
    store = SqliteStore(kept.path)
    other = PersonIdentity("199002222397")
    kept.given.accept(store, kept.given.message(person=other, certificate=kept.given.another_certificate()))
    [one, two] = [store.entries_about(person)[0].happened.person for person in (kept.given.person, other)]
    store.close()
    exchanged = f"CASE name WHEN '{one}x' THEN '{two}' ELSE '{one}' END"
    kept.alter(
        "PRAGMA foreign_keys = OFF",
        "UPDATE pseudonym SET name = name || 'x'",
        f"UPDATE pseudonym SET name = {exchanged}",  # noqa: S608 - our own
        "UPDATE message SET person = (SELECT p.person FROM pseudonym p WHERE p.person <> message.person)",
    )

    assert "it names another person than the tables name for its certificate" in kept.breaches()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE delivery SET organisation = '5561234567'",
        "UPDATE delivery SET set_name = 'another'",
        "UPDATE attempt SET consent = 'Consent/x/_history/1'",
        "UPDATE attempt SET outcome = 'UNKNOWN'",
    ],
)
def test_a_person_is_told_what_the_log_says_where_the_tables_say_otherwise(kept, statement):
    def told():
        store = SqliteStore(kept.path)
        [sent] = [one for one in shared_about(store, kept.given.person).shared if one.departure.delivery]
        store.close()
        return sent

    before = told()
    kept.alter(statement)

    assert told() == before


def test_a_person_is_told_what_it_left_without_as_the_log_says_it(tmp_path, given, keep_in):
    path = tmp_path / "samsyn.db"
    store = SqliteStore(path)
    keep = keep_in(store)
    without = frozenset({"6"})
    both = [given.set_for, partial(given.set_for, withheld=without, sections=frozenset({"28", "32"}))]
    tried = keep.claimed(sets=both)
    assert store.authorise(tried, lambda *_: given.permit(withheld=without), given.noon, given.address)
    store.record(tried, Delivered(Receipt("ref")), given.noon)
    store.close()
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("UPDATE delivery SET set_name = 'another'")

    store = SqliteStore(path)
    [sent] = shared_about(store, given.person).shared
    store.close()

    assert sent.departure.withheld == without


def test_a_release_against_the_newest_decision_is_found(kept):
    kept.alter(DECIDED.format(1, "'permitted'", "'Consent/c1/_history/1'"))
    kept.alter(DECIDED.format(0, "'no-active-consent'", "''"))
    kept.alter(SENT_AGAIN)

    assert kept.breaches()[0] == "left, and the decision before it says no: no-active-consent"


@pytest.mark.parametrize(
    ("consent", "why"),
    [
        ("Consent/c1/_history/1", "which had another version by then"),
        ("Consent/c1/_history/2", "which is inactive"),
        ("Consent/other/_history/1", "which had not been kept"),
    ],
)
def test_a_release_on_a_consent_that_did_not_count_then_is_found(kept, consent, why):
    kept.alter(DECIDED.format(1, "'permitted'", f"'{consent}'"))
    kept.alter(SENT_AGAIN)

    assert kept.breaches()[0] == f"left on {consent}, {why}"


def test_a_permit_on_nothing_is_found(kept):
    kept.alter(DECIDED.format(1, "'permitted'", "''"))
    kept.alter(SENT_AGAIN)

    assert kept.breaches()[0].startswith("left on no consent, which had not been kept")


def test_a_reading_that_nothing_decided_is_found(kept):
    kept.alter(LOGGED.format("'set.read'", "''", "'sickness_benefit 5561234567 Consent/c1/_history/1'"))

    assert kept.breaches()[0] == "left without a decision of its own before it"


def test_a_delivery_that_no_try_led_to_is_found(kept):
    kept.alter(LOGGED.format("'release.outcome'", ":delivery", "'DELIVERED ref'"))

    assert kept.breaches() == ["delivered, and no try was under way"]


def test_a_decision_that_let_something_else_leave_lets_nothing_leave_again(kept):
    kept.alter(DECIDED.format(1, "'permitted'", "'Consent/c1/_history/1'"))
    kept.alter(SENT_AGAIN)
    kept.alter(SENT_AGAIN)

    assert "left without a decision of its own before it" in kept.breaches()


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        ("UPDATE attempt SET tries = 3", "the tables have 3 tries, and the log 1"),
        ("INSERT INTO reading VALUES (:message, '5561234567', 'b', 'sickness_benefit')", "it was read, and the log"),
        ("DELETE FROM attempt", "the tables have 0 tries, and the log 1"),
        ("DELETE FROM reading", "it was read, and the tables do not say so"),
        (
            TAKEN_TOO,
            "delivery x: it is delivered, and the log does not say so",
        ),
    ],
)
def test_what_left_by_the_tables_and_not_by_the_log_or_the_other_way_round_is_found(kept, statement, what):
    kept.alter(statement)

    assert what in kept.breaches()[0]


def test_a_release_on_somebody_elses_consent_is_found(kept):
    kept.keep_consent(kept.given.consent(id="c2", person=kept.given.somebody_else))
    kept.alter(DECIDED.format(1, "'permitted'", "'Consent/c2/_history/1'"))
    kept.alter(SENT_AGAIN)

    assert kept.breaches()[0] == "left on Consent/c2/_history/1, which is somebody else's"


def test_a_release_on_a_decision_of_another_moment_is_found(kept):
    kept.alter(DECIDED.format(1, "'permitted'", "'Consent/c1/_history/1'").replace("3456,", "3455,"))
    kept.alter(SENT_AGAIN)

    assert kept.breaches()[0] == "left at another moment than was decided on"


@pytest.mark.parametrize(
    "statement", ["DELETE FROM log WHERE event = 'consent.kept'", "UPDATE log SET at = 9000000000000000000"]
)
def test_an_entry_that_is_gone_or_cannot_be_read_is_told_since_nobody_knows_what_it_said(kept, statement):
    kept.alter(statement)

    assert "its row is gone, or cannot be read" in kept.breaches()


EXCHANGED = """
UPDATE leaf SET decision = (
    SELECT SUM(f.decision) FROM leaf f JOIN log l ON l.sequence = f.log WHERE l.event = :event
) - decision WHERE log IN (SELECT sequence FROM log WHERE event = :event)
"""
MOVED_AWAY = "UPDATE leaf SET decision = NULL WHERE log IN (SELECT sequence FROM log WHERE event = :event)"


class Twice:
    """A store in which two sets were sent and read, each by a decision of its own that says the same as the other."""

    def __init__(self, path, given, keep_in):
        self.path, self.given = path, given
        store = SqliteStore(path)
        store.add_consent(given.consent(), given.plan())
        for _ in range(2):
            store.record(keep_in(store).tried(), Delivered(Receipt("ref")), given.noon)

        def choose(_consents, sets):
            return [(kept, given.permit()) for kept in sets]

        assert len(store.read_sets(given.person, ["sickness_benefit"], choose, given.reader, given.noon)) == 2
        self.notary = Notary(store, path.with_name("key"), (), lambda: given.noon)
        self.notary.sign()
        store.close()

    def move(self, statement, event):
        """Let entries say that they rest on other decisions; return the first that does."""
        with closing(sqlite3.connect(self.path, isolation_level=None)) as db:
            db.execute("DROP TRIGGER leaf_is_never_changed")
            before = dict(db.execute("SELECT number, decision FROM leaf"))
            db.execute(statement, {"event": event})
            return min(
                number for number, now in db.execute("SELECT number, decision FROM leaf") if now != before[number]
            )

    def first_bad(self):
        """Return the first entry that the whole log's reading names, and that its checking names."""
        with closing(SqliteStore(self.path)) as store:
            return verify(store, self.notary.verifier, ()).first_bad, [one.entry for one in check(store).breaches][:1]


def sealed_before(happened, salt):
    """Seal an entry as it was before entries committed to the decision that they rest on."""
    if happened.is_decision:
        return sealed(happened, salt)
    commitment = hashlib.sha256(salt + orjson.dumps({"detail": happened.detail})).digest()
    return Entry(happened, salt, commitment, leaf_hash(content_of(happened, commitment)))


MOVES = pytest.mark.parametrize(
    ("statement", "event"),
    [
        (EXCHANGED, "release.authorised"),
        (MOVED_AWAY, "release.authorised"),
        (EXCHANGED, "release.outcome"),
        (EXCHANGED, "set.read"),
    ],
)


@MOVES
def test_h01_an_entry_that_was_moved_to_another_decision_is_found_and_named(tmp_path, given, keep_in, statement, event):
    twice = Twice(tmp_path / "samsyn.db", given, keep_in)
    assert twice.first_bad() == (None, [])

    first = twice.move(statement, event)

    assert twice.first_bad() == (first, [first])


@MOVES
def test_h01_one_from_before_entries_committed_to_their_decision_is_found_by_asking_what_left_by_which(
    tmp_path, given, keep_in, monkeypatch, statement, event
):
    monkeypatch.setattr(sealing, "sealed", sealed_before)
    twice = Twice(tmp_path / "samsyn.db", given, keep_in)
    assert twice.first_bad() == (None, [])

    first = twice.move(statement, event)

    assert twice.first_bad() == (None, [first])
