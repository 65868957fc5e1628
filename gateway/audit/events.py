"""What happened as a FHIR R4 AuditEvent, by the profiles of IHE Basic Audit Log Patterns (BALP 1.1) where one fits.

Agents, entities and codes are those that the profiles demand. What they demand and the gateway does not know, where in
the network the other party is, says so (`data-absent-reason`).
"""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

from gateway.systems import CANONICAL_BASE, SET_SYSTEM

if TYPE_CHECKING:
    from gateway.audit.happened import Happened
    from gateway.decisions import Decided

EVENT_SYSTEM = f"{CANONICAL_BASE}/CodeSystem/handelse"
LOG_SYSTEM = f"{CANONICAL_BASE}/NamingSystem/logg"
PSEUDONYM_SYSTEM = f"{CANONICAL_BASE}/NamingSystem/pseudonym"
_BALP = "https://profiles.ihe.net/ITI/BALP/StructureDefinition/IHE.BasicAudit."
_DCM = "http://dicom.nema.org/resources/ontology/DCM"
_REST = "http://terminology.hl7.org/CodeSystem/audit-event-type"
_ENTITY = "http://terminology.hl7.org/CodeSystem/audit-entity-type"
_ROLE = "http://terminology.hl7.org/CodeSystem/object-role"
_UNKNOWN = {
    "extension": [{"url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "unknown"}]
}
_CREATED = frozenset({"message.accepted", "consent.kept", "revocation.accepted"})
_DENIED = "access.denied"
_DISCLOSED = frozenset({"release.outcome", "set.read"})
_ORGANISATION = "urn:oid:2.5.4.97"

Element = dict[str, Any]


def event_of(happened: Happened, commitment: bytes) -> Element:
    """Return what happened as an AuditEvent, with its details as a commitment."""
    kind = _kind(happened, commitment)
    return {
        "resourceType": "AuditEvent",
        "id": str(happened.number),
        "recorded": happened.at.isoformat(timespec="microseconds"),
        "source": {
            "observer": {"identifier": {"system": LOG_SYSTEM, "value": happened.log}},
            "type": [_coding("http://terminology.hl7.org/CodeSystem/security-source-type", "4")],
        },
        **kind,
        "entity": [*_patient(happened), *kind["entity"]],
    }


def _kind(happened: Happened, commitment: bytes) -> Element:
    if happened.decided is not None and happened.is_decision:
        return _decided(happened, happened.decided, commitment)
    details = {"type": _coding(_ENTITY, "4"), "detail": [_committed(commitment)]}
    if happened.decided is not None and happened.event in _DISCLOSED:
        kind = _disclosed(happened, happened.decided)
    elif happened.event in _CREATED and happened.person:
        kind = _created(happened)
    else:
        kind = _happened(happened)
    return {**kind, "entity": [*kind["entity"], details]}


def _decided(happened: Happened, decided: Decided, commitment: bytes) -> Element:
    """IHE.BasicAudit.AuthZconsent; its outcome is 0 where the gate said yes, and 4 where it said no.

    The profile has room for the person and the consent alone: what was asked for stands as the consent's details.
    """
    said = decided.decision
    asked = {"message": _urn(happened.message), "delivery": _urn(happened.delivery), "set": decided.set_name}
    details = [{"type": name, "valueString": value} for name, value in asked.items() if value]
    return {
        "meta": {"profile": [f"{_BALP}AuthZconsent"]},
        "type": _coding(_DCM, "110113"),
        "subtype": [
            _coding("https://profiles.ihe.net/ITI/BALP/CodeSystem/AuthZsubType", "AuthZ-Consent"),
            _own(happened.event),
        ],
        "action": "E",
        "outcome": "0" if said.permitted else "4",
        "outcomeDesc": said.reason,
        "agent": [
            _agent(_coding(_DCM, "110150"), _gateway(happened), in_network=True),
            _agent(
                _coding("http://terminology.hl7.org/CodeSystem/v3-ParticipationType", "IRCP"),
                _organisation(decided.organisation),
                asks=True,
            ),
            _agent(
                _coding("http://terminology.hl7.org/CodeSystem/v3-RoleClass", "PROV"),
                _organisation(decided.organisation),
            ),
            _agent(
                _coding("http://terminology.hl7.org/CodeSystem/extra-security-role-type", "authserver"),
                _gateway(happened),
            ),
        ],
        "entity": [{**_consent(said.consent), "detail": [*details, _committed(commitment)]}],
    }


def _created(happened: Happened) -> Element:
    """IHE.BasicAudit.PatientCreate: who sent it is not authenticated, and so not told."""
    return {
        "meta": {"profile": [f"{_BALP}PatientCreate"]},
        "type": _coding(_REST, "rest"),
        "subtype": [_coding("http://hl7.org/fhir/restful-interaction", "create"), _own(happened.event)],
        "action": "C",
        "outcome": "0",
        "agent": [
            _agent(_coding(_DCM, "110153"), {"display": "not authenticated"}, asks=True, in_network=True),
            _agent(_coding(_DCM, "110152"), _gateway(happened), in_network=True),
        ],
        "entity": [_thing(happened.message) if happened.event == "message.accepted" else _referred(happened.detail)],
    }


def _disclosed(happened: Happened, decided: Decided) -> Element:
    """IHE.BasicAudit.PrivacyDisclosure.Source; its outcome is 0 where the organisation has got it."""
    is_read = happened.event == "set.read"
    state = "READ" if is_read else happened.detail.partition(" ")[0]
    return {
        "meta": {"profile": [f"{_BALP}PrivacyDisclosure.Source"]},
        "type": _coding(_DCM, "110106"),
        "subtype": [
            _coding("http://terminology.hl7.org/CodeSystem/iso-21089-lifecycle", "disclose"),
            _own(happened.event),
        ],
        "action": "R",
        "outcome": "0" if state in {"READ", "DELIVERED"} else "4",
        "outcomeDesc": state,
        "agent": [
            _agent(_coding(_DCM, "110153"), _gateway(happened), asks=not is_read, in_network=True),
            _agent(_coding(_DCM, "110152"), _organisation(decided.organisation), asks=is_read, in_network=True),
        ],
        "entity": [*_things(happened), _set(decided.set_name), _consent(decided.decision.consent)],
    }


def _happened(happened: Happened) -> Element:
    """No profile fits: an application's activity, or somebody's look into the log."""
    code = "110101" if happened.event.startswith("log.") else "110100"
    return {
        "type": _coding(_DCM, code),
        "subtype": [_own(happened.event)],
        "action": "R" if code == "110101" else "E",
        "outcome": "4" if happened.event == _DENIED else "0",
        "agent": [_agent(_coding(_DCM, "110150"), _gateway(happened), asks=True)],
        "entity": _things(happened),
    }


def _patient(happened: Happened) -> list[Element]:
    if not happened.person:
        return []
    who = {"type": "Patient", "identifier": {"system": PSEUDONYM_SYSTEM, "value": happened.person}}
    return [{"what": who, "type": _coding(_ENTITY, "1"), "role": _coding(_ROLE, "1")}]


def _things(happened: Happened) -> list[Element]:
    return [_thing(one) for one in (happened.message, happened.delivery) if one]


def _thing(id_: str) -> Element:
    what = {"identifier": {"system": "urn:ietf:rfc:3986", "value": _urn(id_)}}
    return {"what": what, "type": _coding(_ENTITY, "2"), "role": _coding(_ROLE, "4")}


def _referred(reference: str) -> Element:
    return {"what": {"reference": reference}, "type": _coding(_ENTITY, "2"), "role": _coding(_ROLE, "4")}


def _set(name: str) -> Element:
    what = {"identifier": {"system": SET_SYSTEM, "value": name}}
    return {"what": what, "type": _coding(_ENTITY, "2"), "role": _coding(_ROLE, "3")}


def _consent(reference: str) -> Element:
    what = {"reference": reference} if reference else {"display": "none"}
    return {"what": what, "type": _coding("http://hl7.org/fhir/resource-types", "Consent")}


def _urn(id_: str) -> str:
    return f"urn:uuid:{id_}" if id_ else ""


def _committed(commitment: bytes) -> Element:
    return {"type": "sha256-commitment", "valueBase64Binary": base64.b64encode(commitment).decode()}


def _agent(kind: Element, who: Element, *, asks: bool = False, in_network: bool = False) -> Element:
    network = {"network": _UNKNOWN} if in_network else {}
    return {"type": {"coding": [kind]}, "who": who, "requestor": asks, **network}


def _gateway(happened: Happened) -> Element:
    return {"identifier": {"system": LOG_SYSTEM, "value": happened.log}}


def _organisation(digits: str) -> Element:
    return {"identifier": {"system": _ORGANISATION, "value": digits}} if digits else {"display": "none"}


def _own(event: str) -> Element:
    return _coding(EVENT_SYSTEM, event)


def _coding(system: str, code: str) -> Element:
    return {"system": system, "code": code}
