"""Marked identities, and journeys that lead them through everything, good and bad."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING

import httpx
from worlds import (
    EMPLOYER,
    FORSAKRINGSKASSAN,
    MUNICIPALITY,
    PERSON,
    REGISTER,
    SETS,
    TOKEN,
    World,
    certificate,
    consent_of,
    failing,
)

from gateway.app import worker_of
from gateway.sandbox.story import enveloped

if TYPE_CHECKING:
    from collections.abc import Callable

MARK = "zqxm"
NUMBERS = (PERSON, PERSON[2:], f"{PERSON[:8]}-{PERSON[8:]}", f"{PERSON[2:8]}-{PERSON[8:]}")
MARKS = {
    "Testa": "Zqxmfornamn",
    "Provsson": "Zqxmefternamn",
    "Provgatan 1": "Zqxmgatan 1",
    "Lina Läkarsson": "Zqxm Läkarsson",
    "Anpassningsstörning": "Zqxmstörning",
    "Klarar inte att arbeta": "Zqxmfritext om 900222-2397, klarar inte att arbeta",
}


def marked(*changes: tuple[str, str]) -> bytes:
    text = certificate().decode()
    for old, new in (*MARKS.items(), *changes):
        assert old in text
        text = text.replace(old, new)
    return text.encode()


def traces(text: str) -> list[str]:
    """What of the marks stands in a text, with what stands around it."""
    small = text.lower()
    found = [small.find(mark) for mark in (MARK, *NUMBERS)]
    return [text[max(0, at - 80) : at + 40] for at in found if at >= 0]


class Outside:
    """Collects what the gateway tells."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.told: list[str] = []

    def asked(self, method: str, address: str, **request: object) -> httpx.Response:
        """Ask, and keep what was answered: headers always, the body where it is not a release or a consent."""
        answer = self.world.http.request(method, address, follow_redirects=False, **request)
        self.told.append(f"{answer.status_code} {answer.headers!r}")
        if answer.status_code >= 400 or address.startswith(("/riv-ta", "/metrics", "/health")):
            self.told.append(answer.text)
        return answer

    def hand_in(self, content: bytes, **headers: str) -> None:
        self.asked("POST", REGISTER, content=content, headers={"Content-Type": "text/xml", **headers})

    def search(self, form: str, token: str = TOKEN, query: str = "") -> httpx.Response:
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/x-www-form-urlencoded"}
        return self.asked("POST", f"/fhir/Bundle/_search{query}", content=form.encode(), headers=headers)


def given_consent(kind: str = FORSAKRINGSKASSAN, **changes: object) -> bytes:
    return json.dumps({**consent_of(kind), **changes}).encode()


FHIR = {"Content-Type": "application/fhir+json"}


def good_messages(outside: Outside) -> None:
    for kind in SETS:
        assert outside.asked("POST", "/fhir/Consent", content=given_consent(kind), headers=FHIR).status_code == 201
    outside.hand_in(enveloped(marked()))
    outside.hand_in(enveloped(marked()))
    outside.world.deliver()
    answer = outside.search(f"patient.identifier={PERSON}&_count=1")
    [entry] = answer.json()["entry"]
    outside.asked("GET", f"/fhir/Bundle/{entry['resource']['id']}", headers={"Authorization": f"Bearer {TOKEN}"})


def bad_messages(outside: Outside) -> None:
    for content in (
        enveloped(marked(("2026-03-29", "Zqxmdatum"))),
        enveloped(marked(("<t:root>1.2.752.129.2.1.3.1<", "<t:root>Zqxm199002222397<"))),
        enveloped(marked((">FYSISKUNDERSOKNING<", ">Zqxm199002222397<"))),
        enveloped(marked(('id="29.1"', 'id="199002222397.1"'))),
        enveloped(marked(("<c:fornamn>", '<c:fornamn zqxm199002222397="zqxm">'))),
        enveloped(marked(("<c:version>2.0<", "<c:version>Zqxm<"))),
        enveloped(marked(("<t:code>LISJP<", "<t:code>Zqxm<"))),
        enveloped(marked((PERSON, "199002302397"))).replace(b"199002302397", b"19900222-2397"),
        enveloped(marked(("Zqxmstörning", "Zqxmandra"))),
        enveloped(marked())[:-30],
        enveloped(marked()).replace(b"s:Header", b"s:Zqxm"),
        enveloped(marked()).replace(
            b"<s:Header>", b'<s:Header><z:zqxm199002222397 xmlns:z="zqxm" s:mustUnderstand="1"/>'
        ),
        b"<!DOCTYPE zqxm199002222397><a/>",
        b"<zqxm199002222397>&zqxm;</zqxm199002222397>",
    ):
        outside.hand_in(content)
    outside.hand_in(
        enveloped(marked()),
        SOAPAction='"zqxm199002222397"',
    )
    outside.hand_in(enveloped(marked()), **{"Content-Type": "zqxm/199002222397"})
    outside.hand_in(enveloped(marked()), **{"X-VP-Sender-Id": PERSON, "X-Request-Id": PERSON})


