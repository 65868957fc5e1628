"""Two certificates, two recipients, two workers: every order in which their steps can come, on the real store.

The store is in memory, and a step is undone by a savepoint once all that can follow it has been tried; a state that was
met before is not tried again. Of what may go wrong (a consent is withdrawn, all is stopped, the first certificate is
revoked, a worker crashes, a recipient is down or takes what it never answers, a lease ends under a slow worker) a story
holds as much as its budget says, at every place.
"""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Any, NamedTuple
from weakref import finalize

from worlds import NOON

from gateway.consent import decide
from gateway.deliveries import Delivered, DeliveryState
from gateway.delivery.schedule import Schedule
from gateway.documents import Receipt
from gateway.errors import TemporaryFailure, UnknownOutcome
from gateway.stops import Scope, Stop
from gateway.store.sql.unlocking import unlock
from gateway.store.sql.vaulted import Vaulted
from gateway.store.sqlite import SqliteStore
from gateway.store.sqlite.schema import bring_up_to_date

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from gateway.deliveries import Delivery
    from gateway.parts import Gateway

LEASE = timedelta(minutes=1)
LONG = timedelta(hours=1)
SCHEDULE = Schedule([LEASE] * 100, chance=lambda: 0.5)
OVER = {DeliveryState.DELIVERED, DeliveryState.WITHHELD, DeliveryState.SUPERSEDED, DeliveryState.CANCELLED}
SETTLED = OVER | {DeliveryState.HELD_CONSENT}
ANSWERS = {"takes it": Delivered(Receipt("1")), "is silent": UnknownOutcome(""), "is down": TemporaryFailure("")}


class InMemory:
    """Stands for the store's writer and for its readers; the search alone begins and ends transactions."""

    def __init__(self) -> None:
        self.db = sqlite3.connect(":memory:", isolation_level=None)
        bring_up_to_date(self.db)
        folder = mkdtemp()
        finalize(self, rmtree, folder)
        self.keys = unlock(self.db, Path(folder) / "vault-key")

    def write(self, work: Callable[[Vaulted], Any]) -> Any:
        return work(Vaulted(self.db, self.keys))

    read = write

    def close(self) -> None:
        self.db.close()

    @contextmanager
    def undone(self) -> Iterator[None]:
        self.db.execute("SAVEPOINT step")
        yield
        self.db.execute("ROLLBACK TO step")
        self.db.execute("RELEASE step")


def store_in_memory() -> SqliteStore:
    """The real store, but for where it keeps things."""
    store = object.__new__(SqliteStore)
    store._writer = store._readers = InMemory()
    return store


class Part(NamedTuple):
    """What a delivery is about, whatever it is called."""

    certificate: str
    set_name: str
    kind: str
    is_notice: bool = False


def part_of(delivery: Delivery) -> Part:
    return Part(delivery.certificate.extension, delivery.set_name, delivery.kind, delivery.is_notice)


class Wrongs(NamedTuple):
    """What other people do that the workers have to heed."""

    withdraw: dict[str, Callable[[], None]]
    """The kind of recipient that a consent permits → what withdraws it."""
    revoke: Callable[[], None]
    """Revokes the first certificate."""


class Hand(NamedTuple):
    """What a worker is at."""

    stage: str = "idle"
    delivery: Delivery | None = None
    key: str = ""
    """Of what it may send."""
    answer: str = ""


class Scene(NamedTuple):
    """All that the store does not know."""

    now: datetime
    hands: tuple[Hand, Hand]
    taken: frozenset[tuple[Part, str]]
    """What each recipient has taken, and under which key."""
    withdrawn: frozenset[str]
    stopped: frozenset[str]
    """The kinds of recipient to whom nothing may go."""
    is_revoked: bool
    """Whether the first certificate is."""
    budget: int


Step = "Callable[[], Scene | None]"


