"""Signing what the log is, and looking into it: the store's entries and the key come together here."""

from __future__ import annotations

from contextlib import contextmanager, suppress
from threading import Event, Thread
from typing import TYPE_CHECKING, TypeVar

from gateway.anchoring import Anchoring
from gateway.audit.checking import Checking
from gateway.audit.cosignatures import is_cosigned
from gateway.audit.entries import Entry
from gateway.audit.heads import Head, HeadFile, doubt_about
from gateway.audit.keys import make_key, read_key
from gateway.audit.notes import Checkpoint, Verifier, checkpoint_of, signed
from gateway.audit.stamps import is_good_stamp, is_stamp_of
from gateway.audit.tree import Frontier
from gateway.audit.verifying import Fault, Verification
from gateway.errors import CheckpointRefused, ConfigurationError, NotFound, Tampered
from gateway.following import entries, followed, frontier_of
from gateway.log import LogLine, log
from gateway.stops import Scope, Stop

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence
    from datetime import datetime
    from pathlib import Path

    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.x509 import Certificate

    from gateway.anchoring import Anchor
    from gateway.store.port import Store
    from gateway.store.port.kept import Grown, Stamp

T = TypeVar("T")

_A_STEP = 10_000
"""How many entries are looked at, at most, before the process may go on, or end."""


