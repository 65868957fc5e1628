"""The consent gate: facts → decision, and the permit without which nothing leaves.

`read_consent` takes in a consent, `decide` says whether the consents about a person permit a request at a
moment, `release` turns a decision and a set into what may leave. `decide_foreign` answers a question in anybody's
words about consents that were not taken in. Everything but `release` is pure: times and consents are given.
"""

from __future__ import annotations

from gateway.consent.asking import Asked, read_asked
from gateway.consent.decision import POLICY_VERSION, decide, decider
from gateway.consent.foreign import ForeignConsent, Ruling, decide_foreign, read_foreign
from gateway.consent.naming import KnownWords, unknown_words
from gateway.consent.reading import GivenConsent, read_consent
from gateway.consent.releasing import release
from gateway.consent.routing import named_organisations
from gateway.consent.terms import Terms, terms_of
from gateway.consent.vocabulary import ACTIVE, ENDED

__all__ = [
    "ACTIVE",
    "ENDED",
    "POLICY_VERSION",
    "Asked",
    "ForeignConsent",
    "GivenConsent",
    "KnownWords",
    "Ruling",
    "Terms",
    "decide",
    "decide_foreign",
    "decider",
    "named_organisations",
    "read_asked",
    "read_consent",
    "read_foreign",
    "release",
    "terms_of",
    "unknown_words",
]
