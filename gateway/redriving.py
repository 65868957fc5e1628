"""Deliveries that stopped are set going again: looked at first, then one, ten and a hundred at a time.

Nothing is decided here: the gate is asked at each attempt as ever, and says no as ever. A redrive that a person has
looked at has a key; the same key is never driven twice.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from gateway.deliveries import HOLDS, DeliveryState
from gateway.errors import SenderError, VersionConflict
from gateway.identity import named_id
from gateway.log import LogLine, log
from gateway.renewing import renew

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from gateway.deliveries import Delivery, Wanted
    from gateway.identity import DeliveryId, MessageId
    from gateway.parts import Intake
    from gateway.store.port import Store

WAVES = (1, 10, 100)
"""How many deliveries are set going at once; the last goes on for as long as there are any."""

MOST_FAILURES = 0.05
"""The part of a wave that may fail before the rest is left where it is."""

STOPPED = frozenset({DeliveryState.DEAD, DeliveryState.WITHHELD, DeliveryState.RETRY_WAIT, DeliveryState.UNKNOWN})
"""What can be set going as it is."""

RENEWABLE = STOPPED | frozenset(HOLDS.values()) | {DeliveryState.DELIVERED}
"""What can be set going where today's rules make another edition of its set."""

_HELD = frozenset(HOLDS.values())
_ON_ITS_WAY = frozenset({DeliveryState.READY, DeliveryState.SENDING})
_FAILED = _ON_ITS_WAY | {DeliveryState.DEAD, DeliveryState.RETRY_WAIT, DeliveryState.UNKNOWN}
"""What counts against a wave; one that is held still, or again, harms nobody."""


class Cause(NamedTuple):
    """Why deliveries stand where they stand, and whose they are."""

    kind: str
    organisation: str
    set_name: str
    state: DeliveryState
    reason: str


@dataclass(frozen=True, slots=True)
class Redrive:
    """Deliveries that could be set going, as they were seen."""

    key: str
    """Names this redrive; another one as soon as anything about it is otherwise."""
    deliveries: Sequence[Delivery]
    renewing: bool
    """Whether today's rules are asked again what the messages say."""

    @property
    def causes(self) -> Mapping[Cause, int]:
        """How many there are of each cause, the largest first."""
        counted = Counter(
            Cause(one.kind, str(one.organisation or ""), one.set_name, one.state, one.reason) for one in self.deliveries
        )
        return dict(counted.most_common())


@dataclass(frozen=True, slots=True)
class Wave:
    """What became of some of a redrive's deliveries."""

    size: int
    states: Mapping[DeliveryState, int]
    """Where they stand now."""
    renewed: int = 0
    """Messages of which there is a new edition."""
    refused: int = 0
    """Messages that today's rules do not take in; their deliveries were left as they are."""

    @property
    def failures(self) -> int:
        """How many failed, or were not even tried."""
        return sum(times for state, times in self.states.items() if state in _FAILED)

    @property
    def stops(self) -> bool:
        """Whether so many failed that the rest is left where it is."""
        return self.failures > MOST_FAILURES * self.size


def look(wanted: Wanted, store: Store, *, renewing: bool) -> Redrive:
    """Return what a redrive would set going; nothing is changed."""
    deliveries = store.wanted(wanted)
    seen = [f"{one.id} {one.state} {one.fence}" for one in deliveries]
    return Redrive(named_id("redrive", str(store.operations()), str(renewing), *seen), deliveries, renewing)


def drive(
    redrive: Redrive, by: str, gateway: Intake, settled: Callable[[Sequence[DeliveryId]], None]
) -> Iterator[Wave]:
    """Set a redrive's deliveries going, wave by wave, and yield what became of each; end where one stops it.

    Nothing happens where a redrive of this key was begun before.

    Args:
        redrive: What a person has looked at.
        by: Who that was.
        gateway: The gateway.
        settled: Returns when these deliveries have been tried, or have had time enough.
    """
    store = gateway.store
    detail = f"redrive by={by} deliveries={len(redrive.deliveries)} renewing={redrive.renewing}"
    if not redrive.deliveries or not store.begin_operation(redrive.key, detail, gateway.now()):
        return
    renewed: dict[MessageId, frozenset[str] | None] = {}
    for some in waves(redrive.deliveries):
        wave = _one_wave(some, redrive, renewed, gateway, settled)
        log(LogLine.REDRIVEN, operation=redrive.key, deliveries=wave.size, failures=wave.failures)
        yield wave
        if wave.stops:
            return


def waves(deliveries: Sequence[Delivery]) -> Iterator[Sequence[Delivery]]:
    """Yield the deliveries in the order they are set going: one, then ten, then a hundred at a time."""
    begun = 0
    sizes = iter(WAVES)
    size = 0
    while begun < len(deliveries):
        size = next(sizes, size)
        yield deliveries[begun : begun + size]
        begun += size


def _one_wave(
    some: Sequence[Delivery],
    redrive: Redrive,
    renewed: dict[MessageId, frozenset[str] | None],
    gateway: Intake,
    settled: Callable[[Sequence[DeliveryId]], None],
) -> Wave:
    store = gateway.store
    # A message is renewed once: what is left of its deliveries for later waves is to have that edition too.
    now = _renewed([one for one in some if one.message not in renewed], gateway) if redrive.renewing else {}
    renewed |= now
    store.set_going([one for one in some if _may_go(one, renewed)], redrive.key, gateway.now())
    ids = [one.id for one in some]
    settled(ids)
    return Wave(
        size=len(some),
        states=Counter(store.states_of(ids).values()),
        renewed=sum(bool(names) for names in now.values()),
        refused=sum(names is None for names in now.values()),
    )


def _may_go(delivery: Delivery, renewed: Mapping[MessageId, frozenset[str] | None]) -> bool:
    """Say whether a delivery is to be set going: one that was held went on by itself when its set was renewed."""
    if delivery.state in _HELD:
        return False
    names = renewed.get(delivery.message, frozenset())
    if delivery.state is DeliveryState.DELIVERED:
        return names is not None and delivery.set_name in names
    return names is not None


def _renewed(some: Sequence[Delivery], gateway: Intake) -> dict[MessageId, frozenset[str] | None]:
    """Renew the messages of some deliveries; return the sets that are others now, None where one is refused."""
    found: dict[MessageId, frozenset[str] | None] = {}
    for message in dict.fromkeys(one.message for one in some):
        try:
            found[message] = renew(message, gateway).names
        except (SenderError, VersionConflict) as error:
            log(LogLine.NOT_RENEWED, message=message, error=type(error).__name__)
            found[message] = None
    return found
