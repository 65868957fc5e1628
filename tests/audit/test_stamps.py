"""Checkpoints are time-stamped by authorities elsewhere, and whatever else they answer is not accepted (H04)."""

from __future__ import annotations

import gc
import sqlite3
import threading
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from types import SimpleNamespace

import pytest
from authority import OPENSSL, Authority
from click.testing import CliRunner

from gateway.__main__ import samsyn
from gateway.audit.stamps import read_roots, request_for
from gateway.auditing import Notary, verify
from gateway.delivery.wire import Wire
from gateway.errors import ConfigurationError, NotPermitted, NotReached, NotStamped
from gateway.heard import Heard
from gateway.permits import address_of, place_of
from gateway.permits.hashes import release_hash
from gateway.settings import Settings
from gateway.stamping import StampAnchor
from gateway.store.sqlite import SqliteStore

pytestmark = pytest.mark.skipif(not OPENSSL, reason="OpenSSL answers for the authorities")

NOON = datetime(2026, 3, 3, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
FIRST, SECOND = "https://first.example/tsa", "https://second.example/tsa"


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("authority") / "good")


@pytest.fixture(scope="module")
def expired(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("authority") / "expired", ends=-1)


@pytest.fixture
def store(tmp_path):
    store = SqliteStore(tmp_path / "samsyn.db")
    store.begin_operation("one", "redrive", NOON)
    yield store
    store.close()


class Post:
    """The way out, with authorities at its other end; what was sent is kept."""

    def __init__(self, **answers):
        self.answers, self.asked = answers, []

    def post(self, url, headers, release):
        body = release.open(address_of(url))
        name = place_of(url).partition(".")[0]
        self.asked.append((name, headers["Content-Type"], body))
        answer = self.answers[name](body)
        return answer if isinstance(answer, Heard) else Heard(200, {}, answer)

    def close(self):
        """Hold nothing open."""


def unreachable(_request):
    raise NotReached("not-sent:refused")


@pytest.fixture
def notary(store, authority, tmp_path):
    """Makes a notary whose checkpoints are stamped by who answers so, and anchored in an hour at the latest."""

    def made(now=lambda: NOON, **answers):
        post = Post(**answers)
        anchor = StampAnchor(store, [FIRST, SECOND], read_roots(authority.roots), post, HOUR)
        return Notary(store, tmp_path / "key", [anchor], now), post

    return made


def sees_to_it(notary):
    with notary.at_work(3600):
        pass


def test_a_checkpoint_is_stamped_and_openssl_agrees(store, authority, notary):
    made, post = notary(first=authority.answer)
    sees_to_it(made)

    [stamp], [note] = store.stamps(), store.checkpoints()
    authority.verify(stamp.answer, note.encode())
    assert (stamp.size, stamp.at) == (1, NOON)
    [(asked, kind, request)] = post.asked
    assert (asked, kind) == ("first", "application/timestamp-query")
    assert len(request) < 128


def of_another_request(authority):
    return lambda _: authority.answer(request_for("another note").as_bytes())


def with_another_nonce(authority, store):
    return lambda _: authority.answer(request_for(store.checkpoints()[-1]).as_bytes())


@pytest.mark.parametrize(
    "what", ["imprint", "nonce", "expired", "unknown", "nothing", "error", "cut off", "unreachable"]
)
def test_h04_what_is_no_stamp_of_ours_is_not_accepted_and_the_next_authority_is_asked(
    store, authority, expired, notary, what
):
    first = {
        "imprint": of_another_request(authority),
        "nonce": with_another_nonce(authority, store),
        "expired": expired.answer,
        "unknown": Authority(expired.folder.parent / f"unknown-{what}").answer if what == "unknown" else None,
        "nothing": lambda _: b"",
        "error": lambda _: Heard(500, {}, b""),
        "cut off": lambda request: Heard(200, {}, authority.answer(request), "broken-off"),
        "unreachable": unreachable,
    }[what]
    made, post = notary(first=first, second=authority.answer)
    sees_to_it(made)

    assert [name for name, _, _ in post.asked] == ["first", "second"]
    [stamp], [note] = store.stamps(), store.checkpoints()
    authority.verify(stamp.answer, note.encode())


def test_h04_where_nobody_answers_well_the_log_is_not_anchored(store, authority, notary, capfd):
    store.anchor_within(4 * HOUR, NOON - HOUR)
    made, _ = notary(first=unreachable, second=of_another_request(authority))
    sees_to_it(made)

    assert store.stamps() == []
    assert store.anchored().at == NOON - HOUR
    assert '"event":"log not anchored","error":"NotStamped"' in capfd.readouterr().err


def test_why_nobody_has_stamped_it_is_told_without_what_they_answered(store, authority, notary):
    anchor = StampAnchor(store, [FIRST], read_roots(authority.roots), Post(first=unreachable), HOUR)

    with pytest.raises(NotStamped, match=r"first\.example:443: not-sent:refused"):
        anchor.keep(notary(first=unreachable)[0].sign(), NOON)


def test_it_is_stamped_again_when_there_is_something_new_and_the_last_stamp_is_old(store, authority, notary):
    time, asked = SimpleNamespace(now=NOON), []
    store.anchor_within(4 * HOUR, NOON)

    def a_gateway_runs():
        made, post = notary(lambda: time.now, first=authority.answer)
        sees_to_it(made)
        asked.extend(post.asked)

    a_gateway_runs()
    time.now += 2 * HOUR
    a_gateway_runs()
    assert (len(asked), store.anchored().at) == (1, NOON + 2 * HOUR)

    store.begin_operation("two", "redrive", time.now)
    a_gateway_runs()
    store.begin_operation("three", "redrive", time.now)
    time.now += HOUR / 2
    a_gateway_runs()

    assert (len(asked), store.anchored().at) == (2, NOON + 2 * HOUR)


