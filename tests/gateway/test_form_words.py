"""The words of the form language that only some forms use, one small form for each."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from form_answers import answer, judge, odd_places, problems_of, said

from gateway.documents import Child
from gateway.errors import ConfigurationError
from gateway.forms import load_forms
from gateway.identity import CertificateKind


@pytest.fixture
def form(tmp_path):
    """Makes a form of questions 1 and 2, with other words where they are given."""

    def make(part="type: text", *, head="", conditions=(), warnings=()):
        text = f"""\
title: Intyg
{head or "unknown_questions: allowed"}
questions:
  1:
    title: Ett
    count: any
    unknown_parts: allowed
    parts:
      1.1: {{ title: Delen, count: any, {part} }}
      1.2: {{ title: Dagen, count: any, type: date, judged: no }}
      1.3: {{ title: Perioden, count: any, type: period, judged: no }}
  2: {{ title: Två, count: any, unknown_parts: allowed, parts: {{ 2.1: {{ title: D, count: any, type: date }} }} }}
conditions: [{", ".join(conditions)}]
warnings: [{", ".join(warnings)}]
"""
        file = tmp_path / "intyg" / "1" / "form.yaml"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        return load_forms(tmp_path)[CertificateKind("INTYG", 1)]

    return make


def broken(form, *answers):
    return {problem.place for problem in problems_of(form, answers)}


def quantity(value, unit, *, name="pq", flaws=(), part="1.1"):
    return answer("1", said(part, "", Child(name, {"value": value, "unit": unit}, frozenset(flaws))))


def period(*days):
    values = {name: day for name, day in zip(("start", "end"), days, strict=False) if day}
    return Child("datePeriod", values)


def lasting(start, end):
    return answer("1", said("1.3", "", period(start, end)))


HOURS = 'type: quantity, unit: h, units_containing: h, least: 1, most: 39, pattern: "[0-9.]+"'


@pytest.mark.parametrize(
    ("value", "unit", "accepted"),
    [
        ("1", "h", True),
        ("39.0", " h ", True),
        ("38.5", "h", True),
        ("0.9", "h", False),
        ("39.1", "h", False),
        ("1e1", "h", False),
        (" 7", "h", False),
        ("NaN", "h", False),
        ("", "h", False),
        ("7", "%", False),
        ("7", "", False),
    ],
)
def test_a_quantity_lies_in_its_range_and_has_its_unit(form, value, unit, accepted):
    assert broken(form(HOURS), quantity(value, unit)) == (set() if accepted else {"1.1"})


def test_a_quantity_is_one_pq_with_one_value_and_one_unit(form):
    hours = form(HOURS)

    assert broken(hours, quantity("7", "h", name="cv")) == {"1.1"}
    assert broken(hours, quantity("7", "h", flaws=["unit"])) == {"1.1"}
    assert broken(hours, answer("1", said("1.1", "7"))) == {"1.1"}
    assert broken(hours, answer("1", said("1.1", "", Child("pq", {"value": "7"})))) == {"1.1"}


def test_a_unit_that_is_not_judged_may_be_any(form):
    assert broken(form("type: quantity, unit: h, least: 1, most: 39"), quantity("7", "dagar")) == set()


@pytest.mark.parametrize(
    ("text", "accepted"),
    [
        ("1", True),
        (" 99\n", True),
        ("007", True),
        ("0", False),
        ("100", False),
        ("1.0", False),
        ("-1", False),
        ("²", False),
    ],
)
def test_an_integer_is_digits_within_its_range(form, text, accepted):
    months = form("type: integer, least: 1, most: 99")

    assert broken(months, answer("1", said("1.1", text))) == (set() if accepted else {"1.1"})


def test_an_integer_of_very_many_digits_is_refused_at_once(form):
    assert broken(form("type: integer, least: 1, most: 99"), answer("1", said("1.1", "9" * 100_000))) == {"1.1"}


def test_a_lenient_period_may_end_before_it_begins_and_have_blanks_before_a_day(form):
    strict, lenient = form("type: period"), form("type: period, lenient: yes")
    odd = answer("1", said("1.1", "", period("2025-02-02", " 2025-01-01")))

    assert broken(strict, odd) == {"1.1"}
    assert broken(lenient, odd) == set()
    assert broken(lenient, answer("1", said("1.1", "", period("2025-02-02", "2025-02-30")))) == {"1.1"}


def test_a_part_that_is_judged_here_only_may_be_anything_in_another_answer(form):
    everywhere, here = form("type: boolean"), form("type: boolean, only_here: yes")
    misplaced = answer("2", said("1.1", "kanske"))

    assert broken(everywhere, misplaced) == {"1.1"}
    assert broken(here, misplaced) == set()
    assert broken(here, answer("1", said("1.1", "kanske"))) == {"1.1"}


def test_a_value_that_is_not_judged_is_odd_where_it_is_of_another_kind(form):
    unjudged = form("type: boolean, judged: no")

    assert odd_places(unjudged, answer("1", said("1.1", "kanske"))) == {"1.1"}
    assert odd_places(unjudged, answer("1", said("1.1", "true"))) == set()
    assert broken(unjudged, answer("1", said("1.1", "kanske"))) == set()


def test_another_count_than_the_form_expects_is_odd(form):
    expecting = form("type: text, expected: 1")

    assert odd_places(expecting, answer("1", said("1.1", "x"))) == set()
    assert odd_places(expecting, answer("1", said("1.1", "x"), said("1.1", "x"))) == {"1.1"}
    assert odd_places(expecting, answer("1")) == {"1.1"}
    assert broken(expecting, answer("1")) == set()


def test_a_blank_display_is_odd_in_every_form(form):
    codes = form("type: code, system: S, codes: [A]")

    def shown(display):
        return answer("1", said("1.1", "", Child("cv", {"code": "A", "codeSystem": "S"} | display)))

    assert odd_places(codes, shown({"displayName": " "})) == {"1.1"}
    assert odd_places(codes, shown({"displayName": "En kod"})) == set()
    assert odd_places(codes, shown({})) == set()


def test_an_instance_number_below_one_is_refused_unless_the_form_lets_it_pass(form):
    lenient = form(head="unknown_questions: allowed\nnumbers_below_one: allowed")

    assert broken(form(), answer("1", number=["0"])) == {"1"}
    assert broken(lenient, answer("1", number=["0"])) == set()


def test_questions_are_counted_together(form):
    both = form(conditions=["{ in_total: [1, 2], count: 1 }"])

    assert broken(both) == {"1"}
    assert broken(both, answer("2")) == set()
    assert broken(both, answer("1"), answer("2")) == {"1"}


def test_a_part_is_counted_in_all_answers_to_its_question(form):
    one = form(conditions=["{ in_total: 1.1, count: 1 }"])

    assert broken(one, answer("1", said("1.1", "x")), answer("1", said("1.9", "x"))) == set()
    assert broken(one, answer("1", said("1.1", "x")), answer("1", said("1.1", "x"))) == {"1.1"}
    assert broken(one, answer("2", said("1.1", "x"))) == {"1.1"}


def test_a_part_is_required_as_often_as_is_said(form):
    twice = form(conditions=["{ required_part: 1.1, count: 2, when: { part: 1.2 } }"])

    assert broken(twice, answer("1", said("1.2", "x"), said("1.1", "x"))) == {"1.1"}
    assert broken(twice, answer("1", said("1.2", "x"), said("1.1", "x"), said("1.1", "x"))) == set()


def test_a_text_is_looked_for_in_all_that_stands_in_a_part(form):
    three = form(
        "type: text, judged: no", conditions=['{ required_part: 1.2, when: { part: 1.1, containing: "3|B" } }']
    )

    def with_(text, **values):
        return answer("1", said("1.1", text, Child("cv", values)))

    assert broken(three, with_("", code="A", displayName="3 dagar")) == {"1.2"}
    assert broken(three, with_("B")) == {"1.2"}
    assert broken(three, with_("C", code="A")) == set()


def test_a_day_is_not_later_than_today_in_sweden(form):
    past = form(conditions=["{ not_later: 1.2, than: today }"])
    just_after_midnight = datetime(2025, 5, 31, 22, 30, tzinfo=UTC)

    def refused(day):
        return bool(judge(past, [answer("1", said("1.2", day))], just_after_midnight).problems)

    assert not refused("2025-06-01")
    assert refused("2025-06-02")
    assert not refused("0000-02-29")
    assert not refused("ingen dag")


@pytest.mark.parametrize(
    ("day", "refused"),
    # An xs:date with a zone begins at midnight there: source XML Schema 1.1 part 2, §3.3.9.
    [("2025-06-01Z", True), ("2025-06-01+02:00", False), ("2025-06-01+03:00", False), ("2025-06-01-05:00", True)],
)
def test_a_day_with_a_zone_begins_when_it_does_there(form, day, refused):
    past = form(conditions=["{ not_later: 1.2, than: today }"])
    noon = datetime(2025, 6, 1, 12, tzinfo=UTC)

    assert bool(judge(past, [answer("1", said("1.2", day))], noon).problems) is refused


def test_a_day_is_not_later_than_another_in_each_answer_where_something_is_so(form):
    before = form(
        "type: code, system: S, codes: [A, B]",
        conditions=["{ not_later: 2.1, than: 1.2, when: { part: 1.1, is: A } }"],
    )

    def on(code, *days):
        chosen = said("1.1", "", Child("cv", {"code": code, "codeSystem": "S"}))
        return answer("1", chosen, *[said("1.2", day) for day in days])

    known = answer("2", said("2.1", "2025-01-02"))
    assert broken(before, known, on("A", "2025-01-02"), on("B", "2025-01-01")) == set()
    assert broken(before, known, on("A", "2025-01-01")) == {"2.1"}
    assert broken(before, known, on("A")) == {"2.1"}
    assert broken(before, on("A", "2025-01-01")) == set()


OVERLAPS = {
    "periods that share a day": ([("2025-01-01", "2025-01-05"), ("2025-01-05", "2025-01-09")], False),
    "one within another": ([("2025-01-01", "2025-01-09"), ("2025-01-05", "2025-01-05")], True),
    "the same day twice": ([("2025-01-05", "2025-01-05"), ("2025-01-05", "2025-01-05")], False),
    "one that ends before it begins, outside": ([("2025-01-10", "2025-01-05"), ("2025-01-07", "2025-01-20")], False),
    "one that ends before it begins, around": ([("2025-01-10", "2025-01-05"), ("2025-01-01", "2025-01-20")], True),
    "one without a first day, after another": ([("2025-01-01", "2025-01-05"), ("", "2025-01-09")], True),
    "one without a first day, before another": ([("", "2025-01-09"), ("2025-01-01", "2025-01-05")], False),
    "one without a last day": ([("2025-01-01", "2025-01-05"), ("2025-01-03", "")], False),
    "the first and the third": (
        [("2025-01-01", "2025-03-01"), ("2024-01-01", "2024-02-01"), ("2025-02-01", "2025-04-01")],
        True,
    ),
}


@pytest.mark.parametrize("name", OVERLAPS)
def test_periods_overlap_where_each_begins_before_the_other_ends(form, name):
    periods, overlap = OVERLAPS[name]
    apart = form(conditions=["{ not_overlapping: 1.3 }"])

    assert broken(apart, *[lasting(*days) for days in periods]) == ({"1.3"} if overlap else set())


def test_two_periods_in_one_part_are_refused_after_another_answer(form):
    apart = form(conditions=["{ not_overlapping: 1.3 }"])
    two = answer("1", said("1.3", "", period("2025-01-01", "2025-01-02"), period("2025-02-01", "2025-02-02")))

    assert broken(apart, two, lasting("2025-03-01", "2025-03-02")) == set()
    assert broken(apart, two, lasting("2025-02-01", "2025-03-02")) == {"1.3"}
    assert broken(apart, lasting("2025-03-01", "2025-03-02"), two) == {"1.3"}


@pytest.mark.parametrize(
    ("warning", "odd", "fine"),
    [
        (
            "{ no_shared_day: 1.3 }",
            [("2025-01-01", "2025-01-05"), ("2025-01-05", "2025-01-09")],
            [("2025-01-01", "2025-01-01")],
        ),
        ("{ lasts_at_most: 14 days, part: 1.3 }", [("2025-01-01", "2025-01-15")], [("2025-01-01", "2025-01-14")]),
        ("{ lasts_at_most: 6 months, part: 1.3 }", [("2025-01-01", "2025-07-01")], [("2025-01-01", "2025-06-30")]),
        ("{ lasts_at_most: 1 months, part: 1.3 }", [("2025-01-31", "2025-02-28")], [("2025-01-31", "2025-02-27")]),
        ("{ begun_at_most: 7 days, part: 1.3 }", [("2025-01-01", "2025-01-02")], [("2025-01-02", "2025-01-02")]),
        ("{ lasts_at_most: 14 days, part: 1.3 }", [("1000-01-01", "9000-12-31")], [("0000-01-01", "9999-12-31")]),
    ],
)
def test_a_period_is_odd_and_not_refused(form, warning, odd, fine):
    warning_form = form(warnings=[warning])
    signed = "2025-01-09T10:00:00"

    assert odd_places(warning_form, *[lasting(*days) for days in odd], signed=signed) == {"1.3"}
    assert odd_places(warning_form, *[lasting(*days) for days in fine], signed=signed) == set()
    assert broken(warning_form, *[lasting(*days) for days in odd]) == set()


def test_nobody_is_told_how_long_ago_a_period_began_where_the_day_of_signing_is_not_known(form):
    begun = form(warnings=["{ begun_at_most: 7 days, part: 1.3 }"])

    for signed in ("", "0000-01-01T00:00:00", "i går"):
        assert odd_places(begun, lasting("2020-01-01", "2020-01-02"), signed=signed) == set()


def test_a_text_longer_than_the_form_has_room_for_is_odd(form):
    short = form(warnings=["{ longest: { 1.1: 3 } }"])

    assert odd_places(short, answer("1", said("1.1", " åäö\n"))) == set()
    assert odd_places(short, answer("1", said("1.1", "åäöx"))) == {"1.1"}


def test_every_condition_can_be_a_warning(form):
    asked_for = form(warnings=["{ required: 2, when: { answered: 1 } }"])

    assert odd_places(asked_for, answer("1")) == {"2"}
    assert broken(asked_for, answer("1")) == set()


def test_an_added_question_whose_part_is_numbered_otherwise_is_odd(form):
    adding = form(head="unknown_questions: refused\nadditional_questions: { title: T, questions: 9001-9002 }")

    assert odd_places(adding, answer("9001", said("9001.1", "x"))) == set()
    assert odd_places(adding, answer("9001", said("9001.7", "x"))) == {"9001"}
    assert broken(adding, answer("9001", said("9001.7", "x"))) == set()


def test_a_form_is_found_by_its_other_names_too(tmp_path, form):
    other = form(head="also_called: [BLANKETT]\nunknown_questions: allowed")

    assert load_forms(tmp_path)[CertificateKind("BLANKETT", 1)].kind == other.kind == CertificateKind("INTYG", 1)


def test_two_forms_of_one_name_stop_the_start(tmp_path, form):
    form(head="also_called: [BLANKETT]\nunknown_questions: allowed")
    twin = tmp_path / "blankett" / "1" / "form.yaml"
    twin.parent.mkdir(parents=True)
    twin.write_text((tmp_path / "intyg" / "1" / "form.yaml").read_text("utf-8"), "utf-8")

    with pytest.raises(ConfigurationError, match="another form is also called BLANKETT"):
        load_forms(tmp_path)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ({"warnings": ["{ lasts_at_most: 2 weeks, part: 1.3 }"]}, "'2 weeks' is no length of time"),
        ({"warnings": ["{ lasts_at_most: 2 days, part: 1.2 }"]}, "warnings, number 1: part 1.2 is no period"),
        ({"warnings": ["{ no_shared_day: 1.2 }"]}, "warnings, number 1: part 1.2 is no period"),
        ({"warnings": ["{ longest: { 1.2: 3 } }"]}, "warnings, number 1: part 1.2 is no text"),
        ({"warnings": ["{ shortest: { 1.1: 3 } }"]}, "none of the words required, "),
        ({"conditions": ["{ longest: { 1.1: 3 } }"]}, "none of the words required, "),
        ({"conditions": ["{ not_later: 1.2, than: 2.1 }"]}, "say when with a part, and not with today"),
        ({"conditions": ["{ not_later: 1.1, than: today }"]}, "conditions, number 1: part 1.1 is no date"),
        ({"conditions": ["{ in_total: [1, 7], count: 1 }"]}, "conditions, number 1: the form has no question 7"),
        ({"conditions": ["{ in_total: [1.1, 2.1], count: 1 }"]}, "belong to different questions"),
        ({"conditions": ["{ only_code: 1.1 }"]}, "part 1.1 is no code"),
    ],
)
def test_a_slip_in_these_words_stops_the_start(form, words, told):
    with pytest.raises(ConfigurationError) as stopped:
        form(**words)

    assert told in str(stopped.value)
