"""A certificate of ours that a recipient is shown: whoever watches over the gateway is told when it runs out."""

from __future__ import annotations

import json
import signal

import httpx
import pytest
from certificates import DAY, NOW, made_certificate, pem, secret_pem
from running import Place, until

RECIPIENT = """
[[recipients]]
name = "Försäkringskassan"
kind = "forsakringskassan"
organisation = "2021005521"
endpoint = "https://fk.example/inbox"
client_certificate = "{folder}/ours.pem"
client_key = "{folder}/ours.key"
"""


@pytest.fixture
def place(tmp_path):
    place = Place(tmp_path)
    place.configure(RECIPIENT.format(folder=tmp_path))
    yield place
    place.clear_away()


def keep(place, ends_at):
    certificate, key = made_certificate("samsyn", until=ends_at)
    (place.folder / "ours.pem").write_bytes(pem(certificate))
    (place.folder / "ours.key").touch(0o600)
    (place.folder / "ours.key").write_bytes(secret_pem(key))


def warned(process):
    lines = [json.loads(line) for line in process.text().splitlines()]
    return [(one["recipient"], one["days"]) for one in lines if one["event"] == "own certificate ends"]


def test_b18_when_our_certificate_runs_out_is_told_in_the_figures_at_the_start_and_to_an_operator(place):
    keep(place, NOW + 8 * DAY)
    place.serve()

    told = httpx.get(f"{place.address}/metrics").text
    [figure] = [line for line in told.splitlines() if line.startswith("samsyn_client_certificate_ends_timestamp")]
    assert 'recipient="Försäkringskassan"' in figure
    assert abs(float(figure.split()[-1]) - (NOW + 8 * DAY).timestamp()) < 2  # an X.509 time has whole seconds

    worker = place.start("worker")
    until(lambda: "worker started" in worker.text(), "the worker to start")
    assert worker.ends(signal.SIGTERM) == 0
    assert warned(worker) == [("Försäkringskassan", 7)]

    [certificate] = json.loads(place.command("recipients", "--json").stdout)["certificates"]
    assert (certificate["organisation"], certificate["days_left"]) == ("2021005521", 7)
    assert "our certificate ends" in place.command("recipients").stdout


@pytest.mark.parametrize(("ends_at", "days"), [(NOW - DAY, [-2]), (NOW + 40 * DAY, [])], ids=["over", "long to go"])
def test_b18_a_worker_starts_with_a_certificate_that_has_run_out_and_is_silent_of_one_that_has_long_to_go(
    place, ends_at, days
):
    keep(place, ends_at)
    place.serve()
    worker = place.start("worker")
    until(lambda: "worker started" in worker.text(), "the worker to start")

    assert worker.ends(signal.SIGTERM) == 0
    assert [day for _, day in warned(worker)] == days


def test_b18_h15_a_start_with_a_key_that_others_may_read_is_refused(place):
    keep(place, NOW + 40 * DAY)
    (place.folder / "ours.key").chmod(0o644)

    refused = place.command("worker")

    assert refused.returncode == 1
    assert "ours.key can be read by others than its owner" in refused.stderr
