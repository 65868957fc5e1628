"""The port: what those need who mend what went wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from gateway.deliveries import Delivery, DeliveryState, Wanted
    from gateway.documents import Envelope, InformationSet
    from gateway.errors import Problem
    from gateway.identity import DeliveryId, MessageId
    from gateway.store.port.kept import Damaged, Plan


class Mending(Protocol):
    """What those need who mend what went wrong."""

    def envelope(self, message: MessageId) -> Envelope:
        """Return a message as it came.

        Raises:
            NotFound: There is no such message.
        """

    def variants(self, message: MessageId) -> Sequence[InformationSet]:
        """Return every variant of the newest edition of a message's sets."""

    def renew(
        self,
        message: MessageId,
        problems: Sequence[Problem],
        sets: Sequence[InformationSet],
        plan: Plan,
        at: datetime,
    ) -> None:
        """Keep the next edition of some of a message's sets; the ones before it are kept as they were.

        They leave no more, but for one that may have been taken: as long as nobody knows, that one is repeated.

        Deliveries that a person had to look at because of those sets are planned as if the message had come now.

        Args:
            message: The message.
            problems: What the mapping does not understand of it now, in place of what it did not understand before.
            sets: The new edition, every variant of each set.
            plan: As for `add_consent`.
            at: When.

        Raises:
            VersionConflict: A set's edition is not the one after the newest that is kept; nothing was changed.
        """

    def begin_operation(self, key: str, detail: str, at: datetime) -> bool:
        """Keep and log that an operator begins something; return False, changing nothing, where it was begun before."""

    def is_begun(self, key: str) -> bool:
        """Say whether this was begun before."""

    def operations(self) -> int:
        """Return how many operations have been begun."""

    def wanted(self, wanted: Wanted) -> Sequence[Delivery | Damaged]:
        """Return the deliveries that are asked for, oldest first; one that cannot be opened is told as that."""

    def set_going(self, deliveries: Sequence[Delivery], why: str, at: datetime) -> Sequence[Delivery]:
        """Make deliveries due now, with all their attempts before them, and return those that were.

        Those that are STOPPED can be set going, and DELIVERED ones of which there is an edition that their recipient
        has not taken, unless the certificate is revoked. What stands otherwise, or otherwise than it is given (in
        another state, or claimed since), is left as it is.
        """

    def states_of(self, deliveries: Sequence[DeliveryId]) -> Mapping[DeliveryId, DeliveryState]:
        """Return where each of these deliveries stands."""
