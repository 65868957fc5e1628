"""The port: what those need who prove what the log says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime, timedelta

    from gateway.audit.checking import Departed
    from gateway.audit.entries import Entry
    from gateway.decisions import Departure
    from gateway.identity import PersonIdentity
    from gateway.store.port.kept import Anchored, Cosignature, Grown, Stamp


class Auditing(Protocol):
    """What those need who prove what the log says.

    Whatever any method logs or decides has become an entry of the audit tree when it returns, in the transaction of
    what it tells. Where that fails, the method raises and has changed nothing.
    """

    def grown(self) -> Grown:
        """Return the audit tree as it stands."""

    def audit_entries(self, after: int, limit: int) -> Sequence[Entry | int]:
        """Return up to `limit` entries after a place, in order; of one that is gone or unreadable only its place."""

    def entries_about(self, person: PersonIdentity) -> Sequence[Entry | int]:
        """Return the entries about a person, in order; of one that is gone or unreadable only its place."""

    def consent_statuses(self) -> Mapping[str, str]:
        """Return the status of each version of each consent, by its reference."""

    def departed(self) -> Departed:
        """Return what has left, as the tables tell it that are not the log."""

    def named_otherwise(self) -> Sequence[int]:
        """Return entries that name a person otherwise than the tables name the person of their message.

        The first of each two that do not belong together.
        """

    def sent_about(self, person: PersonIdentity) -> Sequence[Departure]:
        """Return each attempt that brought something about a person to somebody, or may have, by delivery."""

    def read_about(self, person: PersonIdentity) -> Sequence[Departure]:
        """Return each reading of something about a person, first to last, as the decisions tell it."""

    def gaps(self) -> int:
        """Return how many places of the log hold no entry any more: whom those were about, nobody can say."""

    def strays(self) -> int:
        """Return how many rows of the log and of the decisions stand in no entry: somebody has put them there."""

    def leaf_hashes(self, after: int, limit: int) -> Sequence[bytes]:
        """Return the hashes of up to `limit` leaves of the tree after a place, in order."""

    def add_checkpoint(self, size: int, note: str, at: datetime) -> bool:
        """Keep a signed checkpoint; return False, changing nothing, where one of this size is kept."""

    def checkpoint(self, size: int) -> str | None:
        """Return the signed checkpoint of so many entries, where there is one."""

    def checkpoints(self) -> Sequence[str]:
        """Return the signed checkpoints, first to last."""

    def anchor_within(self, within: timedelta | None, at: datetime) -> None:
        """Keep how old the last anchor may be before nothing leaves any more; None lets everything leave without.

        Where none was asked for before, the time runs from `at`.
        """

    def note_anchored(self, until: datetime, at: datetime) -> None:
        """Keep up to when all that was logged is kept elsewhere too; what waited for that leaves, if it is enough."""

    def add_cosignature(self, witness: str, size: int, line: str, at: datetime) -> None:
        """Keep a witness's cosignature of the checkpoint of so many entries."""

    def newest_cosignature(self, witness: str) -> Cosignature | None:
        """Return the newest cosignature of a witness, where there is any."""

    def cosignatures(self) -> Sequence[Cosignature]:
        """Return the cosignatures, first to last."""

    def witnessed(self, origin: str) -> str | None:
        """Return the newest checkpoint of another's log that was cosigned here, where there is any."""

    def keep_witnessed(self, origin: str, before: int, size: int, note: str, at: datetime) -> bool:
        """Keep a checkpoint of another's log as its newest, where that before has so many entries still; else False.

        Where there is none before, it has 0.
        """

    def add_stamp(self, size: int, answer: bytes, at: datetime) -> None:
        """Keep a time-stamp of the checkpoint of so many entries, as its authority answered."""

    def newest_stamp(self) -> Stamp | None:
        """Return the newest time-stamp, where there is any."""

    def stamps(self) -> Sequence[Stamp]:
        """Return the time-stamps, first to last."""

    def anchored(self) -> Anchored | None:
        """Return when the log was last anchored, and how old that may be; None where no anchor is asked for."""

    def note_look(
        self, event: str, detail: str, at: datetime, message: str = "", person: PersonIdentity | None = None
    ) -> None:
        """Log that somebody looks into the log, or takes a copy with them: of one message or person that is named."""
