"""The world around the gateway: people who consent, care that hands in certificates, agencies that answer as told."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
from fastapi.testclient import TestClient
from lxml import etree
from revoking_messages import revocation_of

from gateway.app import open_gateway, rules_of
from gateway.commands.serve import web
from gateway.errors import NotReached, UnknownOutcome
from gateway.exchange import deliver
from gateway.heard import Heard
from gateway.permits import address_of
from gateway.sandbox.story import enveloped
from gateway.waking import wake

if TYPE_CHECKING:
    from collections.abc import Callable

    from gateway.permits import Release
    from gateway.rules import Rules
    from gateway.settings import Settings

MAPPINGS = Path(__file__).parent.parent.parent / "mappings"
NOON = datetime(2026, 3, 3, 12, 0, tzinfo=UTC)
PERSON = "199002222397"
SOMEBODY_ELSE = "191212121212"
FORSAKRINGSKASSAN, EMPLOYER, MUNICIPALITY = "forsakringskassan", "employer", "municipality"
ARBETSFORMEDLINGEN = "arbetsformedlingen"
ORGANISATIONS = {
    FORSAKRINGSKASSAN: "2021005521",
    EMPLOYER: "5561234567",
    MUNICIPALITY: "2120009994",
    ARBETSFORMEDLINGEN: "2021002114",
}
SETS = {
    FORSAKRINGSKASSAN: "sjukskrivningsunderlag",
    EMPLOYER: "arbetsgivaruppgift-bas",
    MUNICIPALITY: "kommununderlag",
}
"""Kind of recipient → the set of a sick-leave certificate that a consent to its purpose gives it."""
TOKEN = "a token of the test's own"
REGISTER = "/riv-ta/RegisterCertificate/3.0"
REVOKE = "/riv-ta/RevokeCertificate/2.0"
CERTIFICATE = "7c0a9c9e-5d0b-4b55-8f0e-1f3a5f6d2001"
"""The id of the sample certificate."""
RELATIONS = "c2362fcd-eda0-4f9a-bd13-b3bbaf7f2146"
"""The code system of what a certificate is to an earlier one (kv_relation)."""


def certificate(version: int = 2, case: str = "full", person: str = PERSON, id_: str = "") -> bytes:
    """A sample certificate, about this person, with this id."""
    text = (MAPPINGS / f"certificates/lisjp/{version}/samples/{case}.xml").read_text("utf-8")
    text = re.sub(r"\d{12}(?=</t:extension>)", person, text, count=1)
    if id_:
        text = re.sub(r"(?<=<t:extension>)[0-9a-f-]{36}", id_, text, count=1)
    return text.encode()


def coming_after(content: bytes, kind: str, earlier: str) -> bytes:
    """The certificate, saying what it is to an earlier one."""
    relation = (
        f"<c:relation><c:typ><t:code>{kind}</t:code><t:codeSystem>{RELATIONS}</t:codeSystem></c:typ><c:intygs-id>"
        f"<t:root>se2120009994-enhet1</t:root><t:extension>{earlier.upper()}</t:extension></c:intygs-id></c:relation>"
    )
    return content.replace(b"<c:svar ", f"{relation}<c:svar ".encode(), 1)


def consent_of(kind: str, name: str = "", person: str = PERSON) -> dict:
    """A sample consent that lets this kind of recipient have this set about this person."""
    file = MAPPINGS / "information_sets" / (name or SETS[kind]) / "samples" / "consent.json"
    consent = json.loads(file.read_text("utf-8"))
    kind = "samordningsnummer" if person[6:8] > "60" else "personnummer"
    consent["patient"]["identifier"] |= {"system": f"http://electronichealth.se/identifier/{kind}", "value": person}
    return consent


@dataclass
class Agency:
    """A recipient that takes what it is sent, unless it is told to fail first."""

    kind: str
    failures: list[Callable[[], httpx.Response]] = field(default_factory=list)
    requests: list[httpx.Request] = field(default_factory=list)
    effects: dict[str, dict] = field(default_factory=dict)

    def answer(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        if self.failures:
            return self.failures.pop(0)()
        self.effects.setdefault(request.headers["Idempotency-Key"], json.loads(request.content))
        body = {"resourceType": "OperationOutcome", "id": f"arende-{len(self.effects)}", "issue": []}
        return httpx.Response(201, json=body)

    @property
    def received(self) -> list[dict]:
        return list(self.effects.values())

    @property
    def sets(self) -> list[str]:
        return [bundle["entry"][0]["resource"]["type"]["coding"][1]["code"] for bundle in self.received]


def failing(status: int, headers: dict | None = None) -> Callable[[], httpx.Response]:
    return lambda: httpx.Response(status, headers=headers)


def silent() -> httpx.Response:
    raise httpx.ReadTimeout("nobody answers")


def unreachable() -> httpx.Response:
    raise httpx.ConnectError("nobody is there")


class Post:
    """The way out, with agencies at its other end instead of a network."""

    def __init__(self, agencies: dict[str, Agency]) -> None:
        self._agencies = agencies

    def post(self, url: str, headers: dict[str, str], release: Release) -> Heard:
        request = httpx.Request("POST", url, headers=headers, content=release.open(address_of(url)))
        try:
            answer = self._agencies[request.url.host.removesuffix(".example")].answer(request)
        except httpx.ConnectError:
            raise NotReached("not-sent:refused") from None
        except httpx.TransportError:
            raise UnknownOutcome("no-answer") from None
        return Heard(answer.status_code, dict(answer.headers), answer.content)


_RULES: dict[str, Rules] = {}


def known_rules(settings: Settings) -> Rules:
    """The rules of these settings, loaded once for all the tests: each loading takes long, and much memory."""
    key = json.dumps([sorted(settings.logical_addresses), sorted(settings.emitted_systems.items())])
    if key not in _RULES:
        _RULES[key] = rules_of(settings)
    return _RULES[key]


class World:
    """Speaks to the gateway over HTTP, and moves its clock."""

    def __init__(self, settings: Settings, agencies: dict[str, Agency]) -> None:
        self.time = NOON
        self.agencies = agencies
        self.gateway = open_gateway(settings, lambda: self.time, Post(agencies), known_rules(settings))
        wake(self.gateway)
        self.http = TestClient(web(self.gateway, settings), raise_server_exceptions=False)

    def post(self, content: bytes, **headers: str) -> httpx.Response:
        return self.http.post(REGISTER, content=content, headers={"Content-Type": "text/xml", **headers})

    def hand_in(self, content: bytes | None = None, expecting: str = "OK") -> str:
        """Hand in a certificate; the result code has to be the one expected. Returns the result text."""
        answer = self.post(enveloped(content or certificate()))
        code, text, _ = result_of(answer)
        assert (answer.status_code, code) == (200, expecting), text
        return text

    def revoke(self, id_: str = CERTIFICATE, person: str = PERSON) -> tuple[str, str, str]:
        """Revoke a certificate; returns the result code, text and error id."""
        content = enveloped(revocation_of(id_, person))
        return result_of(self.http.post(REVOKE, content=content, headers={"Content-Type": "text/xml"}))

    def consent(self, kind: str, name: str = "", **changes: object) -> str:
        """Give a consent; returns its id."""
        answer = self.give({**consent_of(kind, name), **changes})
        assert answer.status_code == 201, answer.text
        return answer.json()["id"]

    def give(self, consent: dict) -> httpx.Response:
        return self.http.post("/fhir/Consent", json=consent, headers={"Content-Type": "application/fhir+json"})

    def withdraw(self, id_: str, kind: str, name: str = "") -> None:
        answer = self.http.put(f"/fhir/Consent/{id_}", json={**consent_of(kind, name), "status": "inactive"})
        assert answer.status_code == 200, answer.text

    def deliver(self) -> None:
        """Deliver what is due now, as a worker would."""
        store = self.gateway.store
        while due := store.claim_due(self.time, timedelta(minutes=1), 10, "world"):
            for delivery in due:
                deliver(delivery, self.gateway)

    def wait(self, time: timedelta) -> None:
        self.time += time

    def states(self) -> dict[str, str]:
        """How the deliveries stand, by set."""
        return {one.set_name: one.state.value for one in self.gateway.store.deliveries()}

    def reasons(self) -> dict[str, str]:
        return {one.set_name: one.reason for one in self.gateway.store.deliveries()}

    def search(self, token: str = TOKEN, **form: str) -> httpx.Response:
        form = {name.replace("patient_", "patient."): value for name, value in form.items()}
        return self.http.post("/fhir/Bundle/_search", data=form, headers={"Authorization": f"Bearer {token}"})


def result_of(answer: httpx.Response) -> tuple[str, str, str]:
    """Result code, text and error id of a RegisterCertificateResponse."""
    root = etree.fromstring(answer.content)
    return tuple(root.findtext(f".//{{*}}{name}") or "" for name in ("resultCode", "resultText", "errorId"))


def fault_of(answer: httpx.Response) -> tuple[str, str]:
    """Code and text of a SOAP fault."""
    root = etree.fromstring(answer.content)
    return root.findtext(".//faultcode") or "", root.findtext(".//faultstring") or ""
