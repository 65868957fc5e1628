"""Run in a process of its own, on guard: tries every way out that it knows, and prints what became of each as JSON.

Arguments: the `host:port` of a recipient that a permit is for, and of a listener that no permit is for.
"""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import ctypes
import http.client
import json
import multiprocessing
import os
import socket
import subprocess
import sys
import threading
import urllib.request
import uuid
from dataclasses import replace

import aiohttp
import httpx

from gateway.delivery.guard import stand_guard
from gateway.delivery.passage import open_passage, passing
from gateway.delivery.wire import Wire
from gateway.documents import InformationSet
from gateway.errors import NotPermitted
from gateway.identity import CertificateId, OrganisationNumber, PersonIdentity
from gateway.permits import Errand, address_of
from gateway.permits.mint import mint

THERE, ELSEWHERE = sys.argv[1:]
ANOTHER = f"http://{ELSEWHERE}/"
HOST, PORT = ELSEWHERE.split(":")
ADDRESS = (HOST, int(PORT))
LIBC = ctypes.CDLL(None)


def release(url=f"http://{THERE}/inbox"):
    about = InformationSet(
        id=str(uuid.uuid4()),
        name="a-set",
        person=PersonIdentity("199002222397"),
        certificate=CertificateId("SE2321000016-1", "0"),
        signed_at="",
        sections=frozenset(),
        withheld=frozenset(),
        body=b"{}",
    )
    errand = Errand(address_of(url), f"delivery/{uuid.uuid4()}", "a-key")
    return mint(about, OrganisationNumber("2021005521"), "Consent/1/_history/1", errand)


def within(permit, attempt, *pinned):
    """Try something while a permit is open."""
    with passing(permit) as passage:
        passage.pinned.update(pinned)
        attempt()


def raw():
    socket.socket().connect(ADDRESS)


def datagram():
    socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x", ADDRESS)


def message():
    socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendmsg([b"x"], [], 0, ADDRESS)


async def streams():
    await asyncio.open_connection(*ADDRESS)


async def another_session():
    async with aiohttp.ClientSession() as session, session.get(f"http://{ELSEWHERE}/"):
        pass


async def another_client():
    async with httpx.AsyncClient() as client:
        await client.get(f"http://{ELSEWHERE}/")


async def asynchronous_child():
    await asyncio.create_subprocess_exec("true")


def another_thread_of_a_passage():
    """A thread begins with a context of its own: the permit is not seen there."""
    raised = []

    def connect():
        try:
            socket.socket().connect(ADDRESS)
        except NotPermitted as refused:
            raised.append(refused)

    with passing(release(ANOTHER).permit) as passage:
        passage.pinned.add(ADDRESS)
        thread = threading.Thread(target=connect)
        thread.start()
        thread.join()
    raise raised[0]


def a_context_from_before():
    before = contextvars.copy_context()
    with passing(release(ANOTHER).permit) as passage:
        passage.pinned.add(ADDRESS)
        before.run(raw)


def after_the_passage():
    within(release(ANOTHER).permit, lambda: None, ADDRESS)
    raw()


def a_connection_of_the_wire_to_elsewhere():
    Wire(5, frozenset({ELSEWHERE})).post(ANOTHER, {}, release())


def the_wire_to_another(rest, **headers):
    Wire(5, frozenset({THERE})).post(f"http://{THERE}{rest}", {**HEADERS, **headers}, release())


def the_wire_with_an_altered_permit():
    altered = release()
    altered = replace(altered, permit=replace(altered.permit, address=address_of(ANOTHER)))
    Wire(5, frozenset({ELSEWHERE})).post(ANOTHER, {}, altered)


def the_wire_twice_with_one_permit():
    wire, once = Wire(5, frozenset({THERE})), release()
    wire.post(f"http://{THERE}/inbox", HEADERS, once)
    wire.post(f"http://{THERE}/inbox", HEADERS, once)


def a_kept_connection_of_the_wire(within=contextlib.nullcontext, rest="/inbox"):
    wire = Wire(5, frozenset({THERE}))
    wire.post(f"http://{THERE}/inbox", HEADERS, release())

    async def again():
        with within():
            async with wire._session.post(f"http://{THERE}{rest}", data=b"without a permit"):
                pass

    asyncio.run_coroutine_threadsafe(again(), wire._loop).result()


