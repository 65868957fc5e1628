"""Deliveries that stopped are set going again: looked at first, then one, ten and a hundred at a time.

Nothing is decided here: the gate is asked at each attempt as ever, and says no as ever. A redrive that a person has
looked at has a key; the same key is never driven twice.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

from gateway.deliveries import HOLDS, STOPPED, DeliveryState
from gateway.errors import NotFound, SenderError, StoreUnavailable, VersionConflict
from gateway.identity import named_id
from gateway.log import LogLine, log
from gateway.renewing import renew
from gateway.store.port import sorted_out

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import datetime

    from gateway.deliveries import Delivery, Wanted
    from gateway.identity import DeliveryId, MessageId
    from gateway.parts import Intake
    from gateway.store.port import Damaged, Store

WAVES = (1, 10, 100)
"""How many deliveries are set going at once; the last goes on for as long as there are any."""

MOST_FAILURES = 0.05
"""The part of a wave that may fail before the rest is left where it is."""

RENEWABLE = STOPPED | frozenset(HOLDS.values()) | {DeliveryState.DELIVERED}
"""What can be set going where there is another edition of its set."""

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
    damaged: Sequence[Damaged]
    """Deliveries that cannot be opened: they are left where they stand."""
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
    failures: int
    """How many failed, were not even tried, or are of a message that the gateway stumbled over."""
    renewed: int = 0
    """Messages of which there is a new edition."""
    refused: int = 0
    """Messages that today's rules do not take in; their deliveries were left as they are."""
    stumbled: int = 0
    """Messages over which the gateway itself stumbled; likewise."""

    @property
    def stops(self) -> bool:
        """Whether so many failed that the rest is left where it is."""
        return self.failures > MOST_FAILURES * self.size


class _Fate(Enum):
    """What the rules of today have made of a message."""

    RENEWED = "another edition"
    SAME = "the same"
    REFUSED = "nothing: they do not take it in"
    STUMBLED = "nothing: the gateway stumbled over it"


_LEFT = frozenset({_Fate.REFUSED, _Fate.STUMBLED})
"""Of such a message, nothing is set going."""


def try_again(id_: DeliveryId, store: Store, at: datetime) -> Delivery:
    """Set one delivery going, and return it.

    Raises:
        NotFound: There is no such delivery, or none that a person can set going.
    """
    delivery, _ = store.delivery(id_)
    going = store.set_going([delivery], "retry", at)
    if not going:
        raise NotFound("There is no such delivery that could be tried again")
    return going[0]


def look(wanted: Wanted, store: Store, *, renewing: bool) -> Redrive:
    """Return what a redrive would set going; nothing is changed."""
    deliveries, damaged = sorted_out(store.wanted(wanted))
    seen = [f"{one.id} {one.state} {one.fence}" for one in deliveries]
    return Redrive(named_id("redrive", str(store.operations()), str(renewing), *seen), deliveries, damaged, renewing)


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

    Raises:
        StoreUnavailable: Nothing can be kept just now; the waves before stay as they went.
    """
    store = gateway.store
    detail = f"redrive by={by} deliveries={len(redrive.deliveries)} renewing={redrive.renewing}"
    if not redrive.deliveries or not store.begin_operation(redrive.key, detail, gateway.now()):
        return
    fates: dict[MessageId, _Fate] = {}
    for some in waves(redrive.deliveries):
        wave = _one_wave(some, redrive, fates, gateway, settled)
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
    fates: dict[MessageId, _Fate],
    gateway: Intake,
    settled: Callable[[Sequence[DeliveryId]], None],
) -> Wave:
    store = gateway.store
    # A message is renewed once: what is left of its deliveries for later waves is to have that edition too.
    now = _renewed([one for one in some if one.message not in fates], gateway) if redrive.renewing else {}
    fates |= now
    # What was held goes on by itself when its set is renewed.
    going = [one for one in some if one.state not in _HELD and fates.get(one.message) not in _LEFT]
    store.set_going(going, redrive.key, gateway.now())
    settled([one.id for one in some])
    states = store.states_of([one.id for one in some])
    counted = Counter(now.values())
    return Wave(
        size=len(some),
        states=Counter(states.values()),
        failures=sum(states[one.id] in _FAILED or fates.get(one.message) is _Fate.STUMBLED for one in some),
        renewed=counted[_Fate.RENEWED],
        refused=counted[_Fate.REFUSED],
        stumbled=counted[_Fate.STUMBLED],
    )


def _renewed(some: Sequence[Delivery], gateway: Intake) -> dict[MessageId, _Fate]:
    """Renew the messages of some deliveries, and return what became of each.

    Raises:
        StoreUnavailable: Nothing can be kept just now; the messages renewed before stay so.
    """
    return {message: _fate(message, gateway) for message in dict.fromkeys(one.message for one in some)}


def _fate(message: MessageId, gateway: Intake) -> _Fate:
    try:
        return _Fate.RENEWED if renew(message, gateway).names else _Fate.SAME
    except StoreUnavailable:
        raise
    except Exception as error:  # noqa: BLE001 - a mistake of ours on one message must not stop the others
        log(LogLine.NOT_RENEWED, message=message, error=type(error).__name__)
        return _Fate.REFUSED if isinstance(error, SenderError | VersionConflict) else _Fate.STUMBLED
