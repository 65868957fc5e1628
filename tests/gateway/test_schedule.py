from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from gateway.deliveries import Postponed, Stopped, Unknown
from gateway.delivery.schedule import JITTER, RETRY_AFTER, Schedule
from gateway.errors import PermanentFailure, TemporaryFailure, UnknownOutcome

NOON = datetime(2026, 3, 3, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
WAITS = (MINUTE, 10 * MINUTE, 60 * MINUTE)


def _schedule(chance: float = 0.5) -> Schedule:
    return Schedule(WAITS, lambda: chance)


@pytest.mark.parametrize(("attempts", "wait"), [(1, MINUTE), (2, 10 * MINUTE), (3, 60 * MINUTE)])
def test_each_failure_waits_longer_than_the_one_before(attempts, wait):
    assert _schedule().after(TemporaryFailure("busy"), attempts, NOON) == Postponed(NOON + wait, "busy")
    assert _schedule().after(UnknownOutcome("silent"), attempts, NOON) == Unknown(NOON + wait, "silent")


@pytest.mark.parametrize("error", [TemporaryFailure("busy"), UnknownOutcome("silent")])
def test_when_the_waits_are_used_up_a_person_has_to_look(error):
    assert _schedule().after(error, 4, NOON) == Stopped(f"exhausted after 4 attempts: {error}")


@pytest.mark.parametrize("attempts", [1, 4, 100])
def test_a_refusal_is_not_repeated(attempts):
    assert _schedule().after(PermanentFailure("HTTP 400"), attempts, NOON) == Stopped("HTTP 400")


@pytest.mark.parametrize(
    ("asked", "wait"),
    [
        (None, MINUTE),
        (timedelta(), MINUTE),
        (timedelta(seconds=30), MINUTE),
        (timedelta(minutes=5), timedelta(minutes=5)),
        (timedelta(hours=6), timedelta(hours=6)),
    ],
)
def test_a_recipient_may_ask_for_more_time_and_not_for_less(asked, wait):
    assert _schedule().after(TemporaryFailure("busy", asked), 1, NOON) == Postponed(NOON + wait, "busy")


@pytest.mark.parametrize(("chance", "part"), [(0.0, 1 - JITTER), (0.5, 1.0), (1.0, 1 + JITTER)])
def test_what_failed_together_does_not_come_back_together(chance, part):
    assert _schedule(chance).after(TemporaryFailure("busy"), 2, NOON).until == NOON + part * 10 * MINUTE


def test_the_schedule_in_use_is_thirty_attempts_over_three_weeks():
    assert len(RETRY_AFTER) == 30
    assert timedelta(days=21) < sum(RETRY_AFTER, timedelta()) < timedelta(days=25)
    assert list(RETRY_AFTER) == sorted(RETRY_AFTER)
