"""Row B18 of the fault table: the certificate of ours that a recipient is shown which asks who we are."""

from __future__ import annotations

import ssl

import pytest
from certificates import DAY, NOW, made_certificate, pem, secret_pem, server_context
from recipient_stubs import Stub
from releases import a_release

from adapters.employer import EmployerAdapter
from gateway.client_certificates import read_client_certificate
from gateway.delivery.wire import Wire
from gateway.errors import ConfigurationError, Misconfigured, TemporaryFailure, UnknownOutcome
from gateway.identity import OrganisationNumber

THEM = OrganisationNumber("2021005521")
SOMEBODY_ELSE = OrganisationNumber("2021002114")
VERSIONS = pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3], ids=["1.2", "1.3"])


@pytest.fixture
def kept(tmp_path):
    """Keeps a certificate and its key in files; returns where."""

    def keep(made, key=None, password=b"", mode=0o600):
        certificate, own = made
        files = tmp_path / "ours.pem", tmp_path / "ours.key"
        files[0].write_bytes(pem(certificate))
        files[1].write_bytes(secret_pem(key or own, password))
        files[1].chmod(mode)
        return files

    return keep


@pytest.fixture
def asking(tmp_path, authority):
    """A recipient that talks to nobody who does not show a certificate of this authority."""

    def begin(version=ssl.TLSVersion.TLSv1_2):
        context = server_context(tmp_path, *made_certificate("recipient", authority))
        context.minimum_version = context.maximum_version = version
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(cadata=pem(authority[0]).decode())
        return Stub(context)

    return begin


def _send(stub, authority, ours):
    address = f"recipient.example:{stub.port}"
    trust = lambda: ssl.create_default_context(cadata=pem(authority[0]).decode())  # noqa: E731 - as short as it can be
    wire = Wire(5, frozenset({address}), ours, trust)
    try:
        return EmployerAdapter(f"https://{address}/", wire).send(a_release(f"https://{address}/"))
    finally:
        wire.close()


@VERSIONS
def test_b18_a_recipient_that_asks_who_we_are_is_shown_our_certificate(asking, authority, kept, at_home, version):
    ours = read_client_certificate(*kept(made_certificate("samsyn", authority)))

    with asking(version) as stub:
        assert _send(stub, authority, {THEM: ours}).heard.status == 201
        assert len(stub.effects) == 1


def test_b18_what_one_recipient_is_shown_is_not_shown_to_another(asking, authority, kept, at_home):
    ours = read_client_certificate(*kept(made_certificate("samsyn", authority)))

    with asking() as stub:
        with pytest.raises(TemporaryFailure):
            _send(stub, authority, {SOMEBODY_ELSE: ours})

        assert stub.requests == []


def test_b18_a_certificate_that_has_run_out_is_not_shown_and_nothing_is_sent(asking, authority, kept, at_home):
    ours = read_client_certificate(*kept(made_certificate("samsyn", authority, until=NOW - DAY)))
    assert ours.days_left(NOW) < 0

    with asking() as stub:
        with pytest.raises(Misconfigured, match="tls:own-certificate-expired"):
            _send(stub, authority, {THEM: ours})

        assert stub.connections == 0


@pytest.mark.parametrize(
    ("version", "error"), [(ssl.TLSVersion.TLSv1_2, TemporaryFailure), (ssl.TLSVersion.TLSv1_3, UnknownOutcome)]
)
def test_b18_a_recipient_that_refuses_our_certificate_gets_nothing(asking, authority, kept, at_home, version, error):
    """In TLS 1.3 it says so after the handshake: by then we have sent, and cannot know that nothing was read."""
    ours = read_client_certificate(*kept(made_certificate("samsyn", made_certificate("another authority"))))

    with asking(version) as stub:
        with pytest.raises(error):
            _send(stub, authority, {THEM: ours})

        assert stub.requests == []


def test_b18_of_a_chain_the_first_that_runs_out_counts(tmp_path, authority, kept):
    file, key = kept(made_certificate("samsyn", authority, until=NOW + 90 * DAY))
    file.write_bytes(file.read_bytes() + pem(made_certificate("between", authority, until=NOW + 7 * DAY)[0]))

    assert read_client_certificate(file, key).days_left(NOW) in (6, 7)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"mode": 0o640}, "can be read by others than its owner"),
        ({"key": made_certificate("another")[1]}, "is not that of the client certificate"),
        ({"password": b"Zebra"}, "a key that needs no password"),
    ],
    ids=["others may read it", "of another certificate", "sealed with a password"],
)
def test_b18_h15_a_key_that_will_not_do_is_refused_at_the_start(authority, kept, changes, told):
    with pytest.raises(ConfigurationError, match=told):
        read_client_certificate(*kept(made_certificate("samsyn", authority), **changes))


@pytest.mark.parametrize("missing", [0, 1])
@pytest.mark.parametrize("content", [None, b"", b"Zebra"], ids=["missing", "empty", "no PEM"])
def test_b18_h15_a_file_that_is_no_certificate_or_key_is_refused_by_its_name(authority, kept, missing, content):
    files = kept(made_certificate("samsyn", authority))
    files[missing].unlink()
    if content is not None:
        files[missing].touch(0o600)
        files[missing].write_bytes(content)

    with pytest.raises(ConfigurationError, match=files[missing].name) as refused:
        read_client_certificate(*files)

    assert "Zebra" not in str(refused.value)
