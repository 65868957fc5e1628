"""Connections to the file: opening them, and telling their errors."""

from __future__ import annotations

import random
import sqlite3
import time
from contextlib import ExitStack, suppress
from typing import TYPE_CHECKING

from gateway.private_files import alone_in
from gateway.store.sql.covering import cover_all, cover_told, leave_nothing
from gateway.store.sql.database import unavailable
from gateway.store.sql.erasing import erase_again
from gateway.store.sql.unlocking import unlock
from gateway.store.sqlite.schema import bring_up_to_date

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from gateway.store.sql.database import Database
    from gateway.store.sql.vaulted import Keys

_CACHE_KIBIBYTES = 16_000
"""Enough for a whole batch of messages, so that none of it is written before its commit."""

_CHECKPOINT_PAGES = 4_000
"""How far the write-ahead log grows before it is copied into the file; a message and its sets fill 25."""

_PATIENCE_SECONDS = 5.0
"""How long a transaction waits for another process to finish its own."""

_LONGEST_NAP_SECONDS = 0.02

_OPENING_MILLISECONDS = 5_000
"""How long SQLite waits while another process makes or recovers the tables; readers meet no other lock."""

_WRITING_MILLISECONDS = 20
"""How long SQLite waits to write before it asks us; left to itself it lets two processes keep step."""

_PAGES_AT_ONCE = 1_000
"""How many free pages, of 4 KiB, are given back in one transaction."""

_PRIMARY_CODE = 0xFF
"""The part of an extended SQLite result code that names the kind of error."""


def prepare(path: Path, key_file: Path) -> Keys:
    """Create the file where there is none, readable by its owner only, and bring what is in it up to date.

    Returns:
        The keys to what is sealed in it, which is all content once this is done.

    Raises:
        ConfigurationError: The file was written by a newer version of the gateway, or its key is missing or wrong.
        StoreUnavailable: The file cannot be made, opened or written.
    """
    with ExitStack() as held:
        try:
            held.enter_context(alone_in(path.parent))
        except OSError as error:
            raise unavailable() from error
        db = _made(path)
        try:
            return _brought_up_to_date(db, key_file)
        except sqlite3.Error as error:
            raise unavailable() from error
        finally:
            db.close()


def _made(path: Path) -> sqlite3.Connection:
    try:
        # Closing a file ends every lock that the process has on it, so nobody may have opened it before that.
        with suppress(FileExistsError):
            path.touch(mode=0o600, exist_ok=False)
        return connect_to_write(path)
    except (OSError, sqlite3.Error) as error:
        raise unavailable() from error


def _brought_up_to_date(db: sqlite3.Connection, key_file: Path) -> Keys:
    _patiently(lambda: _let_shrink(db))
    _patiently(lambda: db.execute("PRAGMA journal_mode = WAL"))
    begin(db)
    bring_up_to_date(db)
    keys = unlock(db, key_file)
    db.execute("COMMIT")
    cover_all(db, keys, begin, _write_anew)
    cover_told(db, keys, begin)
    leave_nothing(db, begin, lambda db: "" if _copies_log(db, "TRUNCATE") else "read meanwhile")
    if erase_again(db, keys, begin):
        _copies_log(db, "TRUNCATE")  # who reads it keeps nobody from starting
    return keys


def connect(path: Path) -> sqlite3.Connection:
    """Open the file, which has to be there: a database that vanished must not come back empty.

    Each connection is used by one thread at a time, though not always by the same.
    """
    return _opened(path, f"busy_timeout = {_OPENING_MILLISECONDS}")


def connect_to_write(path: Path) -> sqlite3.Connection:
    """Open the file as `connect` does, for many and large writes, once all that can be read in it is durable.

    Raises:
        sqlite3.OperationalError: It cannot be opened or written.
    """
    db = _opened(
        path,
        f"busy_timeout = {_WRITING_MILLISECONDS}",
        f"cache_size = -{_CACHE_KIBIBYTES}",
        f"wal_autocheckpoint = {_CHECKPOINT_PAGES}",
        # What is deleted or written over leaves nothing behind in the file.
        "secure_delete = ON",
    )
    try:
        _write_back(db)
    except sqlite3.Error:
        db.close()
        raise
    return db


def _write_back(db: sqlite3.Connection) -> None:
    """Copy the write-ahead log into the file, durably.

    A commit that the disk failed to take stands in the log all the same, in memory if nowhere else, and the next to
    open the file takes it for kept: nobody may be told so before it is.
    """
    if not _copies_log(db, "PASSIVE"):
        raise sqlite3.OperationalError("Another process is still copying the write-ahead log")


