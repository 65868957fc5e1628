"""The operator chooses under which of its names a system is emitted, and only among those."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from gateway.app import open_gateway
from gateway.errors import ConfigurationError
from gateway.mapping.tables import load_tables
from gateway.rules import MAPPINGS, load_rules
from gateway.settings import read_settings

TABLES = MAPPINGS / "code_tables"
SAMPLE = MAPPINGS / "certificates" / "lisjp" / "2" / "samples" / "full.xml"
NOW = datetime(2026, 3, 3, tzinfo=UTC)
CHOSEN = {"icd_10_se": "urn:oid:1.2.752.116.1.1.1", "hsa_id": "urn:oid:1.2.752.129.2.1.4.1"}
PREFERRED = {"https://www.icd10.se/", "urn:oid:1.2.752.29.4.19"}


def _sets(rules):
    return rules.select(rules.understand(rules.reader.read_file(SAMPLE.read_bytes()), NOW))


def _systems(value):
    """Every `system` in a set."""
    if isinstance(value, list):
        return {system for one in value for system in _systems(one)}
    if not isinstance(value, dict):
        return set()
    return _systems(list(value.values())) | ({value["system"]} if "system" in value else set())


def _emitted(sets):
    return {system for one in sets for system in _systems(json.loads(one.body))}


def test_a_system_is_emitted_as_its_naming_system_prefers_where_nothing_is_chosen():
    assert _emitted(_sets(load_rules())) >= PREFERRED


def test_a_chosen_uri_is_emitted_in_every_set_and_holds_none():
    sets = _sets(load_rules(emitted=CHOSEN))

    assert {one.hold for one in sets} == {""}
    assert _emitted(sets) >= set(CHOSEN.values())
    assert not _emitted(sets) & PREFERRED


@pytest.mark.parametrize("system", ["1.2.752.116.2.1.1", "9871cd17-8755-4ed9-b894-ff3729e775a4"])
def test_a_diagnosis_in_a_system_that_has_no_diagnoses_is_held(system):
    content = SAMPLE.read_bytes().replace(b">1.2.752.116.1.1.1<", f">{system}<".encode())
    rules = load_rules()

    sets = rules.select(rules.understand(rules.reader.read_file(content), NOW))

    assert {one.hold for one in sets} == {"mapping"}


def test_every_name_of_a_system_gives_the_chosen_one():
    systems = load_tables(TABLES, CHOSEN).systems

    assert {systems[f"1.2.752.116.1.1.1{rest}"] for rest in ("", ".1.3", ".1.8")} == {CHOSEN["icd_10_se"]}
    assert systems["https://www.icd10.se/"] == CHOSEN["icd_10_se"]
    assert systems["1.2.752.29.23.1.6"] == load_tables(TABLES).systems["1.2.752.29.23.1.6"]


@pytest.mark.parametrize(
    "uri",
    ["1.2.752.116.1.1.1", "urn:oid:1.2.752.29.4.19", "urn:oid:https://www.icd10.se/", "https://icd.example/", ""],
    ids=["an OID that is no URI", "another system's", "a URI as an OID", "nobody's", "nothing"],
)
def test_a_uri_that_is_none_of_the_systems_own_stops_the_start(uri):
    with pytest.raises(ConfigurationError, match=r"^emitted_systems\.icd_10_se: ") as refused:
        load_tables(TABLES, {"icd_10_se": uri})

    assert "example" not in str(refused.value)


def test_a_naming_system_that_is_not_there_stops_the_start():
    with pytest.raises(ConfigurationError, match="emitted_systems: there is no NamingSystem icd_11"):
        load_tables(TABLES, {"icd_11": "https://www.icd10.se/"})


def test_the_settings_file_chooses(tmp_path, monkeypatch):
    file = tmp_path / "samsyn.toml"
    file.write_text(
        f'database = "{tmp_path / "a.db"}"\n[emitted_systems]\nicd_10_se = "{CHOSEN["icd_10_se"]}"\n', "utf-8"
    )
    monkeypatch.setenv("SAMSYN_CONFIG", str(file))

    gateway = open_gateway(read_settings())

    assert CHOSEN["icd_10_se"] in _emitted(_sets(gateway.rules))


def test_the_gateway_does_not_start_with_a_uri_that_nobody_knows(tmp_path):
    settings = read_settings(database=tmp_path / "a.db", emitted_systems={"hsa_id": "urn:oid:1.2.3"})

    with pytest.raises(ConfigurationError, match=r"emitted_systems\.hsa_id"):
        open_gateway(settings)
