"""The consent gate: facts → decision, and the permit without which nothing leaves.

`read_consent` takes in a consent, `decide` says whether the consents about a person permit a request at a
moment, `release` turns a decision and a set into what may leave. Everything but that is pure: times and consents
are given.
"""

from __future__ import annotations

from gateway.consent.decision import decide, decider
from gateway.consent.naming import unknown_words
from gateway.consent.reading import GivenConsent, read_consent
from gateway.consent.releasing import release
from gateway.consent.routing import named_organisations
from gateway.consent.vocabulary import ENDED

__all__ = [
    "ENDED",
    "GivenConsent",
    "decide",
    "decider",
    "named_organisations",
    "read_consent",
    "release",
    "unknown_words",
]
