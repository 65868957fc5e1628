"""The gateway as a page of plain Python: what may leave, what did, and what has to be accounted for.

It knows no store, worker, schedule or FHIR. A consent is a row of facts; a withdrawal counts from the moment it is
told, whatever the clock says; what a recipient takes is an effect under a key. Mappings are mended, and what they make
since then is a newer edition. What the real gateway does is told here as it happens, and `wrongs` says what must not
have been.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

IN_ORDER = frozenset({"ERSATT", "KOMPLT"})
"""The relations that put a certificate after the other."""
ON_ITS_WAY = frozenset({"READY", "SENDING", "RETRY_WAIT", "UNKNOWN", "HELD_ORDER"})
"""Where something stands that may still leave without anybody doing anything."""


class Part(NamedTuple):
    """One set of one certificate for one kind of recipient: what a delivery is about."""

    certificate: str
    set_name: str
    kind: str
    is_notice: bool = False
    """Whether it is what tells that the certificate is revoked, and not the set itself."""


class Relation(NamedTuple):
    """What a certificate says that it is to an earlier one."""

    kind: str
    earlier: str


class Effect(NamedTuple):
    """What a recipient has taken under a key."""

    body: bytes
    edition: int
    """How often the mappings had been mended when it was made."""


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
    only_newest: str
    """The kind of recipient that is to have only the newest of what replaces each other."""
    persons: dict[str, str] = field(default_factory=dict)
    """Certificate → the person it is about."""
    relations: dict[str, Relation] = field(default_factory=dict)
    """Certificate → what it says that it is to another, which may be about somebody else, or not be here."""
    revoked_early: dict[str, str] = field(default_factory=dict)
    """The certificates that were taken back before they came → the person that the revocation names."""
    mended: int = 0
    """How often the mappings have been mended: what they make is of the edition of that number."""
    parts: set[Part] = field(default_factory=set)
    """Everything that has to be accounted for."""
    consents: dict[str, Consent] = field(default_factory=dict)
    sent: int = 0
    """How many releases have come to recipients, known ones and lost ones."""
    left: set[tuple[Part, str]] = field(default_factory=set)
    """What has ever come to a recipient, and under which key, whether it took it or not."""
    revoked: set[str] = field(default_factory=set)
    """The certificates that care has taken back."""
    stopped: set[str] = field(default_factory=set)
    """The kinds of recipient to whom an operator lets nothing go."""
    effects: dict[Part, dict[str, Effect]] = field(default_factory=lambda: defaultdict(dict))
    """What each recipient has taken, by key: it takes the same key once."""
    denied: set[Part] = field(default_factory=set)
    """What a recipient has taken, and said that it did not."""
    refused: set[Part] = field(default_factory=set)
    """What a recipient has said that it will never take."""
    ended: set[tuple[str, str, str]] = field(default_factory=set)
    """What was ever permitted by a consent that has ended, whatever was said since."""
    withheld: set[Part] = field(default_factory=set)
    """What nobody but an operator may set going again."""
    wrongs: list[str] = field(default_factory=list)

    def may_come(self, certificate: str, person: str, relation: Relation | None) -> bool:
        """Say whether a certificate may say that: it does not come after itself, and what it completes is here."""
        if relation is None:
            return True
        before = [relation.earlier, *self._before(relation.earlier, person)]
        is_here = self.persons.get(relation.earlier) == person
        return certificate not in before and (is_here or relation.kind != "KOMPLT")

    def _before(self, certificate: str, person: str) -> Iterator[str]:
        """Yield what a certificate says that it comes after, and what that one says, as far as it is about a person."""
        while self.persons.get(certificate) == person and certificate in self.relations:
            certificate = self.relations[certificate].earlier
            yield certificate

    def register(self, certificate: str, person: str, relation: Relation | None, sets: dict[str, str]) -> None:
        """A certificate was accepted; each of its sets has a kind of recipient."""
        self.persons[certificate] = person
        if relation is not None:
            self.relations[certificate] = relation
        if self.revoked_early.get(certificate) == person:
            self.revoked.add(certificate)
        self.parts |= {Part(certificate, name, kind) for name, kind in sets.items()}

    def _is(self, certificate: str, earlier: str, kinds: frozenset[str]) -> bool:
        """Say whether a certificate is one of these things to another: both have to be about the same person."""
        relation = self.relations.get(certificate)
        is_theirs = self.persons[certificate] == self.persons.get(earlier)
        return relation is not None and relation.earlier == earlier and relation.kind in kinds and is_theirs

    def _replacements(self, certificate: str) -> Iterator[str]:
        """Yield the certificates that replace one, those that replace one of these, and so on."""
        for one in self.relations:
            if self._is(one, certificate, frozenset({"ERSATT"})):
                yield one
                yield from self._replacements(one)

    def is_replaced(self, part: Part) -> bool:
        """Say whether the recipient has what replaces this, and has not said that it has not."""
        later = [part._replace(certificate=one) for one in self._replacements(part.certificate)]
        return any(self.effects.get(one) and one not in self.denied for one in later)

    def may_be_replaced(self, part: Part) -> bool:
        """Say whether the recipient may have what replaces this."""
        return any(self._has_left(part._replace(certificate=one)) for one in self._replacements(part.certificate))

    def _goes_before(self, other: Part, part: Part) -> bool:
        """Say whether the other has to be over before this one leaves: both are for the same recipient."""
        if other.is_notice or other.kind != part.kind or other == part:
            return False
        if not part.is_notice:
            return self._is(part.certificate, other.certificate, IN_ORDER)
        is_about_it = other == part._replace(is_notice=False)
        return is_about_it or self._is(other.certificate, part.certificate, IN_ORDER)

    def _is_outrun(self, other: Part, part: Part) -> bool:
        """Say whether the recipient is to have this one in place of the other."""
        is_theirs = part.kind == self.only_newest and other.set_name == part.set_name
        return is_theirs and self._is(part.certificate, other.certificate, frozenset({"ERSATT"}))

    def _has_left(self, part: Part) -> bool:
        return any(one == part for one, _ in self.left)

    def _has_to_wait(self, part: Part, standing: Mapping[Part, Standing]) -> bool:
        return any(one.state in ON_ITS_WAY and self._goes_before(other, part) for other, one in standing.items())

    def _waits_for_anything(self, part: Part, standing: Mapping[Part, Standing]) -> bool:
        """Say whether something has to be over before this one leaves, or what replaces it may have been taken."""
        later = [part._replace(certificate=one) for one in self._replacements(part.certificate)]
        asked_for = any(self._has_left(one) and standing[one].state in ON_ITS_WAY for one in later)
        return asked_for or self._has_to_wait(part, standing)

    def goes_again(self, part: Part, newest: int) -> bool:
        """Say whether what was delivered goes again, where this is the newest edition that is kept of it."""
        has_older = all(one.edition < newest for one in self.effects[part].values())
        return not part.is_notice and part.certificate not in self.revoked and has_older

    def permits(self, part: Part, at: datetime) -> bool:
        """Say whether this may leave then: a consent says so, and none forbids it."""
        said = [one for one in self.consents.values() if one.about == self._about(part) and one.holds(at)]
        return bool(said) and not any(one.denies for one in said)

    def _about(self, part: Part) -> tuple[str, str, str]:
        return self.persons[part.certificate], part.set_name, part.kind

    def leaves(self, part: Part, key: str, at: datetime, standing: Mapping[Part, Standing]) -> None:
        """Something is about to leave under a key, while all parts stand so."""
        self.sent += 1
        itself = part._replace(is_notice=False)
        is_revoked = part.certificate in self.revoked
        # What has left before may have been taken: it waits for nothing earlier, and what it replaces waits for it.
        others = {one: stands for one, stands in standing.items() if part.is_notice or not self._is_outrun(one, part)}
        has_to_wait = (part.is_notice or not self._has_left(part)) and self._has_to_wait(part, others)
        for is_wrong, why in (
            (itself not in self.parts, "it is not theirs"),
            (not self.permits(part, at), "no consent permits it"),
            (is_revoked and not part.is_notice and (part, key) not in self.left, "it was revoked"),
            (part.is_notice and not self._has_left(itself), "there is nothing to tell of"),
            (part.is_notice and not is_revoked, "nobody revoked it"),
            (part in self.withheld, "it was withheld"),
            (part.kind in self.stopped, "all was stopped"),
            (has_to_wait, "it was not its turn"),
            (not part.is_notice and self.is_replaced(part), "it was replaced"),
        ):
            if is_wrong:
                self.wrongs.append(f"{part.set_name} left for {part.kind}, and {why}")
        self.left.add((part, key))

    def takes(self, part: Part, key: str, effect: Effect, *, denies: bool) -> None:
        """A recipient has taken something: at most once under a key, and under another key only what is newer."""
        taken = self.effects[part]
        if taken.get(key, effect) != effect:
            self.wrongs.append(f"{part.kind} got other bytes under the same key")
        if key not in taken:
            if not part.is_notice and self.effects.get(part._replace(is_notice=True)):
                self.wrongs.append(f"{part.kind} took {part.set_name} after it was told that it is revoked")
            if not all(one.edition < effect.edition <= self.mended for one in taken.values()):
                self.wrongs.append(f"{part.kind} took {part.set_name} twice")
        taken[key] = effect
        if denies:
            self.denied.add(part)
        else:
            self.denied.discard(part)

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
        yield from self._out_of_order(standing)
        for part, (state, due_at, attempts) in standing.items():
            if state == "DELIVERED" and not self.effects[part]:
                yield f"{part.set_name} is said to be delivered, and nobody has it"
            early = attempts < self.fewest_attempts and self.latest < self.gives_up_at
            if state == "DEAD" and part not in self.refused and early:
                yield f"{part.set_name} was given up, and nobody refused it"
            if state == "WITHHELD" and self._about(part) not in self.ended:
                yield f"{part.set_name} is withheld, and no consent has ended"
            is_outrun = part.kind == self.only_newest and any(self._replacements(part.certificate))
            if state == "CANCELLED" and part.certificate not in self.revoked and not is_outrun:
                yield f"{part.set_name} is cancelled, and nobody revoked it"
            asleep = state == "HELD_CONSENT" and (due_at is None or due_at > self.latest)
            if asleep and self.permits(part, now) and self.permits(part, self.latest):
                yield f"{part.set_name} may leave, and sleeps"

    def _out_of_order(self, standing: Mapping[Part, Standing]) -> Iterator[str]:
        for part, one in standing.items():
            if one.state == "SUPERSEDED" and part not in self.refused and not self.may_be_replaced(part):
                yield f"{part.set_name} was given up for something newer, and nobody can have that"
            if one.state == "HELD_ORDER" and not self._waits_for_anything(part, standing):
                yield f"{part.set_name} waits for its turn, and nothing goes before it"

    def unfinished(self, standing: dict[Part, Standing], now: datetime) -> Iterator[str]:
        """Yield what is not settled although every recipient answers and time enough has passed."""
        for part, (state, _, _) in standing.items():
            is_over = state in {"DELIVERED", "WITHHELD", "DEAD", "SUPERSEDED", "CANCELLED"}
            if not is_over and (state != "HELD_CONSENT" or self.permits(part, now)):
                yield f"{part.set_name} stands in {state} for ever"
