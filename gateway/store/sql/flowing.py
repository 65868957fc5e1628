"""What those need of the database who watch over the flow, and stop it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.stops import Scope
from gateway.store.sql import endpoints as reaching
from gateway.store.sql import recipients as standings
from gateway.store.sql import stops as stopping
from gateway.store.sql.clock import set_time
from gateway.store.sql.opened import Opened

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from gateway.identity import OrganisationNumber
    from gateway.standings import Endpoint, RecipientStanding
    from gateway.stops import Stop
    from gateway.store.sql.vaulted import Vaulted


class SqlFlowing(Opened):
    """Fits `gateway.store.port.flowing.Flowing`, which says what it promises."""

    def recipients(self) -> Sequence[RecipientStanding]:
        """Return every recipient of which something is known, or for which something waits."""
        return self._readers.read(standings.recipients)

    def reopen(self, organisation: OrganisationNumber, by: str, at: datetime) -> None:
        """Let a recipient that is left alone be tried again now, with one delivery first."""
        self._writer.write(lambda db: standings.reopen(db, organisation, by, at))

    def endpoints(self) -> Mapping[OrganisationNumber, Endpoint]:
        """Return where each recipient is reached."""
        return self._readers.read(reaching.endpoints)

    def want_endpoints(self, urls: Mapping[OrganisationNumber, str], at: datetime) -> None:
        """Keep what the settings say of where recipients are reached."""
        self._writer.write(lambda db: reaching.want(db, urls, at))

    def approve_endpoint(self, organisation: OrganisationNumber, by: str, at: datetime) -> bool:
        """Approve what is wanted; say whether it counts now."""
        return self._writer.write(lambda db: reaching.approve(db, organisation, by, at))

    def incidents(self) -> Mapping[str, int]:
        """Return how many recipients are in trouble, by cause."""
        return self._readers.read(standings.incidents)

    def stop(self, wanted: Stop) -> Stop:
        """Stop something from now on, and return the stop that stands."""
        return self._writer.write(lambda db: stopping.stop(db, wanted))

    def lift(self, scope: Scope, name: str, by: str, at: datetime) -> bool:
        """Lift a stop, or ask that it be lifted; say whether it is."""
        return self._writer.write(lambda db: _lift(db, scope, name, by, at))

    def stops(self) -> Sequence[Stop]:
        """Return what is stopped, first to last."""
        return self._readers.read(stopping.stops)


def _lift(db: Vaulted, scope: Scope, name: str, by: str, at: datetime) -> bool:
    lifted = stopping.lift(db, scope, name, by, at)
    if lifted and scope is Scope.CLOCK:
        set_time(db, at)
    return lifted
