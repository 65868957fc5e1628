"""Writes of those who send: claims under a lease, the decision that opens an attempt, and what it came to."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from gateway.decisions import Way
from gateway.deliveries import HOLDS, MISMATCHED, NOT_KNOWN_THERE, DeliveryState, refused_state
from gateway.heard import MAX_KEPT
from gateway.store.port import Authorised
from gateway.store.sql.claiming import may_be_claimed
from gateway.store.sql.clock import SEEN, see_time
from gateway.store.sql.deciding import keep_decision
from gateway.store.sql.ends import End, end_of
from gateway.store.sql.log import Noted, note
from gateway.store.sql.noticing import payload
from gateway.store.sql.ordering import IS_ALONE, out_of_turn
from gateway.store.sql.reading import DELIVERY, consents_about, deliveries_of, kept_set
from gateway.store.sql.recipients import judge_recipient
from gateway.store.sql.releasing import use_up_release
from gateway.store.sql.rows import stored_codes, stored_time, stored_time_or_none
from gateway.store.sql.stops import IS_LEFT_ALONE, IS_SENT
from gateway.store.sql.vaulted import KEY_OF_PERSON

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from gateway.decisions import Decision
    from gateway.deliveries import Delivery, Outcome
    from gateway.heard import Heard
    from gateway.standings import Judge
    from gateway.store.port import Decide
    from gateway.store.sql.vaulted import Vaulted

_LOST = "worker-lost"
"""Why an attempt ends of which nobody will tell the outcome."""

_CLAIM = "UPDATE delivery SET state = ?, reason = ?, due_at = ?, fence = ?, worker = ? WHERE id = ?"

_MOVE = "UPDATE delivery SET state = ?, reason = ?, due_at = ? WHERE id = ?"

# It goes to sleep: however long for, that is not time in which its recipient has failed.
_SLEEP = "UPDATE delivery SET state = ?, reason = ?, due_at = ?, attempts = 0, began_at = NULL WHERE id = ?"

_HELD_BY = DELIVERY + "WHERE d.state = 'SENDING' AND d.worker = ? ORDER BY d.due_at, d.id"

_TRIED = f"""
SELECT d.state, p.token, {KEY_OF_PERSON}
FROM delivery d LEFT JOIN person p ON p.token = d.person WHERE d.id = ? AND d.fence = ?
"""  # noqa: S608 - the parts are constants

# All that is asked of every delivery, most of which go on from there to their consents and their set.
_TO_TRY = f"""
SELECT d.state, EXISTS (SELECT 1 FROM attempt WHERE delivery = d.id AND ended_at IS NULL),
    {IS_SENT}, {IS_LEFT_ALONE}, {IS_ALONE}, {SEEN}, p.token, {KEY_OF_PERSON}
