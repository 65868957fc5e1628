"""Where one consent stands to one question at one moment."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING, NamedTuple

from gateway.consent.moments import Span
from gateway.consent.provisions import Interval, deciding
from gateway.consent.vocabulary import ACTIVE, MISTAKEN, WITHDRAWN

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from gateway.consent.provisions import Provision
    from gateway.consent.question import Question, Section


class Nearness(IntEnum):
    """How near a consent comes to permitting, and above that what no permit outweighs. The highest decides.

    A consent is followed through whom, what for, what, which sections and when; it stands where it first
    fails. Of two that stand equally near the one kept last says why: it is the person's last word.
    """

    NOTHING = 0
    """It is not in force and never permitted this, or it permits nothing at all: `no-active-consent`."""
    RECIPIENT = 1
    """It permits something, to others: `recipient-not-covered`."""
    PURPOSE = 2
    """It permits the recipient something, for other ends: `purpose-not-covered`."""
    SET = 3
    """Another set, another certificate, or certificates of other days: `set-not-covered`."""
    SECTION = 4
    """It permits the set, and says nothing of one of its sections (`section-denied`) or labels (`label-denied`)."""
    LAPSED = 5
    """It did permit all of it: `entered-in-error`, `revoked`, `expired`."""
    AHEAD = 6
    """It will: `not-started`."""
    VOID = 7
    """It would permit it now, and does not count: `protected-identity`, `policy-version-retired`, or for what became of
    the person `expired` or `patient-mismatch`."""
    PERMITTED = 8
    SECTION_DENIED = 9
    """It denies one of the sections: `section-denied`."""
    DENIED = 10
    """It denies the set, by what it names: `label-denied`, `set-not-covered`, `purpose-not-covered`, and else
    `recipient-not-covered`."""
    INDETERMINATE = 11
    """Nobody can tell what it says: `indeterminate`."""


_NO_LONGER = {WITHDRAWN: "revoked", MISTAKEN: "entered-in-error"}


NO_MISS = (Nearness.NOTHING, "no-active-consent", "")
"""Where a consent stands that permits nothing at all."""


class Understood(NamedTuple):
    """A consent that concerns the person, with what of it concerns the question."""

    reference: str
    kept_at: datetime
    status: str
    """Consent.status; empty where nobody can tell what the consent says."""
    covering: tuple[Provision, ...]
    """The provisions that meet the question but for time and labels, in the order in which they decide."""
    miss: tuple[Nearness, str, str]
    """How near the nearest of its other permits comes, the reason, and its path."""
    void: str
    """Why none of its permits counts, whatever they say; empty where they do."""


class Standing(NamedTuple):
    """Where a consent stands, why, and by which of its provisions."""

    reference: str
    kept_at: datetime
    nearness: Nearness
    reason: str
    rule: str = ""
    since: datetime | None = None
    """From when it has permitted this, where it does."""
    named: frozenset[str] = frozenset()
    """The withholdable sections that it releases."""
    cut: frozenset[str] = frozenset()
    """The withholdable sections that it denies."""


def standing(consent: Understood, question: Question, at: Span) -> Standing:
    """Say where a consent stands at a time."""
    if not consent.status:
        return _stand(consent, (Nearness.INDETERMINATE, "indeterminate", ""))
    if consent.status != ACTIVE:
        missed = _missed(consent, question, at)
        return missed if missed.nearness is Nearness.LAPSED else _stand(consent, NO_MISS)
    found = _in_force(consent, question, at)
    if consent.void and found.nearness is Nearness.PERMITTED:
        return _stand(consent, (Nearness.VOID, consent.void, found.rule))._replace(cut=found.cut)
    return found if found.nearness >= Nearness.PERMITTED else _missed(consent, question, at)._replace(cut=found.cut)


def _stand(consent: Understood, where: tuple[Nearness, str, str]) -> Standing:
    return Standing(consent.reference, consent.kept_at, *where)


def _in_force(consent: Understood, question: Question, at: Span) -> Standing:
    rules = [provision for provision in consent.covering if provision.is_in_force(at)]
    asked = [(section, deciding(rules, section.labels)) for section in question.sections]
    denials = [_denial(section, rule) for section, rule in asked if rule is not None and not rule.permits]
    if denials:
        return _stand(consent, max(denials))
    permits = [rule for _, rule in asked if rule is not None]
    optional = [(section, deciding(rules, section.labels)) for section in question.withholdable]
    cut = frozenset([section.name.code for section, rule in optional if rule is not None and not rule.permits])
    if len(permits) < len(asked):
        return _stand(consent, NO_MISS)._replace(cut=cut)
    naming = [
        (section.name.code, rule)
        for section in question.withholdable
        for rule in rules
        if rule.permits and section.name.code not in cut and _names(rule, section)
    ]
    return _stand(consent, (Nearness.PERMITTED, "permitted", min(rule.path for rule in permits)))._replace(
        since=_latest_start([*permits, *(rule for _, rule in naming)], consent.kept_at),
        named=frozenset([code for code, _ in naming]),
        cut=cut,
    )


def _denial(section: Section, rule: Provision) -> tuple[Nearness, str, str]:
    if _names(rule, section):
        return Nearness.SECTION_DENIED, "section-denied", rule.path
    return Nearness.DENIED, _what_it_denies(rule), rule.path


def _what_it_denies(rule: Provision) -> str:
    """Return the reason code of the narrowest thing that a deny names; one that names nothing denies everybody."""
    if rule.labels is not None:
        return "label-denied"
    if rule.data is not None or rule.classes is not None or rule.data_period != Interval():
        return "set-not-covered"
    return "recipient-not-covered" if rule.purposes is None else "purpose-not-covered"


def _names(rule: Provision, section: Section) -> bool:
    return rule.labels is not None and section.name in rule.labels


def _latest_start(rules: Iterable[Provision], kept_at: datetime) -> datetime:
    return max([kept_at, *(rule.period.start for rule in rules if rule.period.start is not None)])


def _missed(consent: Understood, question: Question, at: Span) -> Standing:
    """Say what a consent lacks that does not decide at this time."""
    permits = [rule for rule in consent.covering if rule.permits]
    if not permits:
        return _stand(consent, consent.miss)
    decided = [(section, deciding(permits, section.labels)) for section in question.sections]
    unreached = [section for section, rule in decided if rule is None]
    if unreached:
        reason = "section-denied" if any(section.name.code for section in unreached) else "label-denied"
        return _stand(consent, (Nearness.SECTION, reason, permits[-1].path))
    path = min(rule.path for _, rule in decided if rule is not None)
    if consent.status != ACTIVE:
        return _stand(consent, (Nearness.LAPSED, _NO_LONGER[consent.status], path))
    starts = [rule.period.start for rule in permits if rule.period.start is not None and rule.period.start > at.first]
    if any(_in_force(consent, question, Span.at(start)).nearness is Nearness.PERMITTED for start in starts):
        return _stand(consent, (Nearness.AHEAD, "not-started", path))
    return _stand(consent, (Nearness.LAPSED, "expired", path))
