"""Real processes that lack something: space for their log, files, memory, the database."""

from __future__ import annotations

import re
import signal
import socket
import uuid
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import httpx
import psycopg
import pytest
from running import PATIENCE, SOAP, until
from worlds import REGISTER, certificate, result_of

from gateway.sandbox.story import enveloped

ON_A_FILE = pytest.mark.parametrize("new_place", ["sqlite"], indirect=True)
ON_A_SERVER = pytest.mark.parametrize("new_place", ["postgres"], indirect=True)


@ON_A_FILE
def test_a14_where_the_log_cannot_be_written_all_goes_on_and_what_is_lost_of_it_is_counted(here):
    full = Path("/dev/full")
    gateway = here.serve(output=full)
    here.consent()
    here.hand_in(certificate())
    worker = here.start("worker", output=full)
    here.drain(1)

    [lost] = re.findall(r"^samsyn_log_lines_lost_total (\S+)$", httpx.get(f"{here.address}/metrics").text, re.MULTILINE)
    assert float(lost) >= 3
    assert (worker.ends(signal.SIGTERM), gateway.ends(signal.SIGTERM)) == (0, 0)
    here.prove()


@ON_A_FILE
def test_a22_a_gateway_that_may_open_few_files_serves_whoever_speaks_among_many_who_do_not(here):
    gateway = here.serve(files=64)
    with ExitStack() as stack, httpx.Client(base_url=here.address, timeout=PATIENCE) as peer:
        for _ in range(5):
            content = enveloped(certificate(id_=str(uuid.uuid4())))
            assert result_of(peer.post(REGISTER, content=content, headers=SOAP))[0] == "OK"
            for _ in range(60):
                stack.enter_context(socket.create_connection(("127.0.0.1", here.port)))

    assert here.hand_in(certificate()) == "OK"
    assert gateway.ends(signal.SIGTERM) == 0
    assert "Traceback" not in gateway.text()
    here.prove()


MEGABYTE = 1024 * 1024


@ON_A_FILE
def test_a23_fifty_of_the_largest_messages_at_once_take_no_more_memory_than_one(here):
    gateway = here.serve()
    content = enveloped(certificate()).replace(b"</t:", b" " * 9 * MEGABYTE + b"</t:", 1)

    def hand_in(_: int) -> str:
        answer = httpx.post(here.address + REGISTER, content=content, headers=SOAP, timeout=PATIENCE)
        _, text, error = result_of(answer)
        return error or text

    with ThreadPoolExecutor(50) as senders:
        told = set(senders.map(hand_in, range(50)))

    assert "TECHNICAL_ERROR" in told
    assert _most_memory(gateway) < 400


def _most_memory(process) -> float:
    """The most megabytes that it has had so far."""
    status = Path(f"/proc/{process.id}/status").read_text("utf-8")
    return int(re.search(r"VmHWM:\s+(\d+)", status)[1]) / 1024


@ON_A_SERVER
def test_a16_while_the_server_is_away_nothing_is_taken_in_and_afterwards_all_goes_on_by_itself(here, postgres_server):
    here.serve()
    here.consent()
    here.hand_in(certificate())
    name = psycopg.conninfo.conninfo_to_dict(here.postgres)["dbname"]
    postgres_server.run(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
    postgres_server.run(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")  # noqa: S608
    content = enveloped(certificate(id_=str(uuid.uuid4())))

    answer = httpx.post(here.address + REGISTER, content=content, headers=SOAP, timeout=PATIENCE)
    assert result_of(answer)[2] == "TECHNICAL_ERROR"
    ready = httpx.get(f"{here.address}/health/ready", timeout=PATIENCE)
    assert (ready.status_code, ready.headers["Retry-After"]) == (503, "5")

    postgres_server.run(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
    assert here.hand_in(certificate(id_=str(uuid.uuid4()))) == "OK"
    here.start("worker")
    here.drain(2)
    here.prove()


AT_ONCE = 4


@ON_A_FILE
def test_a27_what_waits_for_a_worker_that_comes_back_leaves_as_it_fell_due_and_only_so_much_at_once(here, recipient):
    gateway = here.serve()
    here.consent()
    handed_in = [str(uuid.uuid4()) for _ in range(40)]
    for id_ in handed_in:
        here.hand_in(certificate(id_=id_))
    recipient.seconds = 0.01
    worker = here.start("worker", SAMSYN_DELIVERIES_AT_ONCE=str(AT_ONCE))
    until(lambda: len(recipient.effects) >= 10, "some to be delivered")

    worker.ends(signal.SIGKILL)
    gateway.ends(signal.SIGKILL)
    here.serve()
    here.start("worker", SAMSYN_DELIVERIES_AT_ONCE=str(AT_ONCE))
    here.drain(40)

    bodies = [body for _, body in recipient.requests]
    asked_once = [body for body in bodies if bodies.count(body) == 1]
    order = [next(at for at, id_ in enumerate(handed_in) if id_.encode() in body) for body in asked_once]
    late = [at for place, at in enumerate(order) if abs(sorted(order).index(at) - place) > 2 * AT_ONCE]
    assert len(late) <= AT_ONCE  # those that were taken up and not sent yet when the worker was killed
    assert recipient.most_at_once <= AT_ONCE
    here.prove()
