"""Two gateways on one machine: the one cosigns the log of the other, as long as that only grows."""

from __future__ import annotations

import json
import shutil
import signal
import sqlite3

import httpx
import pytest
from running import Place, until
from worlds import FORSAKRINGSKASSAN, consent_of


@pytest.fixture
def places(tmp_path):
    made = []
    for name in ("gateway", "witness"):
        (tmp_path / name).mkdir()
        made.append(Place(tmp_path / name))
        made[-1].configure()
    yield made
    for one in made:
        one.clear_away()


def keys_of(place):
    return json.loads(place.command("audit", "key", "--json").stdout)


def cosigned(place):
    with sqlite3.connect(place.database) as db:
        sizes = [size for (size,) in db.execute("SELECT size FROM cosignature ORDER BY number")]
    db.close()
    return sizes


def give_consent(place):
    headers = {"Content-Type": "application/fhir+json"}
    answer = httpx.post(f"{place.address}/fhir/Consent", json=consent_of(FORSAKRINGSKASSAN), headers=headers)
    assert answer.status_code == 201


def test_what_a_witness_has_cosigned_is_anchored_and_a_log_that_was_put_back_is_not_cosigned(places, tmp_path):
    gateway, witness = places
    for place in places:
        assert place.serve().ends(signal.SIGTERM) == 0
    witness.configure(f"witnessed_logs = {json.dumps([keys_of(gateway)['log']])}\n")
    witness.serve()
    gateway.configure(
        f"""
        audit_checkpoint_seconds = 0.2
        audit_witness_seconds = 0.2
        private_endpoints = ["127.0.0.1:{witness.port}"]
        [[audit_witnesses]]
        url = "{witness.address}/witness/add-checkpoint"
        key = "{keys_of(witness)["witness"]}"
        """
    )
    serving = gateway.serve()
    give_consent(gateway)
    until(lambda: cosigned(gateway), "the first cosignature")
    assert "samsyn_log_anchored_timestamp_seconds" in httpx.get(f"{gateway.address}/metrics").text
    assert serving.ends(signal.SIGTERM) == 0
    verified = json.loads(gateway.command("audit", "verify", "--json").stdout)
    assert (verified["faults"], verified["cosigned"]) == ([], len(cosigned(gateway)))

    shutil.copy(gateway.database, tmp_path / "backup")
    serving = gateway.serve()
    before = cosigned(gateway)
    give_consent(gateway)
    until(lambda: cosigned(gateway) > before, "another cosignature")
    assert serving.ends(signal.SIGTERM) == 0
    shutil.copy(tmp_path / "backup", gateway.database)
    (gateway.folder / "samsyn.db.audit-key.newest").unlink()
    assert gateway.command("store", "lives", "--by", "Anna", "--because", "av misstag").returncode == 0
    serving = gateway.serve()
    give_consent(gateway)
    until(lambda: '"error":"NotCosigned"' in serving.text(), "the witness to refuse")
