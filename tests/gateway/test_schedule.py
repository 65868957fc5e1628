from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from gateway.deliveries import NOT_KNOWN_THERE, Delivery, DeliveryState, Postponed, Stopped, Superseded, Unknown
from gateway.delivery.schedule import HORIZON, JITTER, KNOWN_WITHIN, LONGEST_PAUSE, RETRY_AFTER, Schedule
from gateway.errors import (
    Busy,
    InternalError,
    Misconfigured,
    NotKnownThere,
    PermanentFailure,
    RevokedThere,
    TemporaryFailure,
    UnknownOutcome,
)
from gateway.identity import CertificateId, DeliveryId, MessageId, OrganisationNumber, PersonIdentity, RecipientKind

NOON = datetime(2026, 3, 3, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)
WAITS = (MINUTE, 10 * MINUTE, 60 * MINUTE)


def _schedule(chance: float = 0.5) -> Schedule:
    return Schedule(WAITS, lambda: chance)


def _tried(before: int, began_at: datetime | None = None) -> Delivery:
    """A delivery that was claimed with so many attempts before."""
    return Delivery(
        id=DeliveryId("d"),
        message=MessageId("m"),
        certificate=CertificateId("SE2321000016-1", "0"),
        person=PersonIdentity("199002222397"),
        set_name="a-set",
        kind=RecipientKind("employer"),
        organisation=OrganisationNumber("5561234567"),
        state=DeliveryState.SENDING,
        reason="",
        due_at=NOON,
        attempts=before,
        began_at=began_at,
    )


@pytest.mark.parametrize(("before", "wait"), [(0, MINUTE), (1, 10 * MINUTE), (2, 60 * MINUTE)])
def test_each_failure_waits_longer_than_the_one_before(before, wait):
    tried = _tried(before)

    assert _schedule().after(TemporaryFailure("broken"), tried, NOON) == Postponed(NOON + wait, "broken")
    assert _schedule().after(Misconfigured("moved"), tried, NOON) == Postponed(NOON + wait, "moved")
    assert _schedule().after(UnknownOutcome("silent"), tried, NOON) == Unknown(NOON + wait, "silent")


def _exhausted(error):
    """Where nobody knows what became of the last attempt, nobody does once there are no more."""
    return Stopped(f"exhausted: {error}", may_have_arrived=isinstance(error, UnknownOutcome))


@pytest.mark.parametrize("error", [TemporaryFailure("broken"), UnknownOutcome("silent")])
def test_when_the_waits_are_used_up_a_person_has_to_look(error):
    assert _schedule().after(error, _tried(3), NOON) == _exhausted(error)


@pytest.mark.parametrize("error", [TemporaryFailure("broken"), UnknownOutcome("silent"), Busy("busy", MINUTE)])
def test_nothing_is_tried_for_longer_than_the_horizon(error):
    began = NOON - HORIZON + MINUTE

    assert _schedule().after(error, _tried(0, began), NOON).until == NOON + MINUTE
    assert _schedule().after(error, _tried(0, began - SECOND), NOON) == _exhausted(error)


@pytest.mark.parametrize("before", [0, 3, 99])
def test_a_refusal_is_not_repeated(before):
    assert _schedule().after(PermanentFailure("HTTP 400"), _tried(before), NOON) == Stopped("rejected: HTTP 400")


def test_b05_what_the_recipient_knows_to_be_revoked_is_not_repeated():
    assert _schedule().after(RevokedThere("revoked"), _tried(0), NOON) == Superseded("revoked")


NOT_KNOWN = NotKnownThere("HTTP 404: not known")
REFUSED = Stopped("rejected: HTTP 404: not known")


def _notice(before: int, not_known_for: timedelta | None = None) -> Delivery:
    """A notice that was claimed, with so many attempts before, and since when its recipient does not know it."""
    since = None if not_known_for is None else NOON - not_known_for
    return replace(_tried(before, NOON - 3 * KNOWN_WITHIN), is_notice=True, not_known_since=since)


