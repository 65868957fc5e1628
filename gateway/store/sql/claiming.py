"""What may be claimed now, of what is due: by recipient, in turn, and nothing for one that is left alone.

What waits stands in lanes: one for each set and recipient, each in the order it falls due. A claim looks at the head
of each lane, however long the lane is, and takes from those that may be tried, first from whoever has the fewest under
way.
"""

from __future__ import annotations

import heapq
from collections import defaultdict, deque
from typing import TYPE_CHECKING, NamedTuple

from gateway.errors import Tampered
from gateway.store.sql.log import Noted, note
from gateway.store.sql.reading import DELIVERY, NOT_AS_SEALED, as_json
from gateway.store.sql.rows import delivery_of, stored_time
from gateway.store.sql.stops import IS_SENT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from gateway.deliveries import Delivery
    from gateway.store.sql.rows import Row
    from gateway.store.sql.vaulted import Vaulted

# The words are those of the index, which can be used only where they are named alike.
_WAITS = """
state IN ('READY', 'RETRY_WAIT', 'UNKNOWN', 'HELD_CONSENT', 'SENDING')
    AND organisation IS NOT NULL AND due_at IS NOT NULL
"""

_NEVER = 2**63 - 1
"""After everything in a lane: asked for a greater lane and no more, a database reads this one to its end."""

_NEXT_LANE = f"""
SELECT d.kind, d.organisation, d.set_name, r.width, d.due_at <= ? AND COALESCE(r.not_before, 0) <= ? AND {IS_SENT}
FROM (
    SELECT kind, organisation, set_name, due_at FROM delivery INDEXED BY delivery_lane
    WHERE {_WAITS} AND (kind, organisation, set_name, due_at) > (?, ?, ?, {_NEVER})
    ORDER BY kind, organisation, set_name, due_at, id LIMIT 1
) d
LEFT JOIN recipient r ON r.organisation = d.organisation
"""  # noqa: S608 - the parts are constants

_IN_LANE = f"""
SELECT due_at, id FROM delivery INDEXED BY delivery_lane
WHERE {_WAITS} AND kind = ? AND organisation = ? AND set_name = ? AND due_at <= ?
ORDER BY due_at, id LIMIT ?
"""  # noqa: S608 - likewise

_UNDER_WAY = """
SELECT organisation, COUNT(*) FROM delivery INDEXED BY delivery_by_state
WHERE state = 'SENDING' AND due_at > ? GROUP BY organisation
"""

_THESE = DELIVERY + "WHERE d.id IN (SELECT value FROM json_each(?)) ORDER BY d.due_at, d.id"  # noqa: S608 - likewise

_SET_ASIDE = "UPDATE delivery SET state = 'DEAD', reason = ?, due_at = NULL, fence = fence + 1 WHERE id = ?"


class _Waiting(NamedTuple):
    """One delivery in its lane; they sort as they fell due."""

    due_at: int
    id: str


def may_be_claimed(db: Vaulted, at: datetime, limit: int) -> list[Delivery]:
    """Return up to `limit` deliveries that are due and may be tried now, in the order they fell due."""
    now = stored_time(at)
    under_way: dict[str, int] = defaultdict(int, db.execute(_UNDER_WAY, (now,)).fetchall())
    queues: dict[str, list[_Waiting]] = defaultdict(list)
    for kind, organisation, set_name, width in _open_lanes(db, now):
        room = limit if width is None else max(0, min(limit, width - under_way[organisation]))
        rows = db.execute(_IN_LANE, (kind, organisation, set_name, now, room))
        queues[organisation] = sorted([*queues[organisation], *map(_Waiting._make, rows)])[:room]
    taken = [one.id for one in _in_turn(queues, under_way, limit)]
    these = db.execute(_THESE, (as_json(taken),)).fetchall()
    return [found for row in these if (found := _opened(db, row, at))]


def _opened(db: Vaulted, row: Row, at: datetime) -> Delivery | None:
    """Return a delivery; one that cannot be opened, since somebody has changed it, is set aside and stops nobody."""
    try:
        return delivery_of(db, row)
    except Tampered:
        _, id_, message, *_ = row
        db.execute(_SET_ASIDE, (NOT_AS_SEALED, id_))
        note(db, at, [Noted(event, NOT_AS_SEALED, message, id_) for event in ("security.alert", "delivery.dead")])
        return None


def _open_lanes(db: Vaulted, now: int) -> Iterator[tuple[str, str, str, int | None]]:
    """Yield each lane whose head may be tried now, and how many may be under way at its recipient.

    Each lane is looked up by the one before it: what stands behind a head is not touched.
    """
    lane = ("", "", "")
    while row := db.execute(_NEXT_LANE, (now, now, *lane)).fetchone():
        *_, width, is_open = row
        lane = row[:3]
        if is_open:
            yield (*lane, width)


def _in_turn(queues: Mapping[str, Sequence[_Waiting]], under_way: Mapping[str, int], limit: int) -> list[_Waiting]:
    """Return up to `limit` of what waits: each of the recipient with the fewest under way, and then as it fell due."""
    waiting = {organisation: deque(queue) for organisation, queue in queues.items() if queue}
    turns = [(under_way.get(organisation, 0), queue[0], organisation) for organisation, queue in waiting.items()]
    heapq.heapify(turns)
    taken: list[_Waiting] = []
    while turns and len(taken) < limit:
        busy, first, organisation = heapq.heappop(turns)
        taken.append(first)
        waiting[organisation].popleft()
        if waiting[organisation]:
            heapq.heappush(turns, (busy + 1, waiting[organisation][0], organisation))
    return taken
