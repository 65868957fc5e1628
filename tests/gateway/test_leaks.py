"""The leak check: what was left out is found wherever it stands in what is left, and nothing else is."""

from __future__ import annotations

import string
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_sets import coded, document, found, only_set, with_section

from gateway.information_sets.leaks import MAX_SOUGHT

HIT = ["bort.valueString"]
TEXTS = {
    "as it stands": ("Har lumbago sedan länge", "lumbago", HIT),
    "alone": ("lumbago", "lumbago", HIT),
    "first": ("lumbago sedan länge", "lumbago", HIT),
    "last": ("har haft lumbago", "lumbago", HIT),
    "in capitals": ("har LUMBAGO nu", "lumbago", HIT),
    "in small letters": ("har lumbago nu", "LUMBAGO", HIT),
    "with Swedish letters in capitals": ("svår ÅNGEST och ÖDEM", "ångest", HIT),
    "with Swedish letters in small": ("svår ångest", "ÅNGEST", HIT),
    "with an accent in capitals": ("CREUTZFELDT-JAKOB, CHARCOT-MARIE, GUILLAIN-BARRÉ", "Guillain-Barré", HIT),
    "before a dot": ("har lumbago.", "lumbago", HIT),
    "in brackets": ("besvär (lumbago)", "lumbago", HIT),
    "in straight quotes": ('hade "lumbago" då', "lumbago", HIT),
    "in Swedish quotes": ("hade ”lumbago” då", "lumbago", HIT),
    "between dashes": ("besvär –lumbago– igen", "lumbago", HIT),
    "between unbreakable blanks": ("har\u00a0lumbago\u00a0nu", "lumbago", HIT),
    "before an ellipsis": ("lumbago… kanske", "lumbago", HIT),
    "after a line break": ("besvär:\nlumbago\nigen", "lumbago", HIT),
    "after a tab": ("besvär:\tlumbago", "lumbago", HIT),
    "after a backslash": ("C:\\lumbago", "lumbago", HIT),
    "after an ampersand": ("smärta&lumbago", "lumbago", HIT),
    "inside angles": ("<lumbago>", "lumbago", HIT),
    "with an ampersand in it": ("har M&M nu", "M&M", HIT),
    "with quotes in it": ('säger "hej" till', 'säger "hej"', HIT),
    "with a line break in it": ("har svår\nhuvudvärk nu", "svår\nhuvudvärk", HIT),
    "with a dot the doctor set at its end": ("har lumbago nu", "Lumbago.", HIT),
    "with brackets around it": ("har lumbago nu", "(lumbago)", HIT),
    "with blanks around it": ("har lumbago nu", "  lumbago\n", HIT),
    "a short word": ("får KBT nu", "KBT", HIT),
    "a short word in another case": ("får kbt nu", "KBT", HIT),
    "two letters": ("har MS nu", "MS", HIT),
    "a letter and a digit": ("behov av B12 nu", "B12", HIT),
    "a sentence of a longer text": (
        "Vi vet: går hos psykolog. Mer finns inte.",
        "Sover dåligt. Går hos psykolog! Äter bra.",
        HIT,
    ),
    "a line of a longer text": ("Vi vet att hon går hos psykolog", "Sover dåligt\nGår hos psykolog\nÄter", HIT),
    "the whole of a longer text": ("Nu: sover dåligt. äter bra. Klart", "Sover dåligt. Äter bra.", HIT),
    "inside a longer word": ("har lumbagobesvär", "lumbago", []),
    "at the end of a longer word": ("har storlumbago", "lumbago", []),
    "inside a longer word with Swedish letters": ("har lumbagoångest", "lumbago", []),
    "after a Swedish letter": ("ölumbago", "lumbago", []),
    "before a digit": ("lumbago2", "lumbago", []),
    "another word": ("har ischias", "lumbago", []),
    "half of two words": ("svår värk", "svår huvudvärk", []),
    "two blanks": ("Lateral  epikondylit", "lateral epikondylit", ["bort.valueString"]),
    "a blank that does not break": ("lateral\u00a0epikondylit", "lateral epikondylit", ["bort.valueString"]),
    "a new line": ("lateral\nepikondylit", "lateral epikondylit", ["bort.valueString"]),
    "a hyphen": ("lateral-epikondylit", "lateral epikondylit", ["bort.valueString"]),
    "a soft hyphen": ("lateral epi\u00adkondylit", "lateral epikondylit", ["bort.valueString"]),
    "a blank without width": ("lateral epi\u200bkondylit", "lateral epikondylit", ["bort.valueString"]),
    "accents of their own": ("har a\u030angest", "ångest", ["bort.valueString"]),
    "what stands in a bracket": ("har tennisarmbåge", "Lateral epikondylit (tennisarmbåge)", ["bort.valueString"]),
    "six words of a longer text": (
        "som sagt: egenträning enligt program från fysioterapeut i sex veckor",
        "Ordinerad egenträning enligt program från fysioterapeut i sex veckor, sedan återbesök",
        ["bort.valueString"],
    ),
    "five words of a longer text": (
        "egenträning enligt program från fysioterapeut",
        "Ordinerad egenträning enligt program från fysioterapeut i sex veckor, sedan återbesök",
        [],
    ),
    "somebody's number": ("ring 199109152391", "199109152391", ["bort.valueString"]),
    "digits only": ("har varit borta 14 dagar", "14", []),
    "a date only": ("sedan 2026-03-02", "2026-03-02", []),
    "a letter only": ("vitamin B i blodet", "B", []),
    "marks only": ("ja? nej!", "?!", []),
    "a short sentence of a longer text": ("hon mår bra idag", "Sover dåligt. Mår bra. Äter gott.", []),
    "a sentence of eleven letters": ("Nu mår hon bra", "Annat här. Mår hon bra. Mer därtill", []),
}


