from __future__ import annotations

import time

import pytest
from worlds import REGISTER, certificate, fault_of, result_of

from gateway.reading.guard import MAX_BYTES
from gateway.sandbox.story import enveloped

SOAP = b"http://schemas.xmlsoap.org/soap/envelope/"


def _nothing_is_kept(world) -> bool:
    return world.gateway.store.messages() == world.gateway.store.deliveries() == []


def _soap(old: bytes = b"", new: bytes = b"") -> bytes:
    content = enveloped(certificate())
    assert old in content
    return content.replace(old, new, 1) if old else content


def _deep() -> bytes:
    return b"<a>" * 100 + b"</a>" * 100


def _wide() -> bytes:
    return b"<a " + b" ".join(b"x%d='1'" % n for n in range(200_000)) + b"/>"


def _many() -> bytes:
    return b"<a>" + b"<b/>" * 60_000 + b"</a>"


def _laughs() -> bytes:
    entities = b"".join(b'<!ENTITY a%d "%s">' % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 10))
    return b'<!DOCTYPE a [<!ENTITY a0 "ha">' + entities + b"]><a>&a9;</a>"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "well-formed"),
        (b"not xml", "well-formed"),
        (_soap()[:-20], "well-formed"),
        (_laughs(), "DTD"),
        (b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>', "DTD"),
        (b"<?target data?><a/>", "Processing instructions"),
        (_deep(), "deeper"),
        (_wide(), "attributes"),
        (_many(), "elements"),
        (b'<?xml version="1.0" encoding="ISO-8859-1"?><a/>', "UTF-8"),
        (b'<?xml version="1.0" encoding="UTF-7"?><a>+ADw-</a>', "UTF-8"),
        ("<a/>".encode("utf-16"), "UTF-8"),
        (b"<a>\xff</a>", "well-formed"),
        (b'<?xml version="1.1"?><a/>', "XML 1.0"),
        (b"<a:b/>", "well-formed"),
        (certificate(), "SOAP 1.1 envelope"),
        (_soap(b"LogicalAddress", b"SomethingElse").replace(b"LogicalAddress", b"SomethingElse"), "LogicalAddress"),
        (
            _soap(b"RegisterCertificate ", b"RevokeCertificate ").replace(
                b"/r:RegisterCertificate", b"/r:RevokeCertificate"
            ),
            "RegisterCertificate, version 3",
        ),
    ],
)
def test_what_cannot_be_read_is_answered_with_a_client_fault_and_nothing_is_kept(world, content, says):
    began = time.process_time()
    answer = world.post(content)

    code, text = fault_of(answer)
    assert (answer.status_code, code) == (500, "s:Client")
    assert says in text
    assert _nothing_is_kept(world)
    assert time.process_time() - began < 2


def test_another_soap_version_is_told_so(world):
    answer = world.post(_soap().replace(SOAP, b"http://www.w3.org/2003/05/soap-envelope"))

    assert fault_of(answer)[0] == "s:VersionMismatch"


def test_a_header_that_must_be_understood_and_is_not_is_told_so(world):
    header = b'<s:Header><x:y xmlns:x="urn:x" s:mustUnderstand="1"/>'

    assert fault_of(world.post(_soap(b"<s:Header>", header)))[0] == "s:MustUnderstand"


def test_a_wrong_soap_action_is_refused_and_a_right_or_missing_one_is_not(world):
    right = '"urn:riv:clinicalprocess:healthcond:certificate:RegisterCertificateResponder:3:RegisterCertificate"'

    assert "SOAPAction" in fault_of(world.post(_soap(), SOAPAction='"urn:other"'))[1]
    assert result_of(world.post(_soap(), SOAPAction=right))[0] == "OK"


def test_too_many_bytes_are_not_read_to_the_end(world):
    answer = world.post(b" " * (MAX_BYTES + 1))

    assert (answer.status_code, fault_of(answer)[0]) == (413, "s:Client")


