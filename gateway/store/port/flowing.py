"""The port: what those need who watch over the flow, and stop it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from gateway.identity import OrganisationNumber
    from gateway.standings import Endpoint, RecipientStanding
    from gateway.stops import Scope, Stop


class Flowing(Protocol):
    """What those need who watch over the flow, and stop it."""

    def recipients(self) -> Sequence[RecipientStanding]:
        """Return every recipient of which something is known, or for which something waits, by its number."""

    def reopen(self, organisation: OrganisationNumber, by: str, at: datetime) -> None:
        """Let a recipient that is left alone be tried again now, with one delivery first; log who said so.

        What waits for it has all its attempts before it again.

        Raises:
            NotFound: It is not left alone.
        """

    def endpoints(self) -> Mapping[OrganisationNumber, Endpoint]:
        """Return where each recipient is reached that was ever configured."""

    def want_endpoints(self, urls: Mapping[OrganisationNumber, str], at: datetime) -> None:
        """Keep what the settings say of where recipients are reached.

        The first address of a recipient is taken as approved. Another one counts when two persons have approved it;
        until then, and where the settings go back on it, the old one does.
        """

    def approve_endpoint(self, organisation: OrganisationNumber, by: str, at: datetime) -> bool:
        """Approve what the settings say; return whether it counts now, because another person had done so before.

        Raises:
            NotFound: Nothing waits for approval.
            SecondPersonNeeded: The same person has approved it before.
        """

    def incidents(self) -> Mapping[str, int]:
        """Return how many recipients are in trouble, by cause."""

    def stop(self, wanted: Stop) -> Stop:
        """Stop something from now on, and return the stop that stands: an earlier one where there is one already.

        When it returns, no worker is let send and no reader let read what the stop is about. What was let leave before
        that ends with its permit.
        """

    def lift(self, scope: Scope, name: str, by: str, at: datetime) -> bool:
        """Lift a stop, where one person can or another has asked for it before; say whether it is lifted.

        The time that a delivery was stopped is no time in which its recipient has failed: its attempts are taken to
        have begun so much later. Who lifts the stop of the clock says that it is as late as `at`.

        Raises:
            NotFound: That is not stopped.
            SecondPersonNeeded: The same person has asked for it before.
        """

    def stops(self) -> Sequence[Stop]:
        """Return what is stopped, first to last."""
