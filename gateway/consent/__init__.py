"""The consent gate: facts → decision, and the permit without which nothing leaves.

`read_consent` takes in a consent, `decide` says whether the consents about a person permit a request at a
moment, `permit` turns a decision into what releases a set. Everything here is pure: times and consents are
given.
"""

from __future__ import annotations

from gateway.consent.decision import decide, decider
from gateway.consent.naming import unknown_words
from gateway.consent.permit import NotPermitted, Permit, permit
from gateway.consent.reading import GivenConsent, read_consent
from gateway.consent.routing import named_organisations
from gateway.consent.vocabulary import ENDED

__all__ = [
    "ENDED",
    "GivenConsent",
    "NotPermitted",
    "Permit",
    "decide",
    "decider",
    "named_organisations",
    "permit",
    "read_consent",
    "unknown_words",
]
