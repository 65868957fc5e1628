"""The gate: may this organisation have this set about this person, now?

Every active consent about the person is asked. One that nobody can understand denies, and so does any deny
that applies; else one consent that permits every section of the set permits it; else nobody does. A release
rests on one consent, which its ground names: consents are never added together.

Why not is told by the consent that came nearest (see `Nearness`), nearest first:

    indeterminate · denied · section-denied (a deny names the section) | not-started ·
    expired, revoked or entered-in-error, whichever was kept last · section-denied (no permit reaches it) ·
    set-not-covered · purpose-not-covered · recipient-not-covered · no-active-consent

What stands before the bar outweighs every permit.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from gateway.consent.question import question_of
from gateway.consent.standing import Nearness, standing
from gateway.consent.understanding import opened, understand
from gateway.consent.vocabulary import ACTIVE
from gateway.decisions import Decision

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from gateway.consent.provisions import Provision
    from gateway.consent.question import Question
    from gateway.consent.standing import Standing, Understood
    from gateway.decisions import ConsentRecord, Request
    from gateway.identity import PersonIdentity

_LAST_MOMENT = datetime.max.replace(tzinfo=UTC)


def decide(consents: Sequence[ConsentRecord], request: Request, now: datetime) -> Decision:
    """Return whether the consents permit the request at this moment, by which of them, and else why not.

    Nothing that stands in a consent makes this raise: one that cannot be understood denies.

    Args:
        consents: The newest version of every consent about the person; their order is of no weight, and one
            about somebody else is passed over.
        request: Who asks for what.
        now: The moment of disclosure, aware.

    Returns:
        A decision with the consent version and the rule in it that decided or came nearest. A permit says
        which sections must not leave, and from when all of it has been permitted: the latest of the consent's
        record, its date and the start of its period. A denial says until when, where the same consents would
        permit it later.
    """
    return decider(consents, request.person)(request, now)


def decider(consents: Sequence[ConsentRecord], person: PersonIdentity) -> Callable[[Request, datetime], Decision]:
    """Return `decide` for many requests about one person, whose consents are read once."""
    read = [opened(record, person) for record in consents]
    concerned = [consent for consent in read if consent is not None]

    def decide_now(request: Request, now: datetime) -> Decision:
        question = question_of(request)
        asked = [understand(consent, question) for consent in concerned]
        decision = _decision(asked, question, now)
        return decision if decision.permitted else _until(decision, asked, question, now)

    return decide_now


def _decision(consents: Sequence[Understood], question: Question, at: datetime) -> Decision:
    standings = [standing(consent, question, at) for consent in consents]
    if not standings:
        return Decision(permitted=False, reason="no-active-consent")
    cut = frozenset[str]().union(*(found.cut for found in standings))
    nearest = max(standings, key=lambda found: _weight(found, cut))
    if nearest.nearness is Nearness.NOTHING:
        return Decision(permitted=False, reason=nearest.reason)
    if nearest.nearness is not Nearness.PERMITTED:
        return Decision(permitted=False, reason=nearest.reason, consent=nearest.record.reference, rule=nearest.rule)
    return Decision(
        permitted=True,
        reason=nearest.reason,
        consent=nearest.record.reference,
        rule=nearest.rule,
        withheld=frozenset([section.name.code for section in question.withholdable]) - (nearest.named - cut),
        since=nearest.since,
    )


def _weight(found: Standing, cut: frozenset[str]) -> tuple[int, int, float, str]:
    """Order standings: the nearest; of permits that releasing most, then the oldest; else the last kept."""
    age = -found.since.timestamp() if found.since else found.record.recorded_at.timestamp()
    return found.nearness, len(found.named - cut), age, found.record.reference


def _until(decision: Decision, consents: Sequence[Understood], question: Question, now: datetime) -> Decision:
    """Add the first moment to come at which the same consents would permit it, where there is one."""
    rules = (rule for consent in consents if consent.status == ACTIVE for rule in consent.covering)
    changes = sorted({moment for rule in rules for moment in _changes(rule) if moment > now})
    for moment in changes:
        if _decision(consents, question, moment).permitted:
            return replace(decision, until=moment)
    return decision


def _changes(rule: Provision) -> Iterator[datetime]:
    """Give the moments at which a rule may let more through than before: a permit begins, a deny is over."""
    if rule.permits and rule.period.start is not None:
        yield rule.period.start
    if not rule.permits and rule.period.end is not None and rule.period.end < _LAST_MOMENT:
        yield rule.period.end + datetime.resolution
