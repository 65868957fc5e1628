"""Gateway and workers are killed at random while senders hand in, and send again what was not answered."""

from __future__ import annotations

import random
import signal
import threading
import time
import uuid
from contextlib import suppress

import httpx
from running import PATIENCE, SOAP
from worlds import REGISTER, certificate, result_of

from gateway.sandbox.story import enveloped

SENDERS = 3
MOST = 0.8
"""Seconds that pass at most between one kill and the next."""


class Sender(threading.Thread):
    """Hands in one certificate after the other, each until it is answered."""

    def __init__(self, here, enough: threading.Event) -> None:
        super().__init__(daemon=True)
        self.accepted: list[str] = []
        self._here, self._enough = here, enough

    def run(self) -> None:
        while not self._enough.is_set():
            id_ = str(uuid.uuid4())
            while not self._is_accepted(id_):
                time.sleep(0.05)
            self.accepted.append(id_)

    def _is_accepted(self, id_: str) -> bool:
        with suppress(httpx.TransportError):
            content = enveloped(certificate(id_=id_))
            answer = httpx.post(self._here.address + REGISTER, content=content, headers=SOAP, timeout=PATIENCE)
            return result_of(answer)[0] in ("OK", "INFO")
        return False


class Workers:
    """Two at a time; who comes after one that was killed bears its name, or another."""

    def __init__(self, here, chance: random.Random) -> None:
        self._here, self._chance = here, chance
        self._names = ["first", "second"]
        self._running = [self._started(name) for name in self._names]

    def kill_one(self) -> None:
        which = self._chance.randrange(2)
        self._running[which].ends(signal.SIGKILL)
        if self._chance.random() < 0.5:
            self._names[which] = f"after {self._names[which]}"
        self._running[which] = self._started(self._names[which])

    def _started(self, name: str):
        return self._here.start("worker", SAMSYN_WORKER=name)


def test_in_a_storm_of_kills_nothing_that_was_accepted_is_lost_or_takes_effect_twice(here, recipient, pytestconfig):
    chance = random.Random(pytestconfig.option.seed)  # noqa: S311 - guards no secret
    recipient.seconds = 0.05
    gateway = here.serve()
    here.consent()
    workers = Workers(here, chance)
    enough = threading.Event()
    senders = [Sender(here, enough) for _ in range(SENDERS)]
    for sender in senders:
        sender.start()

    end = time.monotonic() + pytestconfig.option.storm
    while time.monotonic() < end:
        time.sleep(chance.uniform(0, MOST))
        if chance.random() < 0.4:
            gateway.ends(signal.SIGKILL)
            gateway = here.start("serve")
        else:
            workers.kill_one()
    enough.set()
    for sender in senders:
        sender.join(PATIENCE)
        assert not sender.is_alive()
    assert [process.status for process in here.started].count(-signal.SIGKILL) > 2

    accepted = [id_ for sender in senders for id_ in sender.accepted]
    here.drain(len(accepted))
    taken = b"\n".join(recipient.effects.values()).decode()
    assert [id_ for id_ in accepted if id_ not in taken] == []
    assert {(key, recipient.effects[key]) for key, _ in recipient.requests} == set(recipient.requests)
    here.prove()
