"""Rows B17, B22 and B23 of the fault table: whom we talk to is whom the operator named, and nobody inside."""

from __future__ import annotations

import socket
import ssl
import warnings

import pytest
from certificates import DAY, NOW, made_certificate, pem, server_context
from recipient_stubs import Stub
from releases import a_release

from adapters.employer import EmployerAdapter
from gateway.delivery.addresses import is_public, kept_inside, unfit
from gateway.delivery.wire import Wire
from gateway.errors import Misconfigured, NotReached, TemporaryFailure, UnknownOutcome


def _send(stub, authority, host="recipient.example"):
    """Send to a host of this name behind the stub's port, trusting this authority."""
    trusted = ssl.create_default_context(cadata=pem(authority[0]).decode())
    address = f"{host}:{stub.port}"
    wire = Wire(5, frozenset({address}), trust=lambda: trusted)
    try:
        return EmployerAdapter(f"https://{address}/", wire).send(a_release(f"https://{address}/"))
    finally:
        wire.close()


def test_b17_a_recipient_that_is_who_it_says_is_sent_to(tmp_path, authority, at_home):
    with Stub(server_context(tmp_path, *made_certificate("recipient", authority))) as stub:
        assert _send(stub, authority).heard.status == 201
        assert len(stub.effects) == 1


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"until": NOW - DAY}, "tls:expired"),
        ({"host": "elsewhere.example"}, "tls:wrong-host"),
        ({"issuer": None}, "tls:unknown-authority"),
    ],
    ids=["expired", "wrong host", "unknown authority"],
)
def test_b17_a_recipient_that_cannot_be_trusted_gets_nothing(tmp_path, authority, at_home, changes, reason):
    with Stub(server_context(tmp_path, *made_certificate("recipient", **{"issuer": authority, **changes}))) as stub:
        with pytest.raises(Misconfigured, match=reason):
            _send(stub, authority)

        assert stub.requests == []


def test_b17_tls_is_never_older_than_1_2(tmp_path, authority, at_home):
    context = server_context(tmp_path, *made_certificate("recipient", authority))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_1
    context.set_ciphers("DEFAULT:@SECLEVEL=0")

    with Stub(context) as stub:
        with pytest.raises(TemporaryFailure):
            _send(stub, authority)

        assert stub.requests == []


@pytest.mark.parametrize(
    ("version", "error"),
    [(ssl.TLSVersion.TLSv1_2, TemporaryFailure), (ssl.TLSVersion.TLSv1_3, UnknownOutcome)],
)
def test_b17_a_recipient_that_wants_a_certificate_of_ours_gets_nothing(tmp_path, authority, at_home, version, error):
    """In TLS 1.3 it says so after the handshake: by then we have sent, and cannot know that nothing was read."""
    context = server_context(tmp_path, *made_certificate("recipient", authority))
    context.minimum_version = context.maximum_version = version
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_verify_locations(cadata=pem(authority[0]).decode())

    with Stub(context) as stub:
        with pytest.raises(error):
            _send(stub, authority)

        assert stub.requests == []


def test_b17_no_tls_where_tls_was_agreed_on_gets_nothing(authority, at_home):
    with Stub(greeting=b"HTTP/1.1 400 Bad Request\r\n\r\n") as stub:
        with pytest.raises(Misconfigured, match="tls:wrong-version-number"):
            _send(stub, authority)

        assert stub.requests == []


INSIDE = [
    "127.0.0.1",
    "127.1.2.3",
    "0.0.0.0",  # noqa: S104 - nothing is bound to it
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "192.0.2.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::1",
    "::",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::127.0.0.1",
    "fe80::1%eth0",
    "fc00::1",
    "fd12:3456::1",
    "ff02::1",
    "64:ff9b::7f00:1",
    "2002:7f00:1::",
    "2001:db8::1",
    "2001::1",
]


@pytest.mark.parametrize("address", INSIDE)
def test_b22_an_address_inside_is_not_public_in_any_spelling(address):
    assert not is_public(address)


@pytest.mark.parametrize("address", ["193.10.1.1", "8.8.8.8", "2a00:1450:400f::1", "::ffff:8.8.8.8"])
def test_b22_an_address_outside_is(address):
    assert is_public(address)


