"""The envelope around a message: what has to be there, and whose it may be."""

from __future__ import annotations

import pytest
from whole_certificates import RULES, sample

from gateway.errors import HeaderNotUnderstood, MalformedMessage, MisaddressedMessage, WrongSoapVersion
from gateway.reading import Reader
from gateway.reading.reader import payload
from gateway.reading.soap import open_envelope
from gateway.reading.xml import parse

SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
ADDRESS = '<a:LogicalAddress xmlns:a="urn:riv:itintegration:registry:1">{}</a:LogicalAddress>'
OURS = ADDRESS.format("2021005521")


def envelope(header=OURS, body="<a/>", soap=SOAP):
    header = "" if header is None else f"<s:Header>{header}</s:Header>"
    body = "" if body is None else f"<s:Body>{body}</s:Body>"
    return f'<s:Envelope xmlns:s="{soap}">{header}{body}</s:Envelope>'


def opened(content, addresses=("2021005521",)):
    return open_envelope(parse(content.encode()), addresses)


ACCEPTED = {
    "our address": envelope(),
    "our address, with blanks around it": envelope(ADDRESS.format("\n 2021005521 ")),
    "a header that need not be understood": envelope(OURS + "<b/>"),
    "a header that need not be understood, and says so": envelope(OURS + '<b s:mustUnderstand="0"/>'),
    "an address that must be understood": envelope(OURS.replace(" xmlns", ' s:mustUnderstand="1" xmlns')),
}


@pytest.mark.parametrize("content", ACCEPTED.values(), ids=ACCEPTED)
def test_an_envelope_for_us_is_opened(content):
    assert opened(content).tag == "a"


def test_any_address_is_ours_where_none_is_named():
    assert opened(envelope(ADDRESS.format("annan")), ()).tag == "a"


REFUSED = {
    "no envelope": ("<a/>", MalformedMessage),
    "an envelope of SOAP 1.2": (envelope(soap="http://www.w3.org/2003/05/soap-envelope"), WrongSoapVersion),
    "an envelope of nobody": (envelope(soap="urn:annat"), MalformedMessage),
    "no header": (envelope(None), MisaddressedMessage),
    "an empty header": (envelope(""), MisaddressedMessage),
    "an empty address": (envelope(ADDRESS.format(" ")), MisaddressedMessage),
    "somebody else's address": (envelope(ADDRESS.format("2021005522")), MisaddressedMessage),
    "the beginning of our address": (envelope(ADDRESS.format("20210055")), MisaddressedMessage),
    "a header that must be understood": (envelope(OURS + '<b s:mustUnderstand="1"/>'), HeaderNotUnderstood),
    "a header that must be, by its word": (envelope(OURS + '<b s:mustUnderstand="true"/>'), HeaderNotUnderstood),
    "no body": (envelope(body=None), MalformedMessage),
    "an empty body": (envelope(body=""), MalformedMessage),
    "two messages in one body": (envelope(body="<a/><a/>"), MalformedMessage),
}


@pytest.mark.parametrize(("content", "error"), REFUSED.values(), ids=REFUSED)
def test_any_other_is_refused(content, error):
    with pytest.raises(error):
        opened(content)


def test_a_refusal_does_not_repeat_the_address():
    with pytest.raises(MisaddressedMessage) as refused:
        opened(envelope(ADDRESS.format("191212121212")))

    assert "1912" not in str(refused.value)


def test_a_certificate_in_an_envelope_is_read_like_one_without():
    message = sample(2).partition("?>")[2]
    reader = Reader(RULES.reader.schema, frozenset({"2021005521"}))

    in_envelope = reader.read(envelope(body=message).encode())

    alone = reader.read_file(sample(2).encode())
    assert in_envelope.root == alone.root
    assert [one.parts[0].text for one in in_envelope.answers] == [one.parts[0].text for one in alone.answers]
    assert reader.read_file(envelope(ADDRESS.format("annan"), message).encode()).certificate == alone.certificate


def test_a_file_holds_a_message_or_an_envelope_with_one():
    assert payload(b"<a/>").tag == payload(envelope().encode()).tag == "a"
