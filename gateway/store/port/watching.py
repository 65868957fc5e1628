"""The port: what those need who see to it that all goes well."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gateway.decisions import ConsentRecord, Decided
    from gateway.deliveries import Attempt, Delivery, DeliveryState
    from gateway.errors import Problem
    from gateway.identity import DeliveryId, MessageId
    from gateway.store.port.kept import Damaged, Entry, MessageSummary


class Watching(Protocol):
    """What those need who see to it that all goes well.

    Lists are for a person to look at: a row that cannot be opened is told as that, and hides none of the others.
    """

    def deliveries(self, state: DeliveryState | None = None, limit: int = 100) -> Sequence[Delivery | Damaged]:
        """Return deliveries, newest first."""

    def delivery(self, id_: DeliveryId) -> tuple[Delivery, Sequence[Attempt]]:
        """Return a delivery with its attempts, first to last.

        Raises:
            NotFound: There is no such delivery.
        """

    def decisions(self, delivery: Delivery) -> Sequence[Decided]:
        """Return each decision on whether its organisation may have its set, first to last; those of readings too."""

    def decisions_on(self, message: MessageId) -> Sequence[Decided]:
        """Return each decision on who may have a message's sets, first to last: those who were no recipient too."""

    def problems(self, delivery: Delivery) -> Sequence[Problem]:
        """Return what a person has to look at before a delivery's set may leave: places, never values."""

    def consents(self) -> Sequence[ConsentRecord | Damaged]:
        """Return the newest version of every consent, in the order they were first given."""

    def messages(self, limit: int = 100) -> Sequence[MessageSummary | Damaged]:
        """Return messages, newest first."""

    def message(self, id_: MessageId) -> tuple[MessageSummary, Sequence[Delivery]]:
        """Return a message and its deliveries.

        Raises:
            NotFound: There is no such message.
        """

    def log(self, message: MessageId | None = None) -> Sequence[Entry]:
        """Return the log, first to last; of one message where it is named."""

    def counts(self) -> Mapping[tuple[str, str], int]:
        """Return how many deliveries stand in each (recipient kind, state)."""

    def check(self) -> None:
        """Return if the store can be read and written now."""
