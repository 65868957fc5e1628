"""`samsyn demo`, as somebody runs it who sees this for the first time."""

from __future__ import annotations

import json
import signal
import socket
import time
from contextlib import suppress

import httpx
import pytest
from running import Place, free_port, place, until
from worlds import ARBETSFORMEDLINGEN, EMPLOYER, FORSAKRINGSKASSAN, MUNICIPALITY, SETS

from gateway.commands.demo import ORGANISATIONS, TOKEN


@pytest.fixture
def here(tmp_path):
    yield from place(tmp_path)


def _demo(here: Place, port: int):
    return here.start("demo", "--port", str(port), "--folder", str(here.folder / "demo"))


def _overview(port: int) -> dict[str, list[dict]]:
    with suppress(httpx.TransportError):
        return httpx.get(f"http://127.0.0.1:{port + 1}/", timeout=5).json()
    return {}


def _arrived(port: int) -> dict[str, list[str]]:
    return {kind: [entry["set"] for entry in entries] for kind, entries in _overview(port).items()}


def test_the_demo_shows_what_arrives_tells_where_it_stands_and_stops_at_once(here):
    port = free_port(2)
    demo = _demo(here, port)

    expected = {kind: [name] for kind, name in SETS.items()}
    expected[FORSAKRINGSKASSAN] *= 2
    expected[ARBETSFORMEDLINGEN] = ["arbetsformedlingsunderlag"]
    until(lambda: _arrived(port) == expected, "what the consents permit to arrive", while_runs=demo)

    # What the recipients show outside holds no content, and what they got holds only their part of it.
    assert "199002222397" not in json.dumps(_overview(port))
    assert "F43.2" in httpx.get(f"http://127.0.0.1:{port + 1}/{FORSAKRINGSKASSAN}").text
    for kind in (EMPLOYER, MUNICIPALITY, ARBETSFORMEDLINGEN):
        assert "F43" not in httpx.get(f"http://127.0.0.1:{port + 1}/{kind}").text

    until(lambda: "Ctrl-C" in demo.text(), "the demo to say where to look", while_runs=demo)
    (here.folder / "samsyn.toml").write_text((here.folder / "demo" / "samsyn.toml").read_text("utf-8"), "utf-8")
    listed = json.loads(here.command("deliveries", "--json").stdout)
    states = sorted(one["state"] for one in listed)
    # Of three certificates, each with four sets: one person agreed to three of them, one to one, one to none.
    # Of a fourth, with one set, which the person agreed to.
    assert states == ["DELIVERED"] * 5 + ["HELD_CONSENT"] * 8

    asked = httpx.post(
        f"http://127.0.0.1:{port}/fhir/Bundle/_search",
        data={"patient.identifier": "199002222397"},
        headers={"Authorization": f"Bearer {TOKEN}"},
    )
    assert asked.json()["total"] == 1
    assert ORGANISATIONS[FORSAKRINGSKASSAN] == "2021005521"

    stopping = time.monotonic()
    assert demo.ends(signal.SIGINT) == 0
    assert time.monotonic() - stopping < 10
    assert "Traceback" not in demo.text()
    assert demo.text().rstrip().endswith("Stopped.")


def test_the_demo_ends_in_order_also_where_it_is_told_by_the_system(here):
    port = free_port(2)
    demo = _demo(here, port)
    until(lambda: _overview(port), "the recipients to answer", while_runs=demo)

    assert demo.ends(signal.SIGTERM) == 0
    assert "Traceback" not in demo.text()


@pytest.mark.parametrize("taken", [0, 1])
def test_a_port_that_is_taken_is_told_in_one_line(here, taken):
    port = free_port(2)
    with socket.create_server(("127.0.0.1", port + taken)):
        demo = _demo(here, port)

        assert demo.ends() == 1
    [line] = demo.text().splitlines()
    assert line.startswith(f"Error: Cannot listen on 127.0.0.1:{port + taken}")


def test_the_demo_takes_no_folder_that_holds_something_else(here):
    folder = here.folder / "demo"
    folder.mkdir()
    (folder / "samsyn.db").write_text("somebody's own")

    demo = _demo(here, free_port(2))

    assert demo.ends() == 1
    [line] = demo.text().splitlines()
    assert "no demo has made" in line
    assert (folder / "samsyn.db").read_text() == "somebody's own"


def test_the_demo_touches_no_database_that_the_environment_names(here, monkeypatch):
    port = free_port(2)
    monkeypatch.setattr(here, "environment", lambda: {**Place.environment(here), "SAMSYN_DATABASE": str(here.database)})

    demo = _demo(here, port)
    until(lambda: _overview(port), "the recipients to answer", while_runs=demo)

    assert demo.ends(signal.SIGINT) == 0
    assert not here.database.exists()
    assert (here.folder / "demo" / "samsyn.db").exists()


def test_the_demo_can_be_run_again_and_begins_anew(here):
    for _ in range(2):
        port = free_port(2)
        demo = _demo(here, port)
        until(lambda port=port: sum(map(len, _arrived(port).values())) == 5, "what is sent to arrive", while_runs=demo)
        assert demo.ends(signal.SIGINT) == 0
