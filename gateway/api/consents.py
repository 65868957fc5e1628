"""FHIR Consent: given with POST, changed or withdrawn with PUT."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import orjson
from fastapi import APIRouter, Depends, Request, Response

from gateway.api.bodies import body_of
from gateway.api.fhir_answers import FHIR_JSON, fhir
from gateway.consent import read_consent
from gateway.consenting import change_consent, give_consent
from gateway.errors import InvalidConsent, VersionConflict

if TYPE_CHECKING:
    from gateway.decisions import ConsentRecord
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
        given = read_consent(content)
        if orjson.loads(content).get("id", id_) != id_:
            raise InvalidConsent("The id in the body is not the one in the address")
        version = gateway.store.consent(id_).version
        if request.headers.get("if-match", "*") not in ("*", f'W/"{version}"'):
            raise VersionConflict("The consent has been changed since")
        return _answer(change_consent(id_, version + 1, given, gateway), 200)

    return routes


def _answer(record: ConsentRecord, status: int) -> Response:
    meta = {"versionId": str(record.version), "lastUpdated": record.recorded_at.isoformat()}
    body = {**record.resource, "id": record.id, "meta": {**record.resource.get("meta", {}), **meta}}
    headers = {"ETag": f'W/"{record.version}"', "Location": f"/fhir/{record.reference}"}
    return fhir(body, status, headers)
