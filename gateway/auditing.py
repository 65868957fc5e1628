"""Signing what the log is, and looking into it: the store's entries and the key come together here."""

from __future__ import annotations

import base64
from contextlib import contextmanager, suppress
from threading import Event, Thread
from typing import TYPE_CHECKING, Any, TypeVar

import orjson

from gateway.anchoring import Anchoring
from gateway.audit.checking import Checking
from gateway.audit.cosignatures import is_cosigned
from gateway.audit.entries import Entry, content_of
from gateway.audit.heads import Head, HeadFile, doubt_about
from gateway.audit.keys import make_key, read_key
from gateway.audit.notes import Checkpoint, Verifier, checkpoint_of, signed
from gateway.audit.stamps import is_good_stamp, is_stamp_of
from gateway.audit.tree import inclusion_proof
from gateway.audit.verifying import Fault, Verification
from gateway.errors import CheckpointRefused, ConfigurationError, NotFound, StoreUnavailable
from gateway.log import LogLine, log
from gateway.stops import Scope, Stop

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from datetime import datetime
    from pathlib import Path

    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.x509 import Certificate

    from gateway.anchoring import Anchor
    from gateway.store.port import Store
    from gateway.store.port.kept import Stamp

T = TypeVar("T")

_AT_ONCE = 1_000
"""How many entries are read at once."""


class Notary:
    """Signs checkpoints of one log with its key, unless the log may be a copy of one that goes on elsewhere.

    Args:
        store: Where the log is.
        key_file: The key; made where there is neither a file nor a checkpoint. `<key_file>.newest` beside it has the
            newest checkpoint.
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
        if kept and not any(map(self.verifier.has_signed, reversed(kept))):
            raise ConfigurationError(f"The audit key {key_file} is not the one that signed the log's checkpoints")

    def sign(self) -> str:
        """Return a signed checkpoint of the log as it is, and keep it with the log.

        Raises:
            StoreUnavailable: It could not be kept.
        """
        tree = self._store.grown()
        note = signed(Checkpoint(tree.log, tree.size, tree.root), self._key)
        self._store.add_checkpoint(tree.size, note, self._now())
        return note

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
        epoch, head = self._store.epoch(), self._told(self._head.newest)
        here = head.note if head is not None and head.epoch >= epoch.number else None
        return [note for note in (here, *(self._told(anchor.newest) for anchor in self._anchors)) if note]

    def live_on(self, by: str, because: str) -> tuple[str, int]:
        """Say that this database lives from now on, and none that it is a copy of.

        Returns:
            Why that was in doubt, and how many deliveries may have been taken.

        Raises:
            NotFound: It is not in doubt.
            ConfigurationError: The newest checkpoint cannot be kept on this machine; nothing has changed.
            StoreUnavailable: Likewise, in the database.
        """
        at = self._now()
        why = next((one.because for one in self._store.stops() if one.scope is Scope.COPY), "") or self.doubt()
        if not why:
            raise NotFound("Nothing speaks against that this database lives")
        note = self.sign()
        anchoring = Anchoring(self._store, self._anchors)
        anchoring.give(note, at)
        anchoring.end()
        self._head.keep(Head(self._store.epoch().number + 1, note))
        return why, self._store.live_on(self._store.place(), by, because, at)

    @contextmanager
    def at_work(self, seconds: float) -> Iterator[None]:
        """Sign what is new, and have it kept elsewhere: now, every so often, and once more at the end.

        Nobody waits until it is kept elsewhere, but the end: a little.
        """
        anchoring = Anchoring(self._store, self._anchors)
        self._see_to_it(anchoring)
        stop = Event()
        thread = Thread(target=self._run, args=(anchoring, stop, seconds), name="notary", daemon=True)
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join()
            anchoring.end()

    def _run(self, anchoring: Anchoring, stop: Event, seconds: float) -> None:
        ended = False
        while not ended:
            ended = stop.wait(seconds)
            self._see_to_it(anchoring)

    def _see_to_it(self, anchoring: Anchoring) -> None:
        at = self._now()
        try:
            if not self._is_held(at):
                note = self.sign()
                anchoring.give(note, at)
                self._remember(note)
        except (StoreUnavailable, ConfigurationError) as error:
            log(LogLine.NOT_SIGNED, error=type(error).__name__)

    def _is_held(self, at: datetime) -> bool:
        """Stop everything where this may be a copy, and say whether that stands: no copy keeps its log elsewhere."""
        if why := self.doubt():
            self._store.stop(Stop(Scope.COPY, "", "notary", why, at))
        return any(one.scope is Scope.COPY for one in self._store.stops())

    def _remember(self, note: str) -> None:
        """Keep a checkpoint on this machine; from the first on, the database lives where it is."""
        epoch = self._store.epoch()
        self._head.keep(Head(epoch.number, note))
        if not epoch.home:
            self._store.settle(self._store.place())

    def _told(self, newest: Callable[[Verifier], T | None]) -> T | None:
        """Return the newest checkpoint that is kept somewhere; nothing where that cannot be read."""
        try:
            return newest(self.verifier)
        except OSError as error:
            log(LogLine.NOT_ANCHORED, error=type(error).__name__)
            return None


def verify(
    store: Store, verifier: Verifier, kept_elsewhere: Sequence[str], believed: Sequence[Certificate] = ()
) -> Verification:
    """Return what is found on reading the whole log.

    Args:
        store: Where the log is.
        verifier: Knows the key that signs it.
        kept_elsewhere: Checkpoints that it is compared with besides its own.
        believed: Whose time-stamps are believed; of nobody's is more asked than what they stamp, where none is named.
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
        if is_cosigned(notes.get(said.size, "") + said.line, said.witness):
            found.cosigned += 1
        else:
            found.find_bad(f"the cosignature of {said.size} entries is not of their checkpoint")
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
    return found


