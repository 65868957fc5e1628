"""How recipients stand, as it is kept: every worker sees the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.errors import NotFound
from gateway.identity import OrganisationNumber
from gateway.standings import Cause, Incident, RecipientStanding, Standing
from gateway.store.sql.log import Noted, note
from gateway.store.sql.rows import stored_time_or_none, time_of, time_of_or_none

if TYPE_CHECKING:
    from datetime import datetime

    from gateway.standings import Judge
    from gateway.store.sql.rows import Row
    from gateway.store.sql.vaulted import Vaulted

_STANDING = "SELECT failures, width, not_before, openings, cause, reason, since FROM recipient WHERE organisation = ?"

_PUT_STANDING = """
INSERT INTO recipient (organisation, failures, width, not_before, openings, cause, reason, since)
VALUES (?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (organisation) DO UPDATE SET
    failures = excluded.failures, width = excluded.width, not_before = excluded.not_before,
    openings = excluded.openings, cause = excluded.cause, reason = excluded.reason, since = excluded.since
"""

_ALL = """
WITH waiting AS (
    SELECT organisation, COUNT(*) FILTER (WHERE state <> 'SENDING') AS waiting,
        COUNT(*) FILTER (WHERE state = 'SENDING') AS under_way
    FROM delivery
    WHERE state IN ('READY', 'RETRY_WAIT', 'UNKNOWN', 'SENDING') AND organisation IS NOT NULL GROUP BY organisation
)
SELECT o.organisation, COALESCE(w.waiting, 0), COALESCE(w.under_way, 0),
    COALESCE(r.failures, 0), r.width, r.not_before, COALESCE(r.openings, 0), r.cause, r.reason, r.since
FROM (SELECT organisation FROM recipient UNION SELECT organisation FROM waiting) o
LEFT JOIN recipient r USING (organisation) LEFT JOIN waiting w USING (organisation)
ORDER BY o.organisation
"""

_AFRESH = """
UPDATE delivery SET attempts = 0, began_at = NULL
WHERE organisation = ? AND state IN ('READY', 'RETRY_WAIT', 'UNKNOWN') AND began_at IS NOT NULL
"""

_INCIDENTS = "SELECT cause, COUNT(*) FROM recipient WHERE cause IS NOT NULL GROUP BY cause"


def standing(db: Vaulted, organisation: OrganisationNumber) -> Standing:
    """Return how a recipient stands."""
    row = db.execute(_STANDING, (organisation.digits,)).fetchone()
    return Standing() if row is None else _standing_of(row)


def judge_recipient(db: Vaulted, organisation: OrganisationNumber, judge: Judge, at: datetime) -> None:
    """Keep how a recipient stands now; note an incident that begins, and one that ends."""
    before = standing(db, organisation)
    after = judge(before)
    if after == before:
        return
    db.execute(_PUT_STANDING, (organisation.digits, *_row_of(after)))
    if before.incident is None and after.incident is not None:
        told = f"{organisation.digits} {after.incident.cause} {after.incident.reason}"
        note(db, at, [Noted("incident.opened", told)])
    if before.incident is not None and after.incident is None:
        note(db, at, [Noted("incident.closed", f"{organisation.digits} {before.incident.cause}")])


def reopen(db: Vaulted, organisation: OrganisationNumber, by: str, at: datetime) -> None:
    """Let a recipient be tried again now, with one delivery first; see the port."""
    before = standing(db, organisation)
    if before.width is None and before.not_before is None:
        raise NotFound("There is no such recipient that is left alone")
    note(db, at, [Noted("operator.action", f"reopen {organisation.digits} by {by}")])
    judge_recipient(db, organisation, lambda _: Standing(width=1, incident=before.incident), at)
    db.execute(_AFRESH, (organisation.digits,))


def recipients(db: Vaulted) -> list[RecipientStanding]:
    """Return every recipient of which something is known, or for which something waits."""
    return [
        RecipientStanding(OrganisationNumber(digits), _standing_of(row), waiting, under_way)
        for digits, waiting, under_way, *row in db.execute(_ALL)
    ]


def incidents(db: Vaulted) -> dict[str, int]:
    """Return how many recipients are in trouble, by cause."""
    return dict(db.execute(_INCIDENTS).fetchall())


def _standing_of(row: Row) -> Standing:
    failures, width, not_before, openings, cause, reason, since = row
    incident = None if cause is None else Incident(Cause(cause), reason, time_of(since))
    return Standing(failures, width, time_of_or_none(not_before), openings, incident)


def _row_of(standing: Standing) -> Row:
    incident = standing.incident
    told = (None, None, None) if incident is None else (incident.cause, incident.reason, incident.since)
    cause, reason, since = told
    return (
        standing.failures,
        standing.width,
        stored_time_or_none(standing.not_before),
        standing.openings,
        cause,
        reason,
        stored_time_or_none(since),
    )
