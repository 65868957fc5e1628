"""What an organisation has got, or may have got: what it was sent, and what it has read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import orjson

from gateway.documents import Earlier
from gateway.telling import RELATES

if TYPE_CHECKING:
    from gateway.deliveries import Delivery
    from gateway.documents import InformationSet
    from gateway.identity import MessageId
    from gateway.store.sql.vaulted import Vaulted

_BUNDLES = "SELECT DISTINCT bundle FROM got WHERE message = ? AND organisation = ? AND set_name = ? ORDER BY bundle"

_BODY = """
WITH asked (id) AS (SELECT COALESCE((SELECT variant FROM told WHERE bundle = ?1), ?1))
SELECT id, body FROM information_set WHERE id IN (SELECT id FROM asked)
UNION ALL SELECT id, body FROM earlier_set WHERE id IN (SELECT id FROM asked)
"""

_RELATED = "SELECT 1 FROM relation WHERE message = ?"

_EDITIONS = """
WITH edition_of (id, number) AS (
    SELECT s.id, COALESCE(e.number, 1) FROM information_set s
    LEFT JOIN edition e ON (e.message, e.name) = (s.message, s.name)
    WHERE s.message = ?1 AND s.name = ?3
    UNION ALL SELECT id, edition FROM earlier_set WHERE message = ?1 AND name = ?3
)
"""

# Recipients that say that they have taken nothing may be wrong: only what was not sent at all counts for nothing.
_TOLD_BEFORE = f"""{_EDITIONS}
SELECT COALESCE(t.earlier, ''), gone.bundle FROM (
    SELECT a.bundle FROM attempt a JOIN delivery d ON d.id = a.delivery
    WHERE d.message = ?1 AND d.organisation = ?2 AND d.set_name = ?3 AND NOT d.is_notice
        AND a.bundle != '' AND substr(a.reason, 1, 8) != 'not-sent' AND substr(a.reason, 1, 4) != 'tls:'
    UNION ALL
    SELECT r.bundle FROM reading r WHERE r.message = ?1 AND r.organisation = ?2 AND r.set_name = ?3
) AS gone LEFT JOIN told t ON t.bundle = gone.bundle
JOIN edition_of o ON o.id = COALESCE(t.variant, gone.bundle) AND o.number = ?4 LIMIT 1
"""  # noqa: S608 - the parts are constants

_EARLIER_EDITIONS = f"""{_EDITIONS}
SELECT DISTINCT o.number, g.bundle FROM got g LEFT JOIN told t ON t.bundle = g.bundle
JOIN edition_of o ON o.id = COALESCE(t.variant, g.bundle)
WHERE g.message = ?1 AND g.organisation = ?2 AND g.set_name = ?3 AND o.number < ?4
ORDER BY o.number, g.bundle
"""  # noqa: S608 - likewise

# Of what is erased nobody knows any more what it was called.
_EARLIER = """
SELECT r.number, r.kind, g.set_name, MIN(g.bundle) FROM relation r
JOIN message m ON m.id = r.message
JOIN message before ON (before.root, before.extension, before.person) = (r.root, r.extension, m.person)
JOIN certificate c ON c.token = before.extension
JOIN got g ON g.message = before.id
WHERE r.message = ? AND g.organisation = ?
GROUP BY r.number, r.kind, g.set_name ORDER BY r.number, g.set_name
"""

_KEEP_TOLD = "INSERT INTO told (bundle, variant, earlier) VALUES (?, ?, ?) ON CONFLICT (bundle) DO NOTHING"


def has_got(db: Vaulted, organisation: str, bundle: str) -> bool:
    """Say whether an organisation has got a Bundle, or may have got it."""
    asked = "SELECT 1 FROM got WHERE organisation = ? AND bundle = ?"
    return db.execute(asked, (organisation, bundle)).fetchone() is not None


def bundles_got(db: Vaulted, delivery: Delivery) -> tuple[str, ...]:
    """Return the ids of the Bundles of a delivery's set that its organisation has got, or may have got, sorted."""
    organisation = delivery.organisation.digits if delivery.organisation else ""
    return tuple(bundle for (bundle,) in db.execute(_BUNDLES, (delivery.message, organisation, delivery.set_name)))


def body_of(db: Vaulted, bundle: str) -> bytes:
    """Return a Bundle that was let go, as it was kept: without what it told its reader of earlier certificates."""
    [(id_, body)] = db.execute(_BODY, (bundle,)).fetchall()
    return db.opened(body, "information_set", "body", id_)


def earlier_got(db: Vaulted, message: MessageId, organisation: str, set_name: str, edition: int) -> tuple[Earlier, ...]:
    """Return the documents that an edition of a message's set comes after, and that this organisation has got.

    They are the editions before it, and what its certificate comes after. What an organisation was told with an edition
    that was once sent to it, or that it has read, it is told with that edition ever after: the same goes again under
    the same id.
    """
    if edition == 1 and db.execute(_RELATED, (message,)).fetchone() is None:
        return ()
    asked = (message, organisation, set_name, edition)
    before = db.execute(_TOLD_BEFORE, asked).fetchone()
    if before is not None:
        return _told_with(db, *before)
    editions = [Earlier("replaces", f"urn:uuid:{bundle}") for _, bundle in db.execute(_EARLIER_EDITIONS, asked)]
    rows = db.execute(_EARLIER, (message, organisation)).fetchall()
    found = [Earlier(RELATES[kind], _identifier(db, bundle)) for _, kind, _, bundle in rows if kind in RELATES]
    return tuple(dict.fromkeys([*editions, *found]))


def keep_told(db: Vaulted, variant: InformationSet, told: InformationSet, earlier: tuple[Earlier, ...]) -> None:
    """Keep which variant a Bundle is, and what it tells, where that is more than the variant says."""
    if earlier:
        said = orjson.dumps([list(one) for one in earlier]).decode()
        sealed = db.sealed_text(said, variant.person, "told", "earlier", told.id)
        db.execute(_KEEP_TOLD, (told.id, variant.id, sealed))


def _told_with(db: Vaulted, sealed: str, bundle: str) -> tuple[Earlier, ...]:
    """Return what a Bundle tells that was let go, of what is kept beside it; where nothing is, it tells nothing."""
    said = orjson.loads(db.opened_text(sealed, "told", "earlier", bundle)) if sealed else ()
    return tuple(Earlier(*one) for one in said)


def _identifier(db: Vaulted, bundle: str) -> str:
    identifier: str = orjson.loads(body_of(db, bundle))["entry"][0]["resource"]["identifier"]["value"]
    return identifier
