"""Rotation: what the key-encryption key has wrapped is wrapped by a new one, some keys in each transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.store.sql.log import Noted, note
from gateway.store.sql.opened import Opened
from gateway.vault.key_encryption import Wrapped
from gateway.vault.rewrapping import KeptKey, rotate

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from gateway.store.sql.vaulted import Vaulted
    from gateway.vault.keyring import KeyRing

_OTHERS = "SELECT key, wrapped_by, wrapped FROM person WHERE wrapped_by < ?1 OR wrapped_by > ?1 LIMIT ?2"

_REWRAP = "UPDATE person SET wrapped_by = ?, wrapped = ? WHERE key = ? AND wrapped_by = ?"

_INDEX_KEY = "SELECT wrapped_by, wrapped FROM index_key"

_REWRAP_INDEX = "UPDATE index_key SET wrapped_by = ?, wrapped = ?"


class SqlRotating(Opened):
    """Fits `gateway.store.port.rotating.Rotating`, which says what it promises; and `KeptKeys`, for itself."""

    def rotate(self, by: str, at: datetime, *, may_make_key: bool = True) -> int:
        """Wrap every person's key with a new key-encryption key; return how many."""
        count = rotate(self._keys.ring, self, may_make_key=may_make_key)
        told = f"rotate to {self._keys.ring.current} by {by}"
        self._writer.write(lambda db: note(db, at, [Noted("operator.action", told)]))
        return count

    def add_key(self, by: str, at: datetime) -> str:
        """Add a key to the key file that nothing is wrapped by yet; return its id."""
        made = self._keys.ring.renew()
        self._writer.write(lambda db: note(db, at, [Noted("operator.action", f"add-key {made} by {by}")]))
        return made

    def not_wrapped_by(self, current: str, limit: int) -> Sequence[KeptKey]:
        """Return up to so many keys that another key-encryption key than this one has wrapped."""
        return self._readers.read(lambda db: _others(db, current, limit))

    def rewrap(self, changes: Sequence[tuple[KeptKey, Wrapped]]) -> None:
        """Keep keys wrapped anew that still stand as they were seen."""
        rows = [(*wrapped, seen.id, seen.wrapped.by) for seen, wrapped in changes]
        self._writer.write(lambda db: db.executemany(_REWRAP, rows))

    def rewrap_index(self) -> None:
        """Wrap the index key by the newest key-encryption key, which wraps every person's new key from then on."""
        self._writer.write(lambda db: _rewrap_index(db, self._keys.ring))


def _others(db: Vaulted, current: str, limit: int) -> list[KeptKey]:
    return [KeptKey(id_, Wrapped(*wrapped)) for id_, *wrapped in db.execute(_OTHERS, (current, limit))]


def _rewrap_index(db: Vaulted, ring: KeyRing) -> None:
    kept = Wrapped(*db.execute(_INDEX_KEY).fetchone())
    db.execute(_REWRAP_INDEX, ring.rewrapped_index(kept, ring.current))
