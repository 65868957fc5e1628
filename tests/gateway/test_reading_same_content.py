"""When two messages say the same: a certificate sent again may be written otherwise, and may not say other things."""

from __future__ import annotations

import pytest

from gateway.errors import MalformedMessage
from gateway.reading import same_content

ONE = b'<x:a xmlns:x="urn:x" p="1" q="2"><x:b>text</x:b><x:c/></x:a>'


def soap(content, version=b"http://schemas.xmlsoap.org/soap/envelope/", header=b"<s:Header/>"):
    return b'<s:Envelope xmlns:s="' + version + b'">' + header + b"<s:Body>" + content + b"</s:Body></s:Envelope>"


SAME = {
    "itself": ONE,
    "another prefix": ONE.replace(b"x:", b"y:").replace(b":x=", b":y="),
    "no prefix": b'<a xmlns="urn:x" p="1" q="2"><b>text</b><c/></a>',
    "attributes in another order": ONE.replace(b'p="1" q="2"', b'q="2" p="1"'),
    "another quotation mark": ONE.replace(b'"1"', b"'1'"),
    "a comment": ONE.replace(b"<x:c/>", b"<!-- ny --><x:c/>"),
    "a comment inside a text": ONE.replace(b"text", b"te<!-- ny -->xt"),
    "blanks between elements": ONE.replace(b"><", b">\n   <"),
    "an empty element in two tags": ONE.replace(b"<x:c/>", b"<x:c></x:c>"),
    "a declaration": b'<?xml version="1.0" encoding="utf-8"?>' + ONE,
    "a character by its number": ONE.replace(b"text", b"te&#120;t"),
    "character data": ONE.replace(b"text", b"<![CDATA[text]]>"),
    "an envelope": soap(ONE),
    "an envelope with another header": soap(ONE, header=b"<s:Header><a/></s:Header>"),
    "an envelope of SOAP 1.2": soap(ONE, b"http://www.w3.org/2003/05/soap-envelope"),
}
OTHER = {
    "another text": ONE.replace(b"text", b"test"),
    "another case": ONE.replace(b"text", b"Text"),
    "a blank in a text": ONE.replace(b"text", b"text "),
    "a line break in a text": ONE.replace(b"text", b"text\n"),
    "another namespace": ONE.replace(b"urn:x", b"urn:y"),
    "another element": ONE.replace(b"x:c", b"x:d"),
    "another value of an attribute": ONE.replace(b'"1"', b'"2"'),
    "an attribute more": ONE.replace(b"<x:c/>", b'<x:c r=""/>'),
    "an element less": ONE.replace(b"<x:c/>", b""),
    "an element more": ONE.replace(b"<x:c/>", b"<x:c/><x:c/>"),
    "another order": ONE.replace(b"<x:b>text</x:b><x:c/>", b"<x:c/><x:b>text</x:b>"),
    "text between elements": ONE.replace(b"<x:c/>", b"mer<x:c/>"),
    "text after the last element": ONE.replace(b"<x:c/>", b"<x:c/>mer"),
    "a text in an empty element": ONE.replace(b"<x:c/>", b"<x:c> </x:c>"),
    "another content in an envelope": soap(ONE.replace(b"text", b"test")),
}


@pytest.mark.parametrize("other", SAME.values(), ids=SAME)
def test_it_says_the_same(other):
    assert same_content(ONE, other)
    assert same_content(other, ONE)


@pytest.mark.parametrize("other", OTHER.values(), ids=OTHER)
def test_it_says_something_else(other):
    assert not same_content(ONE, other)
    assert not same_content(other, ONE)


def test_what_cannot_be_read_is_not_compared():
    with pytest.raises(MalformedMessage):
        same_content(ONE, b"<a>")
