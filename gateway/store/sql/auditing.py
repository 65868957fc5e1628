"""What those need of the database who prove what the log says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.store.port import Cosignature
from gateway.store.sql import anchor as anchoring
from gateway.store.sql import departing, sealing, witnessing
from gateway.store.sql.log import Noted, note
from gateway.store.sql.opened import Opened

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime, timedelta

    from gateway.audit.checking import Departed
    from gateway.audit.entries import Entry
    from gateway.decisions import Departure
    from gateway.identity import PersonIdentity
    from gateway.store.port import Anchored, Grown, Stamp


class SqlAuditing(Opened):
    """Fits `gateway.store.port.auditing.Auditing`, which says what it promises."""

    def grown(self) -> Grown:
        """Return the audit tree as it stands."""
        return self._readers.read(sealing.grown)

    def audit_entries(self, after: int, limit: int) -> Sequence[Entry | int]:
        """Return entries after a place, in order; of one that is gone or unreadable only its place."""
        return self._readers.read(lambda db: sealing.audit_entries(db, after, limit))

    def entries_about(self, person: PersonIdentity) -> Sequence[Entry | int]:
        """Return the entries about a person, in order; of one that is gone or unreadable only its place."""
        return self._readers.read(lambda db: sealing.entries_about(db, person))

    def consent_statuses(self) -> Mapping[str, str]:
        """Return the status of each version of each consent, by its reference."""
        return self._readers.read(departing.consent_statuses)

    def departed(self) -> Departed:
        """Return what has left, as the tables tell it that are not the log."""
        return self._readers.read(departing.departed)

    def named_otherwise(self) -> Sequence[int]:
        """Return entries that name a person otherwise than the tables name the person of their message."""
        return self._readers.read(departing.named_otherwise)

    def sent_about(self, person: PersonIdentity) -> Sequence[Departure]:
        """Return each attempt that brought something about a person to somebody, or may have."""
        return self._readers.read(lambda db: departing.sent_about(db, person))

    def read_about(self, person: PersonIdentity) -> Sequence[Departure]:
        """Return each reading of something about a person."""
        return self._readers.read(lambda db: departing.read_about(db, person))

    def gaps(self) -> int:
        """Return how many places of the log hold no entry any more."""
        return self._readers.read(sealing.gaps)

    def strays(self) -> int:
        """Return how many rows of the log and of the decisions stand in no entry."""
        return self._readers.read(sealing.strays)

    def leaf_hashes(self, after: int, limit: int) -> Sequence[bytes]:
        """Return the hashes of leaves of the tree after a place, in order."""
        return self._readers.read(lambda db: sealing.leaf_hashes(db, after, limit))

    def add_checkpoint(self, size: int, note: str, at: datetime) -> bool:
        """Keep a signed checkpoint; False where one of this size is kept."""
        return self._writer.write(lambda db: sealing.add_checkpoint(db, size, note, at))

    def checkpoint(self, size: int) -> str | None:
        """Return the signed checkpoint of so many entries, where there is one."""
        return self._readers.read(lambda db: sealing.checkpoint(db, size))

    def checkpoints(self) -> Sequence[str]:
        """Return the signed checkpoints, first to last."""
        return self._readers.read(sealing.checkpoints)

    def anchor_within(self, within: timedelta | None, at: datetime) -> None:
        """Keep how old the last anchor may be."""
        self._writer.write(lambda db: anchoring.anchor_within(db, within, at))

    def note_anchored(self, until: datetime, at: datetime) -> None:
        """Keep up to when all that was logged is kept elsewhere too."""
        self._writer.write(lambda db: anchoring.note_anchored(db, until, at))

    def add_cosignature(self, witness: str, size: int, line: str, at: datetime) -> None:
        """Keep a witness's cosignature of the checkpoint of so many entries."""
        self._writer.write(lambda db: witnessing.add_cosignature(db, Cosignature(witness, size, line, at)))

    def newest_cosignature(self, witness: str) -> Cosignature | None:
        """Return the newest cosignature of a witness, where there is any."""
        return self._readers.read(lambda db: witnessing.newest_cosignature(db, witness))

    def cosignatures(self) -> Sequence[Cosignature]:
        """Return the cosignatures, first to last."""
        return self._readers.read(witnessing.cosignatures)

    def witnessed(self, origin: str) -> str | None:
        """Return the newest checkpoint of another's log that was cosigned here, where there is any."""
        return self._readers.read(lambda db: witnessing.witnessed(db, origin))

    def keep_witnessed(self, origin: str, before: int, size: int, note: str, at: datetime) -> bool:
        """Keep a checkpoint of another's log as its newest; False where that before is another by now."""
        return self._writer.write(lambda db: witnessing.keep_witnessed(db, origin, before, size, note, at))

    def add_stamp(self, size: int, answer: bytes, at: datetime) -> None:
        """Keep a time-stamp of the checkpoint of so many entries."""
        self._writer.write(lambda db: anchoring.add_stamp(db, size, answer, at))

    def newest_stamp(self) -> Stamp | None:
        """Return the newest time-stamp, where there is any."""
        return self._readers.read(anchoring.newest_stamp)

    def stamps(self) -> Sequence[Stamp]:
        """Return the time-stamps, first to last."""
        return self._readers.read(anchoring.stamps)

    def anchored(self) -> Anchored | None:
        """Return when the log was last anchored; None where no anchor is asked for."""
        return self._readers.read(anchoring.anchored)

    def note_look(
        self, event: str, detail: str, at: datetime, message: str = "", person: PersonIdentity | None = None
    ) -> None:
        """Log that somebody looks into the log."""
        self._writer.write(lambda db: note(db, at, [Noted(event, detail, message, person=person)]))
