"""The systems and codes that a consent is written in, as the gate understands them."""

from __future__ import annotations

from gateway.decisions import Coding
from gateway.systems import GROUND_SYSTEM

ORGANISATION_SYSTEM = "urn:oid:2.5.4.97"
"""Organisationsnummer, as HL7 Sweden's base profiles 1.1.0 write it."""

URI_SYSTEM = "urn:ietf:rfc:3986"
"""The system of an identifier that is itself a URI (FHIR R4 §2.24.0.3)."""

CONFIDENTIALITY_SYSTEM = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality"
RESTRICTED = Coding(CONFIDENTIALITY_SYSTEM, "R")
"""What the gateway's own data are: health data about an identified person."""
NORMAL = Coding(CONFIDENTIALITY_SYSTEM, "N")

PARTICIPATION_SYSTEM = "http://terminology.hl7.org/CodeSystem/v3-ParticipationType"
RECIPIENT_ROLES = frozenset({Coding(PARTICIPATION_SYSTEM, "IRCP"), Coding(PARTICIPATION_SYSTEM, "PRCP")})
"""The roles that make an actor the one who is told (information recipient, primary recipient)."""

PRIVACY_SCOPE = Coding("http://terminology.hl7.org/CodeSystem/consentscope", "patient-privacy")
CONSENT_CATEGORY = Coding("http://loinc.org", "59284-0")
"""IHE PCF asks for both in every privacy consent."""

BREAK_GLASS = "BTG"
"""v3-ActReason's break-the-glass: forwarding sick-leave information is never life critical."""

PROTECTION_SYSTEM = "http://hl7.se/fhir/ig/base/CodeSystem/SecurityLabel"
PROTECTION_CODES = ("sekretessmarkering", "skyddadFolkbokforing")
"""The labels of HL7 Sweden's base profiles 1.1.0 by which a resource says that an identity is protected."""

CONSENT_GROUND = Coding(GROUND_SYSTEM, "samtycke")
"""The one ground on which the gateway forwards; every other code of its system is recorded and permits nothing."""

ACTIVE = "active"
WITHDRAWN = "inactive"
MISTAKEN = "entered-in-error"
ENDED = (WITHDRAWN, MISTAKEN)
UNDECIDED = frozenset({"draft", "proposed", "rejected"})
STATUSES = UNDECIDED | {ACTIVE, WITHDRAWN, MISTAKEN}
"""The codes of Consent.status (FHIR R4, consent-state-codes)."""
