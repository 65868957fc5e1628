"""`$explain-consent`: why an agency has got a set, or has not, and what would change it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Depends, Request, Response

from gateway.api.bodies import body_of
from gateway.api.fhir_answers import FHIR_JSON, fhir
from gateway.errors import NotFound
from gateway.explaining import explain_set_to, explain_to
from gateway.fhir.operations import explain_consent_definition
from gateway.fhir.question import read_question
from gateway.identity import DeliveryId
from gateway.systems import REASON_SYSTEM

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gateway.api.access import Agencies
    from gateway.explaining import Explanation
    from gateway.parts import Gateway

MAX_QUESTION = 16 * 1024
_OPENAPI = {"requestBody": {"required": True, "content": {FHIR_JSON: {"schema": {"type": "object"}}}}}


def explanation_routes(gateway: Gateway, agencies: Agencies) -> APIRouter:
    """Return the routes."""
    routes = APIRouter(tags=["FHIR"])

    @routes.post("/fhir/$explain-consent", summary="Why a set was sent, held or withheld", openapi_extra=_OPENAPI)
    def explain_consent(
        request: Request, content: Annotated[bytes, Depends(body_of(MAX_QUESTION, FHIR_JSON, "application/json"))]
    ) -> Response:
        caller = agencies.caller(request)
        question = read_question(content)
        if question.organisation not in (None, caller):
            raise NotFound("Not found")
        if question.about == "delivery":
            return fhir(_parameters(explain_to(caller, DeliveryId(question.id), gateway)))
        return fhir(_parameters(explain_set_to(caller, question.id, gateway)))

    @routes.get("/fhir/OperationDefinition/explain-consent", summary="What $explain-consent takes and gives")
    def definition() -> Response:
        return fhir(explain_consent_definition())

    return routes


def _parameters(explanation: Explanation) -> dict[str, Any]:
    return {"resourceType": "Parameters", "parameter": list(_parts(explanation))}


def _parts(explanation: Explanation) -> Iterator[dict[str, Any]]:
    delivery, decision = explanation.delivery, explanation.decision
    yield {"name": "delivery", "valueId": delivery.id}
    yield {"name": "set", "valueCode": delivery.set_name}
    yield {"name": "state", "valueCode": delivery.state.value}
    yield {"name": "decision", "valueCode": "permit" if decision.permitted else "deny"}
    yield {"name": "reason", "valueCoding": {"system": REASON_SYSTEM, "code": decision.reason}}
    if decision.consent:
        yield {"name": "consent", "valueReference": {"reference": decision.consent}}
        yield {"name": "rule", "valueString": decision.rule}
    for section in sorted(decision.withheld):
        yield {"name": "withheld", "valueCode": section}
    if decision.until:
        yield {"name": "until", "valueInstant": decision.until.isoformat()}
    if decision.policy:
        yield {"name": "policy", "valueString": decision.policy}
    yield {"name": "asked", "valueInstant": explanation.asked_at.isoformat()}
    yield {"name": "explanation", "resource": _outcome(explanation)}


def _outcome(explanation: Explanation) -> dict[str, Any]:
    """Return what is said in words: why it stands there, what the gate says, by which rule, what would change it."""
    coding = [{"system": REASON_SYSTEM, "code": explanation.decision.reason}]
    said = [("standing", explanation.standing), ("answer", explanation.answer), ("rule", explanation.rule)]
    said += [("change", change) for change in explanation.changes]
    return {
        "resourceType": "OperationOutcome",
        "issue": [
            {
                "severity": "information",
                "code": "informational",
                "details": {"coding": coding, "text": text},
                "diagnostics": what,
            }
            for what, text in said
            if text
        ],
    }
