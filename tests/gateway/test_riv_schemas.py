"""Our XSD and WSDL of RegisterCertificate 3: what they take and refuse, and that others can read them."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest
import zeep
from lxml import etree

REPOSITORY = Path(__file__).parents[2]
RIV = REPOSITORY / "schemas" / "riv"
CORPUS = REPOSITORY.parent / "shared" / "corpus"

RESPONDER = "urn:riv:clinicalprocess:healthcond:certificate:RegisterCertificateResponder:3"
CONTRACT = "urn:riv:clinicalprocess:healthcond:certificate:RegisterCertificate:3:rivtabp21"
REGISTRY = "urn:riv:itintegration:registry:1"
REGISTER_CERTIFICATE = f"{{{RESPONDER}}}RegisterCertificate"

MESSAGE = f"""\
<RegisterCertificate xmlns="{RESPONDER}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
    xmlns:c="urn:riv:clinicalprocess:healthcond:certificate:3"
    xmlns:t="urn:riv:clinicalprocess:healthcond:certificate:types:3"
    xmlns:later="urn:riv:clinicalprocess:healthcond:certificate:3.2">
  <intyg>
    <c:intygs-id><t:root>SE1</t:root><t:extension>7f0c</t:extension></c:intygs-id>
    <c:typ><t:code>LISJP</t:code><t:codeSystem>b64ea353-e8f6-4832-b563-fc7d46f29548</t:codeSystem></c:typ>
    <c:version>1.3</c:version>
    <c:signeringstidpunkt>2025-03-10T09:15:00</c:signeringstidpunkt>
    <c:patient>
      <c:person-id><t:root>1.2.752.129.2.1.3.1</t:root><t:extension>191212121212</t:extension></c:person-id>
      <c:fornamn>Test</c:fornamn>
      <c:efternamn/>
      <c:postadress/><c:postnummer/><c:postort/>
    </c:patient>
    <c:skapadAv>
      <c:personal-id><t:root>1.2.752.129.2.1.4.1</t:root><t:extension>SE1-L</t:extension></c:personal-id>
      <c:fullstandigtNamn>Provläkaren</c:fullstandigtNamn>
      <c:enhet>
        <c:enhets-id><t:root>1.2.752.129.2.1.4.1</t:root><t:extension>SE1-E</t:extension></c:enhets-id>
        <c:arbetsplatskod><t:root>1.2.752.29.4.71</t:root><t:extension>0</t:extension></c:arbetsplatskod>
        <c:enhetsnamn>Provenheten</c:enhetsnamn>
        <c:postadress/><c:postnummer/><c:postort/>
        <c:telefonnummer/>
        <c:vardgivare>
          <c:vardgivare-id><t:root>1.2.752.129.2.1.4.1</t:root><t:extension>SE1-V</t:extension></c:vardgivare-id>
          <c:vardgivarnamn>Provregionen</c:vardgivarnamn>
        </c:vardgivare>
      </c:enhet>
      <later:legitimeratYrke>
        <t:code>LK</t:code><t:codeSystem>1.2.752.29.23.1.6</t:codeSystem>
      </later:legitimeratYrke>
    </c:skapadAv>
    <c:svar id="32">
      <c:instans>1</c:instans>
      <c:delsvar id="32.1">
        <t:cv><t:code>HALFTEN</t:code><t:codeSystem>KV_FKMU_0003</t:codeSystem></t:cv>
      </c:delsvar>
      <c:delsvar id="32.2">
        <t:datePeriod><t:start>2025-03-10</t:start><t:end>2025-03-23</t:end></t:datePeriod>
      </c:delsvar>
    </c:svar>
    <c:svar id="25"><c:delsvar id="25.1">Inget att tillägga.</c:delsvar></c:svar>
  </intyg>
</RegisterCertificate>
"""

ANSWER = f"""\
<RegisterCertificateResponse xmlns="{RESPONDER}" xmlns:c="urn:riv:clinicalprocess:healthcond:certificate:3">
  <result>
    <c:resultCode>ERROR</c:resultCode>
    <c:resultText>Frågan saknas</c:resultText><c:errorId>VALIDATION_ERROR</c:errorId>
  </result>