class Search:
    """Tries everything that can happen within a budget of things that go wrong.

    Args:
        gateway: A gateway over `store_in_memory`, with certificates taken in and consents given.
        certificates: Their ids; where it says so, the second replaces the first.
        wrongs: What may happen to the consents and to the first certificate.
        replaced: Whether the second certificate replaces the first.
    """

    def __init__(self, gateway: Gateway, certificates: tuple[str, str], wrongs: Wrongs, *, replaced: bool) -> None:
        self._gateway = gateway
        self._store = gateway.store
        self._memory: InMemory = gateway.store._writer
        self._first, self._second = certificates
        self._wrongs = wrongs
        self._replaced = replaced
        self._parts = self._standing().keys()
        self._seen: set[Any] = set()
        self.steps = 0
        self.ends = 0

    @property
    def states(self) -> int:
        return len(self._seen)

    def run(self, budget: int) -> None:
        nothing: frozenset[Any] = frozenset()
        begun = Scene(NOON, (Hand(), Hand()), nothing, nothing, nothing, is_revoked=False, budget=budget)
        self._explore(begun, self._standing())

    def _standing(self) -> dict[Part, Delivery]:
        return {part_of(one): one for one in self._store.deliveries(limit=1000)}

    def _explore(self, scene: Scene, standing: dict[Part, Delivery]) -> None:
        self._check(scene, standing)
        key = self._key(scene, standing)
        if key in self._seen:
            return
        self._seen.add(key)
        went_on = [self._try(step, standing) for step in [*self._forward(scene), *self._wrong(scene)]]
        if any(went_on[: len(scene.hands)]) or any(hand.stage != "idle" for hand in scene.hands):
            return
        if scene.stopped:
            self._try(partial(self._lifts, scene), standing)
        elif any(one.due_at is not None for one in standing.values()):
            self._try(lambda: scene._replace(now=scene.now + LONG), standing)
        else:
            self.ends += 1
            assert {one.state for one in standing.values()} <= SETTLED

    def _try(self, step: Step, before: dict[Part, Delivery]) -> bool:
        with self._memory.undone():
            after = step()
            if after is None:
                return False
            self.steps += 1
            standing = self._standing()
            self._check_what_is_over(before, standing)
            self._explore(after, standing)
            return True

    def _check(self, scene: Scene, standing: dict[Part, Delivery]) -> None:
        assert {part for part in standing if not part.is_notice} == self._parts, "nothing is lost"
        taken = {part for part, _ in scene.taken}
        assert len(taken) == len(scene.taken), "at most one effect"
        delivered = {part for part, one in standing.items() if one.state is DeliveryState.DELIVERED}
        assert delivered <= taken, "what is delivered was taken"
        untold = {part for part in delivered if part.certificate == self._first and not part.is_notice}
        assert not scene.is_revoked or all(part._replace(is_notice=True) in standing for part in untold), "it is told"

    def _check_what_is_over(self, before: dict[Part, Delivery], after: dict[Part, Delivery]) -> None:
        revoked = {DeliveryState.CANCELLED}
        assert all(after[part].state in {one.state} | revoked for part, one in before.items() if one.state in OVER)

    def _key(self, scene: Scene, standing: dict[Part, Delivery]) -> Any:
        """What tells one state from another: not the hour, nor how often it was tried."""
        due = sorted({one.due_at for one in standing.values() if one.due_at is not None})
        open_attempts = {
            row[0] for row in self._memory.db.execute("SELECT delivery FROM attempt WHERE ended_at IS NULL")
        }
        stands = tuple(
            (one.state, one.due_at and (one.due_at > scene.now, due.index(one.due_at)), one.id in open_attempts)
            for _, one in sorted(standing.items())
        )
        hands = tuple(
            (
                hand.stage,
                hand.answer,
                hand.delivery
                and (part_of(hand.delivery), hand.delivery.fence == standing[part_of(hand.delivery)].fence),
            )
            for hand in scene.hands
        )
        return stands, hands, *scene[2:]

    def _forward(self, scene: Scene) -> Iterator[Step]:
        """One step for each worker, as the road goes."""
        for number, hand in enumerate(scene.hands):
            steps = {
                "idle": self._claims,
                "claimed": self._asks,
                "permitted": self._sends,
                "answered": self._notes,
                "crashed": self._starts_anew,
            }
            yield partial(steps[hand.stage], scene, number)

    def _wrong(self, scene: Scene) -> Iterator[Step]:
        """What may go wrong, while there is budget."""
        if not scene.budget:
            return
        less = scene._replace(budget=scene.budget - 1)
        for kind in self._wrongs.withdraw.keys() - scene.withdrawn:
            yield partial(self._withdraws, less, kind)
        for kind in self._wrongs.withdraw.keys() - scene.stopped:
            yield partial(self._stops, less, kind)
        if not scene.is_revoked:
            yield partial(self._revokes, less)
        for number, hand in enumerate(scene.hands):
            if hand.stage not in {"idle", "crashed"}:
                yield partial(_with, less, number, Hand("crashed"))
            if hand.stage == "permitted":
                yield partial(self._sends, less, number, "is silent")
                yield partial(self._sends, less, number, "is down")
        if any(hand.stage != "idle" for hand in scene.hands):
            yield lambda: less._replace(now=scene.now + LONG)

    def _claims(self, scene: Scene, number: int) -> Scene | None:
        if number and scene.hands[0].stage == "idle":
            return None  # idle workers are alike
        claimed = self._store.claim_due(scene.now, LEASE, 1, f"worker-{number}")
        return _with(scene, number, Hand("claimed", claimed[0])) if claimed else None

    def _asks(self, scene: Scene, number: int) -> Scene:
        delivery = scene.hands[number].delivery
        [kept] = [
            one
            for one in self._store.kept_sets(delivery.person, [delivery.set_name])
            if one.message == delivery.message
        ]
        request = self._gateway.routing.request(kept, delivery.organisation)
        authorised = self._store.authorise(
            delivery, lambda known, _: decide(known, request, scene.now), scene.now, "recipient.example:443"
        )
        if authorised is None:
            return _with(scene, number, Hand())
        assert delivery.kind not in scene.withdrawn, "nothing is released once a withdrawal is kept"
        assert delivery.kind not in scene.stopped, "nothing is released once all is stopped"
        return _with(scene, number, Hand("permitted", delivery, authorised.information_set.id))

    def _sends(self, scene: Scene, number: int, answer: str = "takes it") -> Scene:
        hand = scene.hands[number]
        taken = scene.taken if answer == "is down" else scene.taken | {(part_of(hand.delivery), hand.key)}
        if taken != scene.taken:
            self._check_order(part_of(hand.delivery), {part for part, _ in scene.taken})
        return _with(scene._replace(taken=taken), number, hand._replace(stage="answered", answer=answer))

    def _check_order(self, part: Part, before: set[Part]) -> None:
        """Check that a recipient may take this for the first time after what it has taken before."""
        assert part._replace(is_notice=True) not in before, "nobody takes what it was told is revoked"
        if self._replaced and part.certificate == self._first and not part.is_notice:
            later = part._replace(certificate=self._second)
            assert later not in before, "nobody takes what was replaced after what replaces it"

    def _notes(self, scene: Scene, number: int) -> Scene:
        hand = scene.hands[number]
        said = ANSWERS[hand.answer]
        outcome = said if isinstance(said, Delivered) else SCHEDULE.after(said, hand.delivery, scene.now)
        self._store.record(hand.delivery, outcome, scene.now)
        return _with(scene, number, Hand())

    def _starts_anew(self, scene: Scene, number: int) -> Scene:
        self._store.take_back(f"worker-{number}", scene.now)
        return _with(scene, number, Hand())

    def _withdraws(self, scene: Scene, kind: str) -> Scene:
        self._wrongs.withdraw[kind]()
        return scene._replace(withdrawn=scene.withdrawn | {kind})

    def _stops(self, scene: Scene, kind: str) -> Scene:
        self._store.stop(Stop(Scope.KIND, kind, "Anna", "fel adress", scene.now))
        return scene._replace(stopped=scene.stopped | {kind})

    def _lifts(self, scene: Scene) -> Scene:
        """Two operators let everything go again."""
        for kind in scene.stopped:
            for operator in ("Bo", "Cilla"):
                self._store.lift(Scope.KIND, kind, operator, scene.now)
        return scene._replace(stopped=frozenset())

    def _revokes(self, scene: Scene) -> Scene:
        self._wrongs.revoke()
        return scene._replace(is_revoked=True)


def _with(scene: Scene, number: int, hand: Hand) -> Scene:
    """The scene with this worker at something else."""
    hands = (hand, scene.hands[1]) if number == 0 else (scene.hands[0], hand)
    return scene._replace(hands=hands)
