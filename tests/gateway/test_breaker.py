from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from gateway.delivery.breaker import LONGEST, LOST_IN_A_ROW, Breaker
from gateway.delivery.schedule import LONGEST_PAUSE, Schedule
from gateway.errors import (
    Busy,
    EndpointGone,
    InternalError,
    Misconfigured,
    PermanentFailure,
    TemporaryFailure,
    UnknownOutcome,
)
from gateway.standings import Cause, Incident, Standing

NOON = datetime(2026, 3, 3, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
BREAKER = Breaker(Schedule([MINUTE, 10 * MINUTE]))
LOST = TemporaryFailure("Not reached")
DOWN = Standing(5, 1, NOON + MINUTE, 1, Incident(Cause.FAILING, "Not reached", NOON))


def _after(error, before=None, now=NOON, **how):
    return BREAKER.lost(error, now, before or Standing(), **how)


@pytest.mark.parametrize("error", [LOST, UnknownOutcome("No answer")])
def test_five_attempts_lost_in_a_row_open_it_and_four_do_not(error):
    standing = Standing()
    for _ in range(LOST_IN_A_ROW - 1):
        standing = _after(error, standing)
    assert standing == Standing(failures=4)

    assert _after(error, standing) == Standing(5, 1, NOON + MINUTE, 1, Incident(Cause.FAILING, str(error), NOON))


@pytest.mark.parametrize("sign", [BREAKER.taken, lambda before: _after(PermanentFailure("HTTP 422"), before)])
def test_a_sign_of_life_begins_the_count_anew(sign):
    assert sign(Standing(failures=4)) == Standing()


def test_what_somebody_has_to_mend_opens_it_at_once():
    opened = _after(Misconfigured("certificate verify failed"))

    assert (opened.width, opened.not_before) == (1, NOON + MINUTE)
    assert opened.incident == Incident(Cause.MISCONFIGURED, "certificate verify failed", NOON)


def test_an_attempt_that_was_under_way_when_it_opened_changes_nothing_more():
    assert _after(LOST, DOWN, NOON) == Standing(6, 1, NOON + MINUTE, 1, DOWN.incident)


def test_each_probe_that_is_lost_waits_longer_and_the_incident_stays_the_same():
    standing, now, waits = DOWN, NOON + MINUTE, []
    for _ in range(30):
        standing = _after(UnknownOutcome("No answer"), standing, now)
        waits.append(standing.not_before - now)
        now = standing.not_before

    assert waits[:4] == [2 * MINUTE, 4 * MINUTE, 8 * MINUTE, LONGEST]
    assert set(waits[3:]) == {LONGEST}
    assert standing.incident == DOWN.incident
    assert standing.width == 1


def test_a_recipient_that_takes_a_probe_gets_two_four_eight_and_then_any_number():
    standing, widths = DOWN, []
    for _ in range(4):
        standing = BREAKER.taken(standing)
        widths.append((standing.width, standing.incident is None))

    assert widths == [(2, False), (4, False), (8, False), (None, True)]
    assert (standing.failures, standing.openings) == (0, 0)


def test_one_attempt_lost_while_it_recovers_opens_it_again():
    recovering = BREAKER.taken(BREAKER.taken(DOWN))

    again = _after(LOST, recovering, NOON + 2 * MINUTE)

    assert (again.width, again.not_before, again.incident) == (1, NOON + 3 * MINUTE, DOWN.incident)


def test_a_recipient_that_asks_for_time_is_left_alone_and_has_not_failed():
    assert _after(Busy("HTTP 429", 2 * MINUTE)) == Standing(not_before=NOON + 2 * MINUTE)
    assert _after(Busy("HTTP 503", None)).not_before == NOON + MINUTE
    assert _after(Busy("HTTP 503", timedelta(days=99))).not_before == NOON + LONGEST_PAUSE
    assert _after(Busy("HTTP 429", MINUTE), DOWN).not_before == NOON + MINUTE


def test_a_shorter_wait_that_is_asked_for_later_shortens_nothing():
    assert _after(Busy("HTTP 429", MINUTE), Standing(not_before=NOON + 9 * MINUTE)).not_before == NOON + 9 * MINUTE


def test_an_address_that_is_closed_is_left_alone_until_a_person_says_so():
    gone = _after(EndpointGone("HTTP 410"))

    assert gone == Standing(width=0, incident=Incident(Cause.GONE, "HTTP 410", NOON))
    assert BREAKER.taken(gone).width == 0
    assert _after(LOST, gone).width == 0


def test_a_mistake_of_ours_says_nothing_of_the_recipient():
    assert _after(InternalError("internal-error"), Standing(failures=4)) == Standing(failures=4)


def test_a_delivery_that_has_no_attempt_left_is_an_incident_that_the_next_one_taken_ends():
    exhausted = _after(LOST, was_last=True)

    assert exhausted == Standing(failures=1, incident=Incident(Cause.EXHAUSTED, "Not reached", NOON))
    assert BREAKER.taken(exhausted) == Standing()


@pytest.mark.parametrize(
    ("standing", "word"),
    [
        (Standing(), "up"),
        (Standing(failures=3), "up"),
        (Standing(not_before=NOON + MINUTE), "pausing"),
        (Standing(not_before=NOON), "up"),
        (DOWN, "down"),
        (Standing(5, 1, NOON, 1), "probing"),
        (Standing(0, 4, NOON, 0), "recovering"),
        (Standing(width=0), "gone"),
    ],
)
def test_how_a_recipient_stands_is_told_in_a_word(standing, word):
    assert standing.word(NOON) == word