class Notary:
    """Signs checkpoints of one log with its key, as long as it goes on from what was signed last.

    Args:
        store: Where the log is.
        key_file: The key; made where there is neither a file nor a checkpoint. `<key_file>.newest` beside it has the
            newest checkpoint, and the edge of the tree from which the next one has to go on.
        anchors: Where checkpoints are kept too, out of reach of whoever writes the store.
        now: Tells the time.

    Raises:
        ConfigurationError: The key is missing though there are checkpoints, or has signed none of them.
    """

    def __init__(self, store: Store, key_file: Path, anchors: Sequence[Anchor], now: Callable[[], datetime]) -> None:
        self._store = store
        self._now = now
        self._anchors = anchors
        kept = store.checkpoints()
        if not kept and not key_file.exists():
            make_key(key_file)
        self._key: Ed25519PrivateKey = read_key(key_file)
        self._head = HeadFile(key_file.with_name(f"{key_file.name}.newest"))
        self.verifier = Verifier(store.grown().log, self._key.public_key())
        self._newest = next(filter(self.verifier.has_signed, reversed(kept)), None)
        if kept and self._newest is None:
            raise ConfigurationError(f"The audit key {key_file} is not the one that signed the log's checkpoints")
        self._followed: Frontier | None = None

    def sign(self) -> str:
        """Return a signed checkpoint of the log as it is, and keep it with the log.

        Raises:
            Tampered: The log does not go on from what was signed before; nothing was signed.
            StoreUnavailable: It could not be kept.
        """
        head = self._sign(self._caught_up(), self._store.epoch().number)
        if self._told(self._head.newest) is not None:
            self._head.keep(head)
        return head.note

    def doubt(self) -> str:
        """Return why the database may be a copy of one that lives; nothing where it is that one.

        Raises:
            StoreUnavailable: It could not be read.
        """
        epoch = self._store.epoch()
        if epoch.home not in {"", self._store.place()}:
            return f"it lived in another place, {epoch.home}"
        if epoch.home and self._told(self._head.newest) is None and not self._store.has_many_machines:
            return "nothing of it was ever seen on this machine"
        # They are read first: what other processes keep there is in the log before that.
        heads = self.kept_elsewhere()
        return doubt_about(self._store.grown().size, self._store.checkpoint, heads)

    def kept_elsewhere(self) -> Sequence[str]:
        """Return the newest checkpoint that is kept beside the key, and at each anchor, as far as they can tell."""
        head = self._here()
        here = head.note if head is not None else None
        return [note for note in (here, *(self._told(anchor.newest) for anchor in self._anchors)) if note]

    def live_on(self, by: str, because: str) -> tuple[str, int]:
        """Say that this database lives from now on, as it is, and none that it is a copy of.

        Returns:
            Why that was in doubt, and how many deliveries may have been taken.

        Raises:
            NotFound: It is not in doubt.
            ConfigurationError: The newest checkpoint cannot be kept on this machine; nothing has changed.
            StoreUnavailable: Likewise, in the database.
        """
        at = self._now()
        why = self._why_held() or self.doubt() or self._contradiction(self._caught_up)
        if not why:
            raise NotFound("Nothing speaks against that this database lives")
        # What it says of that is one entry more: a checkpoint of another log of this length stays what it is.
        self._hold(why, at)
        head = self._sign(self._store.grown(), self._store.epoch().number + 1)
        anchoring = Anchoring(self._store, self._anchors)
        anchoring.give(head.note, at)
        anchoring.end()
        self._head.keep(head)
        return why, self._store.live_on(self._store.place(), by, because, at)

    @contextmanager
    def at_work(self, seconds: float) -> Iterator[None]:
        """Sign what is new, and have it kept elsewhere: now, every so often, and once more at the end.

        Nobody waits until it is kept elsewhere, but the end: a little. Nor until all of a log is signed that has grown
        by much since: that takes some rounds, one after the other.
        """
        anchoring = Anchoring(self._store, self._anchors)
        is_behind = self._see_to_it(anchoring)
        stop = Event()
        pause = 0.0 if is_behind else seconds
        thread = Thread(target=self._run, args=(anchoring, stop, pause, seconds), name="notary", daemon=True)
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join()
            anchoring.end()

    def _run(self, anchoring: Anchoring, stop: Event, pause: float, seconds: float) -> None:
        ended = False
        while not ended:
            ended = stop.wait(pause)
            pause = 0.0 if self._see_to_it(anchoring) else seconds

    def _see_to_it(self, anchoring: Anchoring) -> bool:
        """Sign what is new, unless the database is in doubt; say whether more of it has to be looked at first."""
        at = self._now()
        try:
            if self._is_held(at):
                return False
            tree = self._follow()
            if tree is not None:
                head = self._sign(tree, self._store.epoch().number)
                anchoring.give(head.note, at)
                self._remember(head)
        except Exception as error:  # noqa: BLE001 - whatever it is, the next round is made
            log(LogLine.NOT_SIGNED, error=type(error).__name__)
            return False
        return tree is None

    def _is_held(self, at: datetime) -> bool:
        """Stop everything where this is not what was signed, or may be a copy; say whether that stands.

        Nothing of a log in doubt is signed, or kept elsewhere.
        """
        if why := self.doubt() or self._contradiction(self._follow):
            self._hold(why, at)
        return bool(self._why_held())

    def _hold(self, why: str, at: datetime) -> None:
        self._store.stop(Stop(Scope.COPY, "", "notary", why, at))

    def _why_held(self) -> str:
        return next((one.because for one in self._store.stops() if one.scope is Scope.COPY), "")

    def _follow(self) -> Grown | None:
        """Return the tree, once all of it is known to go on from what was signed last; None until then.

        Raises:
            Tampered: It does not.
        """
        # It is read first: what other processes have signed is in the log before that.
        last = self._signed_last()
        tree = self._store.grown()
        self._followed = followed(self._store, tree, last, _A_STEP)
        return tree if self._followed.size == tree.size else None

    def _caught_up(self) -> Grown:
        while (tree := self._follow()) is None:
            pass
        return tree

    def _contradiction(self, follow: Callable[[], object]) -> str:
        """Return what in the log contradicts what was signed last; nothing where nothing does."""
        try:
            follow()
        except Tampered as error:
            log(LogLine.NOT_SIGNED, error=type(error).__name__)
            return str(error)
        return ""

    def _signed_last(self) -> Frontier:
        """Return from where the log has to go on, as far as this process knows, or this machine, or a signature says.

        Raises:
            Tampered: Nothing is left of that.
        """
        head = self._here()
        known = [one for one in (self._followed, head and head.frontier) if one is not None]
        if known:
            return max(known, key=lambda one: one.size)
        return Frontier() if self._newest is None else frontier_of(self._store, self._newest)

    def _sign(self, tree: Grown, epoch: int) -> Head:
        note = signed(Checkpoint(tree.log, tree.size, tree.root), self._key)
        self._store.add_checkpoint(tree.size, note, self._now())
        self._followed = tree.frontier
        return Head(epoch, note, tree.frontier)

    def _remember(self, head: Head) -> None:
        """Keep a checkpoint on this machine; from the first on, the database lives where it is."""
        self._head.keep(head)
        if not self._store.epoch().home:
            self._store.settle(self._store.place())

    def _here(self) -> Head | None:
        """Return the newest checkpoint beside the key, unless it is of an earlier epoch."""
        head = self._told(self._head.newest)
        return head if head is not None and head.epoch >= self._store.epoch().number else None

    def _told(self, newest: Callable[[Verifier], T | None]) -> T | None:
        """Return the newest checkpoint that is kept somewhere; nothing where that cannot be read."""
        try:
            return newest(self.verifier)
        except OSError as error:
            log(LogLine.NOT_ANCHORED, error=type(error).__name__)
            return None


