"""What form.yaml may say: a slip of the pen stops the start, and is told with file and place."""

from __future__ import annotations

import pytest
from form_answers import problems_of

from gateway.documents import Answer, Child, Part
from gateway.errors import ConfigurationError
from gateway.forms import load_forms
from gateway.identity import CertificateKind

FORM = """\
title: Intyg
unknown_questions: refused
questions:
  1:
    title: Grund
    count: 0..4
    parts:
      1.1: { title: Typ, count: 1, type: code, system: X, codes: [no, A], once: yes }
      1.10: { title: Datum, count: any, type: date }
      1.2: { title: Kod, count: 0..1, type: code, systems_containing: [X, Y], pattern: "[A-Z]", examples: { A: Ask } }
      1.3: { title: Period, count: 0..1, type: period }
  2:
    title: Vill
    count: 1..
    parts:
      2.1: { title: Vill, count: 2..3, type: boolean }
      2.2: { title: Varför, count: 0..1, type: text }
conditions:
  - { required: 1, when: { part: 2.1, is: true } }
  - { forbidden: [1], unless: { answered: 2 } }
  - { required_part: 1.2, when: { question: 1, part: 1.10 } }
  - { forbidden_part: 2.2, when: { part: 2.1, is_not: true } }
  - { both_or_neither: [1.2, 1.3] }
  - { same_code_system: [1.1, 1.2] }
  - { alone: { part: 1.1, is: no } }
  - { not_overlapping: 1.3 }
"""

SLIPS = {
    "an unknown word of a form": (
        "unknown_questions: refused",
        "unknown_question: refused",
        "unknown_question",
    ),
    "an unknown word of a question": ("title: Vill\n", "titel: Vill\n", "questions / 2 / titel"),
    "an unknown word of a part": ("once: yes", "onse: yes", "questions / 1 / parts / 1.1 / code / onse"),
    "an unknown word of a condition": ("unless:", "unles:", "conditions / 1 / forbidden / unles"),
    "an unknown word of a circumstance": (
        "is_not:",
        "isnt:",
        "conditions / 3 / forbidden_part / when / isnt",
    ),
    "an unknown condition": (
        "not_overlapping:",
        "overlapping:",
        "conditions / 7: none of the words required, ",
    ),
    "an unknown circumstance": ("answered: 2", "asked: 2", "none of the words answered, part"),
    "a condition that is only a word": ("{ not_overlapping: 1.3 }", "not_overlapping", "none of the words"),
    "an unknown type": ("type: boolean", "type: bool", "questions / 2 / parts / 2.1"),
    "an unknown way to count": (
        "count: 0..4",
        "count: 0-4",
        "questions / 1 / count: Value error, '0-4' is no count",
    ),
    "a count that nobody reaches": ("count: 0..4", f"count: 0..{'9' * 5000}", "questions / 1 / count: Value error, "),
    "a question without a number": ("  2:\n", "  två:\n", "questions / två / [key]: String should match pattern"),
    "added questions past all numbers": (
        "questions:\n",
        "additional_questions: { title: Mer, questions: 9001-99999999999999 }\nquestions:\n",
        "additional_questions / questions: String should match pattern",
    ),
    "a quantity without end": (
        "type: boolean }",
        "type: quantity, unit: kg, least: 0, most: 1e400 }",
        "questions / 2 / parts / 2.1 / quantity / most: Input should be a finite number",
    ),
    "neither yes nor no": ("once: yes", "once: perhaps", "questions / 1 / parts / 1.1 / code / once"),
    "a code with two systems": ("system: X", "system: X, systems_containing: [Y]", "either system or"),
    "a code without system": ("system: X, ", "", "either system or systems_containing"),
    "a code with list and pattern": ("codes: [no, A]", "codes: [no], pattern: A", "either codes or pattern"),
    "a code without list": ("codes: [no, A], ", "", "either codes or pattern"),
    "an example that the pattern refuses": ("A: Ask", "AB: Ask", "examples follow the pattern"),
    "examples beside a list": ("codes: [no, A]", "codes: [no, A], examples: { A: Ask }", "nothing else, has examples"),
    "a pattern without examples": (", examples: { A: Ask }", "", "a pattern, and nothing else, has examples"),
    "an example that is too long": (
        "examples: { A: Ask }",
        "longest: 1, examples: { AB: Ask }",
        "no longer than allowed",
    ),
    "a pattern that is none": ('"[A-Z]"', '"[A-Z"', "questions / 1 / parts / 1.2 / code / pattern"),
    "is beside is_not": ("is_not: true", "is_not: true, is: false", "say one of is, is_not and containing"),
    "a question said twice": ("  2:\n", "  1:\n", "line 12: 1 is said twice"),
    "a list where a word should stand": (
        "title: Intyg",
        "[title]: Intyg",
        "line 1: a word must stand before the colon",
    ),
    "no YAML": ("title: Intyg", "title: [Intyg", "this is not YAML"),
    "nothing but a word": (FORM, "Intyg", "the whole file: "),
    "nothing": (FORM, "# Intyg", "the file is empty"),
    "a part of another question": ("2.2: {", "3.2: {", "part 3.2 does not belong to question 2"),
    "a condition on an unknown question": (
        "required: 1,",
        "required: 7,",
        "number 1: the form has no question 7",
    ),
    "a circumstance of an unknown question": (
        "answered: 2",
        "answered: 7",
        "number 2: the form has no question 7",
    ),
    "a condition on an unknown part": (
        "not_overlapping: 1.3",
        "not_overlapping: 1.4",
        "number 8: the form has no part 1.4",
    ),
    "a circumstance of an unknown part": (
        "part: 2.1, is: true",
        "part: 2.7, is: true",
        "the form has no part 2.7",
    ),
    "a circumstance of another question's part": (
        "question: 1, part",
        "question: 2, part",
        "part 1.10 does not belong to question 2",
    ),
    "a value that a boolean never has": (
        "part: 2.1, is: true",
        "part: 2.1, is: yes",
        "part 2.1 is never yes",
    ),
    "a code that the list lacks": ("part: 1.1, is: no", "part: 1.1, is: B", "part 1.1 is never B"),
    "a value of a date": (
        "part: 2.1, is: true",
        "part: 1.10, is: true",
        "part 1.10 has no value to choose among",
    ),
    "parts of two questions": ("[1.2, 1.3]", "[1.2, 2.2]", "belong to different questions"),
    "one part with itself": ("[1.2, 1.3]", "[1.2]", "conditions / 4 / both_or_neither"),
    "a date that does not overlap": (
        "not_overlapping: 1.3",
        "not_overlapping: 1.10",
        "part 1.10 is no period",
    ),
    "a date from a code system": ("[1.1, 1.2]", "[1.1, 1.10]", "part 1.10 is no code"),
    "a boolean alone": (
        "alone: { part: 1.1, is: no }",
        "alone: { part: 2.1, is: true }",
        "part 2.1 is no code",
    ),
}


