"""Witnesses: having the log cosigned by others over the one wire, and cosigning the logs of others."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, NamedTuple

from gateway.audit.cosignatures import Asked, Witness, read_asked
from gateway.audit.notes import checkpoint_of
from gateway.audit.tree import consistency_proof, is_consistent
from gateway.errors import CheckpointRefused, DeliveryError, NotCosigned, NotPermitted
from gateway.log import LogLine, log
from gateway.permits import address_of, place_of
from gateway.permits.hashes import release_checkpoint

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime, timedelta

    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from gateway.audit.notes import Verifier
    from gateway.delivery.wire import Wire
    from gateway.heard import Heard
    from gateway.store.port import Store

_HEADERS = {"Content-Type": "text/plain; charset=utf-8", "Accept-Encoding": "identity", "User-Agent": "samsyn"}

_LONGEST = 4_096
"""Bytes of an answer that are looked at: a witness says one line, and some more where it has several keys."""


@dataclass(frozen=True, slots=True)
class WitnessAnchor:
    """Has a checkpoint cosigned by a witness every so often, and keeps the cosignature with the log.

    Args:
        store: Where the log is.
        url: Where the witness takes checkpoints.
        witness: Who it is.
        transport: The way out.
        every: How long a cosignature is good enough.
    """

    store: Store
    url: str
    witness: Witness
    transport: Wire
    every: timedelta

    def newest(self, verifier: Verifier) -> None:
        """Return nothing: the cosignatures are kept with the log, and the witness itself refuses an older one."""

    def keep(self, note: str, at: datetime) -> datetime:
        """Have a checkpoint cosigned unless the newest is new enough; return when all that was logged was cosigned.

        Raises:
            NotCosigned: The witness could not be asked, or refuses.
            StoreUnavailable: The cosignature could not be kept.
        """
        size, newest = checkpoint_of(note).size, self.store.newest_cosignature(str(self.witness))
        if newest is not None and newest.size == size:
            return at
        if newest is not None and at - newest.at < self.every:
            return newest.at
        self.store.add_cosignature(str(self.witness), size, self._cosigned(note, newest.size if newest else 0), at)
        return at

    def close(self) -> None:
        """Let go of the connections; a request that is under way is broken off."""
        self.transport.close()

    def _cosigned(self, note: str, old: int) -> str:
        leaves = self.store.leaf_hashes(0, checkpoint_of(note).size)
        heard = self._asked(Asked(old, consistency_proof(leaves, old), note))
        if heard.status == HTTPStatus.CONFLICT and (seen := _number(heard)) is not None and seen <= len(leaves):
            heard = self._asked(Asked(seen, consistency_proof(leaves, seen), note))
        lines = heard.body[:_LONGEST].decode("utf-8", "replace").splitlines(keepends=True)
        said = next((line for line in lines if self.witness.cosigned(note + line) is not None), None)
        if heard.status != HTTPStatus.OK or said is None:
            raise NotCosigned(f"{place_of(self.url)}: HTTP {heard.status}")
        return said

    def _asked(self, asked: Asked) -> Heard:
        try:
            heard = self.transport.post(self.url, _HEADERS, release_checkpoint(asked.body, address_of(self.url)))
        except (DeliveryError, NotPermitted) as error:
            raise NotCosigned(f"{place_of(self.url)}: {error}") from None
        if heard.broken:
            raise NotCosigned(f"{place_of(self.url)}: {heard.broken}")
        return heard


class Said(NamedTuple):
    """What is answered to who asks for a cosignature."""

    status: HTTPStatus
    text: str = ""


@dataclass(frozen=True, slots=True)
class Cosigner:
    """Cosigns checkpoints of others' logs, each only where it goes on from the one before.

    Args:
        store: Remembers the newest checkpoint of each log.
        logs: Whose logs are witnessed, by their names.
        key: The private half of the witness's key.
        witness: Who cosigns.
        now: Tells the time.
    """

    store: Store
    logs: Mapping[str, Verifier]
    key: Ed25519PrivateKey
    witness: Witness
    now: Callable[[], datetime]

    def answer(self, body: bytes) -> Said:
        """Return what is said to who asks, as C2SP `tlog-witness` has it: a cosignature, or why there is none.

        Raises:
            StoreUnavailable: What was seen could not be kept; nothing was cosigned.
        """
        said = self._said(body)
        if said.status is not HTTPStatus.OK:
            log(LogLine.NOT_COSIGNED, status=said.status)
        return said

    def _said(self, body: bytes) -> Said:
        try:
            asked = read_asked(body)
            checkpoint = checkpoint_of(asked.note)
        except CheckpointRefused:
            return Said(HTTPStatus.BAD_REQUEST)
        verifier = self.logs.get(checkpoint.origin)
        if verifier is None:
            return Said(HTTPStatus.NOT_FOUND)
        if not verifier.has_signed(asked.note):
            return Said(HTTPStatus.FORBIDDEN)
        if asked.old > checkpoint.size:
            return Said(HTTPStatus.BAD_REQUEST)
        return self._seen(asked)

    def _seen(self, asked: Asked) -> Said:
        """Cosign what goes on from what was seen last, and remember it first."""
        new, before = checkpoint_of(asked.note), self.store.witnessed(checkpoint_of(asked.note).origin)
        seen = None if before is None else checkpoint_of(before)
        size = seen.size if seen else 0
        if asked.old != size or (seen is not None and new.size == size and new.root != seen.root):
            return Said(HTTPStatus.CONFLICT, f"{size}\n")
        if seen is not None and not is_consistent(size, seen.root, new.size, new.root, asked.proof):
            return Said(HTTPStatus.UNPROCESSABLE_ENTITY)
        at = self.now()
        if not self.store.keep_witnessed(new.origin, size, new.size, asked.note, at):
            return Said(HTTPStatus.CONFLICT, f"{size}\n")
        return Said(HTTPStatus.OK, self.witness.line(asked.note, self.key, at))


def _number(heard: Heard) -> int | None:
    text = heard.body.strip()
    return int(text) if text.isdigit() and len(text) < len(str(2**63)) else None
