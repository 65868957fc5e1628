"""What the schema refuses is told in Swedish, with its place, and without a word of what stands there."""

from __future__ import annotations

import pytest
from whole_certificates import SECRET, changed, read, sample

from gateway.errors import ConfigurationError, SchemaViolation
from gateway.reading.schema import MAX_PROBLEMS, Schema
from gateway.reading.xml import parse

BROKEN = {
    "an element is missing": ("<c:version>2.0</c:version>", "", "signeringstidpunkt", "saknas, står på fel plats"),
    "an element too many": ("<c:version>", f"<c:{SECRET}/><c:version>", "okänt element", "hör inte hit"),
    "a time that is none": ("2026-03-02T10:15:00", SECRET, "signeringstidpunkt", "inte av rätt slag"),
    "a number that is none": (
        "<c:instans>1<",
        f"<c:instans>{SECRET}<",
        "fråga 1 instans",
        "inte av rätt slag",
    ),
    "a personal number that is none": (">199002222397<", f">{SECRET}<", "extension", "fel form"),
    "text between elements": ("<c:patient>", f"{SECRET}<c:patient>", "intyg", "egen text"),
    "text in an answer": ('<c:svar id="29">', f'<c:svar id="29">{SECRET}', "fråga 29 svar", "egen text"),
    "a question that is no number": ('id="29"', f'id="{SECRET}"', "svar", "fel form"),
    "an answer without question": ('<c:svar id="29">', "<c:svar>", "svar", "obligatoriskt attribut saknas"),
    "an attribute too many": (
        '<c:svar id="29">',
        f'<c:svar id="29" om="{SECRET}">',
        "fråga 29 svar",
        "attribut hör inte",
    ),
    "elements in a text": ("<c:version>2.0<", f"<c:version><c:a>{SECRET}</c:a><", "version", "innehålla andra element"),
    "an attribute on a text": ("<c:version>", f'<c:version om="{SECRET}">', "version", "ska inte ha attribut"),
    "an empty text that must say something": ("<c:epost>mottagningen@exempel.example<", "<c:epost><", "epost", "kort"),
}


@pytest.mark.parametrize(("old", "new", "place", "reason"), BROKEN.values(), ids=BROKEN)
def test_a_broken_message_is_told_where_and_why(old, new, place, reason):
    with pytest.raises(SchemaViolation) as refused:
        read(changed(old, new))

    told = [str(problem) for problem in refused.value.problems]
    assert any(f"{place} (rad " in one and reason in one for one in told), told
    assert not any(SECRET in one for one in [str(refused.value), *told])


def test_every_broken_place_is_told():
    text = changed("<c:instans>1<", "<c:instans>x<").replace(">199002222397<", ">x<")

    with pytest.raises(SchemaViolation) as refused:
        read(text)

    assert len(refused.value.problems) > 1


def test_a_message_that_is_broken_all_over_is_told_a_hundred_places_at_most():
    answers = '<c:svar id="x"><c:delsvar id="x">x</c:delsvar></c:svar>' * 200

    with pytest.raises(SchemaViolation) as refused:
        read(changed('<c:svar id="29">', f'{answers}<c:svar id="29">'))

    assert 1 <= len(refused.value.problems) <= MAX_PROBLEMS


def test_an_unknown_kind_of_mistake_is_told_all_the_same(tmp_path):
    schema = tmp_path / "a.xsd"
    schema.write_text(
        '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="a"><xs:simpleType>'
        '<xs:restriction base="xs:string"><xs:maxLength value="1"/></xs:restriction></xs:simpleType>'
        "</xs:element></xs:schema>",
        "utf-8",
    )

    [*_, problem] = Schema(schema).problems(parse(b"<a>hemligheten</a>"))

    assert str(problem) == "a (rad 1): bryter mot schemat"


@pytest.mark.parametrize(
    "content", ["", "<a/>", "<xs:schema xmlns:xs='http://www.w3.org/2001/XMLSchema'><xs:x/></xs:schema>"]
)
def test_a_file_that_is_no_schema_stops_the_start(tmp_path, content):
    (tmp_path / "a.xsd").write_text(content, "utf-8")

    with pytest.raises(ConfigurationError, match=r"a\.xsd"):
        Schema(tmp_path / "a.xsd")


def test_a_schema_that_is_not_there_stops_the_start(tmp_path):
    with pytest.raises(ConfigurationError, match=r"b\.xsd"):
        Schema(tmp_path / "b.xsd")


def test_the_same_schema_judges_a_right_message_after_a_wrong_one():
    with pytest.raises(SchemaViolation):
        read(changed("<c:version>2.0</c:version>", ""))

    assert read(sample(2)).kind.major == 2
