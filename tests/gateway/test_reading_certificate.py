"""What is read of a certificate: who and what it is, its answers, and the rest of it as paths."""

from __future__ import annotations

import pytest
from signing import signed
from whole_certificates import changed, read, sample

from gateway.errors import InvalidIdentity, MisaddressedMessage
from gateway.identity import CertificateId, CertificateKind
from gateway.reading.certificate import answers_of
from gateway.reading.xml import parse


def test_a_certificate_says_which_it_is_and_about_whom():
    source = read(sample(1))

    assert source.certificate == CertificateId("SE2120009994-ENHET1", "7c0a9c9e-5d0b-4b55-8f0e-1f3a5f6d1001")
    assert source.kind == CertificateKind("LISJP", 1)
    assert source.person.digits == "199002222397"


@pytest.mark.parametrize(
    ("version", "major"),
    [
        ("2.0", 2), ("2", 2), (" 2.1 ", 2), ("2.x", 2), ("12.3", 12), ("999.1", 999),
        ("v2", 0), ("", 0), (".2", 0), ("-2", 0), ("²", 0), ("1000", 0), ("٢", 0),
    ],
)  # fmt: skip
def test_the_version_counts_up_to_its_first_dot(version, major):
    assert read(changed("<c:version>2.0<", f"<c:version>{version}<")).kind.major == major


@pytest.mark.parametrize("namespace", ["certificate:3.2", "certificate:types:3", "certificate:3.3"])
def test_what_bears_a_name_of_ours_in_another_namespace_is_not_ours(namespace):
    urn = f"urn:riv:clinicalprocess:healthcond:{namespace}"
    end = "</c:enhet>"
    source = read(changed(end, f'<x:epost xmlns:x="{urn}">evil@example.org</x:epost>{end}'))

    assert "evil@example.org" not in source.root.values.get("skapadAv/enhet/epost", "")
    assert source.root.values["skapadAv/enhet/{*}epost"] == "evil@example.org"


def test_an_attribute_of_what_is_not_ours_is_named_only_where_its_name_is_a_plain_word():
    end = "</c:enhet>"
    source = read(changed(end, f'<x:mer xmlns:x="urn:x" typ="A" p199002222397="B">C</x:mer>{end}'))

    above = "skapadAv/enhet/{*}mer"
    assert source.root.values[f"{above}/@{{*}}typ"] == "A"
    assert source.root.values[f"{above}/@{{*}}"] == "B"


@pytest.mark.parametrize("name", ["x:cv", "x:delsvar", "c:handelse"])
def test_what_stands_among_the_parts_of_an_answer_is_no_part(name):
    types = 'xmlns:x="urn:riv:clinicalprocess:healthcond:certificate:types:3"'
    svar = f'<c:svar id="39"><{name} {types}>A</{name}></c:svar>'
    core = 'xmlns:c="urn:riv:clinicalprocess:healthcond:certificate:3"'
    [answer] = answers_of(parse(f"<intyg {core}>{svar}</intyg>".encode()))

    assert [part.id for part in answer.parts] == [f"{{*}}{name[2:]}"]


def test_a_no_break_space_is_no_blank_around_a_type():
    assert read(changed("<t:code>LISJP<", "<t:code>LISJP\u00a0<")).kind.type != "LISJP"


def test_the_type_is_read_in_capitals_and_without_blanks():
    assert read(changed("<t:code>LISJP<", "<t:code> lisjp\n<")).kind == CertificateKind("LISJP", 2)


@pytest.mark.parametrize("number", ["199002302397", "199013222397"])
def test_a_number_that_is_no_persons_is_refused(number):
    with pytest.raises(InvalidIdentity):
        read(changed("199002222397", number))


def test_another_message_than_register_certificate_is_refused():
    with pytest.raises(MisaddressedMessage):
        read('<RevokeCertificate xmlns="urn:annat"/>')


def test_the_header_is_read_as_paths():
    values = read(sample(1)).root.values

    assert values["patient/person-id/extension"] == "199002222397"
    assert values["skapadAv/enhet/vardgivare/vardgivarnamn"] == "Region Prov"
    assert values["typ/code"] == "LISJP"
    assert not any(path.startswith(("svar", "relation", "skapadAv/befattning")) for path in values)


def test_an_element_without_text_is_not_listed():
    values = read(changed("<c:fornamn>Testa<", "<c:fornamn> \n <")).root.values

    assert "patient/fornamn" not in values
    assert values["patient/efternamn"] == "Provsson"


