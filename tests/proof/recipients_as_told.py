"""Recipients that take each idempotency key once, and otherwise behave as they are told."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from reference_model import Part

from gateway.documents import Receipt
from gateway.errors import PermanentFailure, TemporaryFailure, UnknownOutcome

if TYPE_CHECKING:
    from worlds_that_fail import World

    from gateway.documents import Release

BEHAVIOURS = (
    "up",
    "down",
    "busy",
    "silent",
    "refuses",
    "takes it, and is silent",
    "takes it, and says that it is down",
    "takes it, and makes us stumble",
)


class Recipient:
    """Fits the contract for adapters; what comes to it and what it takes is told to the model."""

    def __init__(self, kind: str, world: World) -> None:
        self.kind = kind
        self.behaves = "up"
        self._world = world

    def send(self, release: Release) -> Receipt:
        sent = release.information_set
        part, key = Part(sent.certificate.extension, sent.name, self.kind), release.idempotency_key
        behaves, world = self.behaves, self._world
        world.model.leaves(part, key, sent.body, world.time)
        world.interruptions.point()
        match behaves:
            case "down":
                raise TemporaryFailure("Not reached")
            case "busy":
                raise TemporaryFailure("HTTP 429", retry_after=timedelta(minutes=10))
            case "silent":
                raise UnknownOutcome("No answer")
            case "refuses":
                world.model.refused.add(part)
                raise PermanentFailure("HTTP 422")
        world.model.takes(part, key, sent.body)
        world.interruptions.point()
        match behaves:
            case "takes it, and is silent":
                raise UnknownOutcome("The answer is for another")
            case "takes it, and says that it is down":
                raise TemporaryFailure("HTTP 500")
            case "takes it, and makes us stumble":
                raise LookupError
        return Receipt("arende-1")