</RegisterCertificateResponse>
"""

NEAR_MISSES = {
    "a question number in digits of another script": ("32.1", "٣٢.1"),
    "a delsvar without a number": (' id="25.1"', ""),
    "a delsvar numbered as a whole question": ('id="25.1"', 'id="25"'),
    "an answer without a delsvar": ('<c:delsvar id="25.1">Inget att tillägga.</c:delsvar>', ""),
    "an instans that is no number": (">1</c:instans>", ">första</c:instans>"),
    "a person number with a dash": ("191212121212", "19121212-1212"),
    "a person number without its century": ("191212121212", "1212121212"),
    "a reserve number": ("1.2.752.129.2.1.3.1", "1.2.752.97.3.1.3"),
    "a workplace code of another system": ("1.2.752.29.4.71", "1.2.752.29.4.72"),
    "a workplace code without content": (">0</t:extension>", "/>"),
    "a profession of another system": ("1.2.752.29.23.1.6", "1.2.752.29.23.1.7"),
    "a fraction of a second": ("T09:15:00<", "T09:15:00.5<"),
    "a time with its zone": ("T09:15:00<", "T09:15:00+01:00<"),
    "a day that does not exist": ("2025-03-23", "2025-02-30"),
    "a date without dashes": ("2025-03-23", "20250323"),
    "no surname, not even an empty one": ("<c:efternamn/>", ""),
    "a version twice": ("<c:version>", "<c:version/><c:version>"),
    "the last day before the first": (
        "<t:start>2025-03-10</t:start><t:end>2025-03-23</t:end>",
        "<t:end>2025-03-23</t:end><t:start>2025-03-10</t:start>",
    ),
    "an attribute that has no place": ("<c:enhetsnamn>", '<c:enhetsnamn lang="sv">'),
    "nil where nothing may be nil": ("<c:efternamn/>", '<c:efternamn xsi:nil="true"/>'),
    "a type of another family": ("<t:datePeriod>", '<t:datePeriod xsi:type="t:CVType">'),
    "a coded answer without its code": ("<t:code>HALFTEN</t:code>", ""),
    "an element of the core inside a delsvar": ("Inget att tillägga.", "<c:epost>x</c:epost>"),
    "a date in a delsvar that is none": ("Inget att tillägga.", "<t:date>i dag</t:date>"),
    "an empty quantity inside something foreign": ("Inget att tillägga.", "<x xmlns='urn:x'><t:pq/></x>"),
    "a signature without content": ("  </intyg>", "<later:underskrift/></intyg>"),
    "text beside the answers": ("  </intyg>", "Hej!</intyg>"),
    "two certificates": ("  </intyg>", "</intyg><intyg/>"),
    "types of another version": ("certificate:types:3", "certificate:types:2"),
}

ODD_BUT_TAKEN = {
    "a person number in digits of another script": ("191212121212", "١٩١٢١٢١٢١٢١٢"),
    "an empty code system where only one may stand": ("1.2.752.29.23.1.6", ""),
    "a day in February of a leap year": ("2025-03-23", "2028-02-29"),
    "a unit's own addition": ("</c:enhet>", "<x xmlns='urn:x' y='1'>mer</x></c:enhet>"),
    "an addition after the certificate": ("</intyg>", "</intyg><x xmlns='urn:x'/>"),
    "a narrower type, named": ("<t:cv>", '<t:cv xsi:type="t:TypAvIntyg">'),
    "text around a coded answer": ("<t:cv>", "ungefär <t:cv>"),
}

ANSWER_NEAR_MISSES = {
    "a result of an unknown kind": (">ERROR<", ">FEL<"),
    "an error of an unknown kind": (">VALIDATION_ERROR<", ">SCHEMA_ERROR<"),
    "no result code": ("<c:resultCode>ERROR</c:resultCode>", ""),
    "the error before the text": (
        "<c:resultText>Frågan saknas</c:resultText><c:errorId>VALIDATION_ERROR</c:errorId>",
        "<c:errorId>VALIDATION_ERROR</c:errorId><c:resultText>Frågan saknas</c:resultText>",
    ),
    "two results": ("</result>", "</result><result><c:resultCode>OK</c:resultCode></result>"),
}


def changed(message, old, new):
    """Return the message with one place changed; a text that is not there once is our own mistake."""
    assert message.count(old) == 1, f"{old!r} stands {message.count(old)} times in the message"
    return etree.fromstring(message.replace(old, new))


def rows(table):
    return [pytest.param(*change, id=name) for name, change in table.items()]


def messages_of_others():
    """Return the payload and official verdict of every RegisterCertificate in the corpus."""
    if not CORPUS.is_dir():
        return []
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True)
    with (CORPUS / "INDEX.tsv").open(encoding="utf-8", newline="") as index:
        listed = [(row["file"], row["xsd"]) for row in csv.DictReader(index, delimiter="\t")]
    found = ((name, etree.parse(CORPUS / name, parser), verdict) for name, verdict in listed)
    return [
        pytest.param(payload, verdict == "ok", id=name)
        for name, tree, verdict in found
        for payload in tree.iter(REGISTER_CERTIFICATE)
    ]


OTHERS = messages_of_others()
needs_the_corpus = pytest.mark.skipif(not CORPUS.is_dir(), reason="no corpus beside the project")


@pytest.fixture(scope="module")
def schema():
    return etree.XMLSchema(file=RIV / "register-certificate-3.xsd")


@pytest.fixture(scope="module")
def client():
    return zeep.Client(str(RIV / "RegisterCertificate-3.wsdl"))


def test_the_smallest_message_and_its_answer_are_taken(schema):
    schema.assertValid(etree.fromstring(MESSAGE))
    schema.assertValid(etree.fromstring(ANSWER))


@pytest.mark.parametrize(("old", "new"), rows(NEAR_MISSES))
def test_a_message_that_misses_by_one_thing_is_refused(schema, old, new):
    assert not schema.validate(changed(MESSAGE, old, new))


@pytest.mark.parametrize(("old", "new"), rows(ODD_BUT_TAKEN))
def test_what_the_contract_leaves_open_is_taken(schema, old, new):
    schema.assertValid(changed(MESSAGE, old, new))


@pytest.mark.parametrize(("old", "new"), rows(ANSWER_NEAR_MISSES))
def test_an_answer_that_misses_by_one_thing_is_refused(schema, old, new):
    assert not schema.validate(changed(ANSWER, old, new))


@needs_the_corpus
def test_there_are_messages_of_others_of_both_kinds():
    verdicts = [message.values[1] for message in OTHERS]

    assert verdicts.count(True) > 100
    assert verdicts.count(False) > 5


@needs_the_corpus
@pytest.mark.parametrize(("payload", "is_valid"), OTHERS)
def test_a_message_of_others_gets_the_official_verdict(schema, payload, is_valid):
    assert schema.validate(payload) is is_valid


def test_the_service_has_the_names_of_the_contract(client):
    [service] = client.wsdl.services.values()
    [port] = service.ports.values()
    [operation] = port.binding.all().values()

    assert (service.name, port.name) == (
        "RegisterCertificateResponderService",
        "RegisterCertificateResponderPort",
    )
    assert port.binding.name.text == f"{{{CONTRACT}}}RegisterCertificateResponderBinding"
    assert port.binding.port_type.name.text == f"{{{CONTRACT}}}RegisterCertificateResponderInterface"
    assert operation.name == "RegisterCertificate"
    assert operation.soapaction == f"{RESPONDER}:RegisterCertificate"
    assert operation.style == "document"


def test_what_a_client_made_from_the_wsdl_writes_is_taken(schema, client):
    # zeep reads an empty element as a missing one, and wants what stands in a wildcard as it is.
    filled = etree.fromstring(re.sub(r"<(c:\w+)/>", r"<\1>-</\1>", MESSAGE))
    certificate = client.get_element(REGISTER_CERTIFICATE).parse(filled, client.wsdl.types).intyg
    certificate.svar = [{"id": "32", "delsvar": [{"id": "32.1", "_value_1": filled.findall(".//{*}cv")}]}]

    envelope = client.create_message(
        client.service,
        "RegisterCertificate",
        intyg=certificate,
        _soapheaders={"LogicalAddress": "SE2"},
    )

    [header] = envelope.find("{*}Header")
    [payload] = envelope.find("{*}Body")
    assert (header.tag, header.text) == (f"{{{REGISTRY}}}LogicalAddress", "SE2")
    assert payload.findtext(".//{*}patient/{*}person-id/{*}extension") == "191212121212"
    assert payload.findtext(".//{*}svar[@id='32']/{*}delsvar/{*}cv/{*}code") == "HALFTEN"
    schema.assertValid(payload)
