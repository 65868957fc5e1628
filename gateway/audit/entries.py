"""What happened, as an entry of the log: an AuditEvent in bytes that are the same each time they are made.

The bytes are JSON as RFC 8785 writes it, and their form is fixed: what was sealed once has to come out alike for ever.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import orjson

from gateway.audit.events import event_of
from gateway.audit.tree import leaf_hash

if TYPE_CHECKING:
    from gateway.audit.happened import Happened

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
    commitment = commitment_to(happened, salt)
    return Entry(happened, salt, commitment, leaf_hash(content_of(happened, commitment)))


def wrong_with(entry: Entry) -> str:
    """Return what of an entry is not as it was sealed; nothing where all of it is."""
    if leaf_hash(content_of(entry.happened, entry.commitment)) != entry.leaf:
        return "changed since it was sealed"
    if not entry.salt:
        return "its salt is gone: nobody can say whether its details are those"
    if commitment_to(entry.happened, entry.salt) != entry.commitment:
        return "changed since it was sealed: its details are not those"
    return ""


def content_of(happened: Happened, commitment: bytes) -> bytes:
    """Return the AuditEvent as it stands in the tree."""
    return orjson.dumps(event_of(happened, commitment), option=orjson.OPT_SORT_KEYS)


def commitment_to(happened: Happened, salt: bytes) -> bytes:
    """Return the SHA-256 of the salt and the details: who has both can show what they were."""
    return hashlib.sha256(salt + details_of(happened)).digest()


def details_of(happened: Happened) -> bytes:
    """Return what the AuditEvent itself does not tell."""
    details: dict[str, object] = {"detail": happened.detail}
    if happened.is_decision and (decided := happened.decided):
        said = decided.decision
        details |= {
            "way": decided.way,
            "rule": said.rule,
            "withheld": sorted(said.withheld),
            "since": said.since and said.since.isoformat(),
            "until": said.until and said.until.isoformat(),
            "objected": said.objected,
            "policy": said.policy,
        }
    return orjson.dumps(details, option=orjson.OPT_SORT_KEYS)
