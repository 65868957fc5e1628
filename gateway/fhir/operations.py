"""What `$explain-consent` takes and gives, as FHIR defines an operation.

Source: FHIR R4 §2.3.4 (OperationDefinition).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.systems import CANONICAL_BASE

if TYPE_CHECKING:
    from gateway.documents import Resource

EXPLAIN_CONSENT = f"{CANONICAL_BASE}/OperationDefinition/explain-consent"


def explain_consent_definition() -> Resource:
    """Return the OperationDefinition of `$explain-consent`."""
    return {
        "resourceType": "OperationDefinition",
        "id": "explain-consent",
        "url": EXPLAIN_CONSENT,
        "name": "ExplainConsent",
        "title": "Why a set was sent, is held or was withheld",
        "status": "active",
        "kind": "operation",
        "affectsState": False,
        "code": "explain-consent",
        "description": "Says in plain Swedish why a set stands where it stands for the organisation that asks, and "
        "what would change it. Nothing is sent by asking.",
        "system": True,
        "type": False,
        "instance": False,
        "parameter": [
            _taken("delivery", "id", "A delivery to the caller, which an operator has told it; instead of a set"),
            _taken(
                "set",
                "id",
                "The id of a Bundle that the caller might have at some time; had, if it is of a revoked certificate",
            ),
            _taken("organisation", "Identifier", "The caller's own number: urn:oid:2.5.4.97 and ten digits"),
            _given("delivery", 1, "id", "The delivery"),
            _given("set", 1, "code", "The name of the set"),
            _given("state", 1, "code", "Where the delivery stands"),
            _given("decision", 1, "code", "What the gate says now: permit or deny"),
            _given("reason", 1, "Coding", "Why"),
            _given("consent", 0, "Reference", "The consent that decided, in its version"),
            _given("rule", 0, "string", "The rule in it: provision, provision.provision[1]"),
            {**_given("withheld", 0, "code", "A section that does not leave with the set"), "max": "*"},
            _given("until", 0, "instant", "When a consent given already begins"),
            _given("policy", 0, "string", "The version of the gate's rules"),
            _given("asked", 1, "instant", "When the gate was asked"),
            _given("explanation", 1, "OperationOutcome", "All of it in words; diagnostics says what each sentence is"),
        ],
    }


def _taken(name: str, type_: str, what: str) -> Resource:
    return {"name": name, "use": "in", "min": 0, "max": "1", "documentation": what, "type": type_}


def _given(name: str, least: int, type_: str, what: str) -> Resource:
    return {"name": name, "use": "out", "min": least, "max": "1", "documentation": what, "type": type_}
