"""The port: what those need who send."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime, timedelta

    from gateway.deliveries import Delivery, Outcome
    from gateway.heard import Heard
    from gateway.standings import Judge
    from gateway.store.port.kept import Authorised, Decide


class Sending(Protocol):
    """What those need who send."""

    def claim_due(self, at: datetime, lease: timedelta, limit: int, worker: str) -> Sequence[Delivery]:
        """Take up to `limit` deliveries that are due and may be tried now, in the order they fell due, under a lease.

        What is for a recipient that is left alone, or is tried with so many at a time and no more, waits. Where there
        is more than may be taken, each is taken of the recipient with the fewest under way, then as it fell due.
        Due are those in a claimable state whose time has come, and those in SENDING whose lease is over: what a dead
        worker held. Of the latter, an attempt without an outcome is closed as UNKNOWN. The fence of each grows by 1.
        """

    def take_back(self, worker: str, at: datetime) -> int:
        """End the leases that this worker held before it was started anew; return how many."""

    def authorise(
        self,
        delivery: Delivery,
        decide: Decide,
        at: datetime,
        address: str,
        *,
        only_newest: bool = False,
    ) -> Authorised | None:
        """Decide on a try at a claimed delivery; keep the decision with the try, or with why there is none.

        `decide` is given the consents and the set as they stand in the transaction that keeps what it says.

        The attempt is kept with the address that it goes to.

        Where the decision permits it and the variant of the set that it permits (`withheld` alike) may leave: a
        try is recorded, as the first of a new attempt or as one more of the attempt that has no outcome yet. Else the
        attempt without an outcome is closed, the delivery goes to HELD_CONSENT (due when `decision.until` says), to
        WITHHELD where its ground has lapsed, to HELD_PROTECTED where it is `protected-identity`, to HELD_PERSON where
        the person's number was replaced, to HELD_LEAK or HELD_MAPPING where the variant is on hold, or to CANCELLED
        where the certificate is revoked and nothing of it can have been taken, and None is returned. Should it go on
        later, it has all its attempts before it again.

        Where its recipient is to have `only_newest`, what cannot have been taken is CANCELLED too while a set of the
        same name waits or leaves whose certificate replaces this one, directly or by way of others.

        None too where a stop holds it back, or its recipient has come to be left alone, which leaves it READY before
        anybody decides, and where the fence of the delivery is no longer the newest, which changes nothing.
        """

    def record(
        self,
        delivery: Delivery,
        outcome: Outcome,
        at: datetime,
        judge: Judge | None = None,
        heard: Heard | None = None,
    ) -> bool:
        """Record what the newest attempt came to; return False, changing nothing, where the fence is outgrown.

        In the same transaction, `judge` says how the recipient stands after it, where it tells something of that. What
        the recipient was heard to say is kept with the attempt, as much of it as MAX_KEPT.

        Where the person's consent was withdrawn while the attempt was under way, a failed attempt waits for the next
        decision like any other: that one says WITHHELD.
        """
