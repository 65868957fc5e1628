"""`samsyn audit`: the log is verified, proved and exported, and each look into it stands in it."""

from __future__ import annotations

import json
import sqlite3
import time
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from commanding import run, run_json
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from offline import check_details, check_export, check_proof

from gateway.audit.anchor_file import FileAnchor, notes_in
from gateway.audit.cosignatures import Witness
from gateway.audit.notes import checkpoint_of
from gateway.auditing import Notary, verify
from gateway.errors import StoreUnavailable
from gateway.store.sqlite import SqliteStore

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


@pytest.fixture
def path(tmp_path, monkeypatch):
    """A store in whose log two things have happened."""
    path = tmp_path / "samsyn.db"
    monkeypatch.setenv("SAMSYN_DATABASE", str(path))
    store = SqliteStore(path)
    store.begin_operation("one", "redrive", NOON)
    store.begin_operation("two", "redrive", NOON)
    store.close()
    return path


def events(path):
    store = SqliteStore(path)
    log = [entry.event for entry in store.log()]
    store.close()
    return log


def test_a_log_that_nobody_touched_is_verified_and_the_look_stands_in_it(path):
    [told] = run_json("audit", "verify")

    assert (told["entries"], told["faults"]) == (3, [])
    assert events(path)[-1] == "log.verified"


def test_h01_the_first_bad_entry_is_named_and_the_command_fails(path):
    db = sqlite3.connect(path)
    db.execute("DROP TRIGGER log_is_never_changed")
    db.execute("UPDATE log SET detail = 'nothing happened' WHERE sequence = 2")
    db.commit()
    db.close()

    told = run("audit", "verify", status=1)

    assert "entry 2: changed since it was sealed" in told
    assert "the first bad entry is 2" in told


def alter(path, *statements):
    """Change the file behind the gateway's back, as one who can write it: triggers are no hindrance."""
    db = sqlite3.connect(path, isolation_level=None)
    for [name] in db.execute("SELECT name FROM sqlite_schema WHERE name LIKE '%_is_never_%'").fetchall():
        db.execute(f"DROP TRIGGER {name}")
    for statement in statements:
        db.execute(statement)
    db.close()


def sign(path):
    """Have the log signed, as it is while the gateway runs."""
    store = SqliteStore(path)
    with Notary(store, path.with_name("samsyn.db.audit-key"), (), lambda: NOON).at_work(3600):
        store.begin_operation("three", "redrive", NOON)
    store.close()


def test_h01_a_log_whose_end_is_cut_off_with_its_checkpoints_contradicts_the_newest_beside_the_key(path):
    before = path.read_bytes()
    sign(path)
    path.write_bytes(before)
    for file in (path.with_name("samsyn.db-wal"), path.with_name("samsyn.db-shm")):
        file.unlink(missing_ok=True)

    assert "rewritten: the checkpoint of 3 entries has another root" in run("audit", "verify", status=1)


@pytest.mark.parametrize("which", ["MIN", "MAX"])
@pytest.mark.parametrize(
    "note", ["nothing", "samsyn/0\n2\nAAAA\n\n", "samsyn/0123456789abcdef\n9\n" + "A" * 43 + "=\n\n"]
)
def test_h01_a_forged_checkpoint_is_named_and_keeps_nobody_from_reading_on(path, note, which):
    sign(path)
    alter(
        path,
        f"UPDATE checkpoint SET note = '{note}' WHERE number = (SELECT {which}(number) FROM checkpoint)",  # noqa: S608 - constants
        "UPDATE log SET detail = 'nothing happened' WHERE sequence = 2",
    )

    told = run("audit", "verify", status=1)

    assert "a checkpoint is " in told
    assert "the first bad entry is 2" in told


def test_h01_a_time_stamp_and_a_cosignature_of_nothing_are_named_and_no_entry_is_blamed(path):
    sign(path)
    store = SqliteStore(path)
    store.add_stamp(2, b"none", NOON)
    store.add_cosignature("nobody", 2, "none", NOON)
    store.close()

    told = run("audit", "verify", status=1)

    assert "\nthe time-stamp of 2 entries is not of their checkpoint\n" in told
    assert "\nthe cosignature of 2 entries is not of their checkpoint\n" in told
    assert "first bad entry" not in told


