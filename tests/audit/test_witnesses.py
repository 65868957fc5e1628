"""Checkpoints are cosigned by a witness, which cosigns nothing that contradicts what it has seen."""

from __future__ import annotations

import base64
import hashlib
import sqlite3
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http import HTTPStatus

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from gateway.audit.cosignatures import Asked, Witness, read_asked
from gateway.audit.notes import Checkpoint, Verifier, body_of, checkpoint_of, key_id, signature_line, signed
from gateway.audit.tree import consistency_proof, leaf_hash, root_of
from gateway.auditing import Notary, verify
from gateway.errors import CheckpointRefused, ConfigurationError, NotCosigned, NotPermitted, NotReached
from gateway.heard import Heard
from gateway.permits import address_of
from gateway.permits.hashes import release_checkpoint
from gateway.settings import read_settings
from gateway.store.sqlite import SqliteStore
from gateway.witnessing import Cosigner, WitnessAnchor

NOON = datetime(2026, 3, 3, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
URL = "https://witness.example/witness/add-checkpoint"
ORIGIN = "samsyn/0123456789abcdef"
LEAVES = [leaf_hash(bytes([number])) for number in range(20)]


@pytest.fixture
def log_key():
    return Ed25519PrivateKey.generate()


@pytest.fixture
def store(tmp_path):
    store = SqliteStore(tmp_path / "witness.db")
    yield store
    store.close()


@pytest.fixture
def cosigner(store, log_key):
    key = Ed25519PrivateKey.generate()
    logs = {ORIGIN: Verifier(ORIGIN, log_key.public_key())}
    return Cosigner(store, logs, key, Witness(store.grown().log, key.public_key()), lambda: NOON)


def note_of(key, leaves, origin=ORIGIN):
    return signed(Checkpoint(origin, len(leaves), root_of(leaves)), key)


def asking(key, size, old=0, leaves=LEAVES, proof=None):
    """What is posted to have the first leaves cosigned, after the first few of them were."""
    leaves = leaves[:size]
    return Asked(old, consistency_proof(leaves, old) if proof is None else proof, note_of(key, leaves)).body


def test_a_cosignature_is_as_others_compute_it(log_key):
    key = Ed25519PrivateKey.generate()
    note = note_of(log_key, LEAVES)
    witness = Witness("w.example/one", key.public_key())

    line = witness.line(note, key, NOON)

    mark, name, blob = line.rstrip("\n").split(" ")
    raw = base64.b64decode(blob)
    id_ = hashlib.sha256(b"w.example/one\n\x04" + key.public_key().public_bytes_raw()).digest()[:4]
    assert (mark, name, raw[:4]) == ("\N{EM DASH}", "w.example/one", id_)
    body = note[: note.index("\n\n") + 1]
    key.public_key().verify(raw[12:], f"cosignature/v1\ntime {int.from_bytes(raw[4:12])}\n{body}".encode())
    assert witness.cosigned(note + line) == NOON
    assert Witness.of(str(witness)) == witness
    assert witness.cosigned(note) is None
    assert witness.cosigned(note_of(log_key, LEAVES[:3]) + line) is None


@pytest.mark.parametrize("text", ["", "a+b", "w+00000000+BAAA", "w+" + "0" * 8 + "+" + "A" * 44])
def test_what_is_no_verifier_key_is_refused(text, monkeypatch):
    for kind in (Witness, Verifier):
        with pytest.raises(CheckpointRefused):
            kind.of(text)
    monkeypatch.setenv("SAMSYN_WITNESSED_LOGS", f'["{text}"]')
    with pytest.raises(ConfigurationError, match="witnessed_logs"):
        read_settings()


def test_a_log_that_grows_is_cosigned_and_what_was_seen_outlives_the_process(cosigner, log_key, tmp_path):
    assert cosigner.answer(asking(log_key, 3)).status is HTTPStatus.OK
    said = cosigner.answer(asking(log_key, 20, old=3))

    assert said.status is HTTPStatus.OK
    assert cosigner.witness.cosigned(note_of(log_key, LEAVES) + said.text) == NOON
    again = SqliteStore(tmp_path / "witness.db")
    assert checkpoint_of(again.witnessed(ORIGIN)).size == 20
    assert replace(cosigner, store=again).answer(asking(log_key, 20, old=20)).status is HTTPStatus.OK
    again.close()


def test_a_log_that_was_rewritten_or_put_back_is_not_cosigned(cosigner, log_key):
    other = [*LEAVES[:2], leaf_hash(b"another"), *LEAVES[3:]]
    assert cosigner.answer(asking(log_key, 7)).status is HTTPStatus.OK

    rewritten = cosigner.answer(asking(log_key, 20, old=7, leaves=other))
    the_same_size = cosigner.answer(asking(log_key, 7, old=7, leaves=other))
    without_proof = cosigner.answer(asking(log_key, 20, old=7, proof=[]))
    put_back = cosigner.answer(asking(log_key, 5, old=0))
    ahead = cosigner.answer(asking(log_key, 5, old=7, proof=[]))

    assert rewritten == without_proof == (HTTPStatus.UNPROCESSABLE_ENTITY, "")
    assert the_same_size == put_back == (HTTPStatus.CONFLICT, "7\n")
    assert ahead.status is HTTPStatus.BAD_REQUEST
    assert cosigner.answer(asking(log_key, 20, old=7)).status is HTTPStatus.OK


def test_a_log_that_nobody_named_and_one_that_is_not_signed_by_its_key_are_not_cosigned(cosigner, log_key):
    stranger = Ed25519PrivateKey.generate()
    unknown = Asked(0, [], note_of(log_key, LEAVES, "samsyn/fedcba9876543210")).body

    assert cosigner.answer(unknown).status is HTTPStatus.NOT_FOUND
    assert cosigner.answer(asking(stranger, 3)).status is HTTPStatus.FORBIDDEN


@pytest.mark.parametrize("body", [b"", b"old 0\n\n", b"old -1\n\nx", b"old 00\n\nx", b"old 0\nAAAA\n\nx", b"\xff" * 99])
def test_what_asks_nothing_is_told_so(cosigner, body):
    assert cosigner.answer(body).status is HTTPStatus.BAD_REQUEST


def test_two_that_come_at_once_are_cosigned_one_after_the_other(store, log_key):
    note = note_of(log_key, LEAVES[:3])

    assert store.keep_witnessed(ORIGIN, 0, 3, note, NOON)
    assert not store.keep_witnessed(ORIGIN, 0, 4, note, NOON)
    assert store.witnessed(ORIGIN) == note


def test_only_a_checkpoint_with_its_proof_leaves(log_key):
    asked = asking(log_key, 20, old=3)
    assert release_checkpoint(asked, "witness.example:443").open("witness.example:443") == asked

    name = base64.b64encode(b"199002222397 and whatever else they have").decode()
    for other in (
        b"199002222397",
        asked + b"\xe2\x80\x94 somebody " + name.encode() + b"\n",
        asked.replace(b"samsyn/0123456789abcdef", b"samsyn/199002222397"),
        asked.replace(b"old 3\n", b"old 3\n199002222397\n"),
    ):
        with pytest.raises(NotPermitted):
            release_checkpoint(other, "witness.example:443")


class Road:
    """The way out, with a witness at its other end."""

    def __init__(self, cosigner):
        self.cosigner, self.asked = cosigner, []
        self.is_there, self.is_chatty = True, False

    def post(self, url, _headers, release):
        body = release.open(address_of(url))
        self.asked.append(read_asked(body))
        if not self.is_there:
            raise NotReached("not-sent:refused")
        said = self.cosigner.answer(body)
        other = "\N{EM DASH} another AAAA\n" if self.is_chatty else ""
        return Heard(said.status, {}, f"{other}{said.text}".encode())

    def close(self):
        pass


class Log:
    """A gateway's log whose checkpoints a witness cosigns."""

    def __init__(self, folder, witness_store):
        self.path, self.time = folder / "samsyn.db", NOON
        self.store = SqliteStore(self.path)
        self.store.begin_operation("one", "redrive", NOON)
        first = Notary(self.store, folder / "key", (), lambda: self.time)
        key = Ed25519PrivateKey.generate()
        logs = {first.verifier.name: first.verifier}
        witness = Witness("samsyn/fedcba9876543210", key.public_key())
        self.road = Road(Cosigner(witness_store, logs, key, witness, lambda: self.time))
        self.key_file, self.witness = folder / "key", witness

    @property
    def anchor(self):
        return WitnessAnchor(self.store, URL, self.witness, self.road, HOUR)

    def goes_round(self):
        with Notary(self.store, self.key_file, [self.anchor], lambda: self.time).at_work(3600):
            pass

    def verified(self, *witnesses):
        notary = Notary(self.store, self.key_file, (), lambda: self.time)
        return verify(self.store, notary.verifier, [], witnesses={str(one) for one in witnesses})


@pytest.fixture
def log(tmp_path, store):
    (tmp_path / "log").mkdir()
    log = Log(tmp_path / "log", store)
    yield log
    log.store.close()


def test_a_cosignature_counts_as_an_anchor_and_is_verified_with_the_log(log):
    log.store.anchor_within(2 * HOUR, NOON)
    log.time += HOUR
    log.goes_round()
    assert log.store.anchored().at == NOON + HOUR
    log.store.begin_operation("two", "redrive", NOON)
    log.time += HOUR
    log.goes_round()

    assert [(one.old, checkpoint_of(one.note).size) for one in log.road.asked] == [(0, 2), (2, 3)]
    assert [one.size for one in log.store.cosignatures()] == [2, 3]
    assert {one.witness for one in log.store.cosignatures()} == {str(log.witness)}
    found = log.verified(log.witness)
    assert (found.faults, found.cosigned, found.unvouched) == ([], 2, 0)


def test_a_cosignature_of_a_time_that_there_is_no_date_for_is_none(log):
    key = Ed25519PrivateKey.generate()
    witness = Witness("witness.example/one", key.public_key())
    note = Notary(log.store, log.key_file, (), lambda: log.time).sign()
    at = 2**63
    made = key.sign(f"cosignature/v1\ntime {at}\n{body_of(note)}".encode())
    line = signature_line(witness.name, key_id(witness.name, b"\x04", witness.key), at.to_bytes(8) + made)

    assert witness.cosigned(note + line) is None


def test_h01_a_cosignature_by_a_key_that_nobody_has_named_counts_for_nothing(log):
    log.goes_round()
    key = Ed25519PrivateKey.generate()
    forger = Witness(log.witness.name, key.public_key())
    [note] = log.store.checkpoints()
    log.store.add_cosignature(str(forger), 1, forger.line(note, key, NOON), NOON)

    found = log.verified(log.witness)

    assert (found.faults, found.cosigned, found.unvouched) == ([], 1, 1)


def test_the_witness_is_asked_again_only_when_there_is_something_new_and_it_is_time(log):
    log.goes_round()
    log.goes_round()
    log.store.begin_operation("two", "redrive", NOON)
    log.time += timedelta(minutes=59)
    log.goes_round()

    assert len(log.road.asked) == 1


def test_of_what_a_witness_says_its_own_line_is_kept(log):
    log.road.is_chatty = True

    log.goes_round()

    [said] = log.store.cosignatures()
    assert said.line.startswith(f"\N{EM DASH} {log.witness.name} ")
    assert said.line.count("\n") == 1


def test_h03_a_witness_that_is_not_there_anchors_nothing(log, capfd):
    log.road.is_there = False
    log.store.anchor_within(2 * HOUR, NOON)
    log.time += HOUR

    log.goes_round()

    assert '"event":"log not anchored","error":"NotCosigned"' in capfd.readouterr().err
    assert log.store.anchored().at == NOON


def test_where_a_cosignature_was_lost_the_witness_says_from_where_to_go_on(log):
    log.goes_round()
    log.store.begin_operation("two", "redrive", NOON)
    log.time += HOUR
    note = Notary(log.store, log.key_file, (), lambda: log.time).sign()
    log.road.cosigner.answer(Asked(1, consistency_proof(log.store.leaf_hashes(0, 1_000), 1), note).body)
    log.goes_round()

    assert [one.old for one in log.road.asked] == [0, 1, 2]
    assert log.store.newest_cosignature(str(log.witness)).size == 2


def test_h01_a_log_that_was_put_back_gets_no_cosignature(log, tmp_path):
    with sqlite3.connect(log.path) as source, sqlite3.connect(tmp_path / "backup") as target:
        source.backup(target)
    target.close()
    log.store.begin_operation("two", "redrive", NOON)
    log.goes_round()
    log.store.close()

    log.store = SqliteStore(tmp_path / "backup", log.path.with_name("samsyn.db.vault-key"))
    log.store.begin_operation("another", "redrive", NOON)
    log.store.begin_operation("third", "redrive", NOON)
    log.key_file.with_name(f"{log.key_file.name}.newest").unlink()
    note = Notary(log.store, log.key_file, (), lambda: log.time).sign()

    with pytest.raises(NotCosigned, match="HTTP 422"):
        log.anchor.keep(note, NOON)


def test_h01_a_cosignature_of_something_else_is_found(log):
    log.goes_round()
    log.store.add_cosignature(str(log.witness), 1, "\N{EM DASH} somebody AAAA\n", NOON)

    [fault] = log.verified().faults
    assert fault.what == "the cosignature of 1 entries is not of their checkpoint"
    with sqlite3.connect(log.path) as db, pytest.raises(sqlite3.IntegrityError, match="only added to"):
        db.execute("DELETE FROM cosignature")
    db.close()
