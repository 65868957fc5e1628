"""What an organisation may read now of what is kept about a person."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from gateway.consent import decider
from gateway.identity import set_id, told_id

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from gateway.decisions import ConsentRecord, Decision, Request
    from gateway.store.port import KeptSet


class Visible(NamedTuple):
    """A set that the caller may read now, not yet read."""

    kept: KeptSet
    decision: Decision
    updated: datetime
    """When it came within the caller's reach: when it was kept, or the consent began, whichever was later."""

    @property
    def id(self) -> str:
        """The id of the Bundle that the caller would read."""
        variant = set_id(self.kept.certificate, self.kept.name, self.decision.withheld, self.kept.edition)
        return told_id(variant, self.kept.earlier)

    @property
    def place(self) -> tuple[datetime, str, str]:
        """Where it stands among all that the caller may read: as they came within its reach, and no two at the same."""
        return self.updated, self.kept.message, self.kept.name


@dataclass(frozen=True, slots=True)
class Readable:
    """A set that the caller has read."""

    id: str
    body: bytes = field(repr=False)
    updated: datetime


class Reach(NamedTuple):
    """What the gate says of the sets that a caller asks for."""

    visible: Sequence[Visible]
    """Those it may read, in the order they came within its reach."""
    denied: Sequence[tuple[KeptSet, Decision]]
    revoked: Sequence[tuple[KeptSet, Decision]]
    """Those it might read, had their certificates not been revoked."""


def reach_of(
    consents: Sequence[ConsentRecord],
    sets: Sequence[KeptSet],
    request_for: Callable[[KeptSet], Request],
    now: datetime,
) -> Reach:
    """Return what the gate says of sets about one person; what somebody has to look at first is in nobody's reach."""
    if not sets:
        return Reach((), (), ())
    decide_now = decider(consents, sets[0].person)
    decided = [(kept, decide_now(request_for(kept), now)) for kept in sets if not kept.hold]
    standing = [(kept, decision) for kept, decision in decided if not kept.is_revoked]
    visible = [
        Visible(kept, decision, max(kept.kept_at, decision.since or kept.kept_at))
        for kept, decision in standing
        if decision.permitted and not kept.hold_of(decision.withheld)
    ]
    return Reach(
        sorted(visible, key=lambda one: one.place),
        [(kept, decision) for kept, decision in standing if not decision.permitted],
        [(kept, decision) for kept, decision in decided if kept.is_revoked and decision.permitted],
    )