def held_messages(outside: Outside) -> None:
    unknown = '<c:svar id="77"><c:delsvar id="77.1">Zqxmokänt</c:delsvar></c:svar>  </r:intyg>'
    id_ = "7c0a9c9e-5d0b-4b55-8f0e-1f3a5f6d2001"
    outside.hand_in(enveloped(marked(("  </r:intyg>", unknown), (id_, id_.replace("7c0a", "7c0b")))))
    leak = ("Zqxmfritext", "Zqxmstörning. Zqxmfritext")
    outside.hand_in(enveloped(marked(leak, (id_, id_.replace("7c0a", "7c0c")))))
    outside.world.deliver()
    assert {"HELD_MAPPING", "HELD_LEAK"} <= {one.state.value for one in outside.world.gateway.store.deliveries()}


def refused_consents(outside: Outside) -> None:
    for content in (
        given_consent(status="Zqxm199002222397"),
        given_consent(zqxm199002222397="Zqxm"),
        given_consent(patient={"identifier": {"value": "Zqxm"}}),
        given_consent(patient={"reference": f"Patient/{PERSON}"}),
        given_consent(extension=[{"url": "zqxm", "zqxm199002222397": 1}]),
        given_consent(contained=[{"resourceType": "Zqxm199002222397"}]),
        given_consent(id="zqxm199002222397"),
        b'{"zqxm199002222397": 1, "zqxm199002222397": 2}',
        b"Zqxm 199002222397",
    ):
        outside.asked("POST", "/fhir/Consent", content=content, headers=FHIR)
        outside.asked("PUT", "/fhir/Consent/zqxm199002222397", content=content, headers=FHIR)
    outside.asked("PUT", f"/fhir/Consent/{PERSON}", content=given_consent(), headers=FHIR)


def odd_questions(outside: Outside) -> None:
    for form in (
        f"patient.identifier={PERSON}x",
        f"patient.identifier=zqxm|{PERSON}",
        f"patient.identifier={PERSON}&{PERSON}=zqxm",
        f"patient.identifier={PERSON}&_count=zqxm",
        f"patient.identifier={PERSON}&_lastUpdated={PERSON}",
    ):
        outside.search(form)
    outside.search(f"patient.identifier={PERSON}", token=f"zqxm{PERSON}")
    outside.search(f"patient.identifier={PERSON}", query=f"?patient.identifier={PERSON}")
    headers = {"Authorization": f"Bearer {TOKEN}"}
    for address in (
        f"/zqxm/{PERSON}",
        f"/zqxm?patient={PERSON}",
        f"/fhir/Bundle/?patient.identifier={PERSON}",
        f"/fhir/Bundle?patient.identifier={PERSON}",
        f"/fhir/Bundle?_page={PERSON}",
        f"/fhir/Bundle/{PERSON}",
        f"/fhir/Consent/{PERSON}/",
        f"/riv-ta/RegisterCertificate/{PERSON}",
        "/metrics",
        "/health/ready",
    ):
        for method in ("GET", "DELETE", "OPTIONS"):
            outside.asked(method, address, headers=headers)


def failing_recipients(outside: Outside) -> None:
    world = outside.world
    employer, municipality = world.agencies[EMPLOYER], world.agencies[MUNICIPALITY]
    named = {"Location": f"/people/{PERSON}", "Retry-After": PERSON, "Content-Type": f"zqxm/{PERSON}"}

    def echo(status: int) -> Callable[[], httpx.Response]:
        return lambda: httpx.Response(status, headers=named, content=employer.requests[-1].content)

    def raising() -> httpx.Response:
        raise httpx.ReadError(f"Zqxm {PERSON}")

    def breaking() -> httpx.Response:
        raise RuntimeError(f"Zqxm {PERSON}")

    worker = worker_of(world.gateway, world.settings)
    employer.failures = [breaking, echo(503), echo(302), raising, echo(201)]
    municipality.failures = [failing(500), lambda: httpx.Response(200, content=f"Zqxm {PERSON}".encode()), echo(422)]
    id_ = "7c0a9c9e-5d0b-4b55-8f0e-1f3a5f6d2001"
    outside.hand_in(enveloped(marked((id_, id_.replace("7c0a", "7c0d")))))
    for _ in range(8):
        for delivery in world.gateway.store.claim_due(world.time, timedelta(minutes=1), 10, "w"):
            worker.one(delivery)
        world.wait(timedelta(hours=7))
    assert (employer.failures, municipality.failures) == ([], [])


def mistakes_of_ours(outside: Outside, monkeypatch) -> None:
    def mistake(*_: object, **__: object) -> None:
        raise ValueError(f"Zqxm {PERSON}")

    for name in ("riv.receive", "consents.give_consent", "bundles.pull"):
        monkeypatch.setattr(f"gateway.api.{name}", mistake)
    outside.hand_in(enveloped(marked()))
    assert outside.asked("POST", "/fhir/Consent", content=given_consent(), headers=FHIR).status_code == 500
    assert outside.search(f"patient.identifier={PERSON}").status_code == 500
