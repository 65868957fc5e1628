"""Rows B of the fault table, each against a recipient on the wire that has the fault: what a try comes to, and why.

What state it leads to and when the next attempt is due is the schedule's: see tests/gateway/test_schedule.py.
"""

from __future__ import annotations

import socket
import threading
import time

import pytest
from recipient_stubs import Stub
from releases import BODY, a_release

from adapters.arbetsformedlingen import ArbetsformedlingenAdapter
from adapters.employer import EmployerAdapter
from adapters.forsakringskassan import ForsakringskassanAdapter
from adapters.municipality import MunicipalityAdapter
from gateway.delivery.wire import MAX_ANSWER, Wire
from gateway.errors import (
    Busy,
    EndpointGone,
    Misconfigured,
    Mismatched,
    NotKnownThere,
    NotReached,
    PermanentFailure,
    TemporaryFailure,
    UnknownOutcome,
)

ADAPTERS = (ArbetsformedlingenAdapter, EmployerAdapter, ForsakringskassanAdapter, MunicipalityAdapter)
NEED_A_RESULT = (ForsakringskassanAdapter, MunicipalityAdapter)


@pytest.fixture(scope="module")
def stub():
    with Stub() as stub:
        yield stub


@pytest.fixture
def wired(stub):
    """Sends a release over a wire of its own: (path, adapter, seconds) → receipt."""
    wires = []

    def send(path, adapter=EmployerAdapter, seconds=5.0):
        wires.append(Wire(seconds, frozenset({stub.host})))
        return adapter(stub.url(path), wires[-1]).send(a_release(stub.url(path)))

    yield send
    for wire in wires:
        wire.close()


@pytest.mark.parametrize("adapter", ADAPTERS)
def test_b01_a_recipient_that_fails_may_succeed_later(wired, adapter):
    with pytest.raises(TemporaryFailure, match="HTTP 500") as failure:
        wired("/b01", adapter)

    assert (failure.value.heard.status, failure.value.heard.body) == (500, b'{"resourceType": "OperationOutcome"}')


@pytest.mark.parametrize("status", [400, 422])
def test_b02_a_recipient_that_refuses_is_heard_to_the_end(wired, status):
    with pytest.raises(PermanentFailure, match=f"HTTP {status}") as failure:
        wired(f"/b02/{status}", MunicipalityAdapter)

    assert b"OperationOutcome" in failure.value.heard.body


@pytest.mark.parametrize("adapter", ADAPTERS)
def test_b03_a_recipient_that_does_not_know_what_it_is_about_says_so(wired, adapter):
    with pytest.raises(NotKnownThere, match="HTTP 404: not known") as failure:
        wired("/b03/404", adapter)

    assert b"not-found" in failure.value.heard.body


@pytest.mark.parametrize("adapter", ADAPTERS)
def test_b04_a_recipient_that_has_it_already_says_yes_again_and_the_effect_is_one(wired, stub, adapter):
    stub.effects.clear()

    receipts = [wired("/inbox", adapter) for _ in range(2)]

    assert [one.heard.status for one in receipts] == [201, 200]
    assert list(stub.effects.values()) == [BODY]


def test_b06_a_recipient_that_asks_for_time_says_how_long(wired):
    with pytest.raises(Busy) as busy:
        wired("/b06")

    assert busy.value.retry_after.total_seconds() == 120


@pytest.mark.parametrize("header", ["-5", "abc", "1e99"])
def test_b07_a_time_that_cannot_be_read_is_none(wired, header):
    with pytest.raises(Busy) as busy:
        wired(f"/b07/{header}")

    assert busy.value.retry_after is None


def test_b08_nobody_listens(wired):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        nobody = f"127.0.0.1:{taken.getsockname()[1]}"
    wire = Wire(5, frozenset({nobody}))

    with pytest.raises(NotReached, match="not-sent:refused"):
        EmployerAdapter(f"http://{nobody}/", wire).send(a_release(f"http://{nobody}/"))
    wire.close()


def test_b08_no_such_host(monkeypatch):
    def nowhere(*_):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", nowhere)
    wire = Wire(5, frozenset())

    with pytest.raises(NotReached, match="not-sent:no-such-host"):
        EmployerAdapter("https://gone.example/", wire).send(a_release("https://gone.example/"))
    wire.close()


def test_b09_a_recipient_that_takes_it_and_says_nothing_may_have_it(wired):
    with pytest.raises(UnknownOutcome, match="no-answer"):
        wired("/b09", seconds=0.3)


@pytest.mark.parametrize("part", ["headers", "body"])
def test_b10_an_answer_that_drips_is_cut_when_the_time_for_the_whole_of_it_is_over(wired, part):
    began = time.monotonic()

    with pytest.raises(UnknownOutcome, match="no-answer"):
        wired(f"/b10/{part}", seconds=0.5)

    assert time.monotonic() - began < 5


@pytest.mark.parametrize("kind", ["two-gigabytes", "endless"])
def test_b11_an_answer_without_end_is_read_to_a_limit(wired, stub, kind):
    with pytest.raises(UnknownOutcome, match="answer-too-large") as failure:
        wired(f"/b11/{kind}")

    assert len(failure.value.heard.body) == MAX_ANSWER