@pytest.mark.parametrize(("kept", "removed", "places"), TEXTS.values(), ids=TEXTS)
def test_a_text_that_was_left_out(tmp_path, kept, removed, places):
    assert found(tmp_path, document(tmp_path, kept, removed)) == places


CODES = {
    "as the certificate writes it": ("F432 sedan 2020", ["diagnos.code.coding.code"]),
    "as the classification writes it": ("har F43.2 sedan 2020", ["diagnos.code.coding.code"]),
    "in small letters": ("har f43.2", ["diagnos.code.coding.code"]),
    "with a blank": ("har F 43.2", ["diagnos.code.coding.code"]),
    "its display": ("har anpassningsstörningar", ["diagnos.code.coding.code"]),
    "its text": ("har en anpassningsstörning", ["diagnos.code.text"]),
    "both": ("F43.2 Anpassningsstörning", ["diagnos.code.coding.code", "diagnos.code.text"]),
    "another code": ("har F43.1 och F4321", []),
    "a longer code": ("har F43.22", []),
}


@pytest.mark.parametrize(("kept", "places"), CODES.values(), ids=CODES)
def test_a_diagnosis_that_was_left_out(tmp_path, kept, places):
    diagnosis = {"6.1": "Anpassningsstörning", "6.2.code": "F432", "6.2.displayName": "Anpassningsstörningar"}

    assert found(tmp_path, document(tmp_path, kept, answers={"6": [diagnosis]})) == places


CONCEPTS = {
    "a code as the table writes it": (
        "svarade STUDIER här",
        "STUDIER",
        ["kod.valueCodeableConcept.coding.code", "kod.valueCodeableConcept.coding.display"],
    ),
    "a display": ("och studier på distans", "STUDIER", ["kod.valueCodeableConcept.coding.display"]),
    "the sender's display": ("går på komvux", "STUDIER", ["kod.valueCodeableConcept.coding.display"]),
    "a code that is no word": ("svarade HJALPMEDEL här", "HJALPMEDEL", ["kod.valueCodeableConcept.coding.code"]),
    "a code in small letters": ("behöver hjalpmedel", "HJALPMEDEL", []),
    "part of a display": ("behöver hjälpmedel", "HJALPMEDEL", []),
    "a common word, as a display": ("och annat smått", "ANNAT", ["kod.valueCodeableConcept.coding.display"]),
}


@pytest.mark.parametrize(("kept", "code", "places"), CONCEPTS.values(), ids=CONCEPTS)
def test_a_code_of_a_table_that_was_left_out(tmp_path, kept, code, places):
    answers = {"3": [coded(code, "Komvux")]}

    assert found(tmp_path, document(tmp_path, kept, answers=answers)) == places


@pytest.mark.parametrize(
    ("kept", "places"),
    [
        ("och annat smått", []),
        ("och ANNAT smått", []),
        ("går på komvux", ["kod.valueCodeableConcept.coding.display"]),
    ],
    ids=["the word", "the word in capitals, and the code with it", "another word of the same code"],
)
def test_a_word_that_a_set_calls_harmless_is_no_leak(tmp_path, kept, places):
    made = document(tmp_path, kept, answers={"3": [coded("ANNAT", "Komvux")]})

    assert found(tmp_path, made, harmless={"Annat": "ett vanligt ord"}) == places


