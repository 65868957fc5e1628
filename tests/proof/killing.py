"""Places where processes are killed, on either store, and what has to stand there afterwards."""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from running import PATIENCE, Place, RecipientOnTheWire, until
from worlds import FORSAKRINGSKASSAN, ORGANISATIONS

from gateway.audit.anchor_file import notes_in
from gateway.audit.notes import checkpoint_of

if TYPE_CHECKING:
    import signal


class Nursery:
    """Where processes come from that die where they are told to."""

    def __init__(self) -> None:
        program = Path(__file__).with_name("mortals.py")
        self._popen = subprocess.Popen(
            [sys.executable, str(program)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def ask(self, **asked: object) -> int:
        self._popen.stdin.write(json.dumps(asked) + "\n")
        self._popen.stdin.flush()
        return int(self._popen.stdout.readline())

    def close(self) -> None:
        self._popen.communicate()


@dataclass
class Mortal:
    """One running command, and what it writes."""

    nursery: Nursery
    id: int
    log: Path
    status: int | None = None

    @property
    def has_ended(self) -> bool:
        return self.status is not None or self._ends_within(0)

    def ends(self, with_: signal.Signals | None = None) -> int:
        """Send a signal, wait for the end, and return the exit status."""
        if self.status is None:
            if with_ is not None:
                os.kill(self.id, with_)
            assert self._ends_within(PATIENCE), self.text()
            self.status = self.nursery.ask(wait=self.id)
        return self.status

    def text(self) -> str:
        return self.log.read_text("utf-8")

    def _ends_within(self, seconds: float) -> bool:
        handle = os.pidfd_open(self.id)
        try:
            return bool(select.select([handle], [], [], seconds)[0])
        finally:
            os.close(handle)


@dataclass
class Battlefield(Place):
    """A place with a recipient on the wire, where a process can be told where to die."""

    nursery: Nursery = field(kw_only=True)
    recipient: RecipientOnTheWire = field(kw_only=True)
    postgres: str = ""
    """The address of the database; of none, it is a file."""

    @property
    def vault_key(self) -> Path:
        return self.folder / "vault-key"

    @property
    def anchor(self) -> Path:
        return self.folder / "elsewhere"

    def configure(self, more: str = "") -> None:
        super().configure(
            f"""
            {f'postgres = "{self.postgres}"' if self.postgres else ""}
            vault_key = "{self.vault_key}"
            audit_anchor = "{self.anchor}"
            audit_checkpoint_seconds = 0.2
            timeout_seconds = 1
            lease_seconds = 6
            retry_after_seconds = {[0.2] * 29}
            private_endpoints = ["{self.recipient.host}"]
            {more}
            [[recipients]]
            name = "Försäkringskassan"
            kind = "{FORSAKRINGSKASSAN}"
            organisation = "{ORGANISATIONS[FORSAKRINGSKASSAN]}"
            endpoint = "{self.recipient.address}"
            """
        )

    def start(
        self,
        *command: str,
        dies: str = "",
        files: int = 0,
        output: Path | None = None,
        typed: str = "",
        **environment: str,
    ) -> Mortal:
        """Start a command.

        Args:
            command: What to start.
            dies: Where it shall kill itself.
            files: How many files it may open, where that is not as many as any.
            output: Where it writes what it says.
            typed: What it is told as if it were typed.
            environment: Settings of its own.
        """
        log = output or self.folder / f"{len(self.started)}-{command[0]}.log"
        log.touch()
        known = {**self.environment(), **environment}
        told = log.with_suffix(".typed")
        told.write_text(typed, "utf-8")
        asked = {"environment": known, "output": str(log), "typed": str(told), "dies": dies, "files": files}
        id_ = self.nursery.ask(command=command, **asked)
        self.started.append(Mortal(self.nursery, id_, log))
        return self.started[-1]

    def serve(self, **special: Any) -> Mortal:
        process = self.start("serve", **special)
        until(self._is_ready, "samsyn serve to be ready", while_runs=process)
        return process

    def command(self, *command: str) -> subprocess.CompletedProcess:
        process = self.start(*command)
        status = process.ends()
        return subprocess.CompletedProcess(command, status, process.text(), process.text())

    def said(self, *command: str) -> str:
        """Run a command that has to come to a good end, and return what it said."""
        done = self.command(*command)
        assert done.returncode == 0, done.stdout
        return done.stdout

    def drain(self, count: int) -> None:
        """Wait until so many certificates have had their effect, and all that was to be delivered is."""
        until(lambda: len(self.recipient.effects) >= count, f"{count} certificates to have their effect")
        until(lambda: {one["state"] for one in self.deliveries()} == {"DELIVERED"}, "all to be delivered")
        assert len(self.recipient.effects) == count

    @property
    def log_size(self) -> int:
        """How many entries the log has."""
        return json.loads(self.said("audit", "verify", "--json"))["entries"]

    @property
    def anchored_size(self) -> int:
        """How many entries the last checkpoint covers that is kept elsewhere."""
        notes = notes_in(self.anchor.read_text("utf-8")) if self.anchor.exists() else []
        return checkpoint_of(notes[-1]).size if notes else 0

    def prove(self) -> None:
        """See that the log is whole and agrees with what left, and that nobody holds anything any more."""
        self.said("audit", "verify", "--anchor", str(self.anchor))
        self.said("audit", "check")
        assert json.loads(self.said("deliveries", "list", "--state", "SENDING", "--json")) == []
