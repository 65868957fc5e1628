"""Four recipients on this machine that take information sets, check them, and show what they got.

They stand outside the gateway and share nothing with it but the wire: what they check, they check in the bytes.
"""

from __future__ import annotations

import threading
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import orjson
from fastapi import APIRouter, Depends, FastAPI, Header, Response
from fhir.resources.R4B.bundle import Bundle

from gateway.api.bodies import body_of

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_BUNDLE = 4 * 1024 * 1024
_SET_SYSTEM = "https://example.org/fhir/sjukskrivning/CodeSystem/informationsmangd"
_EXPECTED = {
    "forsakringskassan": {"sjukskrivningsunderlag", "sjukersattningsunderlag"},
    "employer": {"arbetsgivaruppgift-bas", "arbetsgivaruppgift-utokad"},
    "municipality": {"kommununderlag"},
    "arbetsformedlingen": {"arbetsformedlingsunderlag"},
}
"""Kind of recipient → the sets that are for it."""

_NO_DIAGNOSIS = frozenset({"arbetsgivaruppgift-bas", "kommununderlag", "arbetsformedlingsunderlag"})
"""Sets in which a Condition has no place, whatever the consent says."""


@dataclass(slots=True)
class Inbox:
    """What one recipient has got; the same key counts once."""

    receipts: dict[str, str] = field(default_factory=dict)
    entries: list[dict[str, Any]] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)


def sandbox_recipients() -> FastAPI:
    """Return the web application of the four recipients."""
    app = FastAPI(title="Samsyn sandbox recipients", docs_url=None, redoc_url=None)
    inboxes = {kind: Inbox() for kind in _EXPECTED}
    for kind, inbox in inboxes.items():
        app.include_router(_routes(kind, inbox))

    @app.get("/")
    def overview() -> dict[str, list[dict[str, Any]]]:
        """Show what each recipient has got, without the content."""
        return {
            kind: [{name: value for name, value in entry.items() if name != "bundle"} for entry in inbox.entries]
            for kind, inbox in inboxes.items()
        }

    return app


def _routes(kind: str, inbox: Inbox) -> APIRouter:
    routes = APIRouter()

    @routes.get(f"/{kind}")
    def show() -> list[dict[str, Any]]:
        """Show what this recipient has got, with the content."""
        return inbox.entries

    @routes.post(f"/{kind}")
    def take(
        content: Annotated[bytes, Depends(body_of(MAX_BUNDLE, "application/fhir+json"))],
        idempotency_key: Annotated[str, Header()],
    ) -> Response:
        problems = list(_problems(content, kind))
        with inbox.lock:
            receipt = inbox.receipts.get(idempotency_key)
            if receipt is None and not problems:
                receipt = inbox.receipts[idempotency_key] = str(uuid.uuid4())
                inbox.entries.append(_entry(content, receipt))
        if receipt is None:
            issues = [{"severity": "error", "code": "invalid", "diagnostics": problem} for problem in problems]
            return _answer({"resourceType": "OperationOutcome", "issue": issues}, 422)
        done = [{"severity": "information", "code": "informational", "diagnostics": "Mottaget"}]
        answer = {"resourceType": "OperationOutcome", "id": receipt, "issue": done}
        return _answer(answer, 201, {"Location": f"/{kind}/{receipt}"})

    return routes


def _answer(resource: dict[str, Any], status: int, headers: dict[str, str] | None = None) -> Response:
    return Response(orjson.dumps(resource), status, headers, "application/fhir+json")


def _entry(content: bytes, receipt: str) -> dict[str, Any]:
    bundle = orjson.loads(content)
    composition = bundle["entry"][0]["resource"]
    return {
        "received_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "receipt": receipt,
        "set": _set_of(composition),
        "title": composition["title"],
        "sections": [section["title"] for section in composition["section"]],
        "withheld": [section["title"] for section in composition["section"] if "emptyReason" in section],
        "bundle": bundle,
    }


def _set_of(composition: dict[str, Any]) -> str:
    codings = composition["type"]["coding"]
    return next((coding["code"] for coding in codings if coding["system"] == _SET_SYSTEM), "")


def _problems(content: bytes, kind: str) -> Iterator[str]:
    """Yield what is wrong with a Bundle: not FHIR, not a document, not whole, or not for this recipient."""
    try:
        Bundle.model_validate_json(content)
    except ValueError:
        yield "The body is no FHIR R4 Bundle"
        return
    bundle = orjson.loads(content)
    resources = {entry["fullUrl"]: entry["resource"] for entry in bundle["entry"]}
    composition = next(iter(resources.values()))
    if bundle["type"] != "document" or composition["resourceType"] != "Composition":
        yield "The Bundle is no document"
        return
    missing = sum(reference not in resources for reference in _references(list(resources.values())))
    if missing:
        yield f"{missing} references point outside the Bundle"
    name = _set_of(composition)
    if name not in _EXPECTED[kind]:
        yield "The set is not for this recipient"
    if name in _NO_DIAGNOSIS and any(one["resourceType"] == "Condition" for one in resources.values()):
        yield "The set must not hold a diagnosis"


def _references(value: Any) -> Iterator[str]:  # noqa: ANN401 - JSON values are of any kind
    if isinstance(value, dict):
        if isinstance(value.get("reference"), str):
            yield value["reference"]
        value = list(value.values())
    if isinstance(value, list):
        for inner in value:
            yield from _references(inner)