@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Type": "application/json"},
        {"Content-Type": "text/xml; charset=iso-8859-1"},
        {"Content-Encoding": "gzip"},
    ],
)
def test_another_type_charset_or_coding_is_not_taken_in(world, headers):
    assert world.post(_soap(), **headers).status_code == 415


def test_a_certificate_that_breaks_the_schema_is_told_where_in_swedish(world):
    content = _soap(b"<t:root>1.2.752.129.2.1.3.1<", b"<t:root>1.2.3<").replace(b"2026-03-29", b"2026-13-29")

    code, text, error = result_of(world.post(content))

    assert (code, error) == ("ERROR", "VALIDATION_ERROR")
    assert "root" in text
    assert "fråga 32.2" in text
    assert "2026-13-29" not in text
    assert "1.2.3" not in text
    assert _nothing_is_kept(world)


def test_a_certificate_that_breaks_the_rules_of_its_form_is_told_every_rule_in_swedish(world):
    content = _soap(b">FYSISKUNDERSOKNING<", b">ASTROLOGI<").replace(b'id="29.1"', b'id="29.7"')

    code, text, error = result_of(world.post(content))

    assert (code, error) == ("ERROR", "VALIDATION_ERROR")
    assert "1.1" in text
    assert "29" in text
    assert "ASTROLOGI" not in text
    assert _nothing_is_kept(world)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"<t:code>LISJP<", b"<t:code>TSTRK1007<"),
        (b"<c:version>2.0<", b"<c:version>9.0<"),
        (b"<c:version>2.0<", b"<c:version>latest<"),
    ],
)
def test_a_type_or_version_that_nobody_knows_is_refused(world, old, new):
    code, text, error = result_of(world.post(_soap(old, new)))

    assert (code, error) == ("ERROR", "VALIDATION_ERROR")
    assert "stöds inte" in text
    assert _nothing_is_kept(world)


@pytest.mark.parametrize(
    "number",
    [b"199013222397", b"199002312397", "199002222397".translate({ord("9"): "\N{FULLWIDTH DIGIT NINE}"}).encode()],
)
def test_a_number_that_identifies_nobody_is_refused_and_not_repeated(world, number):
    code, text, error = result_of(world.post(_soap(b"199002222397", number)))

    assert (code, error) == ("ERROR", "VALIDATION_ERROR")
    assert number.decode() not in text
    assert _nothing_is_kept(world)


def test_an_address_or_method_that_is_not_there_is_told_without_a_page(world):
    assert world.http.get("/nowhere").json()["issue"][0]["code"] == "not-found"
    assert world.http.delete(REGISTER).json()["issue"][0]["code"] == "not-supported"


def test_a_mistake_of_ours_is_answered_as_technical_and_tells_nothing_of_itself(world, monkeypatch):
    def broken(*_):
        raise ValueError("about 199002222397")

    monkeypatch.setattr("gateway.api.riv.receive", broken)

    answer = world.post(_soap())

    assert result_of(answer) == ("ERROR", "Tekniskt fel. Försök igen om en stund.", "TECHNICAL_ERROR")


@pytest.mark.parametrize("extension", [b"", b"   "])
def test_a_certificate_without_an_id_is_refused(world, extension):
    content = _soap(b"7c0a9c9e-5d0b-4b55-8f0e-1f3a5f6d2001", extension)

    assert result_of(world.post(content)) == ("ERROR", "Intygs-id saknas", "VALIDATION_ERROR")
    assert _nothing_is_kept(world)


def test_an_id_is_the_same_in_capitals_and_with_blanks_around_it(world):
    assert result_of(world.post(_soap()))[0] == "OK"
    spelt = _soap(b"7c0a9c9e-5d0b-4b55-8f0e-1f3a5f6d2001", b" 7C0A9C9E-5D0B-4B55-8F0E-1F3A5F6D2001 ")

    assert result_of(world.post(spelt))[0] == "ERROR"
    assert len(world.gateway.store.messages()) == 1
