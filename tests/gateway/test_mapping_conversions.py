"""How texts become values, at the edges: what is just right, and what just is not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.mapping.conversions import CONVERSIONS

RIGHT = [
    ("text", " som det står \n", " som det står \n"),
    ("code", "\n LK ", "LK"),
    ("date", "2026-03-02", "2026-03-02"),
    ("date", "2026-03-02Z", "2026-03-02"),
    ("date", "2026-03-02+01:00", "2026-03-02"),
    ("date", "\n 2024-02-29 ", "2024-02-29"),
    ("date", "0001-01-01", "0001-01-01"),
    ("date", "9999-12-31", "9999-12-31"),
    ("datetime", "2026-03-02T10:15:00", "2026-03-02T10:15:00+01:00"),
    ("datetime", " 2026-07-02T00:00:00\n", "2026-07-02T00:00:00+02:00"),
    ("datetime", "2026-03-29T01:59:59", "2026-03-29T01:59:59+01:00"),
    ("datetime", "2026-03-29T03:00:00", "2026-03-29T03:00:00+02:00"),
    ("datetime", "2026-10-25T01:59:59", "2026-10-25T01:59:59+02:00"),
    ("datetime", "2026-10-25T02:30:00", "2026-10-25T02:30:00+02:00"),
    ("datetime", "2026-10-25T03:00:00", "2026-10-25T03:00:00+01:00"),
    ("datetime", "2026-12-31T23:59:59", "2026-12-31T23:59:59+01:00"),
    ("boolean", "true", True),
    ("boolean", " 1 ", True),
    ("boolean", "false", False),
    ("boolean", "0", False),
    ("integer", "0", 0),
    ("integer", " 007\n", 7),
    ("integer", "999999999", 999999999),
    ("decimal", "25.0", 25),
    ("decimal", " 44\n", 44),
    ("decimal", "37.5", 37.5),
    ("decimal", "-0.0", 0),
    ("decimal", "2.5E1", 25),
    ("decimal", "+44.", 44),
    ("decimal", ".5", 0.5),
    ("decimal", "-12.5", -12.5),
    ("decimal", "999999999", 999999999),
    ("icd_10", "F432", "F43.2"),
    ("icd_10", " f432 ", "F43.2"),
    ("icd_10", "F43.2", "F43.2"),
    ("icd_10", "F43", "F43"),
    ("icd_10", "M5450", "M54.50"),
    ("icd_10", "S7200A", "S7200A"),
    ("icd_10", "B342W", "B34.2W"),
    ("icd_10", "F43-P", "F43-P"),
    ("icd_10", "F432-", "F432-"),
    ("icd_10", "U071", "U07.1"),
    ("icd_10", "ÅF432", "ÅF432"),
]
WRONG = [
    ("decimal", ""),
    ("decimal", "1e9"),
    ("decimal", "1e999"),
    ("decimal", "1e"),
    ("decimal", "."),
    ("decimal", "NaN"),
    ("decimal", "INF"),
    ("decimal", "25,0"),
    ("decimal", "१.0"),
    ("decimal", "1234567890.0"),
    ("decimal", "0" * 30),
    ("date", ""),
    ("date", "2026-02-29"),
    ("date", "2026-13-01"),
    ("date", "2026-3-2"),
    ("date", "20260302"),
    ("date", "2026-W10-1"),
    ("date", "0000-01-01"),
    ("date", "2026-03-02T00:00:00"),
    ("date", "2026-03-02 2026-03-03"),
    ("date", "२०२६-03-02"),
    ("datetime", "2026-03-02"),
    ("datetime", "2026-03-02 10:15:00"),
    ("datetime", "2026-03-02T10:15"),
    ("datetime", "2026-03-02T10:15:00.000"),
    ("datetime", "2026-03-02T10:15:00Z"),
    ("datetime", "2026-03-02T10:15:00+01:00"),
    ("datetime", "2026-03-02T24:00:00"),
    ("datetime", "2026-03-02T10:15:60"),
    ("datetime", "2026-02-30T10:15:00"),
    ("boolean", "True"),
    ("boolean", "TRUE"),
    ("boolean", "ja"),
    ("boolean", "10"),
    ("boolean", ""),
    ("integer", ""),
    ("integer", "-1"),
    ("integer", "+1"),
    ("integer", "1.0"),
    ("integer", "1 0"),
    ("integer", "1_0"),
    ("integer", "٣"),
    ("integer", "1000000000"),
]


@pytest.mark.parametrize(("word", "text", "value"), RIGHT)
def test_a_text_of_the_kind_becomes_the_value(word, text, value):
    made = CONVERSIONS[word](text)

    assert (made, type(made)) == (value, type(value))


@pytest.mark.parametrize(("word", "text"), WRONG)
def test_a_text_of_another_kind_is_refused(word, text):
    with pytest.raises(ValueError):  # noqa: PT011 - a plain ValueError is the contract
        CONVERSIONS[word](text)


@given(st.dates())
def test_no_date_is_ever_shifted(day):
    assert CONVERSIONS["date"](day.isoformat()) == day.isoformat()


@given(st.datetimes().map(lambda moment: moment.replace(microsecond=0)))
def test_no_time_loses_the_day_and_hour_that_was_written(moment):
    made = CONVERSIONS["datetime"](moment.isoformat())

    assert made.startswith(moment.isoformat())


@given(st.text())
def test_a_diagnosis_code_only_ever_gains_a_dot_and_capitals(text):
    assert CONVERSIONS["icd_10"](text).replace(".", "") == text.strip().upper().replace(".", "")
