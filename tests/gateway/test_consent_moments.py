"""What moments a FHIR dateTime stands for."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from consent_samples import stockholm

from gateway.consent.moments import span

LAST = (23, 59, 59, 999_999)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2026", stockholm(2026, 1, 1), stockholm(2026, 12, 31, *LAST)),
        ("2026-02", stockholm(2026, 2, 1), stockholm(2026, 2, 28, *LAST)),
        ("2028-02", stockholm(2028, 2, 1), stockholm(2028, 2, 29, *LAST)),
        ("2026-03-29", stockholm(2026, 3, 29), stockholm(2026, 3, 29, *LAST)),
        ("2026-10-25", stockholm(2026, 10, 25), stockholm(2026, 10, 25, *LAST)),
        ("9999", stockholm(9999, 1, 1), stockholm(9999, 12, 31, *LAST)),
    ],
)
def test_a_date_runs_from_its_first_moment_to_its_last_in_stockholm(text, first, last):
    assert span(text) == (first, last)


@pytest.mark.parametrize(("text", "hours"), [("2026-03-29", 23), ("2026-10-25", 25), ("2026-06-01", 24)])
def test_a_day_is_as_long_as_the_clocks_make_it(text, hours):
    day = span(text)

    assert round((day.last - day.first).total_seconds()) == hours * 3600


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-03-02T10:20:00+01:00", datetime(2026, 3, 2, 9, 20, tzinfo=UTC)),
        ("2026-03-02T10:20:00Z", datetime(2026, 3, 2, 10, 20, tzinfo=UTC)),
        ("2026-03-02T10:20:00.25-05:30", datetime(2026, 3, 2, 15, 50, 0, 250_000, tzinfo=UTC)),
    ],
)
def test_a_time_is_that_very_moment(text, moment):
    assert span(text) == (moment, moment)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026-2",
        "2026-02-30",
        "2026-13",
        "2026-00-01",
        "0000",
        "0001",
        "20260302",
        "2026-W01",
        "2026-03-02T10:20:00",
        "2026-03-02T10:20Z",
        "2026-03-02 10:20:00Z",
        "2026-03-02T24:00:00Z",
        "2026-03-02T23:59:60Z",
        "0001-01-01T00:00:00+14:00",
        "2026-03-02\n",
        "٢٠٢٦",
        "2026-03-02T10:20:00+25:00",
    ],
)
def test_what_is_no_date_time_stands_for_nothing(text):
    assert span(text) is None
