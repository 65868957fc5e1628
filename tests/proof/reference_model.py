"""The gateway as a page of plain Python: what may leave, what did, and what has to be accounted for.

It knows no store, worker, schedule or FHIR. A consent is a row of facts; a withdrawal counts from the moment it is
told, whatever the clock says; what a recipient takes is an effect under a key. What the real gateway does is told here
as it happens, and `wrongs` says what must not have been.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime


class Part(NamedTuple):
    """One set of one certificate for one kind of recipient: what a delivery is about."""

    certificate: str
    set_name: str
    kind: str
    is_notice: bool = False
    """Whether it is what tells that the certificate is revoked, and not the set itself."""


@dataclass
class Consent:
    """What a person has said of one set and one kind of recipient."""

    person: str
    set_name: str
    kind: str
    start: datetime
    end: datetime
    denies: bool = False
    status: str = "active"

    @property
    def about(self) -> tuple[str, str, str]:
        """Return whom, what and which kind of recipient it concerns."""
        return self.person, self.set_name, self.kind

    def holds(self, at: datetime) -> bool:
        """Say whether it counts then; the last moment is included."""
        return self.status == "active" and self.start <= at <= self.end


class Standing(NamedTuple):  # where the gateway says that a part stands
    state: str
    due_at: datetime | None
    attempts: int


@dataclass
class Model:
    """What the world around the gateway knows."""

    fewest_attempts: int
    """After how many attempts, and not before, the gateway may give up."""
    gives_up_at: datetime
    """When it may give up whatever has been tried."""
    latest: datetime
    """The latest that the clock has ever shown."""
    persons: dict[str, str] = field(default_factory=dict)
    """Certificate → the person it is about."""
    parts: set[Part] = field(default_factory=set)
    """Everything that has to be accounted for."""
    consents: dict[str, Consent] = field(default_factory=dict)
    sent: int = 0
    """How many releases have come to recipients, known ones and lost ones."""
    left: set[Part] = field(default_factory=set)
    """What has ever come to a recipient, whether it took it or not."""
    revoked: set[str] = field(default_factory=set)
    """The certificates that care has taken back."""
    stopped: set[str] = field(default_factory=set)
    """The kinds of recipient to whom an operator lets nothing go."""
    effects: dict[Part, dict[str, bytes]] = field(default_factory=lambda: defaultdict(dict))
    """What each recipient has taken, by key: it takes the same key once."""
    refused: set[Part] = field(default_factory=set)
    """What a recipient has said that it will never take."""
    ended: set[tuple[str, str, str]] = field(default_factory=set)
    """What was ever permitted by a consent that has ended, whatever was said since."""
    withheld: set[Part] = field(default_factory=set)
    """What nobody but an operator may set going again."""
    wrongs: list[str] = field(default_factory=list)

    def register(self, certificate: str, person: str, sets: dict[str, str]) -> None:
        """A certificate was accepted; each of its sets has a kind of recipient."""
        self.persons[certificate] = person
        self.parts |= {Part(certificate, name, kind) for name, kind in sets.items()}

    def permits(self, part: Part, at: datetime) -> bool:
        """Say whether this may leave then: a consent says so, and none forbids it."""
        said = [one for one in self.consents.values() if one.about == self._about(part) and one.holds(at)]
        return bool(said) and not any(one.denies for one in said)

    def _about(self, part: Part) -> tuple[str, str, str]:
        return self.persons[part.certificate], part.set_name, part.kind

    def leaves(self, part: Part, at: datetime) -> None:
        """Something is about to leave."""
        self.sent += 1
        for is_wrong, why in (
            (part._replace(is_notice=False) not in self.parts, "it is not theirs"),
            (not self.permits(part, at), "no consent permits it"),
            (part.certificate in self.revoked and part._replace(is_notice=False) not in self.left, "it was revoked"),
            (part.is_notice and part.certificate not in self.revoked, "nobody revoked it"),
            (part in self.withheld, "it was withheld"),
            (part.kind in self.stopped, "all was stopped"),
        ):
            if is_wrong:
                self.wrongs.append(f"{part.set_name} left for {part.kind}, and {why}")
        self.left.add(part)

    def takes(self, part: Part, key: str, body: bytes) -> None:
        """A recipient has taken something: at most once under a key, and at most one key for a part."""
        taken = self.effects[part]
        is_new = key not in taken
        if taken.setdefault(key, body) != body:
            self.wrongs.append(f"{part.kind} got other bytes under the same key")
        if not part.is_notice and self.effects.get(part._replace(is_notice=True)) and is_new:
            self.wrongs.append(f"{part.kind} took {part.set_name} after it was told that it is revoked")
        if len(taken) > 1:
            self.wrongs.append(f"{part.kind} took {part.set_name} twice")

    def sees(self, standing: dict[Part, Standing], now: datetime) -> None:
        """The clock shows this, and so the parts stand."""
        self.withheld |= {part for part, one in standing.items() if one.state == "WITHHELD"}
        self.latest = max(now, self.latest)
        permits = [one for one in self.consents.values() if not one.denies]
        self.ended |= {one.about for one in permits if one.status != "active" or one.end < self.latest}

    def unaccounted(self, standing: dict[Part, Standing], now: datetime) -> Iterator[str]:
        """Yield what is wrong with where the parts stand."""
        if {part for part in standing if not part.is_notice} != self.parts:
            yield "something is lost, or came from nowhere"
        for part, one in standing.items():
            is_revoked = one.state == "DELIVERED" and part.certificate in self.revoked
            if is_revoked and part._replace(is_notice=True) not in standing:
                yield f"{part.kind} has {part.set_name}, and is not told that it is revoked"
        for part, (state, due_at, attempts) in standing.items():
            if state == "DELIVERED" and not self.effects[part]:
                yield f"{part.set_name} is said to be delivered, and nobody has it"
            early = attempts < self.fewest_attempts and self.latest < self.gives_up_at
            if state in {"DEAD", "SUPERSEDED"} and part not in self.refused and early:
                yield f"{part.set_name} was given up, and nobody refused it"
            if state == "WITHHELD" and self._about(part) not in self.ended:
                yield f"{part.set_name} is withheld, and no consent has ended"
            if state == "CANCELLED" and part.certificate not in self.revoked:
                yield f"{part.set_name} is cancelled, and nobody revoked it"
            asleep = state == "HELD_CONSENT" and (due_at is None or due_at > self.latest)
            if asleep and self.permits(part, now) and self.permits(part, self.latest):
                yield f"{part.set_name} may leave, and sleeps"

    def unfinished(self, standing: dict[Part, Standing], now: datetime) -> Iterator[str]:
        """Yield what is not settled although every recipient answers and time enough has passed."""
        for part, (state, _, _) in standing.items():
            is_over = state in {"DELIVERED", "WITHHELD", "DEAD", "SUPERSEDED", "CANCELLED"}
            if not is_over and (state != "HELD_CONSENT" or self.permits(part, now)):
                yield f"{part.set_name} stands in {state} for ever"
