"""What is left when processes are killed: everything that was accepted, and nothing half or twice."""

from __future__ import annotations

import json
import random
import signal
import sqlite3
import threading
import time
import uuid

import httpx
import pytest
from running import SOAP, Place, RecipientOnTheWire, place, until
from worlds import FORSAKRINGSKASSAN, ORGANISATIONS, REGISTER, certificate, result_of

from gateway.sandbox.story import enveloped


@pytest.fixture
def recipient():
    recipient = RecipientOnTheWire()
    yield recipient
    recipient.close()


@pytest.fixture
def here(tmp_path, recipient):
    for made in place(tmp_path):
        made.configure(
            f"""
            retry_after_seconds = [0.2, 0.2, 0.2]
            lease_seconds = 300
            private_endpoints = ["{recipient.host}"]
            [[recipients]]
            name = "Försäkringskassan"
            kind = "{FORSAKRINGSKASSAN}"
            organisation = "{ORGANISATIONS[FORSAKRINGSKASSAN]}"
            endpoint = "{recipient.address}"
            """
        )
        yield made


def test_a06_a_worker_killed_while_it_waits_for_an_answer_costs_one_more_attempt_and_no_second_effect(here, recipient):
    recipient.answers.clear()
    here.serve()
    here.consent()
    here.hand_in(certificate())
    first = here.start("worker")
    until(lambda: recipient.requests, "the recipient to have the request")

    assert first.ends(signal.SIGKILL) == -signal.SIGKILL
    [delivery] = here.deliveries()
    assert delivery["state"] == "SENDING"
    recipient.answers.set()
    second = here.start("worker")  # of the same name: it takes back at once what it held, five minutes before the lease
    until(lambda: here.deliveries()[0]["state"] == "DELIVERED", "the delivery to be delivered")

    assert '"taken_back":1' in second.text()
    assert [key for key, _ in recipient.requests] == [recipient.requests[0][0]] * 2
    assert [body for _, body in recipient.requests] == [recipient.requests[0][1]] * 2
    assert len(recipient.effects) == 1
    assert here.attempts(delivery) == [("UNKNOWN", "worker-lost"), ("DELIVERED", "")]


def test_a12_a_worker_told_to_end_finishes_what_is_under_way_and_begins_nothing_new(here, recipient):
    recipient.answers.clear()
    here.serve()
    here.consent()
    here.hand_in(certificate())
    worker = here.start("worker")
    until(lambda: recipient.requests, "the recipient to have the request")

    worker.popen.send_signal(signal.SIGTERM)
    time.sleep(0.3)
    here.hand_in(certificate(id_=str(uuid.uuid4())))
    assert worker.popen.poll() is None
    recipient.answers.set()

    assert worker.ends() == 0
    assert '"event":"stopped","part":"worker"' in worker.text()
    assert "Traceback" not in worker.text()
    assert sorted(one["state"] for one in here.deliveries()) == ["DELIVERED", "READY"]
    assert len(recipient.requests) == 1


@pytest.mark.parametrize("told", [signal.SIGTERM, signal.SIGINT])
def test_a12_a_gateway_told_to_end_answers_what_is_under_way_and_ends_in_order(here, told):
    gateway = here.serve()
    slow = _SlowSender(here)
    slow.begin()

    gateway.popen.send_signal(told)
    until(lambda: not _takes_in(here), "the gateway to take in no more")
    code = slow.finish()

    assert code == "OK"
    assert gateway.ends() == 0
    assert '"event":"stopped","part":"serve"' in gateway.text()
    assert "Traceback" not in gateway.text()
    assert len(here.deliveries()) == 1


def _takes_in(here: Place) -> bool:
    try:
        return httpx.get(f"{here.address}/health/live", timeout=5).status_code == 200
    except httpx.TransportError:
        return False


class _SlowSender:
    """Sends half a certificate, and the other half when it is told to."""

    def __init__(self, here: Place) -> None:
        self._address = here.address + REGISTER
        self._go_on = threading.Event()
        self._half_sent = threading.Event()
        self._code = ""
        self._thread = threading.Thread(target=self._send)

    def begin(self) -> None:
        self._thread.start()
        assert self._half_sent.wait(10)
        time.sleep(0.2)

    def finish(self) -> str:
        self._go_on.set()
        self._thread.join(20)
        return self._code

    def _send(self) -> None:
        answer = httpx.post(self._address, content=self._halves(), headers=SOAP, timeout=20)
        self._code = result_of(answer)[0]

    def _halves(self):
        content = enveloped(certificate())
        yield content[:4000]
        self._half_sent.set()
        self._go_on.wait(10)
        yield content[4000:]


def test_a01_a02_a_gateway_killed_at_any_moment_has_kept_whole_all_that_it_accepted(here):
    chance = random.Random(7804)  # noqa: S311 - the same moments at each run
    load = _Load(here)
    for _ in range(3):
        gateway = here.serve()
        load.begin(at_least=8)
        time.sleep(chance.uniform(0, 0.4))
        gateway.ends(signal.SIGKILL)
        load.end()
    assert len(load.accepted) > 20
    assert load.unanswered

    here.serve()
    again = [here.hand_in(certificate(id_=id_)) for id_ in load.unanswered]

    kept = _kept(here)
    assert set(load.accepted) <= set(kept)
    assert set(kept) == {*load.accepted, *load.unanswered}
    assert set(kept.values()) == {("HELD_CONSENT", "HELD_CONSENT", "HELD_CONSENT", "HELD_CONSENT")}
    assert set(again) <= {"OK", "INFO"}
    with sqlite3.connect(here.database) as db:
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    db.close()


def _kept(here: Place) -> dict[str, tuple[str, ...]]:
    """Certificate id → the states of its deliveries."""
    listed = json.loads(here.command("messages", "list", "--json", "--limit", "100000").stdout)
    return {
        one["certificate"]["extension"]: tuple(state for state, n in one["deliveries"].items() for _ in range(n))
        for one in listed
    }


class _Load:
    """Senders that hand in one certificate after the other, and note what they were told."""

    def __init__(self, here: Place) -> None:
        self.accepted: list[str] = []
        self.unanswered: list[str] = []
        self._here = here
        self._threads: list[threading.Thread] = []

    def begin(self, at_least: int = 0) -> None:
        """Begin, and return once so many more have been accepted."""
        enough = len(self.accepted) + at_least
        self._threads = [threading.Thread(target=self._send) for _ in range(6)]
        for thread in self._threads:
            thread.start()
        while len(self.accepted) < enough and any(thread.is_alive() for thread in self._threads):
            time.sleep(0.01)

    def end(self) -> None:
        for thread in self._threads:
            thread.join(20)

    def _send(self) -> None:
        with httpx.Client(timeout=10) as client:
            while self._send_one(client):
                pass

    def _send_one(self, client: httpx.Client) -> bool:
        id_ = str(uuid.uuid4())
        try:
            answer = client.post(self._here.address + REGISTER, content=enveloped(certificate(id_=id_)), headers=SOAP)
        except httpx.TransportError:
            self.unanswered.append(id_)
            return False
        assert result_of(answer)[0] == "OK"
        self.accepted.append(id_)
        return True
