"""Having checkpoints time-stamped by authorities elsewhere, over the one wire."""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import Event
from typing import TYPE_CHECKING

from gateway.audit.notes import checkpoint_of
from gateway.audit.stamps import check_stamp, request_for
from gateway.errors import DeliveryError, NotPermitted, NotStamped, StampRefused
from gateway.permits import address_of, place_of
from gateway.permits.hashes import release_hash

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime, timedelta

    from cryptography.x509 import Certificate

    from gateway.audit.notes import Verifier
    from gateway.delivery.wire import Wire
    from gateway.store.port import Store

_HEADERS = {
    "Content-Type": "application/timestamp-query",
    "Accept": "application/timestamp-reply",
    "Accept-Encoding": "identity",
    "User-Agent": "samsyn",
}
"""Source: RFC 3161 §3.4."""

_OK = 200


@dataclass(frozen=True, slots=True)
class StampAnchor:
    """Has a checkpoint time-stamped every so often, and keeps the stamp with the log.

    Args:
        store: Where the log is.
        urls: The authorities, asked one after the other until one has answered well.
        roots: Whose signatures are believed.
        transport: The way out.
        every: How long a stamp is good enough.
    """

    store: Store
    urls: Sequence[str]
    roots: Sequence[Certificate]
    transport: Wire
    every: timedelta
    _closed: Event = field(default_factory=Event, init=False)

    def newest(self, verifier: Verifier) -> None:
        """Return nothing: the stamps are kept with the log, and tell of no other."""

    def keep(self, note: str, at: datetime) -> datetime:
        """Have a checkpoint stamped unless the newest stamp is new enough; return when all that was logged was stamped.

        Raises:
            NotStamped: No authority has answered well.
            StoreUnavailable: The stamp could not be kept.
        """
        size, newest = checkpoint_of(note).size, self.store.newest_stamp()
        if newest is not None and newest.size == size:
            return at
        if newest is not None and at - newest.at < self.every:
            return newest.at
        self.store.add_stamp(size, self._stamped(note), at)
        return at

    def close(self) -> None:
        """Let go of the connections; a request that is under way is broken off, and nobody else is asked."""
        self._closed.set()
        self.transport.close()

    def _stamped(self, note: str) -> bytes:
        reasons = []
        for url in self.urls:
            if self._closed.is_set():
                break
            try:
                return self._asked(url, note)
            except (DeliveryError, NotPermitted, StampRefused) as error:
                reasons.append(f"{place_of(url)}: {error}")
        raise NotStamped(f"Nobody has time-stamped the log: {'; '.join(reasons)}")

    def _asked(self, url: str, note: str) -> bytes:
        request = request_for(note)
        heard = self.transport.post(url, _HEADERS, release_hash(request, address_of(url)))
        if heard.status != _OK or heard.broken:
            raise StampRefused(heard.broken or f"HTTP {heard.status}")
        check_stamp(heard.body, request, note, self.roots)
        return heard.body
