"""The start: the keys to what is kept are there, or the gateway does not start."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.errors import ConfigurationError
from gateway.store.sql.vaulted import Keys
from gateway.vault.erasures import ErasureList
from gateway.vault.key_encryption import Wrapped, refuse_unless_known
from gateway.vault.key_file import FileKeys, make_key_file
from gateway.vault.keyring import KeyRing

if TYPE_CHECKING:
    from pathlib import Path

    from gateway.store.sql.database import Database

_INDEX_KEY = "SELECT wrapped_by, wrapped FROM index_key"

_KEEP_INDEX_KEY = "INSERT INTO index_key (id, wrapped_by, wrapped) VALUES (1, ?, ?)"

_SOMEBODY = "SELECT 1 FROM person LIMIT 1"

_WRAPPED_BY = "SELECT wrapped_by FROM index_key UNION SELECT wrapped_by FROM person"


def unlock(db: Database, key_file: Path) -> Keys:
    """Return the keys; a new file is made only where nothing is sealed yet.

    Raises:
        ConfigurationError: The file is missing though something is sealed, is not as it has to be, or has not the keys
            that have sealed it; the text names them. Or the database has lost the index key.
    """
    kept = db.execute(_INDEX_KEY).fetchone()
    if kept is None:
        if db.execute(_SOMEBODY).fetchone() is not None:
            raise ConfigurationError("The database has lost the key by which it finds people: put a backup back")
        make_key_file(key_file)
    encryption = FileKeys(key_file)
    refuse_unless_known(encryption, (id_ for (id_,) in db.execute(_WRAPPED_BY)))
    ring = KeyRing(encryption)
    if kept is None:
        kept = ring.make_index()
        db.execute(_KEEP_INDEX_KEY, kept)
    return Keys(ring, ring.index(Wrapped(*kept)), ErasureList(key_file.with_name(f"{key_file.name}.erased")))
