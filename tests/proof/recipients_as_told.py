"""Recipients that take each idempotency key once, and otherwise behave as they are told."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import orjson
from reference_model import Effect

from gateway.documents import Receipt
from gateway.errors import (
    Busy,
    NotKnownThere,
    NotReached,
    PermanentFailure,
    RevokedThere,
    TemporaryFailure,
    UnknownOutcome,
)

if TYPE_CHECKING:
    from worlds_that_fail import World

    from gateway.documents import Release

EDITION = ", utgåva "
"""What stands in a title before the number of its edition."""

BEHAVIOURS = (
    "up",
    "down",
    "busy",
    "silent",
    "refuses",
    "knows that it is revoked",
    "does not know it",
    "takes it, and is silent",
    "takes it, and says that it is down",
    "takes it, and makes us stumble",
)


def edition_of(body: bytes) -> int:
    """The edition that a Bundle is of: its document's title says it, where the mappings have ever been mended."""
    title: str = orjson.loads(body)["entry"][0]["resource"]["title"]
    return int(title.rpartition(EDITION)[2]) if EDITION in title else 0


class Recipient:
    """Fits the contract for adapters; what comes to it and what it takes is told to the model."""

    def __init__(self, kind: str, world: World) -> None:
        self.kind = kind
        self._address = f"https://{kind}.example:443/inbox"
        self.behaves = "up"
        self._world = world

    def send(self, release: Release) -> Receipt:
        behaves, world = self.behaves, self._world
        part, key = world.part_sent(release.permit.attempt), release.idempotency_key
        body = release.open(self._address)
        world.model.leaves(part, key, world.time, world.standing())
        world.interruptions.point()
        match behaves:
            case "down":
                raise NotReached("not-sent:refused")
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
            case "does not know it":
                world.model.refused.add(part)
                raise NotKnownThere("HTTP 404")
        is_down = behaves == "takes it, and says that it is down"
        world.model.takes(part, key, Effect(body, edition_of(body)), denies=is_down)
        world.interruptions.point()
        match behaves:
            case "takes it, and is silent":
                raise UnknownOutcome("The answer is for another")
            case "takes it, and says that it is down":
                raise TemporaryFailure("HTTP 500")
            case "takes it, and makes us stumble":
                raise LookupError
        return Receipt("arende-1")
