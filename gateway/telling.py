"""A set as it leaves to somebody who has got what came before it: it says so, and nobody else's does.

Source: FHIR R4, Composition.relatesTo.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import orjson

from gateway.identity import set_id, told_id

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
    known = [_of_this_reader(one, variant, earlier) for one in composition.get("relatesTo", ())]
    composition["relatesTo"] = [*known, *({"code": code, "targetIdentifier": _uri(one)} for code, one in earlier)]
    return replace(variant, id=id_, body=orjson.dumps(bundle))


def _of_this_reader(relation: dict[str, Any], variant: InformationSet, earlier: Sequence[Earlier]) -> dict[str, Any]:
    """Return a relation as its reader knows it: the edition before this one told of the same."""
    before = set_id(variant.certificate, variant.name, variant.withheld, variant.edition - 1)
    if relation["targetIdentifier"]["value"] != f"urn:uuid:{before}":
        return relation
    return {**relation, "targetIdentifier": _uri(f"urn:uuid:{told_id(before, earlier)}")}


def _uri(value: str) -> dict[str, str]:
    return {"system": _URI, "value": value}
