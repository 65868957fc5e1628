"""A person with a protected identity: care sends the certificate without names, and it goes the whole way as it is."""

from __future__ import annotations

import json
import re

import pytest
from click.testing import CliRunner
from marked import marked, traces
from worlds import EMPLOYER, FORSAKRINGSKASSAN, MUNICIPALITY, PERSON

from gateway.__main__ import samsyn

NAMELESS = ("fornamn", "efternamn", "mellannamn", "postadress", "postnummer", "postort", "fullstandigtNamn")
"""What is empty: of the patient, and of whoever signed."""


def without_names() -> bytes:
    """A certificate in which nobody has a name, and the patient no address; the unit keeps its own."""
    patient, rest = marked().decode().split("</c:patient>")
    unit = rest.index("<c:enhet>")
    head, tail = (re.sub(rf"<c:({'|'.join(NAMELESS)})>[^<]*<", r"<c:\1><", text) for text in (patient, rest[:unit]))
    return f"{head}</c:patient>{tail}{rest[unit:]}".encode()


@pytest.fixture
def delivered(world):
    """The Bundles that each recipient got of the certificate."""
    for kind in (FORSAKRINGSKASSAN, EMPLOYER, MUNICIPALITY):
        world.consent(kind)
    world.hand_in(without_names())
    world.deliver()
    return {kind: agency.received for kind, agency in world.agencies.items() if agency.received}


def test_a_certificate_without_names_reaches_every_recipient_that_has_a_consent(delivered):
    assert {kind: len(bundles) for kind, bundles in delivered.items()} == {
        FORSAKRINGSKASSAN: 1, EMPLOYER: 1, MUNICIPALITY: 1,
    }  # fmt: skip


def test_no_name_or_address_is_made_up_for_what_is_empty(delivered):
    for [bundle] in delivered.values():
        resources = [entry["resource"] for entry in bundle["entry"]]
        people = [one for one in resources if one["resourceType"] in ("Patient", "Practitioner")]
        [patient] = [one for one in people if one["resourceType"] == "Patient"]
        assert patient["identifier"][0]["value"] == PERSON
        assert not any(element in one for one in people for element in ("name", "address", "text"))
        told = json.dumps(bundle, ensure_ascii=False)
        assert "Namn:" not in told
        assert "Utfärdat av:" not in told
        assert "None" not in told


def test_nothing_that_is_written_outside_tells_who_it_is(world, settings, tmp_path, monkeypatch, capfd):
    monkeypatch.setenv("SAMSYN_DATABASE", str(settings.database))
    for kind in (FORSAKRINGSKASSAN, EMPLOYER, MUNICIPALITY):
        world.consent(kind)
    world.hand_in(without_names())
    world.deliver()
    [message] = world.gateway.store.messages()
    deliveries = [one.id for one in world.gateway.store.deliveries()]
    shown = [["messages"], ["messages", "show", message.id], ["deliveries"]]
    shown += [["deliveries", "show", id_] for id_ in deliveries]

    told = "".join(CliRunner().invoke(samsyn, [*one, *json_]).output for one in shown for json_ in ([], ["--json"]))
    logged = capfd.readouterr()

    assert len(deliveries) >= 3
    assert traces(told) == []
    assert '"event"' in logged.err
    assert traces(logged.err + logged.out) == []


def test_the_pages_for_engineers_show_no_name_either(tmp_path):
    folder = tmp_path / "messages"
    folder.mkdir()
    (folder / "one.xml").write_bytes(without_names())
    for command in (["trace", folder / "one.xml"], ["coverage", folder]):
        page = tmp_path / f"{command[0]}.html"
        made = CliRunner().invoke(samsyn, ["map", *map(str, command), "--html", str(page)])
        assert made.exit_code == 0, made.output
        text = page.read_text("utf-8")
        assert not re.search("Zqxm(fornamn|efternamn|gatan| Läkarsson)", text)
        assert "Namn:" not in text

    checked = CliRunner().invoke(samsyn, ["check", str(folder / "one.xml")])
    assert checked.exit_code == 0, checked.output
    assert traces(checked.output) == []
