"""A set as it leaves to somebody who has got what came before it: it says so, and nobody else's does.

Source: FHIR R4, Composition.relatesTo.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import orjson

from gateway.identity import told_id

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gateway.documents import Earlier, InformationSet

RELATES: Mapping[str, str] = {"ERSATT": "replaces", "KOMPLT": "appends", "FRLANG": "appends", "KOPIA": "transforms"}
"""What a certificate is to an earlier one (kv_relation) → what a set of it is to one of the other's sets."""

_URI = "urn:ietf:rfc:3986"


def told(variant: InformationSet, earlier: Sequence[Earlier]) -> InformationSet:
    """Return the set that also tells of these earlier documents: another Bundle, under another id.

    Where there is none to tell of, the variant is returned as it is.
    """
    if not earlier:
        return variant
    bundle = orjson.loads(variant.body)
    id_ = told_id(variant.id, earlier)
    bundle["id"] = id_
    bundle["identifier"] = _uri(f"urn:uuid:{id_}")
    composition = bundle["entry"][0]["resource"]
    relations = [{"code": code, "targetIdentifier": _uri(one)} for code, one in earlier]
    composition["relatesTo"] = [*composition.get("relatesTo", ()), *relations]
    return replace(variant, id=id_, body=orjson.dumps(bundle))


def _uri(value: str) -> dict[str, str]:
    return {"system": _URI, "value": value}
