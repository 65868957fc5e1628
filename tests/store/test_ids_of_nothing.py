"""An id that nothing can have is the id of nothing, whatever the database makes of the letters in it."""

from __future__ import annotations

import hashlib
from urllib.parse import quote

import pytest
from starlette.testclient import TestClient

from gateway.app import open_gateway
from gateway.commands.serve import web
from gateway.settings import Settings

AGENCY = "2021005521"
TOKEN = "a token of the test's own"


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def http(request, tmp_path_factory):
    agency = {"name": "a", "organisation": AGENCY, "token_sha256": hashlib.sha256(TOKEN.encode()).hexdigest()}
    folder = tmp_path_factory.mktemp("ids")
    where = {"database": folder / "samsyn.db"}
    if request.param == "postgres":
        server = request.getfixturevalue("postgres_server")
        where = {"postgres": server.new_store(), "vault_key": server.copy_key(folder / "vault-key")}
    settings = Settings(agencies=[agency], **where)
    gateway = open_gateway(settings)
    yield TestClient(
        web(gateway, settings), raise_server_exceptions=False, headers={"Authorization": f"Bearer {TOKEN}"}
    )
    gateway.store.close()


@pytest.fixture(params=["\0", "a\0b", "a b", "å", "\ud800", "a" * 65, "a\n", "'"], ids=ascii)
def odd(request):
    return quote(request.param, errors="surrogatepass")


def test_a_set_of_such_an_id_is_not_found(http, odd):
    answer = http.get(f"/fhir/Bundle/{odd}")

    assert (answer.status_code, answer.json()["issue"][0]["code"]) == (404, "not-found")


def test_a_consent_of_such_an_id_is_not_found(http, odd):
    answer = http.put(f"/fhir/Consent/{odd}", json={"resourceType": "Consent"})

    assert (answer.status_code, answer.json()["issue"][0]["code"]) == (404, "not-found")


def test_nothing_of_such_an_id_can_be_asked_about(http):
    asked = {"resourceType": "Parameters", "parameter": [{"name": "delivery", "valueId": "a\0b"}]}

    assert http.post("/fhir/$explain-consent", json=asked).status_code == 422


def test_a_person_of_such_a_number_is_nobody(http):
    form = {"patient.identifier": "\0"}

    assert http.post("/fhir/Bundle/_search", data=form).status_code == 400


def test_a_page_of_such_a_name_is_none(http):
    assert http.get("/fhir/Bundle?_page=%00").status_code == 400
