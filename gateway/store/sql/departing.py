"""What has left, and what the consents said it left on: asked of the tables, and not of the log, to compare the two."""

from __future__ import annotations

import base64
from dataclasses import replace
from typing import TYPE_CHECKING

from gateway.audit.checking import Departed
from gateway.decisions import Departure, Gone, consent_version
from gateway.errors import Erased, Tampered
from gateway.store.sql.reading import as_json
from gateway.store.sql.rows import codes_of, consent_of, time_of
from gateway.vault.data_keys import key_id_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gateway.identity import PersonIdentity
    from gateway.store.sql.database import Database
    from gateway.store.sql.rows import Row
    from gateway.store.sql.vaulted import Vaulted

_VERSIONS = "SELECT id, version, person, resource, recorded_at FROM consent WHERE resource != ''"

_ERASED = "SELECT id, version, status FROM consent WHERE resource = ''"

# What was delivered once may be on its way anew.
_DELIVERED = """
SELECT id FROM delivery WHERE state = 'DELIVERED' UNION SELECT delivery FROM attempt WHERE outcome = 'DELIVERED'
"""

# What a recipient answered without taking it may have been read.
ATTEMPTS_THAT_LEFT = """
SELECT
    CASE WHEN a.ended_at IS NULL THEN '' WHEN a.outcome IN ('DELIVERED', 'UNKNOWN') THEN a.outcome ELSE 'REFUSED' END,
    COALESCE(a.ended_at, a.started_at), d.set_name, d.organisation, m.extension,
    a.consent, d.message, d.id, a.number, d.is_notice,
    COALESCE((
        SELECT k.withheld FROM decision k
        WHERE (k.message, k.set_name, k.organisation, k.delivery) = (d.message, d.set_name, d.organisation, d.id)
            AND k.permitted AND k.way IN ('send', 'try') AND k.at <= COALESCE(a.ended_at, k.at)
        ORDER BY k.number + 0 DESC LIMIT 1
    ), '')
FROM delivery d JOIN attempt a ON a.delivery = d.id JOIN message m ON m.id = d.message
LEFT JOIN answer h ON (h.delivery, h.attempt) = (a.delivery, a.number)
WHERE d.person = ?1 AND (a.ended_at IS NULL OR a.outcome IN ('DELIVERED', 'UNKNOWN') OR h.status IS NOT NULL)
"""
"""The columns of `departure_of`, of each attempt that brought something about a person to somebody, or may have."""

READINGS = """
SELECT 'READ', k.at, k.set_name, k.organisation, m.extension, k.consent, k.message, '', 0, 0, k.withheld
FROM message m JOIN decision k ON k.message = m.id WHERE m.person = ?1 AND k.way = 'pull' AND k.permitted
"""
"""The same columns of each reading about a person: whoever was let read one has read it."""

_SENT = f"{ATTEMPTS_THAT_LEFT} ORDER BY d.number, a.number"

# What an entry names a person by is sealed with it; whose name that is, and whom a message is about, is not.
_NAMED_OTHERWISE = """
SELECT MIN(f.number), f.person, m.person
FROM leaf f LEFT JOIN log l ON l.sequence = f.log LEFT JOIN decision d ON d.number = f.decision
JOIN message m ON m.id = COALESCE(l.message, d.message) LEFT JOIN pseudonym p ON p.person = m.person
WHERE f.person <> COALESCE(p.name, '')
GROUP BY f.person, m.person
"""

# What a certificate says is sealed with the key of the person it came for: whoever else it is said to be about is not.
_SEALED_FOR = "SELECT m.id, m.problems, p.key FROM message m JOIN person p ON p.token = m.person WHERE m.problems <> ''"

_FIRST_ABOUT = """
SELECT MIN(f.number) FROM leaf f LEFT JOIN log l ON l.sequence = f.log LEFT JOIN decision d ON d.number = f.decision
WHERE COALESCE(l.message, d.message) IN (SELECT value FROM json_each(?)) GROUP BY COALESCE(l.message, d.message)
"""

_HAS_NAME = "SELECT 1 FROM pseudonym WHERE person = ? AND name = ?"

