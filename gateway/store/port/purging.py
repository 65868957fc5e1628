"""The port: what those need who take away what has been kept long enough."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

Rest: TypeAlias = "Callable[[bytes], bytes]"
"""Says what is left of a Bundle, as JSON, whose time is over."""


class Purging(Protocol):
    """What those need who take away what has been kept long enough."""

    def purge(self, ended: Mapping[str, datetime], rest: Rest, by: str, at: datetime) -> int:
        """Take away what sets said whose time is over, give back the space it took, and return how many sets it was.

        A set is over where all its deliveries have come to an end that nobody has to look at: DELIVERED, SUPERSEDED,
        CANCELLED, WITHHELD. It stays, without what it said, so that it can be told that its certificate is revoked, and
        never leaves any more. The message itself goes with the last of its sets; its id stays taken. What the log says,
        attempts, receipts and consents stay.

        Many transactions: where it is cut short, what was taken away is, and the next call does the rest.

        Args:
            ended: Each set's name, and the moment since which nothing may have happened to its deliveries. Sets of
                other names stay as they are.
            rest: Asked for each Bundle that somebody has got, or may have got.
            by: Who wants it, for the log.
            at: When.
        """
