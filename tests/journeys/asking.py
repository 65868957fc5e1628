"""How an agency asks, in the tests."""

from __future__ import annotations

import hashlib
import re
import uuid
from datetime import timedelta
from typing import TYPE_CHECKING

from worlds import (
    EMPLOYER,
    FORSAKRINGSKASSAN,
    ORGANISATIONS,
    PERSON,
    SETS,
    TOKEN,
    World,
    certificate,
)

from gateway.settings import AgencySetting

if TYPE_CHECKING:
    import httpx

EMPLOYERS_TOKEN, STRANGERS_TOKEN = "the employer's", "a stranger's"
PERSONNUMMER = "http://electronichealth.se/identifier/personnummer"
FK_SET = SETS[FORSAKRINGSKASSAN]


def more_agencies() -> list[AgencySetting]:
    """Two that may ask beside the agency: an employer, and an organisation that is no recipient."""
    return [
        AgencySetting(name=token, organisation=number, token_sha256=hashlib.sha256(token.encode()).hexdigest())
        for token, number in ((EMPLOYERS_TOKEN, ORGANISATIONS[EMPLOYER]), (STRANGERS_TOKEN, "5599999999"))
    ]


def search(world: World, token: str = TOKEN, identifier: str = PERSON, **form: str) -> httpx.Response:
    return world.search(token, patient_identifier=identifier, **form)


def found(answer: httpx.Response) -> list[dict]:
    assert answer.status_code == 200, answer.text
    return [entry["resource"] for entry in answer.json()["entry"]]


def ids(answer: httpx.Response) -> list[str]:
    return [bundle["id"] for bundle in found(answer)]


def get(world: World, address: str, token: str = TOKEN) -> httpx.Response:
    return world.http.get(address, headers={"Authorization": f"Bearer {token}"})


def next_page(answer: httpx.Response) -> str | None:
    return next((link["url"] for link in answer.json()["link"] if link["relation"] == "next"), None)


def all_pages(world: World, answer: httpx.Response) -> list[str]:
    paged = ids(answer)
    while url := next_page(answer):
        answer = get(world, url)
        paged += ids(answer)
    return paged


def hand_in_several(world: World, count: int) -> None:
    """Certificates with ids of their own, an hour between them."""
    for _ in range(count):
        world.hand_in(certificate(id_=str(uuid.uuid4())))
        world.wait(timedelta(hours=1))


def readings(world: World) -> list[str]:
    return [entry.detail for entry in world.gateway.store.log() if entry.event == "set.read"]


def appearance(answer: httpx.Response) -> tuple:
    """All that a caller sees of an answer, apart from the time and the name of the request."""
    headers = sorted(item for item in answer.headers.items() if item[0] not in ("x-request-id", "date"))
    return answer.status_code, str(headers), re.sub(r'"timestamp":"[^"]*"', "", answer.text)


def post_form(world: World, form: bytes, **headers: str) -> httpx.Response:
    given = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/x-www-form-urlencoded", **headers}
    return world.http.post("/fhir/Bundle/_search", content=form, headers=given)
