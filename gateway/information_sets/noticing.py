"""A document that somebody has got → the document that says that it was entered in error, and what that takes.

It is the same document, by its identifier, with another status and without what it said. Whoever has got it finds it
by that, and by the Bundles that are named.

Source: FHIR R4, Composition.status (`entered-in-error`) and Composition.relatesTo.
"""

from __future__ import annotations

import html
from typing import TYPE_CHECKING, Any

from gateway.identity import named_id
from gateway.information_sets.bundle import RESTRICTED, narrative
from gateway.information_sets.fragments import paragraph
from gateway.systems import PROFILE_BASE

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from gateway.documents import Resource

_KEPT = ("resourceType", "id", "language", "type", "subject", "confidentiality", "custodian", "identifier")
"""What a notice says as its document did."""

_URI = "urn:ietf:rfc:3986"


def notice_of(document: Resource, bundles: Sequence[str], at: datetime) -> Resource:
    """Return the Bundle of a notice.

    Args:
        document: A Bundle that its reader has got.
        bundles: The ids of all that it has got of the set.
        at: When the certificate was revoked.
    """
    told_at = at.isoformat(timespec="seconds")
    first, *others = document["entry"]
    custodian = first["resource"]["custodian"]
    there = (first["resource"]["subject"]["reference"], custodian["reference"])
    id_ = named_id("notice", *bundles)
    return {
        "resourceType": "Bundle",
        "id": id_,
        "meta": {"profile": [f"{PROFILE_BASE}/underrattelse"], "security": [RESTRICTED]},
        "identifier": {"system": _URI, "value": f"urn:uuid:{id_}"},
        "type": "document",
        "timestamp": told_at,
        "entry": [
            {"fullUrl": first["fullUrl"], "resource": _composition(first["resource"], bundles, told_at)},
            *(entry for url in there for entry in others if entry["fullUrl"] == url),
        ],
    }


def rest_of(document: Resource) -> Resource:
    """Return what a notice says of a document, and nothing else of it: the same notice can be made of the two.

    Whose it is, who issued it, when it was signed and what it is called.
    """
    first, *others = document["entry"]
    composition = {name: first["resource"][name] for name in (*_KEPT, "date", "title")}
    there = (composition["subject"]["reference"], composition["custodian"]["reference"])
    kept = [entry for entry in others if entry["fullUrl"] in there]
    return {"resourceType": "Bundle", "entry": [{"fullUrl": first["fullUrl"], "resource": composition}, *kept]}


def _composition(before: Resource, bundles: Sequence[str], told_at: str) -> dict[str, Any]:
    title = f"Makulerat: {before['title']}"
    said = (
        title,
        f"Intyget undertecknat {before['date'][:10]} är makulerat och gäller inte längre.",
        "Det som har lämnats ur intyget ska inte användas.",
    )
    return {
        **{name: before[name] for name in _KEPT},
        "meta": {"profile": [f"{PROFILE_BASE}/underrattelsedokument"]},
        "status": "entered-in-error",
        "date": told_at,
        "author": [before["custodian"]],
        "title": title,
        "text": narrative("".join(paragraph(html.escape(line, quote=False)) for line in said)),
        "relatesTo": [
            {"code": "replaces", "targetIdentifier": {"system": _URI, "value": f"urn:uuid:{one}"}} for one in bundles
        ],
    }