# Of who is erased: they have a name, and this is the name of nobody else that anything is kept about.
_IS_FREE = """
SELECT 1 FROM pseudonym own, pseudonym n WHERE own.person = ? AND n.name = ?
AND n.person NOT IN (SELECT token FROM person UNION SELECT person FROM message)
"""

_NOT_READABLE = "not readable"
"""The status of a version that somebody has changed behind the gateway's back."""

_GONE = {
    "DELIVERED": Gone.DELIVERED,
    "UNKNOWN": Gone.UNKNOWN,
    "": Gone.IN_FLIGHT,
    "READ": Gone.READ,
    "REFUSED": Gone.REFUSED,
}


def consent_statuses(db: Vaulted) -> dict[str, str]:
    """Return the status of each version of each consent, by its reference."""
    kept = _statuses(db, db.execute(_VERSIONS))
    erased = {(id_, version): status for id_, version, status in db.execute(_ERASED)}
    return {consent_version(id_, version): status for (id_, version), status in {**kept, **erased}.items()}


def consent_statuses_about(db: Vaulted, token: str) -> dict[tuple[str, int], str]:
    """Return the status of each version of each consent about a person, by its id and number."""
    return _statuses(db, db.execute(_VERSIONS + " AND person = ?", (token,)))


def _statuses(db: Vaulted, rows: Iterable[Row]) -> dict[tuple[str, int], str]:
    return {(row[0], row[1]): _status(db, row) for row in rows}


def _status(db: Vaulted, row: Row) -> str:
    try:
        status: str = consent_of(db, row).resource["status"]
    except Tampered:
        return _NOT_READABLE
    return status


def departed(db: Database) -> Departed:
    """Return what has left."""
    tries = db.execute("SELECT delivery, SUM(tries) FROM attempt GROUP BY delivery")
    delivered = db.execute(_DELIVERED)
    readings = db.execute("SELECT DISTINCT message, set_name, organisation FROM reading")
    return Departed(dict(tries.fetchall()), frozenset(id_ for (id_,) in delivered), frozenset(map(tuple, readings)))


def named_otherwise(db: Vaulted) -> list[int]:
    """Return the first of all entries that name a person otherwise than the person of their message, for each two."""
    found = db.execute(_NAMED_OTHERWISE).fetchall()
    named = {number for number, name, token in found if not _may_be_second_name(db, name, token)}
    sealed = {message for message, problems, key in db.execute(_SEALED_FOR) if _key_of_text(problems) != key}
    of_others = db.execute(_FIRST_ABOUT, (as_json(sorted(sealed)),)) if sealed else ()
    return sorted(named.union(number for (number,) in of_others))


def _key_of_text(sealed: str) -> str:
    try:
        return key_id_of(base64.b64decode(sealed))
    except (ValueError, Tampered):
        return ""


def _may_be_second_name(db: Vaulted, name: str, token: str) -> bool:
    """Say whether a person has a second name and this is it; of who is erased, whether it may have been."""
    try:
        found = db.execute(_HAS_NAME, (db.token_of_second_name(db.person(token)), name))
    except Erased:
        found = db.execute(_IS_FREE, (token, name))
    return found.fetchone() is not None


def sent_about(db: Vaulted, person: PersonIdentity) -> list[Departure]:
    """Return each attempt that brought something about a person to somebody, or may have."""
    return [departure_of(db, row) for row in db.execute(_SENT, (db.token(person),))]


def read_about(db: Vaulted, person: PersonIdentity) -> list[Departure]:
    """Return each reading of something about a person."""
    return [departure_of(db, row) for row in db.execute(f"{READINGS} ORDER BY k.number", (db.token(person),))]


def departure_of(db: Vaulted, row: Row) -> Departure:
    """Return what left, or is leaving, of the columns of `ATTEMPTS_THAT_LEFT`."""
    outcome, at, name, organisation, extension, *under, is_notice, withheld = row
    gone = Departure(_GONE[outcome], time_of(at), name, organisation, db.certificate_if_there(extension), *under)
    return replace(gone, is_notice=bool(is_notice), withheld=codes_of(withheld))