def folder_with(tmp_path, text, place="ag1-14/12"):
    file = tmp_path / place / "form.yaml"
    file.parent.mkdir(parents=True)
    file.write_text(text, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("slip", SLIPS)
def test_a_slip_stops_the_start_and_is_told_with_its_place(tmp_path, slip):
    before, after, told = SLIPS[slip]
    assert before in FORM

    with pytest.raises(ConfigurationError) as stopped:
        load_forms(folder_with(tmp_path, FORM.replace(before, after, 1)))

    assert "ag1-14/12/form.yaml: " in str(stopped.value)
    assert told in str(stopped.value)


def test_a_form_is_known_by_the_names_of_its_folders(tmp_path):
    forms = load_forms(folder_with(tmp_path, FORM))

    assert [(kind, form.title) for kind, form in forms.items()] == [(CertificateKind("AG1-14", 12), "Intyg")]


def test_a_folder_that_is_no_version_stops_the_start(tmp_path):
    with pytest.raises(ConfigurationError, match="major version"):
        load_forms(folder_with(tmp_path, FORM, "lisjp/v1"))


def test_a_folder_without_forms_stops_the_start(tmp_path):
    with pytest.raises(ConfigurationError, match="has no form"):
        load_forms(tmp_path)


def judged(form, *answers):
    return {str(problem) for problem in problems_of(form, answers)}


def test_words_that_yaml_would_take_for_numbers_and_booleans_are_words(tmp_path):
    [form] = load_forms(folder_with(tmp_path, FORM)).values()
    wanted = Answer("2", (), (Part("2.1", "true", (), 1), Part("2.1", "1", (), 1)), 1)
    chosen = Part("1.1", "", (Child("cv", {"code": "no", "codeSystem": "X"}),), 2)

    assert judged(form, wanted, Answer("1", (), (chosen,), 2)) == set()
    assert judged(form, wanted, Answer("1", (), (chosen, Part("1.10", "igår", (), 2)), 2)) == {
        "1.10: Delfråga 1.10 ”Datum” ska vara ett giltigt datum skrivet ÅÅÅÅ-MM-DD",
        "1.2: Delfråga 1.2 ”Kod” ska anges när delfråga 1.10 ”Datum” är angiven",
    }


def test_what_a_part_holds_is_not_judged_where_the_form_says_so_and_its_count_is(tmp_path):
    [form] = load_forms(folder_with(tmp_path, FORM.replace("type: boolean", "type: boolean, judged: no"))).values()
    whatever, wanted = Part("2.1", "kanske", (), 1), Part("2.1", "true", (), 1)
    chosen = Part("1.1", "", (Child("cv", {"code": "no", "codeSystem": "X"}),), 2)
    asked_for = Answer("1", (), (chosen,), 2)

    assert judged(form, Answer("2", (), (whatever, whatever), 1)) == set()
    assert judged(form, Answer("2", (), (whatever,), 1)) == {
        "2.1: Delfråga 2.1 ”Vill” ska anges mellan 2 och 3 gånger i svaret"
    }
    assert judged(form, Answer("2", (), (whatever, wanted), 1)) == {
        "1: Fråga 1 ”Grund” ska besvaras minst en gång när delfråga 2.1 ”Vill” är ja"
    }
    assert judged(form, Answer("2", (), (whatever, wanted), 1), asked_for) == set()


def test_counts_are_told_as_one_says_them(tmp_path):
    [form] = load_forms(folder_with(tmp_path, FORM)).values()

    assert judged(form) == {"2: Fråga 2 ”Vill” ska besvaras minst en gång"}
    assert judged(form, *[Answer("2", (), (Part("2.1", "0", (), 1),), 1)]) == {
        "2.1: Delfråga 2.1 ”Vill” ska anges mellan 2 och 3 gånger i svaret"
    }
    assert judged(form, *[Answer("1", (), (), 1)] * 5) == {
        "1: Fråga 1 ”Grund” får besvaras högst 4 gånger",
        "1: Fråga 1 ”Grund” får inte besvaras utom när fråga 2 ”Vill” är besvarad",
        "1.1: Delfråga 1.1 ”Typ” ska anges exakt en gång i svaret",
        "2: Fråga 2 ”Vill” ska besvaras minst en gång",
    }
