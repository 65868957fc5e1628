"""What happened, as an entry of the log: an AuditEvent in bytes that are the same each time they are made.

The bytes are JSON as RFC 8785 writes it, and their form is fixed: what was sealed once has to come out alike for ever.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import orjson

from gateway.audit.events import event_of
from gateway.audit.tree import leaf_hash

if TYPE_CHECKING:
    from gateway.audit.happened import Happened
    from gateway.decisions import Decided

SALT = 16
"""Bytes of a salt: enough that nobody finds the details by trying what they may have been."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry as it is kept: what is readable of it, and what was sealed."""

    happened: Happened
    salt: bytes = field(repr=False)
    """Opens the details."""
    commitment: bytes
    leaf: bytes
    """The hash of its leaf in the tree."""


def sealed(happened: Happened, salt: bytes) -> Entry:
    """Return the entry of what happened, with its details under a salt of their own."""
    commitment = _commitment(details_of(happened), salt)
    return Entry(happened, salt, commitment, leaf_hash(content_of(happened, commitment)))


def wrong_with(entry: Entry) -> str:
    """Return what of an entry is not as it was sealed; nothing where all of it is."""
    if leaf_hash(content_of(entry.happened, entry.commitment)) != entry.leaf:
        return "changed since it was sealed"
    if not entry.salt:
        return "its salt is gone: nobody can say whether its details are those"
    if committed_details(entry) is None:
        return "changed since it was sealed: its details are not those"
    return ""


def content_of(happened: Happened, commitment: bytes) -> bytes:
    """Return the AuditEvent as it stands in the tree."""
    return orjson.dumps(event_of(happened, commitment), option=orjson.OPT_SORT_KEYS)


def committed_details(entry: Entry) -> bytes | None:
    """Return the details that an entry commits to; None where they are not those of its row."""
    forms = (form(entry.happened) for form in (details_of, _details_before))
    return next((details for details in forms if _commitment(details, entry.salt) == entry.commitment), None)


def details_of(happened: Happened) -> bytes:
    """Return what the AuditEvent itself does not tell; of what rests on a decision, all of that."""
    details: dict[str, object] = {"detail": happened.detail}
    if (decided := happened.decided) is not None:
        details |= _details_of(decided) if happened.is_decision else {"decision": _all_of(decided)}
    return orjson.dumps(details, option=orjson.OPT_SORT_KEYS)


def _details_before(happened: Happened) -> bytes:
    """Return the details as entries had them that did not commit to the decision that they rest on."""
    return details_of(happened if happened.is_decision else replace(happened, decided=None))


def _all_of(decided: Decided) -> dict[str, object]:
    """Return all that a decision says, and nothing of where it is kept."""
    said = decided.decision
    about = {"message": decided.message, "delivery": decided.delivery, "set": decided.set_name}
    answer = {"permitted": said.permitted, "reason": said.reason, "consent": said.consent}
    return {
        "at": decided.at.isoformat(),
        "organisation": decided.organisation,
        **about,
        **answer,
        **_details_of(decided),
    }


def _details_of(decided: Decided) -> dict[str, object]:
    """Return what the AuditEvent of a decision does not tell."""
    said = decided.decision
    return {
        "way": decided.way,
        "rule": said.rule,
        "withheld": sorted(said.withheld),
        "since": said.since and said.since.isoformat(),
        "until": said.until and said.until.isoformat(),
        "objected": said.objected,
        "policy": said.policy,
    }


def _commitment(details: bytes, salt: bytes) -> bytes:
    """Return the SHA-256 of the salt and the details: who has both can show what they were."""
    return hashlib.sha256(salt + details).digest()
