"""Our XSD and WSDL of RevokeCertificate 2: what they take and refuse, and that the official ones say the same."""

from __future__ import annotations

import random
import re
import sys
from pathlib import Path

import pytest
import zeep
from lxml import etree
from revoking_messages import revocation_of

REPOSITORY = Path(__file__).parents[2]
RIV = REPOSITORY / "schemas" / "riv"
SHARED = REPOSITORY.parent / "shared"
RESPONDER = "urn:riv:clinicalprocess:healthcond:certificate:RevokeCertificateResponder:2"
CONTRACT = "urn:riv:clinicalprocess:healthcond:certificate:RevokeCertificate:2:rivtabp21"
MESSAGE = revocation_of("7c0a9c9e-5d0b-4b55-8f0e-1f3a5f6d2001", "199002222397").decode()
CHANGES = 300
"""How many changed messages are compared; they are the same each time."""

NEAR_MISSES = {
    "no person": ("patientPerson-id", "person-id"),
    "a person number with a dash": ("199002222397", "19900222-2397"),
    "a person number of no known kind": ("1.2.752.129.2.1.3.1", "1.2.752.97.3.1.3"),
    "a time with its zone": ("T14:05:00<", "T14:05:00Z<"),
    "no time": ("<r:skickatTidpunkt>2026-03-03T14:05:00</r:skickatTidpunkt>", ""),
    "the reason last": ("</r:RevokeCertificate>", "<r:meddelande/></r:RevokeCertificate>"),
    "nobody who revokes": ("skickatAv", "skickat"),
    "a unit without its provider": ("c:vardgivare>", "c:vardgivaren>"),
    "types of another version": ("certificate:types:3", "certificate:types:2"),
}
ODD_BUT_TAKEN = {
    "no reason": ("<r:meddelande>Utfärdat på fel patient</r:meddelande>", ""),
    "an empty certificate id": ("7c0a9c9e-5d0b-4b55-8f0e-1f3a5f6d2001", ""),
    "an addition after whoever revokes": ("</r:skickatAv>", "</r:skickatAv><x xmlns='urn:x'/>"),
}


def changed(old, new):
    assert old in MESSAGE
    return etree.fromstring(MESSAGE.replace(old, new))


@pytest.fixture(scope="module")
def schema():
    return etree.XMLSchema(file=RIV / "revoke-certificate-2.xsd")


@pytest.fixture(scope="module")
def client():
    return zeep.Client(str(RIV / "RevokeCertificate-2.wsdl"))


@pytest.fixture(scope="module")
def official():
    if not (SHARED / "tools" / "verdict.py").exists():
        pytest.skip("the official schemas are not beside the repository")
    sys.path.insert(0, str(SHARED / "tools"))
    try:
        yield pytest.importorskip("verdict").schema(("RevokeCertificate", "2"))
    finally:
        sys.path.remove(str(SHARED / "tools"))


@pytest.mark.parametrize(("old", "new"), NEAR_MISSES.values(), ids=NEAR_MISSES)
def test_a_message_that_misses_by_one_thing_is_refused(schema, old, new):
    assert not schema.validate(changed(old, new))


@pytest.mark.parametrize(("old", "new"), ODD_BUT_TAKEN.values(), ids=ODD_BUT_TAKEN)
def test_what_the_contract_leaves_open_is_taken(schema, old, new):
    schema.assertValid(changed(old, new))


def test_what_a_client_made_from_the_wsdl_writes_is_taken(schema, client):
    element = f"{{{RESPONDER}}}RevokeCertificate"
    # zeep reads an empty element as a missing one.
    filled = etree.fromstring(re.sub(r"<(c:\w+)/>", r"<\1>-</\1>", MESSAGE))
    given = client.get_element(element).parse(filled, client.wsdl.types)

    envelope = client.create_message(
        client.service,
        "RevokeCertificate",
        skickatTidpunkt=given.skickatTidpunkt,
        **{"intygs-id": given["intygs-id"], "patientPerson-id": given["patientPerson-id"]},
        skickatAv=given.skickatAv,
        _soapheaders={"LogicalAddress": "SE2"},
    )

    [payload] = envelope.find("{*}Body")
    assert payload.tag == element
    schema.assertValid(payload)


def test_the_service_has_the_names_of_the_contract(client):
    [service] = client.wsdl.services.values()
    [port] = service.ports.values()
    [operation] = port.binding.all().values()

    assert port.binding.port_type.name.text == f"{{{CONTRACT}}}RevokeCertificateResponderInterface"
    assert operation.soapaction == f"{RESPONDER}:RevokeCertificate"


def test_real_messages_and_changed_ones_get_the_official_verdict(official, schema):
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True)
    files = sorted((SHARED / "corpus" / "RevokeCertificate-2").glob("*.xml"))
    real = [etree.parse(file, parser).getroot() for file in files]
    assert real
    assert all(schema.validate(message) for message in real)
    chance = random.Random(7)  # noqa: S311 - the same messages at each run
    verdicts = set()

    for _ in range(CHANGES):
        message = etree.fromstring(etree.tostring(chance.choice(real)))
        _change(message, chance)
        ours, theirs = schema.validate(message), official.validate(message)

        assert ours is theirs, etree.tostring(message).decode()
        verdicts.add(theirs)
    assert verdicts == {True, False}


_TEXTS = ["", " ", "x", "191212121212", "19121212-1212", "2026-02-30T12:00:00", "1.2.752.129.2.1.3.3", "2026-03-03"]


def _change(message, chance):
    element = chance.choice([one for one in message.iter() if one is not message])
    change = chance.randrange(5)
    if change == 0:
        element.getparent().remove(element)
    elif change == 1:
        element.addnext(etree.fromstring(etree.tostring(element, with_tail=False)))
    elif change == 2:
        element.text = chance.choice(_TEXTS)
    elif change == 3:
        element.set(chance.choice(["id", "{urn:x}y"]), "1")
    else:
        element.tag = chance.choice([one.tag for one in message.iter()] + ["{urn:x}foreign"])
