"""The web application: its routes, and one way of telling errors in each of its two languages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi_offline import FastAPIOffline
from starlette.exceptions import HTTPException

from gateway.api.access import Agencies
from gateway.api.bundles import bundle_routes
from gateway.api.consents import consent_routes
from gateway.api.contracts import contract_at
from gateway.api.explanations import explanation_routes
from gateway.api.fhir_answers import fhir, tell_in_fhir
from gateway.api.health import health_routes
from gateway.api.requests import Requests
from gateway.api.riv import riv_routes
from gateway.api.riv_answers import tell_in_riv
from gateway.errors import GatewayError, SenderError
from gateway.fhir.outcome import operation_outcome
from gateway.log import LogLine, log

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from fastapi import FastAPI, Request, Response

    from gateway.identity import OrganisationNumber
    from gateway.parts import Intake

_ISSUES = {404: "not-found", 405: "not-supported"}


def application(gateway: Intake, agencies: Mapping[str, OrganisationNumber], schemas: Path, version: str) -> FastAPI:
    """Return the web application.

    Args:
        gateway: What it stands before.
        agencies: SHA-256 of a bearer token → the organisation it belongs to.
        schemas: The folder of the WSDL and its schemas.
        version: The program's version.
    """
    app = FastAPIOffline(
        title="Samsyn",
        version=version,
        summary="Consent-driven exchange of sick-leave information",
        redoc_url=None,
        docs_url="/docs",
        redirect_slashes=False,  # a redirect would repeat the query in a header, whoever it names
    )
    app.include_router(riv_routes(gateway, schemas))
    app.include_router(consent_routes(gateway))
    app.include_router(bundle_routes(gateway, Agencies(agencies), version))
    app.include_router(explanation_routes(gateway, Agencies(agencies)))
    app.include_router(health_routes(gateway.store, gateway.recipients))
    app.add_exception_handler(GatewayError, _tell)
    app.add_exception_handler(HTTPException, _tell_http)
    app.add_middleware(Requests, tell=_tell)
    return app


def _tell(request: Request, error: Exception) -> Response:
    """Answer an error in the language of the address that was called."""
    if isinstance(error, SenderError):
        log(LogLine.REFUSED, error=type(error).__name__, problems=len(error.problems))
    contract = contract_at(request.scope["path"])
    if contract is not None and request.method == "POST":
        return tell_in_riv(error, contract, request.state.request_id)
    return tell_in_fhir(error)


def _tell_http(_request: Request, error: Exception) -> Response:
    """Answer what the framework refuses by itself: no such address, no such method."""
    assert isinstance(error, HTTPException)  # noqa: S101 - what it is registered for
    issue = _ISSUES.get(error.status_code, "invalid")
    outcome = operation_outcome(issue, error.status_code, str(error.detail), ())
    return fhir(outcome, error.status_code, error.headers)
