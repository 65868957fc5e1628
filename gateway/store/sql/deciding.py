"""The decisions of the gate: kept in the transaction of what they decide, and told again."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from gateway.decisions import Way
from gateway.store.sql.rows import decided_of, decision_row, stored_time

if TYPE_CHECKING:
    from datetime import datetime

    from gateway.decisions import Decided, Decision
    from gateway.deliveries import Delivery
    from gateway.identity import MessageId
    from gateway.store.port import KeptSet
    from gateway.store.sql.vaulted import Vaulted

_ADD = """
INSERT INTO decision
    (at, way, delivery, message, set_name, organisation,
    permitted, reason, consent, rule, withheld, since, until, objected, policy)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""

_ON_SET = "FROM decision WHERE message = ? AND set_name = ? AND organisation = ?"

_DECISIONS = """
SELECT number, at, way, delivery, message, set_name, organisation,
    permitted, reason, consent, rule, withheld, since, until, objected, policy
"""

_SAME_DENIAL = f"""
SELECT 1 {_ON_SET} AND way = ? AND at > ?
    AND NOT permitted AND (reason, consent, rule, objected, policy) = (?, ?, ?, ?, ?)
"""

DENIED_AGAIN = timedelta(hours=24)
"""How long the same denial of the same reading is not kept once more."""


def keep_decision(db: Vaulted, at: datetime, way: Way, delivery: Delivery, decision: Decision) -> None:
    """Keep a decision on a delivery."""
    about = (delivery.id, delivery.message, delivery.set_name, _organisation(delivery))
    db.execute(_ADD, (stored_time(at), way, *about, *decision_row(decision)))


def keep_reading(db: Vaulted, at: datetime, kept: KeptSet, organisation: str, decision: Decision) -> None:
    """Keep a decision on a reading; a denial that was kept in the last 24 hours is not kept again."""
    about = (kept.message, kept.name, organisation)
    if not decision.permitted:
        earliest = stored_time(at - DENIED_AGAIN)
        said = (decision.reason, decision.consent, decision.rule, decision.objected, decision.policy)
        same = (*about, Way.PULL, earliest, *said)
        if db.execute(_SAME_DENIAL, same).fetchone() is not None:
            return
    db.execute(_ADD, (stored_time(at), Way.PULL, "", *about, *decision_row(decision)))


def decisions(db: Vaulted, delivery: Delivery) -> list[Decided]:
    """Return the decisions on whether a delivery's organisation may have its set, first to last."""
    about = (delivery.message, delivery.set_name, _organisation(delivery))
    return [decided_of(row) for row in db.execute(f"{_DECISIONS} {_ON_SET} ORDER BY number", about)]


def decisions_on(db: Vaulted, message: MessageId) -> list[Decided]:
    """Return the decisions on who may have a message's sets, first to last."""
    asked = f"{_DECISIONS} FROM decision WHERE message = ? ORDER BY number"
    return [decided_of(row) for row in db.execute(asked, (message,))]


def _organisation(delivery: Delivery) -> str:
    return delivery.organisation.digits if delivery.organisation else ""