@pytest.mark.parametrize(
    "url",
    [
        "https://0177.0.0.1/",
        "https://2130706433/",
        "https://0x7f000001/",
        "https://0x7f.1/",
        "https://127.1/",
        "https://localhost./",
        "https://recipient.example./",
        "https://\u0440\u0435cipient.example/",
        "https://recipient。example/",
        "https://127%2e0%2e0%2e1/",
        "https://recipient%2eexample/",
        "https://[::1%25lo]:8443/",
        "https://[fe80::1%eth0]/",
        "https://good@evil.example/",
        "https://good:secret@evil.example/",
        "https://recipient.example:25/",
        "https://recipient.example:22/",
        "https://recipient.example:99999/",
        "https://recipient.example/#part",
        "https://recipient.example\\@evil.example/",
        "https://recipient.example /",
        "https://recipient.example/\u00e4renden",
        "https://recipient.example/?to=\u00e4rende",
        "https:///inbox",
        "https://",
        "file:///etc/passwd",
        "gopher://recipient.example/",
        "ftp://recipient.example/",
        "data:text/plain,x",
        "",
    ],
)
def test_b22_what_is_written_otherwise_than_addresses_are_is_refused_at_the_start(url):
    assert unfit(url)


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1/",
        "https://169.254.169.254/latest/meta-data",
        "https://10.0.0.1:8443/",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://localhost/",
        "https://LOCALHOST/",
        "https://recipient.localhost/",
        "http://recipient.example/",
    ],
)
def test_b22_what_leads_inside_or_goes_without_tls_has_to_be_named(url):
    assert not unfit(url)
    assert "name " in kept_inside(url, frozenset())


@pytest.mark.parametrize(
    ("url", "named"),
    [
        ("http://127.0.0.1:8001/inbox", "127.0.0.1:8001"),
        ("https://[::1]:8443/", "[::1]:8443"),
        ("http://recipient.example/", "recipient.example:80"),
        ("https://recipient.example/", None),
        ("https://xn--bcher-kva.example:8443/a?b=c", None),
    ],
)
def test_b22_what_is_named_or_outside_may_be_called(url, named):
    assert not unfit(url)
    assert kept_inside(url, frozenset({named} if named else ())) == ""


@pytest.mark.parametrize("path", ["/", "/in/../inbox", "/in%62ox/%2e/;a?b=%41+/c?d", "/inbox?"])
def test_an_address_is_called_as_it_is_written(path):
    with Stub() as stub:
        wire = Wire(5, frozenset({stub.host}))
        EmployerAdapter(stub.url(path), wire).send(a_release(stub.url(path)))
        wire.close()

        [request] = stub.requests
        assert (request.headers["host"], request.path) == (stub.host, path.removesuffix("?"))


@pytest.mark.parametrize("address", [*INSIDE[:8], "::1", "::ffff:127.0.0.1", "fd12:3456::1"])
def test_b22_a_name_that_leads_inside_is_not_called(monkeypatch, address):
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    found = [(family, socket.SOCK_STREAM, 6, "", (address, 443))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_: found)
    wire = Wire(5, frozenset())

    with pytest.raises(NotReached, match="blocked-address"):
        EmployerAdapter("https://recipient.example/", wire).send(a_release("https://recipient.example/"))
    wire.close()


def test_b22_an_address_inside_that_is_not_named_is_not_called_either():
    wire = Wire(5, frozenset({"127.0.0.1:1"}))

    with Stub() as stub:
        with pytest.raises(NotReached, match="blocked-address"):
            EmployerAdapter(stub.url(), wire).send(a_release(stub.url()))
        assert stub.connections == 0
    wire.close()


def test_b23_a_name_is_looked_up_once_and_what_was_checked_is_what_is_called(monkeypatch, at_home):
    """A second look-up would be told another address than the first: there is none."""
    with Stub() as stub:
        address = f"recipient.example:{stub.port}"
        wire = Wire(5, frozenset({address}))
        EmployerAdapter(f"http://{address}/", wire).send(a_release(f"http://{address}/"))

        assert at_home == ["recipient.example"]
        assert stub.connections == 1
        wire.close()


def test_b23_a_name_that_first_leads_outside_and_then_inside_never_gets_us_inside(monkeypatch):
    answers = iter(["192.0.2.1", "127.0.0.1"])  # the first is for documentation: nobody is there
    monkeypatch.setattr("gateway.delivery.connecting.is_public", lambda address: address == "192.0.2.1")
    reached = []

    async def connect(_loop, _socket, address):
        reached.append(address[0])
        raise ConnectionRefusedError

    monkeypatch.setattr("asyncio.selector_events.BaseSelectorEventLoop.sock_connect", connect)
    monkeypatch.setattr(
        socket, "getaddrinfo", lambda *_: [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (next(answers), 443))]
    )
    wire = Wire(5, frozenset())
    adapter = EmployerAdapter("https://recipient.example/", wire)

    with pytest.raises(NotReached, match="not-sent:refused"):
        adapter.send(a_release("https://recipient.example/"))
    with pytest.raises(NotReached, match="blocked-address"):
        adapter.send(a_release("https://recipient.example/"))

    assert reached == ["192.0.2.1"]
    wire.close()
