"""Recipients that take each idempotency key once, and otherwise behave as they are told."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from gateway.documents import Receipt
from gateway.errors import Busy, PermanentFailure, RevokedThere, TemporaryFailure, UnknownOutcome

if TYPE_CHECKING:
    from worlds_that_fail import World

    from gateway.documents import Release

BEHAVIOURS = (
    "up",
    "down",
    "busy",
    "silent",
    "refuses",
    "knows that it is revoked",
    "takes it, and is silent",
    "takes it, and says that it is down",
    "takes it, and makes us stumble",
)


class Recipient:
    """Fits the contract for adapters; what comes to it and what it takes is told to the model."""

    def __init__(self, kind: str, world: World) -> None:
        self.kind = kind
        self._address = f"{kind}.example:443"
        self.behaves = "up"
        self._world = world

    def send(self, release: Release) -> Receipt:
        behaves, world = self.behaves, self._world
        part, key = world.part_sent(release.permit.attempt), release.idempotency_key
        body = release.open(self._address)
        world.model.leaves(part, world.time)
        world.interruptions.point()
        match behaves:
            case "down":
                raise TemporaryFailure("Not reached")
            case "busy":
                raise Busy("HTTP 429", retry_after=timedelta(minutes=10))
            case "silent":
                raise UnknownOutcome("No answer")
            case "refuses":
                world.model.refused.add(part)
                raise PermanentFailure("HTTP 422")
            case "knows that it is revoked":
                world.model.refused.add(part)
                raise RevokedThere("REVOKED")
        world.model.takes(part, key, body)
        world.interruptions.point()
        match behaves:
            case "takes it, and is silent":
                raise UnknownOutcome("The answer is for another")
            case "takes it, and says that it is down":
                raise TemporaryFailure("HTTP 500")
            case "takes it, and makes us stumble":
                raise LookupError
        return Receipt("arende-1")
