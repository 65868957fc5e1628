"""The port: what those need who send."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime, timedelta

    from gateway.decisions import ConsentRecord, Decision
    from gateway.deliveries import Delivery, Outcome
    from gateway.documents import InformationSet
    from gateway.identity import DeliveryId


class Sending(Protocol):
    """What those need who send."""

    def claim_due(self, at: datetime, lease: timedelta, limit: int, worker: str) -> Sequence[Delivery]:
        """Take up to `limit` deliveries that are due, in the order they fell due, under a lease.

        Due are those in a claimable state whose time has come, and those in SENDING whose lease is over: what a dead
        worker held. Of the latter, an attempt without an outcome is closed as UNKNOWN. The fence of each grows by 1.
        """

    def take_back(self, worker: str, at: datetime) -> int:
        """End the leases that this worker held before it was started anew; return how many."""

    def authorise(
        self,
        delivery: Delivery,
        decide: Callable[[Sequence[ConsentRecord]], Decision],
        at: datetime,
    ) -> tuple[Decision, InformationSet] | None:
        """Decide on a claimed delivery; keep the decision with the attempt that it opens, or why there is none.

        Where the decision permits it and the variant of the set that it permits (`withheld` alike) may leave: an
        attempt is recorded, and the decision and the set are returned. Else the delivery goes to HELD_CONSENT (due
        when `decision.until` says), or to WITHHELD where the reason is `revoked`, or to HELD_LEAK or HELD_MAPPING
        where the variant is on hold, and None is returned. None too, and nothing changes, where the fence of the
        delivery is no longer the newest.
        """

    def decide_again(
        self,
        delivery: Delivery,
        decide: Callable[[Sequence[ConsentRecord]], Decision],
        at: datetime,
    ) -> Decision | None:
        """Decide before one more try within an attempt, and keep the decision.

        None, and nothing is kept, where the attempt is no longer under way: the fence of the delivery is outgrown, or
        another has put it elsewhere.
        """

    def record(self, delivery: Delivery, outcome: Outcome, at: datetime) -> bool:
        """Record what the newest attempt came to; return False, changing nothing, where the fence is outgrown.

        Where the person's consent was withdrawn while the attempt was under way, a failed attempt waits for the next
        decision like any other: that one says WITHHELD.
        """

    def retry(self, delivery: DeliveryId, at: datetime) -> Delivery:
        """Make a DEAD, WITHHELD, RETRY_WAIT or UNKNOWN delivery due now, with all its attempts before it again.

        Raises:
            NotFound: There is no such delivery, or it stands in another state.
        """
