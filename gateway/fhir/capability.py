"""What this server says of itself.

Source: FHIR R4 §2.3.2 (CapabilityStatement).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.fhir.operations import EXPLAIN_CONSENT

if TYPE_CHECKING:
    from gateway.documents import Resource

_BUNDLE = {
    "type": "Bundle",
    "documentation": "Information sets, as document Bundles. Search with POST only: a personal identity number must "
    "not stand in a URL. The caller gets what it may read at that moment; all else looks like what is not there.",
    "interaction": [{"code": "read"}, {"code": "search-type"}],
    "versioning": "no-version",
    "searchParam": [
        {"name": "patient.identifier", "type": "token", "documentation": "Required: system|value, or value"},
        {"name": "_lastUpdated", "type": "date", "documentation": "With eq, ge, gt, le or lt"},
        {"name": "_count", "type": "number", "documentation": "At most 50"},
    ],
}
_CONSENT = {
    "type": "Consent",
    "documentation": "A consent routes and permits; a new version with status inactive withdraws it.",
    "interaction": [{"code": "create"}, {"code": "update"}],
    "versioning": "versioned-update",
    "updateCreate": False,
}
_OPERATIONS = {
    "type": "OperationDefinition",
    "documentation": "explain-consent: what the operation of this server takes and gives. No token is needed.",
    "interaction": [{"code": "read"}],
    "versioning": "no-version",
}
_EXPLAIN_CONSENT = {
    "name": "explain-consent",
    "definition": EXPLAIN_CONSENT,
    "documentation": "Why a set was sent, is held or was withheld, and what would change it, in Swedish. In: "
    "Parameters with a delivery or a set (valueId). The caller is told about itself; all else looks like what "
    "is not there.",
}


def capability_statement(version: str, address: str) -> Resource:
    """Return the CapabilityStatement of a server of this version at this address."""
    return {
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": "2026-11-21",
        "kind": "instance",
        "software": {"name": "Samsyn", "version": version},
        "implementation": {"description": "Samsyn", "url": address},
        "fhirVersion": "4.0.1",
        "format": ["application/fhir+json"],
        "rest": [
            {
                "mode": "server",
                "security": {"description": "Agencies read with a bearer token of their own (RFC 6750)."},
                "resource": [_BUNDLE, _CONSENT, _OPERATIONS],
                "operation": [_EXPLAIN_CONSENT],
            }
        ],
    }
