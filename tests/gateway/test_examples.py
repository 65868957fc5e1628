"""Certificates that are made up from a form: what anybody may rest on."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.errors import ConfigurationError
from gateway.examples import Examples, load_material
from gateway.forms import judge, load_forms
from gateway.forms.language import CodePart, Required
from gateway.forms.language.conditions import Forbidden
from gateway.rules import HOME, load_rules

RULES = load_rules()
FORMS = {form.kind: form for form in RULES.forms.values()}
MATERIAL = load_material(HOME / "mappings" / "examples.yaml")
NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
ENOUGH = 2000
"""Seeds in which everything that a form has is to be found."""

FORM = """\
title: Prov
unknown_questions: refused
questions:
  1:
    title: Fråga
    count: 1
    parts:
      1.1: { title: Kod, count: 1, type: code, system: X, codes: [A, B] }
conditions:
"""


def read(form, seed, day=None):
    return RULES.reader.read_file(Examples(form, MATERIAL).example(seed, day))


def form_saying(tmp_path, text):
    (tmp_path / "prov" / "1").mkdir(parents=True)
    (tmp_path / "prov" / "1" / "form.yaml").write_text(text, encoding="utf-8")
    [form] = load_forms(tmp_path).values()
    return form


@pytest.mark.parametrize("kind", FORMS, ids=str)
@settings(max_examples=40)
@given(seed=st.integers())
def test_an_example_is_accepted_without_warning_and_nothing_in_it_is_unknown(kind, seed):
    source = read(FORMS[kind], seed)

    document = RULES.understand(source, NOW)
    assert document.kind == kind
    assert document.warnings == ()
    assert document.unmapped == ()


@pytest.mark.parametrize("kind", FORMS, ids=str)
def test_everything_that_a_form_has_is_in_some_example(kind):
    form = FORMS[kind]
    missing = set(things_in(form))

    for seed in range(ENOUGH):
        missing.difference_update(things_among(read(form, seed).answers))
        if not missing:
            break

    assert missing == set()


@pytest.mark.parametrize("kind", FORMS, ids=str)
def test_what_need_not_be_told_is_left_out_of_some_example(kind):
    optional = set(may_be_left_out(FORMS[kind].said))

    for seed in range(ENOUGH):
        told = {part.id for answer in read(FORMS[kind], seed).answers for part in answer.parts}
        optional &= told
        if not optional:
            break

    assert optional == set()


def things_in(form):
    for asked, question in form.said.questions.items():
        if not question.parts and asked not in never_asked(form.said):
            yield f"{asked}.1"
        for number, part in question.parts.items():
            yield number
            if isinstance(part, CodePart):
                yield from ((number, code) for code in part.codes or part.examples)
    if form.said.additional_questions:
        yield form.said.additional_questions.questions.partition("-")[0] + ".1"


def never_asked(said):
    """The questions that are let in, and that the form does not have."""
    always = [one for one in said.warnings if isinstance(one, Forbidden) and not (one.when or one.unless)]
    return {question for one in always for question in one.forbidden}


def things_among(answers):
    for answer in answers:
        for part in answer.parts:
            yield part.id
            yield from ((part.id, child.values["code"]) for child in part.children if child.name == "cv")


def may_be_left_out(said):
    always = {
        question
        for one in (*said.conditions, *said.warnings)
        if isinstance(one, Required) and not (one.when or one.unless)
        for question in one.required
    }
    for number, question in said.questions.items():
        for part, about in question.parts.items():
            skipped = (question.expected or question.count).least == 0 and number not in always
            if skipped or (about.expected or about.count).least == 0:
                yield part


@pytest.mark.parametrize("kind", FORMS, ids=str)
def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(kind):
    first, again = Examples(FORMS[kind], MATERIAL), Examples(FORMS[kind], MATERIAL)

    assert [first.example(seed) for seed in range(5)] == [again.example(seed) for seed in range(5)]
    assert len({first.example(seed) for seed in range(50)}) == 50


def test_examples_are_signed_on_the_day_that_is_asked_for_and_tell_nothing_later_of_the_past():
    for form in FORMS.values():
        for seed in range(20):
            source = read(form, seed, date(2024, 2, 29))

            assert source.root.values["signeringstidpunkt"].startswith("2024-02-29T")
            judgement = judge(form, source.answers, datetime(2024, 2, 29, 12, tzinfo=UTC), "2024-02-29")
            assert judgement == ([], [])


def test_only_published_test_persons_stand_in_examples():
    published = {person.number for person in MATERIAL.persons}

    met = {read(form, seed).person.digits for form in FORMS.values() for seed in range(40)}

    assert met == published


def test_a_form_that_cannot_be_filled_in_is_said_to_be_so(tmp_path):
    form = form_saying(tmp_path, FORM + "  - { forbidden: 1, when: { part: 1.1, is: [A, B] } }\n")

    with pytest.raises(ConfigurationError, match="PROV/1: no example was found that the form accepts: 1: Fråga 1"):
        Examples(form, MATERIAL).example(1)


def test_a_condition_that_nobody_mends_is_fulfilled_by_another_draft(tmp_path):
    form = form_saying(tmp_path, FORM + "  - { required: 1, count: 2, when: { part: 1.1, is: A } }\n")

    answers = [read(form, seed).answers for seed in range(20)]

    assert {child.values["code"] for [answer] in answers for part in answer.parts for child in part.children} == {"B"}


def test_a_quantity_that_no_example_can_be_written_as_is_told(tmp_path):
    part = "type: quantity, unit: h, least: 1, most: 9, pattern: '[0-9],5' }"
    form = form_saying(tmp_path, FORM.replace("type: code, system: X, codes: [A, B] }", part) + "  []\n")

    with pytest.raises(ConfigurationError, match=r"part 1\.1 wants its values in a way"):
        Examples(form, MATERIAL).example(1)
