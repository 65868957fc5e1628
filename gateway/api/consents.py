"""FHIR Consent: given with POST, changed or withdrawn with PUT."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import orjson
from fastapi import APIRouter, Depends, Request, Response

from gateway.api.bodies import body_of
from gateway.api.fhir_answers import FHIR_JSON, fhir
from gateway.consent import read_consent
from gateway.consent.lenient import object_in
from gateway.consenting import change_consent, give_consent
from gateway.errors import InvalidConsent, VersionConflict
from gateway.explaining import departure_in_words, narrowing_in_words, withdrawal_in_words
from gateway.fhir.ids import read_id
from gateway.systems import WITHDRAWAL_SYSTEM

if TYPE_CHECKING:
    from gateway.consenting import Changed
    from gateway.decisions import ConsentRecord, Departure
    from gateway.parts import Intake

MAX_CONSENT = 256 * 1024
"""Bytes of a Consent that are read."""

_Body = Annotated[bytes, Depends(body_of(MAX_CONSENT, FHIR_JSON, "application/json"))]
_OPENAPI = {"requestBody": {"required": True, "content": {FHIR_JSON: {"schema": {"type": "object"}}}}}


def consent_routes(gateway: Intake) -> APIRouter:
    """Return the routes."""
    routes = APIRouter(tags=["FHIR"])

    @routes.post("/fhir/Consent", status_code=201, summary="Give a consent", openapi_extra=_OPENAPI)
    def create(content: _Body) -> Response:
        record = give_consent(read_consent(content), gateway)
        return _answer(record, 201)

    @routes.put("/fhir/Consent/{id_}", summary="Change or withdraw a consent", openapi_extra=_OPENAPI)
    def update(id_: str, request: Request, content: _Body) -> Response:
        version = gateway.store.consent(read_id(id_)).version
        given = read_consent(content)
        if orjson.loads(content).get("id", id_) != id_:
            raise InvalidConsent("The id in the body is not the one in the address")
        if request.headers.get("if-match", "*") not in ("*", f'W/"{version}"'):
            raise VersionConflict("The consent has been changed since")
        changed = change_consent(id_, version + 1, given, gateway)
        if _wants_the_consent(request) or not (changed.is_over or changed.departures):
            return _answer(changed.record, 200)
        return fhir(_not_reached(changed, gateway), headers=_headers(changed.record))

    return routes


def _wants_the_consent(request: Request) -> bool:
    """Say whether the client asks for the resource itself (FHIR R4 §3.1.0.1.1, `Prefer: return=representation`)."""
    preferred = ",".join(request.headers.getlist("prefer")).replace(";", ",").split(",")
    return "return=representation" in [one.strip().lower() for one in preferred]


def _not_reached(changed: Changed, gateway: Intake) -> dict[str, Any]:
    """Return an OperationOutcome: the consent lets less leave; and an issue for each set that this did not reach."""
    departures, is_over = changed.departures, changed.is_over
    text = (withdrawal_in_words if is_over else narrowing_in_words)(len(departures))
    said = [("withdrawn" if is_over else "narrowed", text, "")]
    said += [(one.gone.value, departure_in_words(one, gateway), _whereabouts(one)) for one in departures]
    return {"resourceType": "OperationOutcome", "issue": [_issue(*one) for one in said]}


def _issue(code: str, text: str, diagnostics: str) -> dict[str, Any]:
    coding = [{"system": WITHDRAWAL_SYSTEM, "code": code}]
    issue = {"severity": "information", "code": "informational", "details": {"coding": coding, "text": text}}
    return {**issue, "diagnostics": diagnostics} if diagnostics else issue


def _whereabouts(gone: Departure) -> str:
    """Return where a program finds what an issue tells: `set=… organisation=… at=… certificate=… consent=…`."""
    told = {
        "set": gone.set_name,
        "organisation": gone.organisation,
        "at": gone.at.isoformat(),
        "certificate": gone.certificate.urn if gone.certificate else "erased",
        "consent": gone.consent,
    }
    if gone.delivery:
        told["attempt"] = f"{gone.delivery}/{gone.attempt}"
    return " ".join(f"{name}={value}" for name, value in told.items())


def _answer(record: ConsentRecord, status: int) -> Response:
    meta = {"versionId": str(record.version), "lastUpdated": record.recorded_at.isoformat()}
    body = {**record.resource, "id": record.id, "meta": {**object_in(record.resource, "meta"), **meta}}
    return fhir(body, status, _headers(record))


def _headers(record: ConsentRecord) -> dict[str, str]:
    return {"ETag": f'W/"{record.version}"', "Location": f"/fhir/{record.reference}"}