HEADERS = {"Idempotency-Key": "a-key"}
WAYS_OUT = {
    "raw socket": raw,
    "raw socket, asking for an error number": lambda: socket.socket().connect_ex(ADDRESS),
    "create_connection": lambda: socket.create_connection(ADDRESS),
    "datagram": datagram,
    "message": message,
    "unix socket": lambda: socket.socket(socket.AF_UNIX).connect("/nowhere"),
    "urllib": lambda: urllib.request.urlopen(f"http://{ELSEWHERE}/"),
    "http.client": lambda: http.client.HTTPConnection(*ADDRESS).request("GET", "/"),
    "httpx": lambda: httpx.get(f"http://{ELSEWHERE}/", trust_env=False),
    "httpx, asynchronous": lambda: asyncio.run(another_client()),
    "aiohttp": lambda: asyncio.run(another_session()),
    "asyncio streams": lambda: asyncio.run(streams()),
    "looking a name up": lambda: socket.getaddrinfo("recipient.example", 443),
    "looking a name up, the old way": lambda: socket.gethostbyname("recipient.example"),
    "listening": lambda: socket.create_server(("127.0.0.1", 0)),
    "subprocess": lambda: subprocess.run(["true"], check=False),
    "subprocess, asynchronous": lambda: asyncio.run(asynchronous_child()),
    "os.system": lambda: os.system("true"),
    "os.popen": lambda: os.popen("true"),
    "posix_spawn": lambda: os.posix_spawn("/bin/true", ["true"], {}),
    "spawn": lambda: os.spawnv(os.P_WAIT, "/bin/true", ["true"]),
    "exec": lambda: os.execv("/bin/true", ["true"]),
    "fork": os.fork,
    "multiprocessing": lambda: multiprocessing.get_context("spawn").Process(target=print).start(),
    "multiprocessing, the system's own": lambda: multiprocessing.get_context("fork").Process(target=print).start(),
    "ctypes, another library": lambda: ctypes.CDLL("libc.so.6"),
    "ctypes, a function of one that was there": lambda: LIBC.connect,
    "within a passage, elsewhere": lambda: within(release().permit, raw),
    "within a passage, a name": lambda: within(release().permit, lambda: socket.getaddrinfo("elsewhere.example", 443)),
    "within a passage of a permit that was made up": lambda: within(
        replace(release(ANOTHER).permit, not_after=1e12), raw, ADDRESS
    ),
    "within a passage, another thread": another_thread_of_a_passage,
    "within a passage, a context from before it": a_context_from_before,
    "after the passage": after_the_passage,
    "the wire, to elsewhere": a_connection_of_the_wire_to_elsewhere,
    "the wire, to another path": lambda: the_wire_to_another("/inbox/of/another"),
    "the wire, with a query": lambda: the_wire_to_another("/inbox?to=another"),
    "the wire, to a path that leads back": lambda: the_wire_to_another("/another/../inbox"),
    "the wire, to a path in other words": lambda: the_wire_to_another("/%69nbox"),
    "the wire, with another host in what it says": lambda: the_wire_to_another("/inbox", Host="elsewhere.example"),
    "the wire, with somebody before its host": lambda: the_wire_to_another("/inbox", Host=f"another@{THERE}"),
    "the wire, with something after its host": lambda: the_wire_to_another("/inbox", Host=f"{THERE}/inbox#"),
    "the wire, with an altered permit": the_wire_with_an_altered_permit,
    "the wire, twice with one permit": the_wire_twice_with_one_permit,
    "a kept connection of the wire": a_kept_connection_of_the_wire,
    "a kept connection of the wire, within a passage to elsewhere": lambda: a_kept_connection_of_the_wire(
        lambda: passing(release(ANOTHER).permit)
    ),
    "a kept connection of the wire, within a passage to another path": lambda: a_kept_connection_of_the_wire(
        lambda: passing(release().permit), "/inbox/of/another"
    ),
    "a kept connection of the wire, within a passage of a permit that was made up": lambda: (
        a_kept_connection_of_the_wire(
            lambda: passing(replace(release(ANOTHER).permit, address=release().permit.address))
        )
    ),
}


def became_of(attempt):
    try:
        attempt()
    except NotPermitted:
        return "refused"
    except BaseExceptionGroup as several:
        return "refused" if several.split(NotPermitted)[1] is None else str(several)
    except BaseException as error:  # noqa: BLE001 - whatever it is, it is told
        return f"{type(error).__name__}: {error}"
    return "got out"


def main():
    stand_guard()
    told = {name: became_of(attempt) for name, attempt in WAYS_OUT.items()}
    heard = Wire(5, frozenset({THERE})).post(f"http://{THERE}/inbox", HEADERS, release())
    told["the wire, with its permit"] = heard.status
    named = THERE.replace("127.0.0.1", "localhost")
    told["the wire, by name"] = (
        Wire(5, frozenset({named})).post(f"http://{named}/inbox", HEADERS, release(f"http://{named}/inbox")).status
    )
    told["passages left open"] = open_passage() is not None
    print(json.dumps(told))


main()
