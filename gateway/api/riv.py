"""RIV-TA: the contracts that care calls, and the WSDLs and schemas that a client is generated from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any
from xml.sax.saxutils import quoteattr

from fastapi import APIRouter, Depends, Request, Response

from gateway.api.bodies import body_of
from gateway.api.contracts import CONTRACTS, REGISTER, REVOKE, Contract
from gateway.api.riv_answers import result, told
from gateway.documents import Envelope
from gateway.errors import InvalidIdentity, MisaddressedMessage, NotFound
from gateway.exchange import receive
from gateway.identity import HsaId
from gateway.reading.guard import MAX_BYTES
from gateway.revocations import RevocationState
from gateway.revoking import revoke

if TYPE_CHECKING:
    from pathlib import Path

    from gateway.parts import Intake

_HOST = "http://127.0.0.1:8000"
"""What the WSDLs have where the address of this server belongs."""
_OPENAPI: dict[str, Any] = {"requestBody": {"required": True, "content": {"text/xml": {"schema": {"type": "string"}}}}}
_REVOKED = {
    RevocationState.DONE: "",
    RevocationState.AHEAD: "Intyget har inte kommit; kommer det lämnas det inte ut",
    RevocationState.ALREADY: "Certificate already revoked",
}
"""What became of a revocation → what its sender is told."""
_Content = Annotated[bytes, Depends(body_of(MAX_BYTES, "text/xml"))]


def riv_routes(gateway: Intake, schemas: Path) -> APIRouter:
    """Return the routes.

    Args:
        gateway: What takes in the messages.
        schemas: The folder of the WSDLs and their schemas.
    """
    routes = APIRouter(tags=["RIV-TA"])
    _describe(routes, schemas)

    @routes.post(REGISTER.path, summary="RegisterCertificate 3 (SOAP 1.1)", openapi_extra=_OPENAPI)
    def register_certificate(request: Request, content: _Content) -> Response:
        _check_action(request, REGISTER)
        received = receive(Envelope(content, _sender(request), gateway.now()), gateway)
        if not received.is_new:
            return result(REGISTER, "INFO", "Certificate already exists")
        text = ""
        if received.problems:
            text = told("Intyget är mottaget och hålls tills någon har tittat", received.problems)
        elif received.warnings:
            text = told("Intyget är mottaget, med anmärkningar", received.warnings)
        return result(REGISTER, "OK", text)

    @routes.post(REVOKE.path, summary="RevokeCertificate 2 (SOAP 1.1)", openapi_extra=_OPENAPI)
    def revoke_certificate(request: Request, content: _Content) -> Response:
        _check_action(request, REVOKE)
        text = _REVOKED[revoke(Envelope(content, _sender(request), gateway.now()), gateway)]
        return result(REVOKE, "INFO" if text else "OK", text)

    return routes


def _describe(routes: APIRouter, schemas: Path) -> None:
    """Add the addresses at which a client finds the WSDLs, and the schemas beside each."""
    wsdls = {one.path: (schemas / one.wsdl).read_text("utf-8") for one in CONTRACTS}
    files = {file.name: file.read_bytes() for file in schemas.glob("*.xsd")}

    def describe(request: Request) -> Response:
        if "wsdl" not in request.query_params:
            raise NotFound("Not found")
        path: str = request.scope["path"]
        address = quoteattr(str(request.url.replace(query="")))
        return Response(wsdls[path].replace(f'"{_HOST}{path}"', address), media_type="text/xml; charset=utf-8")

    def schema(name: str) -> Response:
        if name not in files:
            raise NotFound("Not found")
        return Response(files[name], media_type="text/xml; charset=utf-8")

    for one in CONTRACTS:
        routes.add_api_route(one.path, describe, summary="The WSDL (?wsdl)", include_in_schema=False)
        routes.add_api_route(f"/riv-ta/{one.name}/{{name}}", schema, include_in_schema=False)


def _check_action(request: Request, contract: Contract) -> None:
    action = request.headers.get("soapaction", "").strip('"')
    if action and action != contract.action:
        raise MisaddressedMessage(f"The SOAPAction is not that of {contract.name}")


def _sender(request: Request) -> str:
    """Return who sends, as the national service platform says it; a claim, until certificates prove it.

    Kept and shown to operators, so only what is written as an HSA-id is.
    """
    try:
        return str(HsaId(request.headers.get("x-vp-sender-id", "")))
    except InvalidIdentity:
        return ""