FROM delivery d LEFT JOIN person p ON p.token = d.person CROSS JOIN clock t CROSS JOIN anchor a
WHERE d.id = ? AND d.fence = ?
"""  # noqa: S608 - likewise

_OPEN_ATTEMPT = """
INSERT INTO attempt (delivery, number, started_at, consent, rule, bundle, address)
SELECT ?, COALESCE(MAX(number), 0) + 1, ?, ?, ?, ?, ? FROM attempt WHERE delivery = ?
RETURNING number, tries
"""

_TRY_AGAIN = """
UPDATE attempt SET tries = tries + 1, consent = ?, rule = ?, bundle = ?
WHERE delivery = ? AND ended_at IS NULL
RETURNING number, tries
"""

_CLOSE_ATTEMPT = """
UPDATE attempt SET ended_at = ?, outcome = ?, reason = ?, reference = ?
WHERE delivery = ? AND ended_at IS NULL
"""

_KEEP_ANSWER = """
INSERT INTO answer (delivery, attempt, status, body)
SELECT delivery, number, ?, ? FROM attempt WHERE delivery = ? AND ended_at IS NULL
"""

_COUNT_ATTEMPT = "UPDATE delivery SET attempts = attempts + 1, began_at = COALESCE(began_at, ?) WHERE id = ?"

_DISCOUNT_ATTEMPT = """
UPDATE delivery SET attempts = attempts - 1, began_at = CASE attempts WHEN 1 THEN NULL ELSE began_at END WHERE id = ?
"""

# What was not known to earlier attempts than those that it has now is of no weight.
_NOT_KNOWN = """
UPDATE delivery SET not_known_since = CASE WHEN not_known_since >= began_at THEN not_known_since ELSE ? END WHERE id = ?
"""

_LOST_END = End(DeliveryState.UNKNOWN, _LOST)


def claim_due(db: Vaulted, at: datetime, lease: timedelta, limit: int, worker: str) -> list[Delivery]:
    """Take up what is due, under a lease; see the port. `due_at` of each is then the end of its lease."""
    see_time(db, at)
    due = may_be_claimed(db, at, limit)
    for delivery in due:
        if delivery.state is DeliveryState.SENDING:
            _close_and_note(db, delivery, _LOST_END, at)
    claimed = [
        replace(found, state=DeliveryState.SENDING, reason="", due_at=at + lease, fence=found.fence + 1)
        for found in due
    ]
    until = stored_time(at + lease)
    db.executemany(
        _CLAIM, [(taken.state.value, taken.reason, until, taken.fence, worker, taken.id) for taken in claimed]
    )
    note(db, at, [Noted.of_state(taken, taken.state, worker) for taken in claimed])
    return claimed


def take_back(db: Vaulted, worker: str, at: datetime) -> int:
    """End the leases of a worker; what it may have sent is UNKNOWN, what it had not begun is READY."""
    held = deliveries_of(db, db.execute(_HELD_BY, (worker,)))
    for delivery in held:
        tried = _close_and_note(db, delivery, _LOST_END, at)
        state = DeliveryState.UNKNOWN if tried else DeliveryState.READY
        db.execute(_MOVE, (state.value, _LOST, stored_time(at), delivery.id))
        note(db, at, [Noted.of_state(delivery, state, _LOST)])
    return len(held)


def authorise(
    db: Vaulted,
    delivery: Delivery,
    decide: Decide,
    at: datetime,
    address: str,
    *,
    only_newest: bool = False,
) -> Authorised | None:
    """Decide on a try at a claimed delivery and record it, or why there is none; see the port."""
    found = db.execute(_TO_TRY, (stored_time(at), delivery.id, delivery.fence)).fetchone()
    if found is None or found[0] != DeliveryState.SENDING:
        return None
    _, is_under_way, is_sent, is_left_alone, is_alone, *seen_and_key = found
    db.recognise(delivery.person, delivery.certificate)
    db.take_key(delivery.person, seen_and_key[3:])
    is_stopped = see_time(db, at, seen_and_key[:3]) or not is_sent
    if is_stopped or is_left_alone:
        _return(db, delivery, "stopped" if is_stopped else "recipient-left-alone", at)
        return None
    if turn := out_of_turn(db, delivery, is_alone=bool(is_alone), only_newest=only_newest):
        _stop(db, delivery, *turn, at)
        return None
    kept = kept_set(db, delivery.message, delivery.set_name)
    decision = decide(consents_about(db, delivery.person), kept)
    way = Way.TRY if is_under_way else Way.SEND
    keep_decision(db, at, way, delivery, decision)
    if not decision.permitted:
        _refuse(db, delivery, decision, at)
        return None
    leaving = payload(db, delivery, decision.withheld, edition=kept.edition, is_alone=bool(is_alone))
    if leaving is None or leaving.hold:
        hold, reason = (leaving.hold, leaving.hold) if leaving else ("mapping", "variant-missing")
        _stop(db, delivery, HOLDS[hold], reason, at)
        return None
    if way is Way.TRY:
        attempt, tries = _try_again(db, delivery, decision, leaving.id, at)
    else:
        attempt, tries = _begin(db, delivery, decision, (leaving.id, address), at)
    return Authorised(decision, leaving, attempt, tries, kept)


def record(
    db: Vaulted,
    delivery: Delivery,
    outcome: Outcome,
    at: datetime,
    judge: Judge | None = None,
    heard: Heard | None = None,
) -> bool:
    """Record what the newest attempt came to; see the port."""
    row = db.execute(_TRIED, (delivery.id, delivery.fence)).fetchone()
    if row is None:
        return False
    state, *key = row
    db.take_key(delivery.person, key)
    end = end_of(outcome, at)
    if heard is not None:
        _keep_answer(db, delivery, heard)
    closed = _close_attempt(db, delivery, end, at)
    # A lease that was taken back leaves neither: what its late worker says no longer counts.
    if not closed and state != DeliveryState.SENDING:
        return False
    if not closed:
        # It failed before there was an attempt: it counts all the same, or the schedule would never end.
        db.execute(_COUNT_ATTEMPT, (stored_time(at), delivery.id))
    if not end.counts:
        db.execute(_DISCOUNT_ATTEMPT, (delivery.id,))
    db.execute(_MOVE, (end.state.value, end.reason, stored_time_or_none(end.due_at), delivery.id))
    if end.reason == NOT_KNOWN_THERE:
        db.execute(_NOT_KNOWN, (stored_time(at), delivery.id))
    if end.state is DeliveryState.DELIVERED:
        use_up_release(db, delivery)
    _note_outcome(db, delivery, end, at)
    if end.outcome is DeliveryState.UNKNOWN and end.reason.endswith(MISMATCHED):
        note(db, at, [Noted.of(delivery, "security.alert", MISMATCHED)])
    if judge is not None and delivery.organisation is not None:
        judge_recipient(db, delivery.organisation, judge, at)
    return True


def _return(db: Vaulted, delivery: Delivery, reason: str, at: datetime) -> None:
    """Put a delivery back where it waits to be claimed, with the attempts that it had."""
    _close_and_note(db, delivery, End(DeliveryState.READY, reason), at)
    db.execute(_MOVE, (DeliveryState.READY.value, reason, stored_time(at), delivery.id))
    note(db, at, [Noted.of_state(delivery, DeliveryState.READY, reason)])


def _refuse(db: Vaulted, delivery: Delivery, decision: Decision, at: datetime) -> None:
    state = refused_state(decision)
    due_at = None if state is DeliveryState.WITHHELD else stored_time_or_none(decision.until)
    _close_and_note(db, delivery, End(state, decision.reason), at)
    db.execute(_SLEEP, (state.value, decision.reason, due_at, delivery.id))
    note(db, at, [Noted.of_state(delivery, state, _detail(decision.reason, decision.consent))])


def _stop(db: Vaulted, delivery: Delivery, state: DeliveryState, reason: str, at: datetime) -> None:
    _close_and_note(db, delivery, End(state, reason), at)
    db.execute(_SLEEP, (state.value, reason, None, delivery.id))
    note(db, at, [Noted.of_state(delivery, state, reason)])


def _begin(
    db: Vaulted, delivery: Delivery, decision: Decision, what_and_where: tuple[str, str], at: datetime
) -> tuple[int, int]:
    """Record the first try of a new attempt to bring a Bundle to an address; return the attempt's number and 1."""
    opened = (delivery.id, stored_time(at), decision.consent, decision.rule, *what_and_where, delivery.id)
    [(attempt, tries)] = db.execute(_OPEN_ATTEMPT, opened).fetchall()
    db.execute(_COUNT_ATTEMPT, (stored_time(at), delivery.id))
    _note_try(db, delivery, decision, at)
    return attempt, tries