PEOPLE = {
    "the doctor's name": ("Samtal med Lina Läkarsson", {}, ["doctor.name.text"]),
    "the doctor's name in capitals": ("Samtal med LINA LÄKARSSON", {}, ["doctor.name.text"]),
    "half of the doctor's name": ("Samtal med Lina", {}, []),
    "the unit's name": ("Samtal på Provmottagningen", {}, ["unit.name"]),
    "the patient's own name": ("Testa Provsson mår bra", {}, []),
    "the provider's name, which stays": ("Region Prov ringde", {}, []),
    "the unit named like its provider": ("Region Prov ringde", {"enhet": "Region Prov"}, []),
    "the doctor named like the patient": ("Testa Provsson mår bra", {"läkare": "Testa Provsson"}, []),
    "the town, which is nobody's name": ("Bor i Provstad", {}, []),
}


@pytest.mark.parametrize(("kept", "people", "places"), PEOPLE.values(), ids=PEOPLE)
def test_somebody_who_was_left_out(tmp_path, kept, people, places):
    assert found(tmp_path, document(tmp_path, kept, people=people)) == places


def test_terms_that_overlap_are_all_found(tmp_path):
    answers = {"6": [{"6.1": "svår ångest", "6.2.code": "F410"}]}

    made = document(tmp_path, "hade svår ångest igår", "ångest igår", answers=answers)

    assert found(tmp_path, made) == ["bort.valueString", "diagnos.code.text"]


def test_an_element_that_was_left_out_of_a_resource_that_stays_is_found_too(tmp_path):
    made = document(tmp_path, "går hos psykolog", answers={"1": [{"1.1": "går hos psykolog", "1.2": "Psykolog"}]})

    assert found(tmp_path, made) == ["kvar.note.text"]
    assert found(tmp_path, made, **with_section("kvar", {"kvar": ["valueString", "note"]})) == []


def test_what_stays_is_no_leak_of_itself(tmp_path):
    assert found(tmp_path, document(tmp_path, "lumbago")) == []


def test_the_titles_of_the_set_are_searched_too(tmp_path):
    assert found(tmp_path, document(tmp_path, removed="lilla"), title="Den lilla mängden") == HIT


def test_the_same_text_left_out_in_two_places_is_told_of_both(tmp_path):
    made = document(tmp_path, "har lumbago", "Lumbago", answers={"6": [{"6.1": "lumbago", "6.2.code": "M545"}]})

    assert found(tmp_path, made) == ["bort.valueString", "diagnos.code.text"]


def test_a_hold_tells_the_place_and_not_the_word(tmp_path):
    one = only_set(tmp_path, document(tmp_path, "har lumbago", "lumbago"))

    assert one.hold == "leak"
    assert "lumbago" not in repr(one)
    assert "lumbago" not in "".join(map(str, one.problems))


@pytest.mark.parametrize(("length", "is_held"), [(MAX_SOUGHT // 2, False), (MAX_SOUGHT + 1, True)])
def test_a_text_too_long_to_look_for_holds_the_set_since_nobody_can_tell(tmp_path, length, is_held):
    one = only_set(tmp_path, document(tmp_path, "annat", "x" * length))

    assert (one.hold == "leak") is is_held


def test_a_certificate_with_nothing_to_look_for_is_not_held(tmp_path):
    nobody = dict.fromkeys(("patient", "läkare", "enhet"), " ")

    assert found(tmp_path, document(tmp_path, "14", people=nobody)) == []


WORDS = st.text(string.ascii_letters + "åäöÅÄÖéü", min_size=4, max_size=20)
SENTENCES = st.lists(st.text(string.ascii_letters + "åäö", min_size=1, max_size=8), max_size=5).map(" ".join)
MARKS = st.sampled_from([" ", ", ", "\n", " (", ") ", '"', "”", " – ", "&", "<", "\t", "/", ".", "\u00a0"])


@settings(max_examples=60, deadline=None)
@given(SENTENCES, MARKS, WORDS, MARKS, SENTENCES, st.sampled_from([str, str.upper, str.lower]))
def test_whatever_word_was_left_out_is_found_wherever_it_stands(before, mark, word, other_mark, after, written):
    with tempfile.TemporaryDirectory() as folder:
        made = document(Path(folder), before + mark + written(word) + other_mark + after, word)

        assert "bort.valueString" in found(Path(folder), made)


@settings(max_examples=60, deadline=None)
@given(
    st.text(st.characters(codec="utf-8", exclude_categories=["C"]), min_size=4).filter(
        lambda text: sum(map(str.isalpha, text)) > 3
    )
)
def test_whatever_text_was_left_out_is_found_as_it_stood(text):
    with tempfile.TemporaryDirectory() as folder:
        assert "bort.valueString" in found(Path(folder), document(Path(folder), f"Vi vet: {text} och mer", text))
