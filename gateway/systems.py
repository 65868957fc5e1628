"""The code systems that are our own.

The base is a placeholder until there is a domain of our own to publish them under; it stands in data files too.
"""

from __future__ import annotations

CANONICAL_BASE = "https://example.org/fhir/sjukskrivning"

PROFILE_BASE = f"{CANONICAL_BASE}/StructureDefinition"
"""Our profiles, by name: `sjukskrivning`, `diagnos` and their like."""

PURPOSE_SYSTEM = f"{CANONICAL_BASE}/CodeSystem/andamal"
"""What a set is for: `sjukpenning`, `atergang-arbetsgivare` and their like."""

SET_SYSTEM = f"{CANONICAL_BASE}/CodeSystem/informationsmangd"
"""The names of the information sets."""

SECTION_SYSTEM = f"{CANONICAL_BASE}/CodeSystem/sektion"
"""The sections of a set: `diagnos`, `prognos` and their like; every resource bears its section as a label."""

GROUND_SYSTEM = f"{CANONICAL_BASE}/CodeSystem/rattslig-grund"
"""On what ground something is disclosed: `samtycke`, or another that a Consent may record: `uppgiftsskyldighet`."""

MANDATE_SYSTEM = f"{CANONICAL_BASE}/NamingSystem/mina-ombud-fullmakt"
"""The ids of the mandates (fullmakter) of Mina ombud, which has published no system for them."""

ERROR_SYSTEM = f"{CANONICAL_BASE}/CodeSystem/fel"
"""What an OperationOutcome of ours says went wrong."""

WITHDRAWAL_SYSTEM = f"{CANONICAL_BASE}/CodeSystem/aterkallelse"
"""How far a set had come that a withdrawal did not reach: `delivered`, `read`, `unknown`, `refused`, `in-flight`."""

REASON_SYSTEM = f"{CANONICAL_BASE}/CodeSystem/beslutsskal"
"""Why the gate says what it says: `permitted`, `no-active-consent`, `revoked` and their like."""