def test_a_stamp_that_is_not_of_its_checkpoint_is_found(store, authority, notary, tmp_path):
    made, _ = notary(first=authority.answer)
    sees_to_it(made)
    assert verify(store, made.verifier, ()).faults == []
    db = sqlite3.connect(tmp_path / "samsyn.db")
    db.execute("DROP TRIGGER stamp_is_never_changed")
    db.execute("UPDATE stamp SET answer = ?", (of_another_request(authority)(b""),))
    db.commit()
    db.close()

    [fault] = verify(store, made.verifier, ()).faults

    assert fault.what == "the time-stamp of 1 entries is not of their checkpoint"


def test_each_stamp_is_judged_by_whom_the_settings_let_believe(store, authority, expired, notary):
    made, _ = notary(first=authority.answer)
    sees_to_it(made)

    good = verify(store, made.verifier, (), read_roots(authority.roots))
    unjudged = verify(store, made.verifier, ())
    bad = verify(store, made.verifier, (), read_roots(expired.roots))

    assert (good.stamped, good.unjudged, good.faults) == (1, 0, [])
    assert (unjudged.stamped, unjudged.unjudged, unjudged.faults) == (0, 1, [])
    assert (bad.stamped, bad.unjudged) == (0, 0)
    assert [one.what for one in bad.faults] == ["the time-stamp of 1 entries is signed by nobody who is believed"]


def test_a_stamp_whose_signature_was_changed_is_found(store, authority, notary):
    made, _ = notary(first=unreachable)
    answer = authority.answer(request_for(made.sign()).as_bytes())
    store.add_stamp(1, answer[:-1] + bytes([answer[-1] ^ 1]), NOON)

    [fault] = verify(store, made.verifier, (), read_roots(authority.roots)).faults

    assert fault.what == "the time-stamp of 1 entries is signed by nobody who is believed"


def test_the_command_tells_how_many_stamps_are_good_and_names_those_that_are_not(
    store, authority, expired, notary, tmp_path, monkeypatch
):
    made, _ = notary(first=authority.answer)
    sees_to_it(made)
    monkeypatch.setenv("SAMSYN_DATABASE", str(tmp_path / "samsyn.db"))
    monkeypatch.setenv("SAMSYN_AUDIT_KEY", str(tmp_path / "key"))

    assert "1 time-stamps cannot be judged" in CliRunner().invoke(samsyn, ["audit", "verify"]).output
    monkeypatch.setenv("SAMSYN_AUDIT_TIMESTAMP_ROOTS", str(authority.roots))
    told = CliRunner().invoke(samsyn, ["audit", "verify"])
    assert (told.exit_code, "1 time-stamps are good." in told.output) == (0, True)
    monkeypatch.setenv("SAMSYN_AUDIT_TIMESTAMP_ROOTS", str(expired.roots))
    told = CliRunner().invoke(samsyn, ["audit", "verify"])
    assert (told.exit_code, "signed by nobody who is believed" in told.output) == (1, True)


@pytest.fixture
def over_the_wire(authority):
    """An authority that listens: (its URL, a wire that leads there)."""

    class Answers(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            answer = authority.answer(body)
            self.send_response(200)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_):
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Answers)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    there = f"127.0.0.1:{server.server_port}"
    yield f"http://{there}/", Wire(5, frozenset({there}))
    server.shutdown()
    server.server_close()


def test_it_goes_out_by_the_one_wire_to_the_address_that_is_named_and_no_other(store, authority, notary, over_the_wire):
    url, wire = over_the_wire
    made, _ = notary(first=unreachable)

    StampAnchor(store, [url], read_roots(authority.roots), wire, HOUR).keep(made.sign(), NOON)

    assert len(store.stamps()) == 1
    with pytest.raises(NotPermitted):
        wire.post(url, {}, release_hash(request_for("a note"), "elsewhere.example:443"))
    wire.close()


def test_who_has_had_it_stamped_lets_go_of_the_way_there(store, authority, over_the_wire, tmp_path, caplog):
    def works_and_ends():
        url, wire = over_the_wire
        anchor = StampAnchor(store, [url], read_roots(authority.roots), Wire(5, wire._private), HOUR)
        sees_to_it(Notary(store, tmp_path / "key", [anchor], lambda: NOON))

    works_and_ends()
    gc.collect()

    assert len(store.stamps()) == 1
    assert "Unclosed" not in caplog.text


def test_what_is_longer_than_a_hash_does_not_leave_as_one():
    smuggled = SimpleNamespace(as_bytes=lambda: b"x" * 129)

    with pytest.raises(NotPermitted, match="a hash and no more"):
        release_hash(smuggled, "first.example:443")


@pytest.mark.parametrize(
    ("settings", "why"),
    [
        ({"audit_timestamps": [FIRST]}, "audit_timestamp_roots"),
        ({"audit_timestamps": ["http://first.example/"], "audit_timestamp_roots": "roots.pem"}, "without TLS"),
        ({"audit_timestamps": ["https://127.0.0.1/"], "audit_timestamp_roots": "roots.pem"}, "a machine or network"),
    ],
)
def test_h15_an_authority_that_may_not_be_asked_is_refused_at_the_start(settings, why):
    with pytest.raises(ValueError, match=why):
        Settings(**settings)


def test_h15_certificates_that_are_none_are_refused(tmp_path):
    with pytest.raises(ConfigurationError):
        read_roots(tmp_path / "none.pem")