def _opened(path: Path, *settings: str) -> sqlite3.Connection:
    db = sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True, isolation_level=None, check_same_thread=False)
    try:
        for setting in ("synchronous = FULL", "foreign_keys = ON", "temp_store = MEMORY", *settings):
            db.execute(f"PRAGMA {setting}")
    except sqlite3.Error:
        db.close()
        raise
    return db


def _as_text(raw: bytes) -> str:
    return raw.decode(errors="replace")


def begin(db: Database) -> None:
    """Begin to write; wait up to five seconds where another process is writing.

    Raises:
        sqlite3.OperationalError: The other process did not finish, or the file cannot be written.
    """
    _patiently(lambda: db.execute("BEGIN IMMEDIATE"))


def is_of_the_database(error: BaseException) -> bool:
    """Say whether it is the database that failed, and not what was asked of it.

    A bare DatabaseError is what Python makes of a file that is damaged or no database.
    """
    return isinstance(error, sqlite3.OperationalError | sqlite3.InternalError) or (type(error) is sqlite3.DatabaseError)


def _let_shrink(db: Database) -> None:
    """Let a file be one that can give space back; only one that holds nothing yet takes notice of it."""
    if not db.execute("PRAGMA page_count").fetchone()[0]:
        db.execute("PRAGMA auto_vacuum = INCREMENTAL")


def _shrink(db: Database) -> None:
    """Give back the free pages, some at a time, so that others write in between.

    A file from before this was done is written anew first, once: nobody else writes meanwhile.
    """
    if not db.execute("PRAGMA auto_vacuum").fetchone()[0]:
        _write_anew(db)
    while db.execute("PRAGMA freelist_count").fetchone()[0]:
        _patiently(lambda: db.execute(f"PRAGMA incremental_vacuum({_PAGES_AT_ONCE})").fetchall())


def _write_anew(db: Database) -> None:
    """Write the whole file anew, as one that can give space back, and leave nothing in the write-ahead log."""
    # Not in memory, where a large file has no room; what is written there meanwhile is sealed.
    db.execute("PRAGMA temp_store = FILE")
    db.execute("PRAGMA auto_vacuum = INCREMENTAL")
    _patiently(lambda: db.execute("VACUUM"))
    _empty_log(db)


def _empty_log(db: Database) -> None:
    """Leave nothing in the write-ahead log; whoever reads what is in it is waited for, five seconds at most.

    Raises:
        sqlite3.OperationalError: Somebody still reads it: what was deleted may stand there and in the file.
    """
    if not _copies_log(db, "TRUNCATE"):
        raise sqlite3.OperationalError("Somebody still reads what is in the write-ahead log")


def _copies_log(db: Database, how: str) -> bool:
    """Copy the write-ahead log into the file; say whether nobody stood in the way for more than five seconds."""
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while is_blocked := bool(db.execute(f"PRAGMA wal_checkpoint({how})").fetchone()[0]):
        if time.monotonic() > deadline:
            break
        time.sleep(_LONGEST_NAP_SECONDS)
    return not is_blocked


def _patiently(work: Callable[[], object]) -> None:
    """Do it, again while another process is in the way, at uneven intervals so that two do not keep step."""
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while True:
        try:
            work()
        except sqlite3.OperationalError as error:
            busy = error.sqlite_errorcode & _PRIMARY_CODE == sqlite3.SQLITE_BUSY
            if not busy or time.monotonic() > deadline:
                raise
        else:
            return
        time.sleep(random.uniform(0.001, _LONGEST_NAP_SECONDS))  # noqa: S311 - it guards no secret


class SqliteEngine:
    """Writes and reads one file; fits `gateway.store.sql.database.Engine`."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def connect(self) -> sqlite3.Connection:
        """Open the file for many and large writes."""
        return connect_to_write(self._path)

    def connect_to_read(self) -> sqlite3.Connection:
        """Open the file for reads alone."""
        db = connect(self._path)
        db.execute("PRAGMA query_only = ON")
        # What is no text, since somebody has put it there, is read as another: whoever verifies finds which row it is.
        db.text_factory = _as_text
        return db

    def begin_to_read(self, db: Database) -> None:
        """Begin to read."""
        db.execute("BEGIN")

    def begin(self, db: Database) -> None:
        """Begin to write; wait up to five seconds where another process is writing."""
        begin(db)

    def clear_away(self) -> None:
        """Give the disk what the file needs no more, and empty its log; in the file, what is deleted is overwritten."""
        db = connect_to_write(self._path)
        try:
            _shrink(db)
            _empty_log(db)
        finally:
            db.close()

    def has_failed(self, error: BaseException) -> bool:
        """Say whether it is the database that failed."""
        return is_of_the_database(error)
