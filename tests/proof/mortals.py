"""A program that starts processes of `samsyn` at once, which kill themselves with SIGKILL where they are told to.

It has loaded all there is to load, and forks: a start takes no time, and what is started is a process of its own that
runs the real command. Where it shall die, what stands there is wrapped; the gateway knows nothing of that.

It reads a JSON object a line: what to start, and how many files it may open, answered with the process's id; or whom to
wait for, answered with the status it ended with.
"""

from __future__ import annotations

import gc
import json
import os
import resource
import signal
import sys
import traceback
from datetime import timedelta
from functools import partial, wraps
from typing import TYPE_CHECKING, Any, NamedTuple

from gateway import app, private_files
from gateway.__main__ import samsyn
from gateway.audit.anchor_file import FileAnchor
from gateway.commands import copying
from gateway.delivery.wire import Wire
from gateway.rules import Rules, load_rules
from gateway.store.postgres import schema as postgres_schema
from gateway.store.postgres.connection import PostgresEngine
from gateway.store.sql import covering, erasing, keeping, purging, rotating, sealing
from gateway.store.sql.store import SqlStore
from gateway.store.sqlite import connection as sqlite_connection
from gateway.store.sqlite.connection import SqliteEngine
from gateway.vault.erasures import ErasureList
from gateway.vault.key_file import FileKeys

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


class Before(NamedTuple):
    """What is named there is never begun, the first time or a later one."""

    owner: Any
    name: str
    time: int = 1


class After(NamedTuple):
    """What is named there comes to an end, and has not found nothing to do; nothing comes after it."""

    owner: Any
    name: str
    time: int = 1


POINTS: dict[str, Sequence[Before | After]] = {
    "it is read": [Before(SqlStore, "accept")],
    "it is being kept": [After(keeping, "accept")],
    "it is kept": [After(SqlStore, "accept")],
    "it is mapped": [After(Rules, "select")],
    "it is claimed": [After(SqlStore, "claim_due")],
    "it is permitted": [After(SqlStore, "authorise")],
    "it is answered": [After(Wire, "post")],
    "its outcome is kept": [After(SqlStore, "record")],
    "the log is being signed": [After(sealing, "add_checkpoint")],
    "the log is signed": [After(SqlStore, "add_checkpoint")],
    "the log is anchored": [After(FileAnchor, "keep")],
    "the new key is written beside the file": [After(private_files, "_written")],
    "the new key is in the file": [After(FileKeys, "renew")],
    "the index has the new key": [Before(SqlStore, "rewrap")],
    "one person has the new key": [Before(SqlStore, "rewrap", 2)],
    "everybody has the new key": [After(rotating, "rotate")],
    "the tables are being made": [Before(sqlite_connection, "unlock"), Before(postgres_schema, "unlock")],
    "the first key is being kept": [After(sqlite_connection, "unlock"), After(postgres_schema, "unlock")],
    "one person is sealed": [Before(covering, "cover", 2)],
    "another person is being sealed": [After(covering, "cover", 2)],
    "the key is in the erasure list": [After(ErasureList, "add")],
    "the person is being erased": [After(erasing, "erase_key")],
    "one set is taken away": [Before(purging, "_take_some_away", 2)],
    "another set is being taken away": [After(purging, "_take_some_away", 2)],
    "all is gone": [Before(SqliteEngine, "clear_away"), Before(PostgresEngine, "clear_away")],
    "all is sealed": [Before(sqlite_connection, "_write_anew"), Before(postgres_schema, "_write_anew")],
}
"""Point → where it is in the gateway."""


def main() -> None:
    """Start and wait for processes until nobody asks any more."""
    rules = load_rules()
    app.rules_of = lambda _: rules
    # What takes several people in a transaction takes one, so that it can be cut between two.
    rotating.rotate = partial(rotating.rotate, at_once=1)
    covering._PEOPLE_AT_ONCE = 1
    purging._AT_ONCE = 1
    # A day is over at once: nothing that these tests keep is older.
    copying.timedelta = lambda **_: timedelta()
    gc.freeze()  # a collection would copy what the processes share
    for line in sys.stdin:
        asked = json.loads(line)
        answer = _status_of(asked["wait"]) if "wait" in asked else _started(**asked)
        sys.stdout.write(f"{answer}\n")
        sys.stdout.flush()


def _status_of(process: int) -> int:
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])


def _started(files: int, **asked: Any) -> int:
    process = os.fork()
    if not process:
        if files:
            resource.setrlimit(resource.RLIMIT_NOFILE, (files, files))
        _run(**asked)
    return process


def _run(command: Sequence[str], environment: dict[str, str], output: str, typed: str, dies: str) -> None:
    os.dup2(os.open(typed, os.O_RDONLY), 0)
    written = os.open(output, os.O_WRONLY | os.O_CREAT)
    os.dup2(written, 1)
    os.dup2(written, 2)
    os.environ.clear()
    os.environ.update(environment)
    for point in POINTS[dies] if dies else ():
        setattr(point.owner, point.name, _deadly(point, getattr(point.owner, point.name)))
    status = 1
    try:
        samsyn(command, prog_name="samsyn")
    except SystemExit as end:
        status = int(end.code or 0)
    except BaseException:  # noqa: BLE001 - whatever it is, it must not go on as the parent
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        os._exit(status)


def _deadly(point: Before | After, whole: Callable[..., Any]) -> Callable[..., Any]:
    times = 0

    @wraps(whole)
    def deadly(*given: Any, **named: Any) -> Any:
        nonlocal times
        if isinstance(point, After):
            result = whole(*given, **named)
            if result == []:
                return result
        times += 1
        if times == point.time:
            os.kill(os.getpid(), signal.SIGKILL)
        return result if isinstance(point, After) else whole(*given, **named)

    return deadly


if __name__ == "__main__":
    main()