def verify(
    store: Store,
    verifier: Verifier,
    kept_elsewhere: Sequence[str],
    believed: Sequence[Certificate] = (),
    witnesses: Collection[str] = (),
) -> Verification:
    """Return what is found on reading the whole log.

    Args:
        store: Where the log is.
        verifier: Knows the key that signs it.
        kept_elsewhere: Checkpoints that it is compared with besides its own.
        believed: Whose time-stamps are believed; of nobody's is more asked than what they stamp, where none is named.
        witnesses: The verifier keys of those whose cosignatures count: whose it is is only said beside it.
    """
    # What tells of the log before the log itself: it grows meanwhile.
    stamps, cosignatures, checkpoints = store.stamps(), store.cosignatures(), store.checkpoints()
    tree = store.grown()
    found = Verification(tree.log, verifier, [*checkpoints, *kept_elsewhere])
    found.read(entries(store, tree.size))
    found.grew_to(tree.size, tree.root)
    notes = dict(_by_size(checkpoints))
    for stamp in stamps:
        _judge(stamp, notes.get(stamp.size, ""), believed, found)
    for said in cosignatures:
        if not is_cosigned(notes.get(said.size, "") + said.line, said.witness):
            found.find_bad(f"the cosignature of {said.size} entries is not of their checkpoint")
        elif said.witness in witnesses:
            found.cosigned += 1
        else:
            found.unvouched += 1
    if count := store.strays():
        found.faults.append(Fault(found.size + 1, found.size + 1, f"put in or taken out: {count} rows are in no entry"))
    return found


def _judge(stamp: Stamp, note: str, believed: Sequence[Certificate], found: Verification) -> None:
    if not is_stamp_of(stamp.answer, note):
        found.find_bad(f"the time-stamp of {stamp.size} entries is not of their checkpoint")
    elif not believed:
        found.unjudged += 1
    elif is_good_stamp(stamp.answer, note, believed):
        found.stamped += 1
    else:
        found.find_bad(f"the time-stamp of {stamp.size} entries is signed by nobody who is believed")


def _by_size(checkpoints: Sequence[str]) -> Iterator[tuple[int, str]]:
    """Yield each checkpoint with its size; what is none has been found bad."""
    for note in checkpoints:
        with suppress(CheckpointRefused):
            yield checkpoint_of(note).size, note


def check(store: Store) -> Checking:
    """Return what is found on asking of everything that left by which decision it left."""
    found = Checking(store.consent_statuses())
    for entry in entries(store, store.grown().size):
        if isinstance(entry, Entry):
            found.see(entry.happened)
        else:
            found.miss(entry)
    found.compare(store.departed())
    for number in store.named_otherwise():
        found.name_otherwise(number)
    return found