def test_a_checkpoint_that_was_forged_puts_the_database_in_doubt(path):
    sign(path)
    alter(path, "UPDATE checkpoint SET note = 'nothing' WHERE size = 3")
    store = SqliteStore(path)

    doubt = Notary(store, path.with_name("samsyn.db.audit-key"), (), lambda: NOON).doubt()

    assert doubt == "3 entries of it were kept elsewhere, and it goes on from others"
    store.close()


def test_a_log_that_grows_while_it_is_verified_is_as_it_was_written(path, monkeypatch):
    store, other = SqliteStore(path), SqliteStore(path)
    notary = Notary(other, path.with_name("samsyn.db.audit-key"), (), lambda: NOON)
    key = Ed25519PrivateKey.generate()
    witness = Witness("witness.example/one", key.public_key())

    def grows():
        other.begin_operation(str(uuid4()), "redrive", NOON)
        note = notary.sign()
        other.add_cosignature(str(witness), checkpoint_of(note).size, witness.line(note, key, NOON), NOON)

    def growing(look):
        return lambda: (look(), grows())[0]

    for name in ("grown", "checkpoints", "cosignatures", "strays"):
        monkeypatch.setattr(store, name, growing(getattr(store, name)))

    assert verify(store, notary.verifier, []).faults == []
    store.close()
    other.close()


def test_what_left_is_asked_of_by_which_decision_it_left(path):
    assert run_json("audit", "check") == [{"sent": 0, "read": 0, "breaches": []}]
    assert events(path)[-1] == "log.checked"

    db = sqlite3.connect(path)
    db.execute("INSERT INTO log (at, event, message, delivery, detail) VALUES (0, 'release.authorised', 'm', 'd', '')")
    db.commit()
    db.close()

    told = run("audit", "check", status=1)
    assert "entry 4: left without a decision of its own before it" in told
    assert "1 times something was sent" in told


def test_an_entry_is_proved_to_a_program_that_knows_nothing_of_the_gateway(path):
    for number in (1, 2, 3):
        proof = json.loads(run("audit", "prove", number))

        assert check_proof(proof)["id"] == str(number)
    assert events(path)[-1] == "log.proved"


def test_a_proof_of_another_entry_or_an_altered_one_proves_nothing(path):
    proof = json.loads(run("audit", "prove", 2))

    with pytest.raises(AssertionError):
        check_proof({**proof, "entry": proof["entry"].replace("operator.action", "message.lost")})
    with pytest.raises(AssertionError):
        check_proof({**proof, "index": 0})


def test_what_an_entry_only_commits_to_is_shown_to_such_a_program_where_somebody_asks_for_it(path):
    assert not {"details", "salt"} & json.loads(run("audit", "prove", 1)).keys()

    proof = json.loads(run("audit", "prove", 1, "--details"))

    assert check_details(proof) == {"detail": "one redrive"}
    with pytest.raises(AssertionError):
        check_details({**proof, "details": proof["details"].replace("redrive", "retry")})
    store = SqliteStore(path)
    assert [one.detail.partition(" by ")[0] for one in store.log() if one.event == "log.proved"] == [
        "entry=1",
        "entry=1 details",
    ]
    store.close()


def test_an_entry_that_was_changed_is_neither_proved_nor_exported(path):
    sign(path)
    alter(path, "UPDATE log SET detail = 'nothing' WHERE sequence = 1")

    assert "Entry 1 is not as it was sealed" in run("audit", "prove", 1, "--details", status=1)
    assert "Entry 1 is not as it was sealed" in run("audit", "export", status=1)


def test_a_log_that_nothing_can_be_added_to_is_verified_all_the_same(path):
    sign(path)
    alter(path, "INSERT INTO leaf SELECT size + 1, 99999, NULL, '', x'', x'', zeroblob(32) FROM tree")

    told = run("audit", "verify", status=1)

    assert "that somebody looks into it now could not be added to it" in told


def test_details_whose_salt_is_gone_are_shown_by_nobody(path):
    sign(path)
    alter(path, "UPDATE leaf SET salt = x'' WHERE number = 1")

    assert "Its salt is gone" in run("audit", "prove", 1, "--details", status=1)


