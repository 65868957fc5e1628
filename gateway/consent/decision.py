"""The gate: may this organisation have this set about this person, now?

Every active consent about the person is asked. One that nobody can understand denies, and so does any deny
that applies; else one consent that permits every section of the set permits it; else nobody does. A release
rests on one consent, which its ground names: consents are never added together.

Why not is told by the consent that came nearest (see `Nearness`), nearest first:

    indeterminate · what a deny names (label-denied, set-, purpose- or recipient-not-covered) ·
    section-denied (a deny names the section) |
    what would permit and does not count: protected-identity, policy-version-retired, or for what became of the
    person expired or patient-mismatch · not-started ·
    expired, revoked or entered-in-error, whichever was kept last ·
    section-denied or label-denied (no permit reaches it) ·
    set-not-covered · purpose-not-covered · recipient-not-covered · no-active-consent · patient-mismatch

What stands before the bar outweighs every permit. A permit that would leave out a section which nobody may withhold of
the certificate is refused (cannot-be-withheld), by the consent and the rule that would have permitted it. A question
comes from a request of the gateway's own or from anybody's (`asking`); the answer is found in the same way.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from gateway.consent.moments import Span
from gateway.consent.question import question_of
from gateway.consent.standing import Nearness, standing
from gateway.consent.understanding import opened, understand
from gateway.consent.vocabulary import ACTIVE
from gateway.decisions import CANNOT_BE_WITHHELD, Decision, PersonStatus

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from gateway.consent.provisions import Provision
    from gateway.consent.question import Question
    from gateway.consent.standing import Standing, Understood
    from gateway.consent.understanding import Opened
    from gateway.decisions import ConsentRecord, Request
    from gateway.identity import PersonIdentity

POLICY_VERSION = "4"
"""The version of the gate's rules: those of this package. It grows with every change in what they answer."""

_OBJECTIONS = (Nearness.DENIED, Nearness.SECTION_DENIED)

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

    def decide_now(request: Request, now: datetime) -> Decision:
        return answer(read, question_of(request), Span.at(now))

    return decide_now


def answer(consents: Sequence[Opened | None], question: Question, at: Span) -> Decision:
    """Return what consents, as they were read, answer to a question.

    Args:
        consents: What each says; None for one about somebody else. Their order is of no weight.
        question: Who asks for what.
        at: When; a permit has to hold for all of it.
    """
    theirs = [consent for consent in consents if consent is not None]
    known = frozenset[PersonStatus]().union(*(consent.known for consent in theirs))
    asked = [understand(consent._replace(known=known), question) for consent in theirs]
    if consents and not asked:
        return _denied("patient-mismatch")
    decision = _decision(asked, question, at)
    return decision if decision.permitted else _until(decision, asked, question, at)


def _denied(reason: str) -> Decision:
    return Decision(permitted=False, reason=reason, policy=POLICY_VERSION)


def _decision(consents: Sequence[Understood], question: Question, at: Span) -> Decision:
    standings = [standing(consent, question, at) for consent in consents]
    if not standings:
        return _denied("no-active-consent")
    cut = frozenset[str]().union(*(found.cut for found in standings))
    nearest = max(standings, key=lambda found: _weight(found, cut))
    denied = _denied(nearest.reason)
    if nearest.nearness is Nearness.NOTHING:
        return denied
    decided = replace(denied, consent=nearest.reference, rule=nearest.rule)
    if nearest.nearness is not Nearness.PERMITTED:
        return replace(decided, objected=nearest.nearness in _OBJECTIONS)
    optional = frozenset([section.name.code for section in question.withholdable])
    withheld = optional - (nearest.named - cut)
    if withheld in question.refused_wishes:
        return replace(decided, reason=CANNOT_BE_WITHHELD, withheld=withheld)
    return replace(decided, permitted=True, withheld=withheld, since=nearest.since)


def _weight(found: Standing, cut: frozenset[str]) -> tuple[int, int, float, str]:
    """Order standings: the nearest; of permits that releasing most, then the oldest; else the last kept."""
    age = -found.since.timestamp() if found.since else found.kept_at.timestamp()
    return found.nearness, len(found.named - cut), age, found.reference


def _until(decision: Decision, consents: Sequence[Understood], question: Question, at: Span) -> Decision:
    """Add the first moment to come at which the same consents would permit it, where there is one."""
    rules = (rule for consent in consents if consent.status == ACTIVE for rule in consent.covering)
    changes = sorted({moment for rule in rules for moment in _changes(rule) if moment > at.first})
    for moment in changes:
        if _decision(consents, question, Span.at(moment)).permitted:
            return replace(decision, until=moment)
    return decision


def _changes(rule: Provision) -> Iterator[datetime]:
    """Give the moments at which a rule may let more through than before: a permit begins, a deny is over."""
    if rule.permits and rule.period.start is not None:
        yield rule.period.start
    if not rule.permits and rule.period.end is not None and rule.period.end < _LAST_MOMENT:
        yield rule.period.end + datetime.resolution