def test_what_repeats_in_the_header_is_read_place_by_place():
    title = "<c:befattning><t:code>1</t:code><t:codeSystem>1.2.752.129.2.2.1.4</t:codeSystem></c:befattning>"
    places = read(changed("<c:befattning>", f"{title}<c:befattning>")).root.places

    assert [dict(place.values)["skapadAv/befattning/code"] for place in places["skapadAv/befattning"]] == [
        "1",
        "203090",
    ]
    assert [place.where for place in places["skapadAv/befattning"]] == [" [1]", " [2]"]


def test_a_signature_is_one_node_that_says_whether_it_holds():
    for text, state in ((sample(), "absent"), (signed(sample()), "verified")):
        values = read(text).root.values

        assert {path: value for path, value in values.items() if "derskrift" in path or "Signature" in path} == {
            "underskrift": state
        }


def test_answers_are_read_in_their_order_with_their_parts():
    source = read(sample(2))
    first = source.answers[1]

    assert (first.question, first.number) == ("1", ("1",))
    assert [part.id for part in first.parts] == ["1.1", "1.2"]
    assert first.parts[0].children[0].values == {"code": "FYSISKUNDERSOKNING", "codeSystem": "KV_FKMU_0001"}
    assert first.parts[1].text == "2026-03-02"
    assert [answer.line for answer in source.answers] == sorted(answer.line for answer in source.answers)


def test_one_answer_has_no_number_in_its_place_and_several_have():
    places = read(sample(2)).root.places

    assert [place.where for place in places["29"]] == [""]
    assert [place.where for place in places["28"]] == [" [1]", " [2]"]


def test_an_answers_values_are_named_by_part_and_element():
    [place] = read(sample(2)).root.places["39"]

    assert place.values == {
        "39.1.code": "ATER_X_ANTAL_MANADER",
        "39.1.codeSystem": "KV_FKMU_0006",
        "39.4": "3",
    }


def test_text_on_both_sides_of_a_code_is_one_text():
    text = changed('<c:delsvar id="39.1"><t:cv>', '<c:delsvar id="39.1">före<t:cv>')
    text = text.replace("KV_FKMU_0006</t:codeSystem></t:cv>", "KV_FKMU_0006</t:codeSystem></t:cv>efter")

    [place] = read(text).root.places["39"]

    assert place.values["39.1"] == "föreefter"


def test_a_comment_inside_a_value_does_not_cut_it():
    text = changed("199002222397", "19900222<!-- x -->2397").replace("2026-03-02T10", "2026-<!-- x -->03-02T10", 1)

    source = read(text)

    assert source.person.digits == "199002222397"
    assert source.root.values["signeringstidpunkt"].startswith("2026-03-02T")


def test_what_is_printed_of_a_certificate_tells_nothing_of_its_content():
    printed = repr(read(sample(2)))

    assert "1990********" in printed
    assert not any(word in printed for word in ("199002222397", "Provsson", "Lumbago", "F432"))


SVAR = """<r xmlns="urn:riv:clinicalprocess:healthcond:certificate:3" xmlns:t="{types}" xmlns:f="urn:frammande">
  <svar id="1"><delsvar id="1.1">{content}</delsvar></svar></r>"""
ODD = {
    "an element twice": ("<t:cv><t:code>A</t:code><t:code>B</t:code></t:cv>", "cv", {"code": "A"}, {"code"}),
    "an element in an element": (
        "<t:cv><t:code>A<t:b>B</t:b></t:code></t:cv>",
        "cv",
        {"code": "AB"},
        {"code"},
    ),
    "a value without elements": ("<t:cv>A</t:cv>", "cv", {"": "A"}, set()),
    "a value without anything": ("<t:cv/>", "cv", {"": ""}, set()),
    "a foreign value": ("<f:x><f:y>A</f:y></f:x>", "{*}x", {"": "A"}, set()),
    "a foreign value without text": ("<f:x/>", "{*}x", {"": "(utan text)"}, set()),
    "a value of ours in a namespace that is not its own": (
        "<cv><t:code>A</t:code></cv>",
        "{*}cv",
        {"": "A"},
        set(),
    ),
    "a value with an element of ours that is not its own": (
        "<t:cv><code>A</code></t:cv>",
        "cv",
        {"{*}code": "A"},
        set(),
    ),
}


@pytest.mark.parametrize(("content", "name", "values", "flaws"), ODD.values(), ids=ODD)
def test_what_no_valid_message_says_is_read_with_its_flaws(content, name, values, flaws):
    types = "urn:riv:clinicalprocess:healthcond:certificate:types:3"
    [answer] = answers_of(parse(SVAR.format(types=types, content=content).encode()))

    [child] = answer.parts[0].children

    assert (child.name, dict(child.values), set(child.flaws)) == (name, values, flaws)
