"""Bytes that no client library would send, to a real server: each gets a clear answer, and none a second one."""

from __future__ import annotations

import json
import socket

import pytest
from running import place
from worlds import REGISTER

HOST = b"Host: localhost\r\n"
END = b"Connection: close\r\n\r\n"


@pytest.fixture(scope="module")
def here(tmp_path_factory):
    for made in place(tmp_path_factory.mktemp("odd")):
        made.serve()
        yield made


def _answer(here, request: bytes) -> bytes:
    """All that the server answers until it closes the connection, or says no more."""
    with socket.create_connection(("127.0.0.1", here.port), timeout=3) as wire:
        wire.sendall(request)
        answer = b""
        try:
            while part := wire.recv(65_536):
                answer += part
        except TimeoutError:
            pass
        except ConnectionResetError:
            pass
    return answer


def _get(path: bytes, headers: bytes = b"") -> bytes:
    return b"GET " + path + b" HTTP/1.1\r\n" + HOST + headers + END


def _post(path: str, headers: bytes, body: bytes = b"") -> bytes:
    return b"POST " + path.encode() + b" HTTP/1.1\r\n" + HOST + headers + END + body


FORM = b"Content-Type: application/x-www-form-urlencoded\r\n"
XML = b"Content-Type: text/xml\r\n"
JSON = b"Content-Type: application/fhir+json\r\n"
ODD = {
    "no HTTP at all": b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n",
    "a path of odd bytes": _get(b"/\xc3\xa5\xff/zqxm"),
    "a path of odd escapes": _get(b"/fhir/Bundle/%ff%00%0d%0azqxm"),
    "a huge query": _get(b"/fhir/metadata?a=" + b"zqxm" * 10_000),
    "a huge header": _get(b"/fhir/metadata", b"X-Odd: " + b"zqxm" * 40_000 + b"\r\n"),
    "many headers": _get(b"/fhir/metadata", b"".join(b"X-%d: zqxm\r\n" % n for n in range(1000))),
    "a host that is none": b"GET /riv-ta/RegisterCertificate/3.0?wsdl HTTP/1.1\r\nHost: [\r\n" + END,
    "an odd host at an address that is not there": b"GET /zqxm HTTP/1.1\r\nHost: [zqxm\r\n" + END,
    "an odd host and a consent": b"POST /fhir/Consent HTTP/1.1\r\nHost: [\r\nContent-Length: 2\r\n"
    + JSON
    + END
    + b"[]",
    "a length that is no number": _post(REGISTER, XML + b"Content-Length: zqxm\r\n", b"<a/>"),
    "a length below nothing": _post(REGISTER, XML + b"Content-Length: -1\r\n", b"<a/>"),
    "a length beyond all": _post(REGISTER, XML + b"Content-Length: 99999999999999999999\r\n", b"<a/>"),
    "two lengths": _post(REGISTER, XML + b"Content-Length: 4\r\nContent-Length: 5\r\n", b"<a/>"),
    "a length and chunks": _post(
        REGISTER,
        XML + b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n",
        b"0\r\n\r\nGET /health/live HTTP/1.1\r\n\r\n",
    ),
    "a chunk that is none": _post(REGISTER, XML + b"Transfer-Encoding: chunked\r\n", b"zqxm\r\n"),
    "a form that is not UTF-8": _post("/fhir/Bundle/_search", FORM + b"Content-Length: 4\r\n", b"\xff\xfe=1"),
    "a consent that is a list": _post("/fhir/Consent", JSON + b"Content-Length: 2\r\n", b"[]"),
    "a name with a line break": _get(b"/fhir/metadata", b"X-Request-Id: a\r\n b: zqxm\r\n"),
    "an upgrade": _get(b"/fhir/metadata", b"Upgrade: websocket\r\nConnection: upgrade\r\nSec-WebSocket-Key: a\r\n"),
    "a method that is none": b"ZQXM /fhir/metadata HTTP/1.1\r\n" + HOST + END,
    "a tunnel": b"CONNECT zqxm:443 HTTP/1.1\r\n" + HOST + END,
}


@pytest.mark.parametrize("request_", ODD.values(), ids=ODD)
def test_an_odd_request_gets_one_clear_answer_and_the_server_lives(here, request_):
    answer = _answer(here, request_)

    statuses = [line for line in answer.split(b"\r\n") if line.startswith(b"HTTP/1.1 ")]
    assert len(statuses) <= 1
    if statuses:
        assert statuses[0].split()[1] in {b"200", b"400", b"401", b"404", b"405", b"413", b"415", b"500"}
        assert statuses[0].split()[1] != b"500" or b"faultcode" in answer
    else:
        assert answer == b""  # closed without a word, as to what is no HTTP
    assert b"zqxm" not in answer.lower()
    assert _answer(here, _get(b"/health/live")).startswith(b"HTTP/1.1 200")


def test_an_odd_request_leaves_nothing_in_the_log_but_lines_of_the_list(here):
    for request in ODD.values():
        _answer(here, request)

    lines = [json.loads(line) for line in here.started[0].text().splitlines()]

    of_the_start = {"started", "those who sleep planned anew"}
    assert {line["event"] for line in lines} - of_the_start == {"request answered", "message refused"}
    assert "zqxm" not in here.started[0].text().lower()


@pytest.mark.parametrize("path", ["/fhir/metadata", "/health/live", "/fhir/Bundle/1", "/fhir/Consent/1", REGISTER])
@pytest.mark.parametrize("method", ["HEAD", "OPTIONS", "TRACE", "PATCH", "DELETE"])
def test_a_method_that_is_not_offered_is_told_with_those_that_are(here, method, path):
    answer = _answer(here, f"{method} {path} HTTP/1.1\r\n".encode() + HOST + END)

    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 405")
    assert b"\r\nallow: " in head
    assert (body == b"") == (method == "HEAD")
    if body:
        assert json.loads(body)["issue"][0]["code"] == "not-supported"
