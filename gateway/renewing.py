"""The left-hand side of the road taken again: what today's rules make of a message that came before.

Rules are mended while messages wait. What a mended rule makes is a new edition, under new ids: what left under an id
never changes. The edition before it is kept, and leaves no more, but where it may have been taken and nobody knows.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from gateway.deliveries import OVER

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gateway.documents import InformationSet
    from gateway.errors import Problem
    from gateway.identity import MessageId
    from gateway.parts import Intake


class Renewal(NamedTuple):
    """What today's rules make of a message otherwise than what is kept."""

    message: MessageId
    problems: Sequence[Problem]
    sets: Sequence[InformationSet]
    """The next edition of every set that would be another; none where today's rules make the same."""

    @property
    def names(self) -> frozenset[str]:
        """The sets that would be others."""
        return frozenset(one.name for one in self.sets)


def renewal(message: MessageId, gateway: Intake) -> Renewal:
    """Return what today's rules make of a message; nothing is changed.

    Raises:
        NotFound: There is no such message, or nothing of it any more.
        SenderError: Today's rules do not take it in at all.
    """
    envelope = gateway.store.envelope(message)
    document = gateway.rules.understand(gateway.rules.reader.read(envelope.content), envelope.received_at)
    kept = gateway.store.variants(message)
    editions = {one.name: one.edition for one in kept}
    now = gateway.rules.select(document, editions)
    over = {one.name for one in kept if one.hold == OVER}
    others = {name for name in {one.name for one in now} - over if _of(now, name) != _of(kept, name)}
    next_ones = {name: editions.get(name, 0) + 1 for name in others}
    made = gateway.rules.select(document, editions | next_ones) if others else []
    problems = next((one.problems for one in now if one.hold == "mapping"), ())
    return Renewal(message, problems, [one for one in made if one.name in others])


def renew(message: MessageId, gateway: Intake) -> Renewal:
    """Keep what today's rules make of a message, where it is otherwise; deliveries that were held for it go on.

    Raises:
        NotFound: There is no such message.
        SenderError: Today's rules do not take it in at all; nothing was changed.
        VersionConflict: Somebody else renewed it in between; nothing was changed.
    """
    renewed = renewal(message, gateway)
    if renewed.sets:
        now = gateway.now()
        plan = partial(gateway.routing.plan, now)
        gateway.store.renew(message, renewed.problems, renewed.sets, plan, now)
    return renewed


def _of(sets: Sequence[InformationSet], name: str) -> dict[frozenset[str], tuple[object, ...]]:
    """Return what tells two editions of a set apart: each variant's content, and why it is held."""
    return {one.withheld: (one.body, one.hold, one.problems) for one in sets if one.name == name}