def test_b11_a_connection_whose_answer_has_no_end_is_not_used_again(stub):
    wire = Wire(5, frozenset({stub.host}))
    before = stub.connections

    with pytest.raises(UnknownOutcome, match="answer-too-large"):
        EmployerAdapter(stub.url("/b11/endless"), wire).send(a_release(stub.url("/b11/endless")))
    EmployerAdapter(stub.url(), wire).send(a_release(stub.url()))

    assert stub.connections == before + 2
    wire.close()


@pytest.mark.parametrize("adapter", NEED_A_RESULT)
def test_b12_what_is_compressed_although_nobody_asked_is_not_unpacked(wired, stub, adapter):
    with pytest.raises(UnknownOutcome, match="unreadable-answer") as failure:
        wired("/b12", adapter)

    assert failure.value.heard.body.startswith(b"\x1f\x8b")
    assert stub.requests[-1].headers["accept-encoding"] == "identity"


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_b13_a_redirect_is_not_followed(wired, stub, status):
    before = len(stub.requests)

    with pytest.raises(Misconfigured, match=f"HTTP {status}") as failure:
        wired(f"/b13/{status}")

    assert len(stub.requests) == before + 1
    assert "elsewhere" not in str(failure.value)


@pytest.mark.parametrize("adapter", [*NEED_A_RESULT, ArbetsformedlingenAdapter])
@pytest.mark.parametrize("body", ["empty", "login", "other", "garbage"])
def test_b14_a_yes_that_is_not_what_was_agreed_on_proves_nothing(wired, adapter, body):
    with pytest.raises(UnknownOutcome, match="unreadable-answer"):
        wired(f"/b14/{body}", adapter)


@pytest.mark.parametrize("adapter", [*NEED_A_RESULT, ArbetsformedlingenAdapter])
@pytest.mark.parametrize("status", [202, 204])
def test_b15_a_yes_without_the_result_that_was_agreed_on_proves_nothing(wired, adapter, status):
    with pytest.raises(UnknownOutcome, match="unreadable-answer"):
        wired(f"/b15/{status}", adapter)


@pytest.mark.parametrize("status", [202, 204])
def test_b15_a_web_hook_says_yes_by_its_status(wired, status):
    assert wired(f"/b15/{status}", EmployerAdapter).heard.status == status


def test_b16_a_case_about_something_else_is_no_receipt(wired):
    with pytest.raises(Mismatched):
        wired("/b16", ForsakringskassanAdapter)


@pytest.mark.parametrize("adapter", ADAPTERS)
def test_b16_an_answer_to_another_key_is_no_receipt(wired, adapter):
    with pytest.raises(Mismatched):
        wired("/b16/key", adapter)


@pytest.mark.parametrize("adapter", ADAPTERS)
def test_b20_an_answer_that_is_lost_is_given_again_and_the_effect_is_one(wired, stub, adapter):
    stub.effects.clear()

    with pytest.raises(UnknownOutcome, match="broken-off"):
        wired("/b20", adapter)
    receipt = wired("/b20", adapter)

    assert receipt.heard.status == 200
    assert list(stub.effects.values()) == [BODY]


def test_b21_what_comes_after_the_answer_is_not_read_as_the_next_one(stub):
    wire = Wire(5, frozenset({stub.host}))
    before = stub.connections

    for path in ("/b21", "/inbox"):
        receipt = EmployerAdapter(stub.url(path), wire).send(a_release(stub.url(path)))
        assert receipt.heard.status in (200, 201)

    assert stub.connections == before + 2
    wire.close()


def test_b24_proxies_of_the_environment_are_not_used(wired, stub, monkeypatch):
    for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")

    assert wired("/inbox").heard.status in (200, 201)


def test_b25_an_address_that_is_closed_says_so(wired):
    with pytest.raises(EndpointGone):
        wired("/b25")


def test_what_a_good_recipient_said_is_kept_whole(wired):
    receipt = wired("/inbox", MunicipalityAdapter)

    assert receipt.reference == "/arenden/1"
    assert b"arende-1" in receipt.heard.body


def test_a_connection_is_kept_for_the_next_release_and_each_shows_its_own_permit(stub):
    wire = Wire(5, frozenset({stub.host}))
    adapter = EmployerAdapter(stub.url(), wire)
    before = stub.connections

    for _ in range(3):
        adapter.send(a_release(stub.url()))

    assert stub.connections == before + 1
    wire.close()


def test_what_is_under_way_when_the_wire_is_closed_may_have_been_taken(stub):
    wire, ended, before = Wire(60, frozenset({stub.host})), [], len(stub.requests)

    def send():
        with pytest.raises(UnknownOutcome, match="broken-off"):
            EmployerAdapter(stub.url("/b09"), wire).send(a_release(stub.url("/b09")))
        ended.append(True)

    sending = threading.Thread(target=send)
    sending.start()
    end = time.monotonic() + 10
    while len(stub.requests) == before:
        assert time.monotonic() < end
        time.sleep(0.005)
    wire.close()
    sending.join(10)

    assert ended == [True]
