"""What those need of the database who mend what went wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.store.sql import reading, renewing
from gateway.store.sql.opened import Opened

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from gateway.deliveries import Delivery, DeliveryState, Wanted
    from gateway.documents import Envelope, InformationSet
    from gateway.errors import Problem
    from gateway.identity import DeliveryId, MessageId
    from gateway.store.port import Damaged, Plan


class SqlMending(Opened):
    """Fits `gateway.store.port.mending.Mending`, which says what it promises."""

    def envelope(self, message: MessageId) -> Envelope:
        """Return a message as it came."""
        return self._readers.read(lambda db: reading.envelope(db, message))

    def variants(self, message: MessageId) -> Sequence[InformationSet]:
        """Return every variant of the newest edition of a message's sets."""
        return self._readers.read(lambda db: reading.variants(db, message))

    def renew(
        self,
        message: MessageId,
        problems: Sequence[Problem],
        sets: Sequence[InformationSet],
        plan: Plan,
        at: datetime,
    ) -> None:
        """Keep the next edition of some of a message's sets."""
        self._writer.write(lambda db: renewing.renew(db, message, problems, sets, plan, at))

    def begin_operation(self, key: str, detail: str, at: datetime) -> bool:
        """Keep that an operator begins something; False where it was begun before."""
        return self._writer.write(lambda db: renewing.begin_operation(db, key, detail, at))

    def is_begun(self, key: str) -> bool:
        """Say whether this was begun before."""
        return self._readers.read(lambda db: renewing.is_begun(db, key))

    def operations(self) -> int:
        """Return how many operations have been begun."""
        return self._readers.read(renewing.operations)

    def wanted(self, wanted: Wanted) -> Sequence[Delivery | Damaged]:
        """Return the deliveries that are asked for, oldest first."""
        return self._readers.read(lambda db: reading.wanted(db, wanted))

    def set_going(self, deliveries: Sequence[Delivery], why: str, at: datetime) -> Sequence[Delivery]:
        """Make deliveries due now that still stand as they were seen."""
        return self._writer.write(lambda db: renewing.set_going(db, deliveries, why, at))

    def states_of(self, deliveries: Sequence[DeliveryId]) -> Mapping[DeliveryId, DeliveryState]:
        """Return where each of these deliveries stands."""
        return self._readers.read(lambda db: reading.states_of(db, deliveries))
