"""The limits before a tree is built, each at its edge; and what the parser refuses after them."""

from __future__ import annotations

import pytest

from gateway.errors import MalformedMessage, MessageTooLarge
from gateway.reading import guard
from gateway.reading.xml import parse


def nested(depth):
    return b"<a>" * depth + b"</a>" * depth


def with_elements(count):
    return b"<a>" + b"<b/>" * (count - 1) + b"</a>"


def with_attributes(count):
    return b"<a " + b" ".join(b'x%d=""' % n for n in range(count)) + b"/>"


def with_prefixes(count):
    return b"<a " + b" ".join(b'xmlns:x%d="urn:%d"' % (n, n) for n in range(count)) + b"/>"


ACCEPTED = {
    "64 deep": nested(64),
    "64 deep, with a comment": b"<!-- x -->" + nested(64),
    "50 000 elements": with_elements(50_000),
    "64 attributes": with_attributes(64),
    "64 namespaces": with_prefixes(64),
    "many namespaces, one after the other": b"<a>" + b'<b xmlns="urn:x" xmlns:y="urn:y"/>' * 100 + b"</a>",
    "UTF-8 by name": b'<?xml version="1.0" encoding="UTF-8"?><a>\xc3\xa5</a>',
    "UTF-8 by another name": b'<?xml version="1.0" encoding="utf8"?><a/>',
    "no declaration": b"<a/>",
    "a byte order mark": b"\xef\xbb\xbf<a/>",
    "a comment": b"<!-- x --><a><!-- y --></a>",
    "character data": b"<a><![CDATA[<b>]]></a>",
    "the entities of XML": b"<a>&amp;&lt;&#229;</a>",
}
REFUSED = {
    "65 deep": (nested(65), "nested deeper than 64"),
    "65 deep, with a comment": (b"<!-- x -->" + nested(65), "nested deeper than 64"),
    "50 001 elements": (with_elements(50_001), "more than 50000 elements"),
    "65 attributes": (with_attributes(65), "more than 64 attributes"),
    "66 namespaces, one within the other": (
        b"".join(b'<a xmlns:x%d="urn:x" xmlns:y%d="urn:y">' % (n, n) for n in range(33)) + b"</a>" * 33,
        "More than 64 namespaces",
    ),
    "65 prefixes": (with_prefixes(65), "more than 64 attributes"),
    "a DTD": (b"<!DOCTYPE a><a/>", "DTD"),
    "entities of its own": (b'<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>', "DTD"),
    "an entity of nobody": (b"<a>&x;</a>", "not well-formed"),
    "a processing instruction": (b'<?xml-stylesheet href="x"?><a/>', "Processing instructions"),
    "a processing instruction inside": (b"<a><?php x ?></a>", "Processing instructions"),
    "Latin 1 by name": (b'<?xml version="1.0" encoding="ISO-8859-1"?><a/>', "UTF-8"),
    "Latin 1 without saying so": (b"<a>\xe5</a>", "not well-formed"),
    "UTF-16, big end first": ("\ufeff<a/>".encode("utf-16-be"), "UTF-8"),
    "UTF-16, little end first": ("\ufeff<a/>".encode("utf-16-le"), "UTF-8"),
    "XML 1.1": (b'<?xml version="1.1"?><a/>', "XML 1.0"),
    "nothing": (b"", "not well-formed"),
    "blanks": (b" \n", "not well-formed"),
    "JSON": (b'{"a": 1}', "not well-formed"),
    "half a message": (b"<a><b></b>", "not well-formed"),
    "half a message, with a comment": (b"<a><!-- x --><b></b>", "not well-formed"),
    "two roots": (b"<a/><b/>", "not well-formed"),
    "a control character": (b"<a>\x01</a>", "not well-formed"),
    "an undeclared prefix": (b"<a:b/>", "not well-formed"),
}


@pytest.mark.parametrize("content", ACCEPTED.values(), ids=ACCEPTED)
def test_what_keeps_within_the_limits_is_read(content):
    assert parse(content).tag == "a"


@pytest.mark.parametrize(("content", "reason"), REFUSED.values(), ids=REFUSED)
def test_what_does_not_is_refused_with_the_reason(content, reason):
    with pytest.raises(MalformedMessage, match=reason):
        parse(content)


@pytest.mark.parametrize("before", [b"", b"<!-- x -->"], ids=["plain", "with a comment"])
def test_a_refusal_names_the_line_and_nothing_that_stands_there(before):
    with pytest.raises(MalformedMessage) as refused:
        parse(before + b"<a>\n\n<b>191212121212</c></a>")

    assert "(line 3)" in str(refused.value)
    assert "1912" not in str(refused.value)


def test_ten_megabytes_are_read_and_one_byte_more_is_not():
    limit = guard.MAX_BYTES
    filling = b"x" * (limit - len(b"<a></a>"))

    guard.guard(b"<a>" + filling + b"</a>")

    with pytest.raises(MessageTooLarge):
        guard.guard(b"<a>" + filling + b"x</a>")


def test_elements_beside_each_other_are_no_depth():
    assert len(parse(b"<a>" + b"<b><c/></b>" * 100 + b"</a>")) == 100
