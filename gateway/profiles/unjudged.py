"""What definitions name that is not asked for at run time, and why; what is named nowhere here stops the start."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_BASE = "http://hl7.se/fhir/ig/base"
_LISTED_BY_OTHERS = "the code lists are other authorities'; a profile asks for the system"

UNJUDGED: Mapping[str, str] = {
    f"{_BASE}/StructureDefinition/SEBaseHumanName": "it adds extensions of names: we write the middle name only",
    f"{_BASE}/ValueSet/SEBaseHOSPLegitimationsYrkeVS": _LISTED_BY_OTHERS,
    f"{_BASE}/ValueSet/SEBaseHSABefattningVS": _LISTED_BY_OTHERS,
    f"{_BASE}/ValueSet/SEBaseSKRYrkeSpecialtyVS": _LISTED_BY_OTHERS,
    f"{_BASE}/ValueSet/SEBaseSKRYrkeVS": _LISTED_BY_OTHERS,
    f"{_BASE}/ValueSet/SEBaseSOSNYKVS": _LISTED_BY_OTHERS,
}
"""Profiles of data types and ValueSets, by address. The official validator asks for what it can of them."""
