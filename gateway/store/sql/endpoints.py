"""Where recipients are reached: what the settings say counts once two persons have approved it."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from gateway.errors import NotFound, SecondPersonNeeded
from gateway.identity import OrganisationNumber
from gateway.standings import Endpoint
from gateway.stops import same_person
from gateway.store.sql.log import Noted, note

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from gateway.store.sql.vaulted import Vaulted

_ALL = "SELECT organisation, url, wanted, approved_by FROM endpoint ORDER BY organisation"

_PUT = """
INSERT INTO endpoint (organisation, url, wanted, approved_by) VALUES (?, ?, ?, ?)
ON CONFLICT (organisation) DO UPDATE SET
    url = excluded.url, wanted = excluded.wanted, approved_by = excluded.approved_by
"""


def endpoints(db: Vaulted) -> dict[OrganisationNumber, Endpoint]:
    """Return where each recipient is reached."""
    return {OrganisationNumber(digits): Endpoint(*row) for digits, *row in db.execute(_ALL)}


def want(db: Vaulted, urls: Mapping[OrganisationNumber, str], at: datetime) -> None:
    """Keep what the settings say; the first is taken as approved. See the port."""
    known = endpoints(db)
    for organisation, url in urls.items():
        _want(db, organisation, known.get(organisation), url, at)


def _want(db: Vaulted, organisation: OrganisationNumber, known: Endpoint | None, url: str, at: datetime) -> None:
    if known is None:
        _put(db, organisation, Endpoint(url), f"at {_place(url)}", at)
    elif url == known.url and known.wanted:
        _put(db, organisation, Endpoint(url), f"stays at {_place(url)}", at)
    elif url not in (known.url, known.wanted):
        _put(db, organisation, Endpoint(known.url, url), f"wanted at {_place(url)}", at)


def approve(db: Vaulted, organisation: OrganisationNumber, by: str, at: datetime) -> bool:
    """Approve what is wanted; say whether it counts now. See the port."""
    known = endpoints(db).get(organisation)
    if known is None or not known.wanted:
        raise NotFound("No other address of that recipient waits for approval")
    if not known.approved_by:
        told = f"{_place(known.wanted)} approved by {by}, and waits for another"
        _put(db, organisation, Endpoint(known.url, known.wanted, by), told, at)
        return False
    if same_person(known.approved_by, by):
        raise SecondPersonNeeded(f"{by} has approved it already: it takes another person")
    told = f"{_place(known.wanted)} approved by {known.approved_by} and {by}"
    _put(db, organisation, Endpoint(known.wanted), told, at)
    return True


def _put(db: Vaulted, organisation: OrganisationNumber, endpoint: Endpoint, told: str, at: datetime) -> None:
    db.execute(_PUT, (organisation.digits, endpoint.url, endpoint.wanted, endpoint.approved_by))
    note(db, at, [Noted("config.changed", f"endpoint {organisation.digits} {told}")])


def _place(url: str) -> str:
    """Return the part of an address that is told: what follows it may hold a secret."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.hostname}" + (f":{parts.port}" if parts.port else "")