def _try_again(db: Vaulted, delivery: Delivery, decision: Decision, bundle: str, at: datetime) -> tuple[int, int]:
    """Record one more try of the attempt that is under way, and return its number and how many tries it has had."""
    said = (decision.consent, decision.rule, bundle, delivery.id)
    [(attempt, tries)] = db.execute(_TRY_AGAIN, said).fetchall()
    _note_try(db, delivery, decision, at, f"try={tries}")
    return attempt, tries


def _note_try(db: Vaulted, delivery: Delivery, decision: Decision, at: datetime, which: str = "") -> None:
    withheld = f"withheld={stored_codes(decision.withheld)}" if decision.withheld else ""
    note(db, at, [Noted.of(delivery, "release.authorised", _detail(decision.consent, withheld, which))])


def _keep_answer(db: Vaulted, delivery: Delivery, heard: Heard) -> None:
    """Keep what was heard with the attempt that has no outcome yet."""
    body = db.sealed(heard.body[:MAX_KEPT], delivery.person, "answer", "body", delivery.id)
    db.execute(_KEEP_ANSWER, (heard.status, body, delivery.id))


def _close_attempt(db: Vaulted, delivery: Delivery, end: End, at: datetime) -> bool:
    reference = end.reference and db.sealed_text(end.reference, delivery.person, "attempt", "reference", delivery.id)
    values = (stored_time(at), end.outcome.value, end.reason, reference, delivery.id)
    return db.execute(_CLOSE_ATTEMPT, values).rowcount > 0


def _close_and_note(db: Vaulted, delivery: Delivery, end: End, at: datetime) -> bool:
    """Close the attempt that has no outcome, where there is one; say whether there was."""
    closed = _close_attempt(db, delivery, end, at)
    if closed:
        _note_outcome(db, delivery, end, at)
    return closed


def _note_outcome(db: Vaulted, delivery: Delivery, end: End, at: datetime) -> None:
    receipt = end.reference and f"receipt={db.token_of_receipt(end.reference)}"
    note(db, at, [Noted.of(delivery, "release.outcome", _detail(end.outcome, end.reason, receipt))])


def _detail(*parts: str) -> str:
    return " ".join(part for part in parts if part)
