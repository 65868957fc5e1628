"""How the tests run a command."""

from __future__ import annotations

import json

from click.testing import CliRunner

from gateway.__main__ import samsyn


def run(*arguments: object, status: int = 0, typed: str | None = None) -> str:
    """Run a command; it has to end with this status, and without a traceback. Returns what it printed."""
    result = CliRunner().invoke(samsyn, [str(argument) for argument in arguments], input=typed)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exc_info
    assert result.exit_code == status, result.output
    assert "Traceback" not in result.output
    return result.output


def run_json(*arguments: object, status: int = 0):
    return [json.loads(line) for line in run(*arguments, "--json", status=status).splitlines()]
