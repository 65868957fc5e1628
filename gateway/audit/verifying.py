"""Verifying: whether a log says what was sealed and signed, and where it first does not."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from gateway.audit.entries import Entry, wrong_with
from gateway.audit.notes import Verifier, checkpoint_of
from gateway.audit.tree import Frontier, leaf_hash
from gateway.errors import CheckpointRefused

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from gateway.audit.notes import Checkpoint


class Fault(NamedTuple):
    """Something that is not as it was sealed or signed."""

    first: int | None
    """The first entry that is bad, or may be: from 1. None where a checkpoint, time-stamp or cosignature is bad."""
    last: int | None
    """The last that may be the first bad one; the same as `first` where it is known which it is."""
    what: str


@dataclass(slots=True)
class Verification:
    """Reads a log once, from its first entry to its last.

    Args:
        origin: The id of the log.
        signer: By whose key its checkpoints have to be signed.
        notes: Signed checkpoints, those that are kept with the log and those that were kept elsewhere.
    """

    origin: str
    signer: Verifier
    notes: Sequence[str]
    faults: list[Fault] = field(default_factory=list)
    agreed: int = 0
    """How many entries the newest checkpoint covers that agrees with them."""
    cosigned: int = 0
    """How many cosignatures are of their checkpoints, and by a witness that somebody has named."""
    unvouched: int = 0
    """How many are of their checkpoints, by a key that nobody has named."""
    stamped: int = 0
    """How many time-stamps are good: of their checkpoint, and by somebody who is believed."""
    unjudged: int = 0
    """How many are of their checkpoint, and nobody has said whose are believed."""
    _tree: Frontier = field(default_factory=Frontier)

    def read(self, entries: Iterable[Entry | int]) -> None:
        """Read the entries; what is wrong is in `faults` afterwards, first to last."""
        waiting = sorted(self._signed(), key=lambda one: one.size)
        while waiting and waiting[0].size == 0:
            self._compare(waiting.pop(0))
        for entry in entries:
            self._check(entry)
            while waiting and waiting[0].size == self.size:
                self._compare(waiting.pop(0))
        for one in waiting[:1]:
            self._fault(self.size + 1, f"cut off: a checkpoint has {one.size} entries, and the log {self.size}")
        self.faults.sort(key=lambda one: one.first or 0)

    @property
    def first_bad(self) -> int | None:
        """The first entry that is bad, or may be; None where all that is bad is about the log."""
        return min((one.first for one in self.faults if one.first is not None), default=None)

    def find_bad(self, what: str) -> None:
        """Keep that something is bad that is about the log, and no entry of it."""
        self._fault(None, what)

    @property
    def size(self) -> int:
        """How many entries were read."""
        return self._tree.size

    @property
    def root(self) -> bytes:
        """The root over the leaves that were read."""
        return self._tree.root

    def grew_to(self, size: int, root: bytes) -> None:
        """Compare with the tree that the log says it has."""
        if size != self.size:
            self._fault(min(size, self.size) + 1, f"cut off: the tree has {size} entries, and the log {self.size}")
        elif root != self.root:
            self._between("changed: the tree has another root than the entries give")

    def _signed(self) -> Iterator[Checkpoint]:
        for note in self.notes:
            try:
                checkpoint = checkpoint_of(note)
            except CheckpointRefused:
                self._fault(None, "a checkpoint is none")
                continue
            if checkpoint.origin != self.origin:
                self._fault(None, f"a checkpoint is of another log: {checkpoint.origin}")
            elif not self.signer.has_signed(note):
                self._fault(None, f"the checkpoint of {checkpoint.size} entries is not signed by the key of this log")
            else:
                yield checkpoint

    def _check(self, entry: Entry | int) -> None:
        number = self.size + 1
        if isinstance(entry, int):
            self._fault(number, "its row is gone, or cannot be read")
            self._tree.add(leaf_hash(b""))
            return
        self._tree.add(entry.leaf)
        if entry.happened.number != number:
            self._fault(number, f"out of its place: entry {entry.happened.number} stands here")
        elif wrong := wrong_with(entry):
            self._fault(number, wrong)

    def _compare(self, checkpoint: Checkpoint) -> None:
        if checkpoint.root == self.root:
            self.agreed = max(self.agreed, checkpoint.size)
        else:
            self._between(f"rewritten: the checkpoint of {checkpoint.size} entries has another root")

    def _between(self, what: str) -> None:
        """Tell a fault that lies between the newest checkpoint that agreed and here."""
        known = [one.first for one in self.faults if one.first and self.agreed < one.first <= self.size]
        first, last = (min(known), min(known)) if known else (self.agreed + 1, max(self.size, self.agreed + 1))
        self.faults.append(Fault(first, last, what))

    def _fault(self, number: int | None, what: str) -> None:
        self.faults.append(Fault(number, number, what))