def test_an_entry_that_is_not_there_is_told_in_a_line(path):
    assert "no such entry" in run("audit", "prove", 99, status=1)


def test_the_log_is_exported_as_audit_events_with_a_signed_checkpoint(path):
    found = check_export(run("audit", "export").splitlines())

    assert {one["resourceType"] for one in found} == {"AuditEvent"}
    assert len(found) == 3
    assert events(path)[-1] == "log.exported"


def test_an_export_of_which_an_entry_is_missing_is_not_what_was_signed(path):
    lines = run("audit", "export").splitlines()

    with pytest.raises(AssertionError):
        check_export([*lines[1:-1], lines[0], lines[-1]])


def _until_there(file):
    end = time.monotonic() + 10
    while not (file.exists() and file.stat().st_size):
        assert time.monotonic() < end
        time.sleep(0.005)


def test_each_checkpoint_is_added_to_the_anchor_and_a_log_that_contradicts_it_is_found(path, tmp_path, monkeypatch):
    anchor = tmp_path / "anchor.txt"
    monkeypatch.setenv("SAMSYN_AUDIT_ANCHOR", str(anchor))
    before = path.read_bytes()
    store = SqliteStore(path)
    with Notary(store, path.with_name("samsyn.db.audit-key"), [FileAnchor(anchor)], lambda: NOON).at_work(3600):
        _until_there(anchor)
        store.begin_operation("three", "redrive", NOON)
        store.begin_operation("four", "redrive", NOON)
    store.close()

    assert [note.split("\n")[1] for note in notes_in(anchor.read_text("utf-8"))] == ["2", "4"]
    assert "4 entries" not in run("audit", "verify", "--anchor", anchor)

    for file in (path.with_name("samsyn.db-wal"), path.with_name("samsyn.db-shm")):
        file.unlink(missing_ok=True)
    path.write_bytes(before)
    assert "cut off" in run("audit", "verify", "--anchor", anchor, status=1)


def test_a_file_without_a_checkpoint_is_no_anchor(path, tmp_path):
    (tmp_path / "empty").touch()

    assert "holds no checkpoint" in run("audit", "verify", "--anchor", tmp_path / "empty", status=2)


def test_what_is_new_is_signed_while_the_gateway_runs_and_when_it_ends(path):
    store = SqliteStore(path)
    with Notary(store, path.with_name("key"), (), lambda: NOON).at_work(3600):
        store.begin_operation("three", "redrive", NOON)

    assert [note.split("\n")[1] for note in store.checkpoints()] == ["2", "3"]
    store.close()


def test_a_checkpoint_that_cannot_be_kept_is_told_and_ends_nothing(path, capfd):
    store = SqliteStore(path)
    notary = Notary(store, path.with_name("key"), (), lambda: NOON)
    store.close()

    with pytest.raises(StoreUnavailable):
        notary.sign()
    with notary.at_work(3600):
        pass

    assert '"event":"log not signed","error":"StoreUnavailable"' in capfd.readouterr().err


def test_h13_a_person_says_that_a_copy_lives_and_who_and_why_stands_in_the_log(path, tmp_path, monkeypatch):
    store = SqliteStore(path)
    with Notary(store, path.with_name("samsyn.db.audit-key"), (), lambda: NOON).at_work(3600):
        pass
    store.close()
    lives = ("store", "lives", "--by", "Anna Ek", "--because", "återläst")
    assert "Nothing speaks against" in run(*lives, status=1)

    copy = path.rename(tmp_path / "copy.db")
    for key in ("audit-key", "vault-key"):
        path.with_name(f"samsyn.db.{key}").rename(tmp_path / f"copy.db.{key}")
    monkeypatch.setenv("SAMSYN_DATABASE", str(copy))
    told = run(*lives)

    assert f"in doubt because it lived in another place, {path}." in told
    store = SqliteStore(copy)
    assert "live-on Anna Ek: återläst" in [one.detail for one in store.log() if one.event == "operator.action"]
    store.close()
    assert "Nothing speaks against" in run(*lives, status=1)