def entries(store: Store, size: int) -> Iterator[Entry | int]:
    """Yield the first `size` entries of the log, in order."""
    for after in range(0, size, _AT_ONCE):
        yield from store.audit_entries(after, min(_AT_ONCE, size - after))


def proofs_of(store: Store, notary: Notary, numbers: Iterable[int]) -> Iterator[dict[str, Any]]:
    """Yield what proves to anybody that the log has each entry: it, a signed checkpoint, and the way between.

    Raises:
        NotFound: There is no such entry.
    """
    note = notary.sign()
    leaves = store.leaf_hashes()[: checkpoint_of(note).size]
    for number in numbers:
        yield _proof(store, notary, note, leaves, number)


def _proof(store: Store, notary: Notary, note: str, leaves: Sequence[bytes], number: int) -> dict[str, Any]:
    found = store.audit_entries(number - 1, 1) if 1 <= number <= len(leaves) else []
    if not found or isinstance(found[0], int):
        raise NotFound("There is no such entry")
    return {
        "entry": content_of(found[0].happened, found[0].commitment).decode(),
        "index": number - 1,
        "size": len(leaves),
        "root": _text(checkpoint_of(note).root),
        "inclusion": [_text(one) for one in inclusion_proof(leaves, number - 1)],
        "checkpoint": note,
        "key": str(notary.verifier),
    }


def exported(store: Store, notary: Notary) -> Iterator[str]:
    """Yield the log as NDJSON: an AuditEvent a line, exactly as it stands in the tree, and a signed checkpoint last.

    Raises:
        NotFound: The row of an entry is gone; what came before it has been yielded.
    """
    note = notary.sign()
    for entry in entries(store, checkpoint_of(note).size):
        if isinstance(entry, int):
            raise NotFound(f"The row of entry {entry} is gone: verify the log")
        yield content_of(entry.happened, entry.commitment).decode()
    yield orjson.dumps({"checkpoint": note, "key": str(notary.verifier)}).decode()


def _text(hash_: bytes) -> str:
    return base64.b64encode(hash_).decode()
