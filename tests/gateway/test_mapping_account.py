"""Every node of a certificate is taken, ignored with a reason, or reported; what is reported holds every set."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from whole_certificates import RULES, SECRET, changed, mapped, read, sample, sets_of

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
FOREIGN = 'xmlns:f="urn:frammande"'
WITH_TEXT = f"<f:mer {FOREIGN}>{SECRET}</f:mer>"
WITH_ATTRIBUTE = f'<f:mer {FOREIGN} f:om="{SECRET}"/>'
WITH_PLAIN_ATTRIBUTE = f'<f:mer {FOREIGN} om="{SECRET}"/>'
WITH_CHILDREN = f"<f:mer {FOREIGN}><f:del/><f:del>{SECRET}</f:del></f:mer>"
EMPTY = f"<f:mer {FOREIGN}/>"
OF_OURS = "<t:datePeriod><t:start>2026-01-01</t:start><t:end>2026-01-02</t:end></t:datePeriod>"
WILDCARDS = {
    "the message": "</r:RegisterCertificate>",
    "the care unit": "</c:enhet>",
    "the care provider": "</c:vardgivare>",
    "an answer": "</c:svar>",
    "a part": "</c:delsvar>",
    "a relation": "</c:relation>",
}


@pytest.mark.parametrize("place", WILDCARDS.values(), ids=WILDCARDS)
@pytest.mark.parametrize(
    "foreign",
    [WITH_TEXT, WITH_ATTRIBUTE, WITH_PLAIN_ATTRIBUTE, WITH_CHILDREN, EMPTY, OF_OURS],
    ids=["text", "attribute", "plain attribute", "children", "empty", "of the types' namespace"],
)
def test_a_foreign_element_wherever_the_schema_lets_it_stand_is_reported(place, foreign):
    text = changed(place, foreign + place, version=1)

    document = mapped(text)

    assert document.unmapped
    assert not any(SECRET in node for node in document.unmapped)
    assert all(one.hold == "mapping" and one.body == b"" for one in RULES.select(document))


def test_the_hold_names_the_node_in_every_set_and_not_what_it_says():
    sets = sets_of(changed("</c:enhet>", WITH_TEXT + "</c:enhet>"))

    assert {one.name for one in sets} == {one.name for one in RULES.definitions if "LISJP" in one.certificates}
    assert {frozenset(), frozenset({"diagnos"})} == {one.withheld for one in sets}
    for one in sets:
        [problem] = one.problems
        assert problem.place == "skapadAv/enhet/{*}mer"
        assert SECRET not in str(problem)
        assert SECRET not in repr(one)


UNKNOWN = {
    "an unknown question": (
        '<c:svar id="25">',
        f'<c:svar id="77"><c:delsvar id="77.1">{SECRET}</c:delsvar></c:svar><c:svar id="25">',
        ["77.1"],
    ),
    "an unknown part": (
        '<c:delsvar id="29.1">',
        f'<c:delsvar id="29.9">{SECRET}</c:delsvar><c:delsvar id="29.1">',
        ["29.9"],
    ),
    "a second answer to a question that is asked once": (
        '<c:svar id="25">',
        f'<c:svar id="29"><c:delsvar id="29.1">{SECRET}</c:delsvar></c:svar><c:svar id="25">',
        ["29.1 [2]"],
    ),
    "a part given twice": (
        '<c:delsvar id="29.1">',
        f'<c:delsvar id="29.1">{SECRET}</c:delsvar><c:delsvar id="29.1">',
        ["29.1(2)"],
    ),
    "a part of another question": (
        '<c:delsvar id="29.1">',
        f'<c:delsvar id="25.1">{SECRET}</c:delsvar><c:delsvar id="29.1">',
        ["29/25.1"],
    ),
    "text beside a code": (
        '<c:delsvar id="39.1"><t:cv>',
        f'<c:delsvar id="39.1">{SECRET}<t:cv>',
        ["39.1"],
    ),
    "text after a code": (
        "</t:cv></c:delsvar>",
        f"</t:cv>{SECRET}</c:delsvar>",
        ["1.1 [1]"],
    ),
    "a code where a text is asked for": (
        '<c:delsvar id="29.1">Undersköterska med tunga lyft och kvällspass',
        f'<c:delsvar id="29.1"><t:cv><t:code>{SECRET}</t:code><t:codeSystem>KV</t:codeSystem></t:cv>',
        ["29.1.code"],
    ),
    "an answer under a number with a zero before it": (
        '<c:svar id="25">',
        f'<c:svar id="029"><c:delsvar id="029.1">{SECRET}</c:delsvar></c:svar><c:svar id="25">',
        ["029.1"],
    ),
}


@pytest.mark.parametrize(("old", "new", "nodes"), UNKNOWN.values(), ids=UNKNOWN)
def test_what_the_mapping_does_not_know_is_reported_and_nothing_leaves(old, new, nodes):
    document = mapped(changed(old, new))

    assert [node for node in document.unmapped if not node.endswith("codeSystem")] == nodes
    assert {one.hold for one in RULES.select(document)} == {"mapping"}


UNREADABLE = {
    "a code that the table does not have": ("PROGNOS_OKLAR", SECRET, "39.1.code"),
    "a code system that is another": ("KV_FKMU_0006", SECRET, "39.1.code"),
    "an identifier system of nobody": ("1.2.752.116.1.1.1<", f"{SECRET}<", "6.2.codeSystem"),
    "a date that is none": ('<c:delsvar id="1.2">2026-03-02', f'<c:delsvar id="1.2">{SECRET}', "1.2"),
    "a period without its first day": ("<t:start>2026-03-02</t:start>", "", "32.2.start"),
}


@pytest.mark.parametrize(("old", "new", "place"), UNREADABLE.values(), ids=UNREADABLE)
def test_what_the_mapping_cannot_read_is_reported_without_the_value(old, new, place):
    document = mapped(changed(old, new, case="minimal"))

    assert place in [problem.place for problem in document.problems]
    assert not any(SECRET in str(problem) for problem in document.problems)
    assert {one.hold for one in RULES.select(document)} == {"mapping"}


@pytest.mark.parametrize("kind", ["lisjp", "luse", "luae_na", "luae_fs"])
def test_an_added_question_is_mapped_whatever_number_its_part_has(kind):
    text = changed('<c:delsvar id="9001.1">', '<c:delsvar id="9001.7">', version=1, kind=kind)

    document = RULES.understand(read(text), NOW)

    as_numbered = mapped(sample(1, kind=kind))
    assert [one.resource for one in document.resources] == [one.resource for one in as_numbered.resources]
    assert {one.hold for one in RULES.select(document)} == {""}
    assert "9001" in {warning.place for warning in document.warnings}


def test_a_part_that_bears_another_questions_number_is_no_answer_to_either():
    text = changed('<c:delsvar id="9001.1">', '<c:delsvar id="9003.1">', version=1)

    document = mapped(text)

    assert document.unmapped == ("9001/9003.1",)
    assert {one.hold for one in RULES.select(document)} == {"mapping"}


def test_a_certificate_without_time_of_signing_is_held():
    text = re.sub(r"<c:signeringstidpunkt>[^<]*</c:signeringstidpunkt>", "", sample(2, "minimal"))

    document = mapped(text)

    assert "signeringstidpunkt" in [problem.place for problem in document.problems]
    assert {(one.hold, one.signed_at) for one in RULES.select(document)} == {("mapping", "")}


def test_an_ignored_node_keeps_its_reason_and_holds_nothing():
    document = mapped(changed("<t:displayName>Läkarintyg sjukpenning", f"<t:displayName>{SECRET}"))

    assert "avsändarens visningstext" in document.ignored["typ/displayName"]
    assert SECRET not in "".join(document.ignored.values())
    assert {one.hold for one in RULES.select(document)} == {""}


def test_the_place_of_each_node_is_told_once():
    source = read(sample(1))
    document = mapped(sample(1))
    taken = [node for origin in document.origins for node in origin.sources]

    assert len(source.root.places["32"]) == 4
    assert {"32.2.start [1]", "32.2.start [4]", "relation/typ/code [1]"} <= set(taken)


def test_what_stands_beside_the_certificate_does_not_pass_for_a_part_of_it():
    beside = (
        "<c:intygs-id><t:root>x</t:root><t:extension>x</t:extension></c:intygs-id>"
        f"<c:patient><c:fornamn>{SECRET}</c:fornamn></c:patient>"
    )
    text = changed("</r:RegisterCertificate>", f"{beside}</r:RegisterCertificate>", case="minimal")

    source, document = read(text), mapped(text)

    assert source.certificate == read(sample(2, "minimal")).certificate
    assert SECRET not in str([mapped_.resource for mapped_ in document.resources])
    assert document.unmapped == (
        "RegisterCertificate/intygs-id/root",
        "RegisterCertificate/intygs-id/extension",
        "RegisterCertificate/patient/fornamn",
    )


@pytest.mark.parametrize("number", ["199002222397", "9" * 5000], ids=["of a person", "of five thousand digits"])
def test_a_question_of_no_forms_number_is_reported_without_it(number):
    odd = f'<c:svar id="{number}"><c:delsvar id="{number}.1">{SECRET}</c:delsvar></c:svar><c:svar id="25">'

    document = mapped(changed('<c:svar id="25">', odd, version=1))

    assert document.unmapped == ("(okänt nummer)",)
    assert {one.hold for one in RULES.select(document)} == {"mapping"}


@pytest.mark.parametrize(
    ("name", "told"),
    [("mer", "{*}mer"), ("p199002222397", "{*}"), ("a.b", "{*}"), ("å" * 40, "{*}" + "å" * 40), ("å" * 41, "{*}")],
)
def test_a_foreign_name_is_told_only_where_it_is_a_plain_word(name, told):
    text = changed("</c:enhet>", f'<f:{name} xmlns:f="urn:199002222397"/></c:enhet>')

    assert mapped(text).unmapped == (f"skapadAv/enhet/{told}",)
