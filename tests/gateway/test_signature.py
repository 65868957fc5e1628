"""The signature of a certificate: what it holds over, what breaks it, and what is refused."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from signing import DS, STYLESHEET, certificate_of, rsa_key, signed
from whole_certificates import RULES, read, sample

from gateway.documents import SignatureState
from gateway.errors import ForeignSignature, SchemaViolation
from gateway.sandbox.story import enveloped

CORPUS = Path(__file__).parents[3] / "shared" / "corpus"
VERIFIED, NOT_VERIFIED, ABSENT = SignatureState.VERIFIED, SignatureState.NOT_VERIFIED, SignatureState.ABSENT
SIGNED = signed(sample())
ID = "7c0a9c9e-5d0b-4b55-8f0e-1f3a5f6d2001"
RELATION = (
    "<c:relation><c:typ><t:code>FRLANG</t:code><t:codeSystem>c2362fcd-eda0-4f9a-bd13-b3bbaf7f2146</t:codeSystem>"
    "</c:typ><c:intygs-id><t:root>SE2120009994-ENHET1</t:root><t:extension>f0000000</t:extension></c:intygs-id>"
    "</c:relation>"
)


def state(text):
    return read(text).signature.state


def altered(old, new, text=SIGNED):
    assert old in text
    return text.replace(old, new, 1)


def test_a_certificate_that_nobody_signed_says_so():
    assert read(sample()).signature == (ABSENT, "", "")


def test_a_certificate_that_is_as_it_was_signed_is_verified_and_names_no_signer():
    signature = read(SIGNED).signature

    assert (signature.state, signature.reason) == (VERIFIED, "")
    assert re.fullmatch(r"[0-9a-f]{64}", signature.fingerprint)


@pytest.mark.parametrize(
    "text",
    [
        altered("2026-03-02T10:15:04", "2026-04-01T08:00:00"),
        altered("<c:svar", f"{RELATION}<c:svar"),
        re.sub(r">\s+<(?=/?[cr]:)", "><", SIGNED),
        SIGNED.replace("<c:", "<core:").replace("</c:", "</core:").replace("xmlns:c=", "xmlns:core="),
        altered("Lina Läkarsson", "Lina <!-- ett namn -->Läkarsson"),
    ],
    ids=["sent again later", "it replaces another", "no indentation", "other prefixes", "a comment"],
)
def test_what_may_happen_on_the_way_leaves_it_verified(text):
    assert text != SIGNED
    assert state(text) is VERIFIED


def test_a_soap_envelope_around_it_leaves_it_verified():
    assert RULES.reader.read(enveloped(SIGNED.encode())).signature.state is VERIFIED


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (altered("Lina Läkarsson", "Lina Läkarson"), "inte det som skrevs under"),
        (altered("Lina Läkarsson", "Lina  Läkarsson"), "inte det som skrevs under"),
        (altered("2026-03-02T10:15:00", "2026-03-02T10:15:01"), "inte det som skrevs under"),
        (signed(sample().replace("2026-03-02T10:15:00", "2026-03-02T24:00:00")), "gällde inte när"),
        (re.sub(r"(<ds:DigestValue>)....", r"\g<1>AAAA", SIGNED), "inte det som skrevs under"),
        (re.sub(r"(<ds:SignatureValue>)....", r"\g<1>AAAA", SIGNED), "inte gjord med certifikatets nyckel"),
        (re.sub(r"(<ds:SignatureValue>)[^<]*", r"\g<1>AAAA", SIGNED), "inte gjord med certifikatets nyckel"),
        (signed(sample(), certificate=certificate_of(rsa_key(3072))), "inte gjord med certifikatets nyckel"),
        (signed(sample(), key=rsa_key(1024)), "godtagbar längd"),
        (
            signed(sample(), certificate=certificate_of(ec.generate_private_key(ec.SECP256R1()))),
            "inte en RSA-nyckel",
        ),
        (
            signed(sample(), certificate=certificate_of(rsa_key(), until=datetime(2026, 3, 2, 9, 14, tzinfo=UTC))),
            "gällde inte när intyget skrevs under",
        ),
        (re.sub(r"<ds:KeyInfo>.*</ds:KeyInfo>", "", SIGNED), "inget läsbart certifikat"),
        (re.sub(r"(<ds:X509Certificate>)....", r"\g<1>AAAA", SIGNED), "inget läsbart certifikat"),
        (re.sub(r"(<ds:X509Certificate>.*</ds:X509Certificate>)", r"\1\1", SIGNED), "eller flera"),
    ],
)
def test_a_signature_that_does_not_hold_is_told_and_the_certificate_is_taken_in(text, why):
    signature = read(text).signature

    assert signature.state is NOT_VERIFIED
    assert why in signature.reason


SIGNATURE = re.search(r"<ds:Signature .*</ds:Signature>", SIGNED)[0]
TRANSFORM = re.search(r"</ds:Transform>(<ds:Transform [^>]*xmldsig-filter2.*?</ds:Transform>)", SIGNED)[1]
INTYG = re.search(r"<r:intyg>.*</r:intyg>", sample(), re.DOTALL)[0]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("xmldsig-more#rsa-sha256", "xmldsig-more#rsa-sha512"),
        ("http://www.w3.org/2001/04/xmldsig-more#rsa-sha256", f"{DS}rsa-sha1"),
        ("http://www.w3.org/2001/04/xmldsig-more#rsa-sha256", "http://www.w3.org/2001/04/xmldsig-more#hmac-sha256"),
        ("http://www.w3.org/2001/04/xmlenc#sha256", f"{DS}sha1"),
        ('xml-exc-c14n#"/><ds:SignatureMethod', 'xml-exc-c14n#WithComments"/><ds:SignatureMethod'),
        ('URI=""', 'URI="#intyg"'),
        ('URI=""', 'URI="file:///etc/passwd"'),
        ('URI=""', 'URI="" Type="urn:annat"'),
        (STYLESHEET, ""),
        ("|underskrift|'", "|underskrift|svar|'"),
        ('select="node()|@*"', "select=\"document('file:///etc/passwd')\""),
        ('<xsl:template match="@*"><xsl:copy/></xsl:template>', ""),
        ("intersect", "union"),
        (f"text()='{ID}'", "text()='f0000000'"),
        (f"//extension[text()='{ID}']/../..", "//patient"),
        ("//*[local-name() = 'relation']", "//*[local-name() = 'svar']"),
    ],
)
def test_a_signature_of_another_method_is_refused(old, new):
    text = altered(old, new)

    with pytest.raises(ForeignSignature) as refused:
        read(text)

    assert "annan metod" in str(refused.value.problems[0])


FOREIGN = '<x:egen xmlns:x="urn:annan">{}</x:egen>'


@pytest.mark.parametrize(
    "text",
    [
        altered("</ds:KeyInfo>", f"</ds:KeyInfo><ds:Object>{INTYG}</ds:Object>", altered("Lina", "Lova")),
        altered("</r:intyg>", f"</r:intyg>{FOREIGN.format(INTYG)}", altered("Lina", "Lova")),
        altered("</r:intyg>", "</r:intyg>" + FOREIGN.format(SIGNATURE)),
        altered("</r:intyg>", "</r:intyg>" + FOREIGN.format(SIGNATURE), sample()),
        altered("</r:intyg>", f"</r:intyg>{FOREIGN.format(f'<extension>{ID}</extension>')}"),
        altered("</c:svar>", f"{FOREIGN.format(f'<extension>{ID}</extension>')}</c:svar>"),
        altered(TRANSFORM, ""),
        altered(TRANSFORM, TRANSFORM * 2),
        altered("</ds:Reference>", "</ds:Reference>" + re.search(r"<ds:Reference .*</ds:Reference>", SIGNED)[0]),
    ],
    ids=[
        "what was signed in an object",
        "what was signed beside it",
        "a second one",
        "elsewhere",
        "the id twice",
        "the id in an answer",
        "a transform too few",
        "a transform too many",
        "two references",
    ],
)
def test_a_signature_that_could_be_taken_to_cover_something_else_is_refused(text):
    with pytest.raises(ForeignSignature) as refused:
        read(text)

    assert refused.value.problems[0].place == "underskrift"


def test_a_certificate_that_refers_to_itself_is_no_second_bearer_of_its_id():
    assert state(altered("<c:svar", f"{RELATION.replace('f0000000', ID)}<c:svar")) is VERIFIED


def test_the_same_xml_id_twice_breaks_the_schema():
    text = altered("<ds:SignedInfo", '<ds:SignedInfo Id="ett"', altered("<ds:Signature ", '<ds:Signature Id="ett" '))

    with pytest.raises(SchemaViolation):
        read(text)


@pytest.mark.skipif(not CORPUS.exists(), reason="the corpus of real messages is not beside the repository")
@pytest.mark.parametrize(
    ("file", "expected"),
    [
        ("LISJP/fead1e12-signed-after-new-schema.xml", VERIFIED),
        ("AF00251/dece591e-af00251.xml", NOT_VERIFIED),
        ("LISJP/2a94f345-unsigned-lisjp-i18n.xml", ABSENT),
    ],
)
def test_the_real_messages_that_are_signed_are_told_apart(file, expected):
    assert RULES.reader.read_file((CORPUS / file).read_bytes()).signature.state is expected
