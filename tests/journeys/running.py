"""Real processes of `samsyn`, and a recipient on the wire that counts what it is made to do."""

from __future__ import annotations

import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import httpx
from worlds import FORSAKRINGSKASSAN, PERSON, REGISTER, SETS, consent_of, result_of

from gateway.sandbox.story import enveloped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

FHIR = {"Content-Type": "application/fhir+json"}
SOAP = {"Content-Type": "text/xml; charset=utf-8"}
PATIENCE = 60.0
"""Seconds that anything may take before a test gives it up."""


PORTS = range(10_000, 32_000)
"""Below those that a system gives to whoever connects somewhere, so that no other test is given one meanwhile."""


def free_port(several: int = 1) -> int:
    """A port that nobody has, nor the ones after it."""
    while True:
        port = secrets.choice(PORTS)
        if all(_is_free(port + n) for n in range(several)):
            return port


def _is_free(port: int) -> bool:
    with suppress(OSError), socket.create_server(("127.0.0.1", port)):
        return True
    return False


def until(
    holds: Callable[[], object], what: str, patience: float = PATIENCE, while_runs: Process | None = None
) -> None:
    """Wait until something holds, and no longer than a process runs that it needs."""
    end = time.monotonic() + patience
    while not holds():
        assert while_runs is None or not while_runs.has_ended, while_runs.text()
        assert time.monotonic() < end, f"waited {patience} s for: {what}"
        time.sleep(0.02)


@dataclass
class Process:
    """One running command, and what it writes."""

    popen: subprocess.Popen
    log: Path

    def ends(self, with_: signal.Signals | None = None) -> int:
        """Send a signal, wait for the end, and return the exit status."""
        if with_ is not None:
            self.popen.send_signal(with_)
        return self.popen.wait(PATIENCE)

    @property
    def has_ended(self) -> bool:
        return self.popen.poll() is not None

    def text(self) -> str:
        return self.log.read_text("utf-8")


@dataclass
class Place:
    """A folder with settings, and the processes that were started in it."""

    folder: Path
    port: int = field(default_factory=free_port)
    started: list[Process] = field(default_factory=list)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def database(self) -> Path:
        return self.folder / "samsyn.db"

    def configure(self, more: str = "") -> None:
        """Write the settings that every process started here reads."""
        text = f'database = "{self.database}"\nport = {self.port}\n{more}'
        (self.folder / "samsyn.toml").write_text(text, "utf-8")

    def environment(self) -> dict[str, str]:
        rest = {name: value for name, value in os.environ.items() if not name.startswith("SAMSYN_")}
        return {**rest, "SAMSYN_CONFIG": str(self.folder / "samsyn.toml")}

    def start(self, *command: str) -> Process:
        log = self.folder / f"{len(self.started)}-{command[0]}.log"
        with log.open("wb") as output:
            popen = subprocess.Popen(
                [sys.executable, "-m", "gateway", *command],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=self.environment(),
            )
        self.started.append(Process(popen, log))
        return self.started[-1]

    def serve(self) -> Process:
        """Start `samsyn serve`, and wait until it is ready."""
        process = self.start("serve")
        until(self._is_ready, "samsyn serve to be ready", while_runs=process)
        return process

    def _is_ready(self) -> bool:
        with suppress(httpx.TransportError):
            return httpx.get(f"{self.address}/health/ready", timeout=PATIENCE).status_code == 200
        return False

    def command(self, *command: str) -> subprocess.CompletedProcess:
        """Run a command to its end."""
        return subprocess.run(
            [sys.executable, "-m", "gateway", *command],
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
            env=self.environment(),
        )

    def hand_in(self, content: bytes) -> str:
        """Hand in a certificate, and return the result code: OK, or INFO where it is known."""
        answer = httpx.post(self.address + REGISTER, content=enveloped(content), headers=SOAP, timeout=PATIENCE)
        code, text, _ = result_of(answer)
        assert code in ("OK", "INFO"), text
        return code

    def consent(self, person: str = PERSON) -> None:
        """Let Försäkringskassan have its set about a person."""
        consent = json.dumps(consent_of(FORSAKRINGSKASSAN, person=person))
        answer = httpx.post(f"{self.address}/fhir/Consent", content=consent, headers=FHIR, timeout=PATIENCE)
        assert answer.status_code == 201, answer.text

    def deliveries(self) -> list[dict]:
        """What there is for Försäkringskassan."""
        listed = self.command("deliveries", "list", "--json", "--limit", "10000")
        assert listed.returncode == 0, listed.stderr
        return [one for one in json.loads(listed.stdout) if one["set"] == SETS[FORSAKRINGSKASSAN]]

    def attempts(self, delivery: dict) -> list[tuple[str, str]]:
        """The outcome of each attempt, and its reason."""
        shown = json.loads(self.command("deliveries", "show", delivery["id"], "--json").stdout)
        return [(one["outcome"], one["reason"]) for one in shown["attempts"]]

    def clear_away(self) -> None:
        for process in self.started:
            if not process.has_ended:
                process.ends(signal.SIGKILL)


class RecipientOnTheWire:
    """Takes Bundles over HTTP; the same key has its effect once. It can be told to take its time, or to keep silent."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.most_at_once = 0
        self._at_once: set[object] = set()
        self.requests: list[tuple[str, bytes]] = []
        self.effects: dict[str, bytes] = {}
        self.answers = threading.Event()
        self.answers.set()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self._server.server_port}"

    @property
    def address(self) -> str:
        return f"http://{self.host}/inbox"

    def take(self, key: str, body: bytes) -> str:
        self.requests.append((key, body))
        self.effects.setdefault(key, body)
        return f"arende-{list(self.effects).index(key) + 1}"

    def close(self) -> None:
        self.answers.set()
        self._server.shutdown()
        self._server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        recipient = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                recipient._at_once.add(self)
                recipient.most_at_once = max(recipient.most_at_once, len(recipient._at_once))
                case = recipient.take(self.headers["Idempotency-Key"], body)
                recipient.answers.wait(PATIENCE)
                time.sleep(recipient.seconds)
                recipient._at_once.remove(self)
                with suppress(OSError):  # whoever asked may have been killed
                    self._answer(b'{"resourceType":"OperationOutcome","id":"%s"}' % case.encode())

            def _answer(self, answer: bytes) -> None:
                self.send_response(201)
                self.send_header("Content-Type", "application/fhir+json")
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_: object) -> None:
                pass

        return Handler


def place(folder: Path) -> Iterator[Place]:
    """A place that is cleared away in the end; for a fixture."""
    made = Place(folder)
    made.configure()
    yield made
    made.clear_away()
