"""What a kept consent rests on and until when, for whoever lists consents; nothing of the person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from gateway.consent.giving import last_moment_as_a_child
from gateway.consent.grammar import flaws
from gateway.consent.lenient import object_in, objects_in, text_in
from gateway.consent.moments import span
from gateway.consent.profile import CONSENT
from gateway.consent.vocabulary import CONSENT_GROUND

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime


class Terms(NamedTuple):
    """What a consent rests on."""

    status: str
    policies: tuple[str, ...]
    """What was agreed to."""
    grounds: tuple[str, ...]
    """The grounds that it records; `samtycke`, or none, for a consent."""
    last: datetime | None
    """The last moment of its period, or of the person's childhood where a guardian gave it; None where it is open."""


def terms_of(consent: Mapping[str, Any]) -> Terms:
    """Return what a Consent rests on, as far as it can be read: nothing is raised."""
    codings = [coding for category in objects_in(consent, "category") for coding in objects_in(category, "coding")]
    end = span(text_in(object_in(object_in(consent, "provision"), "period"), "end"))
    of_age = None if flaws(consent, CONSENT, "Consent") else last_moment_as_a_child(consent)
    return Terms(
        text_in(consent, "status"),
        tuple(text_in(policy, "uri") for policy in objects_in(consent, "policy")),
        tuple(text_in(coding, "code") for coding in codings if coding.get("system") == CONSENT_GROUND.system),
        min([last for last in (end and end.last, of_age) if last], default=None),
    )
