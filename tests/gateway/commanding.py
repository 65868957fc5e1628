"""How the tests run a command."""

from __future__ import annotations

import hashlib
import json

from click.testing import CliRunner
from worlds import FORSAKRINGSKASSAN, ORGANISATIONS, TOKEN, Agency, World

from gateway.__main__ import samsyn
from gateway.settings import read_settings


def run(*arguments: object, status: int = 0, typed: str | None = None) -> str:
    """Run a command; it has to end with this status, and without a traceback. Returns what it printed."""
    result = CliRunner().invoke(samsyn, [str(argument) for argument in arguments], input=typed)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exc_info
    assert result.exit_code == status, result.output
    assert "Traceback" not in result.output
    return result.output


def run_json(*arguments: object, status: int = 0):
    return [json.loads(line) for line in run(*arguments, "--json", status=status).splitlines()]


def commanded(path, monkeypatch) -> World:
    """Open a world on a file that commands work on too: the environment says so, as it says who may read."""
    recipients = [
        {"name": kind, "kind": kind, "organisation": number, "endpoint": f"https://{kind}.example/inbox"}
        for kind, number in ORGANISATIONS.items()
    ]
    token = hashlib.sha256(TOKEN.encode()).hexdigest()
    agency = {"name": "FK", "organisation": ORGANISATIONS[FORSAKRINGSKASSAN], "token_sha256": token}
    monkeypatch.setenv("SAMSYN_DATABASE", str(path))
    monkeypatch.setenv("SAMSYN_RECIPIENTS", json.dumps(recipients))
    monkeypatch.setenv("SAMSYN_AGENCIES", json.dumps([agency]))
    return World(read_settings(), {kind: Agency(kind) for kind in ORGANISATIONS})
