"""The guard of the sending process, and everything that tries to get round it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from recipient_stubs import Stub

from gateway.delivery.guard import stand_guard
from gateway.errors import ConfigurationError

SCRIPT = Path(__file__).parent / "attempts_to_get_out.py"


class Told:
    """What became of the attempts, and who was reached."""


@pytest.fixture(scope="module")
def told():
    with Stub() as recipient, Stub() as elsewhere:
        command = [sys.executable, str(SCRIPT), recipient.host, elsewhere.host]
        ran = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
        assert ran.returncode == 0, ran.stderr
        told = Told()
        told.attempts = json.loads(ran.stdout)
        told.log = [json.loads(line) for line in ran.stderr.splitlines() if line.startswith("{")]
        told.elsewhere, told.requests = elsewhere.connections, recipient.requests
    return told


def test_no_way_out_is_open_without_a_permit_for_it(told):
    open_ = {
        name: became
        for name, became in told.attempts.items()
        if became != "refused" and name not in ("the wire, with its permit", "the wire, by name", "passages left open")
    }

    assert open_ == {}
    assert len(told.attempts) > 30
    assert told.elsewhere == 0


def test_what_a_permit_names_is_reached_once_for_each_permit(told):
    assert told.attempts["the wire, with its permit"] in (200, 201)
    assert told.attempts["the wire, by name"] in (200, 201)
    # These two, one of the permit that was then tried again, and one before each try at a connection that was kept.
    assert [(one.path, one.body) for one in told.requests] == [("/inbox", b"{}")] * 7
    assert told.attempts["passages left open"] is False


def test_each_attempt_is_logged_by_what_it_was_and_nothing_else(told):
    alarms = [line for line in told.log if line["event"] == "no permit"]

    assert {"socket.connect", "socket.getaddrinfo", "subprocess.Popen", "os.system", "os.fork", "ctypes.dlopen"} <= {
        line["what"] for line in alarms
    }
    assert {frozenset(line) for line in alarms} == {frozenset({"at", "event", "what"})}


def test_a_loop_that_cannot_be_watched_stops_the_start(monkeypatch):
    monkeypatch.setattr("gateway.delivery.guard.find_spec", lambda name: name == "uvloop")

    with pytest.raises(ConfigurationError, match="uvloop"):
        stand_guard()
