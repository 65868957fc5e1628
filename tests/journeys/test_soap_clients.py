"""Senders whose client is generated from the WSDL that a running server hands out."""

from __future__ import annotations

import re
from pathlib import Path
from typing import ClassVar

import httpx
import pytest
import zeep
from lxml import etree
from running import place
from worlds import REGISTER, certificate
from zeep.plugins import HistoryPlugin

SCHEMAS = Path(__file__).parent.parent.parent / "schemas" / "riv"
MESSAGE = "{urn:riv:clinicalprocess:healthcond:certificate:RegisterCertificateResponder:3}RegisterCertificate"


@pytest.fixture(scope="module")
def here(tmp_path_factory):
    for made in place(tmp_path_factory.mktemp("soap")):
        made.serve()
        yield made


@pytest.fixture(scope="module")
def answers():
    return HistoryPlugin()


@pytest.fixture(scope="module")
def client(here, answers):
    return zeep.Client(f"{here.address}{REGISTER}?wsdl", plugins=[answers, _Texts()])


class _Texts(zeep.Plugin):
    """Writes the texts of answers into what is sent: zeep itself writes elements or text, and a part may be either."""

    texts: ClassVar[list[str | None]] = []

    def egress(self, envelope, http_headers, _operation, _binding_options):
        for part, text in zip(envelope.iterfind(".//{*}delsvar"), self.texts, strict=True):
            part.text = text if len(part) == 0 else part.text
        return envelope, http_headers


@pytest.fixture(scope="module")
def schema():
    return etree.XMLSchema(file=SCHEMAS / "register-certificate-3.xsd")


def _hand_in(client: zeep.Client, content: bytes, address: str = "SE2021005521-1"):
    """Hand in a certificate as the generated client understands it, and return the result it understood."""
    # zeep reads an empty element as a missing one.
    message = etree.fromstring(re.sub(rb"<(c:\w+)/>|<(c:\w+)></\2>", rb"<\1\2>-</\1\2>", content))
    _Texts.texts = [part.text for part in message.iterfind(".//{*}delsvar")]
    given = client.get_element(MESSAGE).parse(message, client.wsdl.types).intyg
    given.svar = [_answer_of(one) for one in message.iterfind(".//{*}svar")]
    return client.service.RegisterCertificate(intyg=given, _soapheaders={"LogicalAddress": address}).result


def _answer_of(svar: etree._Element) -> dict:
    parts = [{"id": part.get("id"), "_value_1": list(part)} for part in svar.iterfind("{*}delsvar")]
    return {"id": svar.get("id"), "instans": svar.findtext("{*}instans"), "delsvar": parts}


def _is_valid(answers: HistoryPlugin, schema: etree.XMLSchema) -> bool:
    [payload] = answers.last_received["envelope"].find("{*}Body")
    return schema.validate(payload)


def test_the_wsdl_names_the_server_that_handed_it_out(here, client):
    assert client.service._binding_options["address"] == here.address + REGISTER


@pytest.mark.parametrize("host", ["gateway.example:8443", "192.0.2.7"])
def test_the_wsdl_names_the_server_as_its_caller_knows_it(here, host):
    wsdl = etree.fromstring(httpx.get(f"{here.address}{REGISTER}?wsdl", headers={"Host": host}).content)

    assert wsdl.find(".//{*}port/{*}address").get("location") == f"http://{host}{REGISTER}"


def test_a_host_that_is_no_name_breaks_no_wsdl(here):
    for host in ('"><x', "[", "a b", "é"):
        answer = httpx.get(f"{here.address}{REGISTER}?wsdl", headers={"Host": host.encode()})
        assert answer.status_code in (200, 400)
        if answer.status_code == 200:
            etree.fromstring(answer.content)


def test_a_generated_client_is_told_ok_and_then_that_it_is_known(client, answers, schema):
    first = _hand_in(client, certificate(case="minimal"))
    first_is_valid = _is_valid(answers, schema)
    second = _hand_in(client, certificate(case="minimal"))

    assert (first.resultCode, first.errorId) == ("OK", None)
    # The sample answers no more than the official rules ask for: the form asks for question 33.
    assert first.resultText.startswith("Intyget är mottaget, med anmärkningar; 33: Fråga 33 ")
    assert (second.resultCode, second.resultText) == ("INFO", "Certificate already exists")
    assert (first_is_valid, _is_valid(answers, schema)) == (True, True)


def test_a_generated_client_is_told_what_is_wrong(client, answers, schema):
    result = _hand_in(client, certificate().replace(b">FYSISKUNDERSOKNING<", b">ASTROLOGI<"))

    assert (result.resultCode, result.errorId) == ("ERROR", "VALIDATION_ERROR")
    assert "1.1" in result.resultText
    assert _is_valid(answers, schema)


def test_a_generated_client_that_names_no_address_gets_a_fault_that_it_understands(client):
    with pytest.raises(zeep.exceptions.Fault) as fault:
        _hand_in(client, certificate(), address="")

    assert fault.value.code.endswith(":Client")
    assert "LogicalAddress" in fault.value.message


@pytest.mark.parametrize("file", sorted(file.name for file in SCHEMAS.glob("*.xsd")))
def test_every_schema_that_the_wsdl_leads_to_is_handed_out_as_it_is(here, file):
    answer = httpx.get(f"{here.address}/riv-ta/RegisterCertificate/{file}")

    assert (answer.status_code, answer.content) == (200, (SCHEMAS / file).read_bytes())


@pytest.mark.parametrize("file", ["pyproject.toml", "..%2f..%2fpyproject.toml", "RegisterCertificate-3.wsdl", "x.xsd"])
def test_nothing_else_is_handed_out(here, file):
    assert httpx.get(f"{here.address}/riv-ta/RegisterCertificate/{file}").status_code == 404