@pytest.mark.parametrize(("before", "wait"), [(0, MINUTE), (1, 10 * MINUTE), (2, 60 * MINUTE)])
def test_b03_a_notice_that_is_not_known_is_tried_again(before, wait):
    """However long its recipient had failed before it said so."""
    assert _schedule().after(NOT_KNOWN, _notice(before), NOON) == Postponed(NOON + wait, NOT_KNOWN_THERE)


def test_b03_a_notice_is_not_known_for_a_day_and_then_refused():
    schedule = _schedule()

    assert KNOWN_WITHIN // (60 * MINUTE) == 24
    last = schedule.after(NOT_KNOWN, _notice(2, KNOWN_WITHIN - SECOND), NOON)
    assert last == Postponed(NOON + SECOND, NOT_KNOWN_THERE)
    assert schedule.after(NOT_KNOWN, _notice(2, KNOWN_WITHIN), NOON) == REFUSED
    assert schedule.after(NOT_KNOWN, _notice(3), NOON) == REFUSED


def test_b03_a_notice_that_is_refused_for_another_reason_is_not_tried_again():
    assert _schedule().after(PermanentFailure("HTTP 422"), _notice(0), NOON) == Stopped("rejected: HTTP 422")
    assert _schedule().after(RevokedThere("revoked"), _notice(0), NOON) == Superseded("revoked")


def test_b03_a_certificate_that_is_not_known_is_refused_at_once():
    assert _schedule().after(NOT_KNOWN, _tried(0), NOON) == REFUSED


def test_a_mistake_of_ours_is_tried_thrice_and_no_more():
    mistake = InternalError("internal-error: ValueError 0123456789ab")

    assert _schedule().after(mistake, _tried(0), NOON) == Unknown(NOON + MINUTE, str(mistake))
    assert _schedule().after(mistake, _tried(1), NOON) == Unknown(NOON + 10 * MINUTE, str(mistake))
    assert _schedule().after(mistake, _tried(2), NOON) == Stopped(str(mistake), may_have_arrived=True)


@pytest.mark.parametrize(
    ("asked", "wait"),
    [
        (None, MINUTE),
        (timedelta(), MINUTE),
        (-MINUTE, MINUTE),
        (timedelta(seconds=30), MINUTE),
        (timedelta(seconds=120), timedelta(seconds=120)),
        (timedelta(hours=6), timedelta(hours=6)),
        (timedelta(days=26_000), LONGEST_PAUSE),
    ],
)
@pytest.mark.parametrize("before", [0, 2, 3, 99])
def test_b07_a_recipient_that_asks_for_time_gets_it_within_bounds_and_no_attempt_is_counted(asked, wait, before):
    outcome = _schedule().after(Busy("busy", asked), _tried(before), NOON)

    assert outcome == Postponed(NOON + wait, "busy", counts=False)


@pytest.mark.parametrize(("chance", "part"), [(0.0, 1 - JITTER), (0.5, 1.0), (1.0, 1 + JITTER)])
def test_what_failed_together_does_not_come_back_together(chance, part):
    assert _schedule(chance).after(TemporaryFailure("broken"), _tried(1), NOON).until == NOON + part * 10 * MINUTE


def test_what_lost_every_worker_it_had_has_no_attempt_left():
    schedule = _schedule()

    assert not schedule.is_over(_tried(3), NOON)
    assert schedule.is_over(_tried(4), NOON)
    assert not schedule.is_over(_tried(0, NOON - HORIZON), NOON)
    assert schedule.is_over(_tried(0, NOON - HORIZON - SECOND), NOON)


def test_b01_the_schedule_in_use_is_thirty_attempts_within_the_horizon():
    first = [1, 5, 30, 120, 360, 720, 1440]
    assert [wait // MINUTE for wait in RETRY_AFTER[:7]] == first
    assert len(RETRY_AFTER) + 1 == 30
    assert timedelta(days=23) < sum(RETRY_AFTER, timedelta()) < HORIZON
    assert list(RETRY_AFTER) == sorted(RETRY_AFTER)
