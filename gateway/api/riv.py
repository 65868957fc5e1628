"""RIV-TA: RegisterCertificate 3, and the WSDL and schemas that a client is generated from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated
from xml.sax.saxutils import quoteattr

from fastapi import APIRouter, Depends, Request, Response

from gateway.api.bodies import body_of
from gateway.api.riv_answers import result, told
from gateway.documents import Envelope
from gateway.errors import InvalidIdentity, MisaddressedMessage, NotFound
from gateway.exchange import receive
from gateway.identity import HsaId
from gateway.reading.guard import MAX_BYTES
from gateway.reading.namespaces import RESPONDER

if TYPE_CHECKING:
    from pathlib import Path

    from gateway.parts import Intake

PATH = "/riv-ta/RegisterCertificate/3.0"
ACTION = f"{RESPONDER}:RegisterCertificate"
_PLACEHOLDER = '"http://127.0.0.1:8000/riv-ta/RegisterCertificate/3.0"'
"""What stands in the WSDL where the address of this server belongs."""


def riv_routes(gateway: Intake, schemas: Path) -> APIRouter:
    """Return the routes.

    Args:
        gateway: What takes in the certificates.
        schemas: The folder of the WSDL and its schemas.
    """
    routes = APIRouter(tags=["RIV-TA"])
    wsdl = (schemas / "RegisterCertificate-3.wsdl").read_text("utf-8")
    files = {file.name: file.read_bytes() for file in schemas.glob("*.xsd")}

    @routes.post(
        PATH,
        summary="RegisterCertificate 3 (SOAP 1.1)",
        openapi_extra={"requestBody": {"required": True, "content": {"text/xml": {"schema": {"type": "string"}}}}},
    )
    def register_certificate(
        request: Request, content: Annotated[bytes, Depends(body_of(MAX_BYTES, "text/xml"))]
    ) -> Response:
        action = request.headers.get("soapaction", "").strip('"')
        if action and action != ACTION:
            raise MisaddressedMessage("The SOAPAction is not that of RegisterCertificate 3")
        received = receive(Envelope(content, _sender(request), gateway.now()), gateway)
        if not received.is_new:
            return result("INFO", "Certificate already exists")
        text = ""
        if received.problems:
            text = told("Intyget är mottaget och hålls tills någon har tittat", received.problems)
        elif received.warnings:
            text = told("Intyget är mottaget, med anmärkningar", received.warnings)
        return result("OK", text)

    @routes.get(PATH, summary="The WSDL (?wsdl)", include_in_schema=False)
    def describe(request: Request) -> Response:
        if "wsdl" not in request.query_params:
            raise NotFound("Not found")
        address = quoteattr(str(request.url.replace(query="")))
        return Response(wsdl.replace(_PLACEHOLDER, address), media_type="text/xml; charset=utf-8")

    @routes.get("/riv-ta/RegisterCertificate/{name}", include_in_schema=False)
    def schema(name: str) -> Response:
        if name not in files:
            raise NotFound("Not found")
        return Response(files[name], media_type="text/xml; charset=utf-8")

    return routes


def _sender(request: Request) -> str:
    """Return who sends, as the national service platform says it; a claim, until certificates prove it.

    Kept and shown to operators, so only what is written as an HSA-id is.
    """
    try:
        return str(HsaId(request.headers.get("x-vp-sender-id", "")))
    except InvalidIdentity:
        return ""
