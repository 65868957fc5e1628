"""What is sent again as it was, since it may have been taken: its recipient counts it by its key, and once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.store.sql.rows import set_of, stored_codes

if TYPE_CHECKING:
    from gateway.deliveries import Delivery
    from gateway.documents import InformationSet
    from gateway.store.sql.vaulted import Vaulted

# Of the attempts, the newest that tells something counts: one that failed before anything was taken does not.
_EARLIER = """
SELECT m.extension, s.id, s.name, m.person, '', s.sections, s.withheld, s.body, s.hold, s.problems, s.edition
FROM (
    SELECT outcome, bundle FROM attempt
    WHERE delivery = ? AND outcome IN ('', 'UNKNOWN', 'DELIVERED', 'SUPERSEDED', 'DEAD')
    ORDER BY number DESC LIMIT 1
) said
JOIN earlier_set s ON s.id = COALESCE((SELECT variant FROM told WHERE bundle = said.bundle), said.bundle)
JOIN message m ON m.id = s.message
WHERE said.outcome IN ('', 'UNKNOWN') AND s.withheld = ?
"""


def earlier_edition(db: Vaulted, delivery: Delivery, withheld: frozenset[str]) -> InformationSet | None:
    """Return the edition that a delivery's recipient may have taken, where there has been another since.

    None where that edition is the newest still, where it is known what became of it, or where it withholds other
    sections than these: what may leave today comes before what may have left.
    """
    row = db.execute(_EARLIER, (delivery.id, stored_codes(withheld))).fetchone()
    return None if row is None else set_of(db, row)
