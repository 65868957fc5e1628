"""Where one consent stands to one question at one moment."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING, NamedTuple

from gateway.consent.provisions import deciding
from gateway.consent.vocabulary import ACTIVE, MISTAKEN, WITHDRAWN

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from gateway.consent.provisions import Provision
    from gateway.consent.question import Question, Section
    from gateway.decisions import ConsentRecord


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
    """It permits the set, and says nothing of one of its sections: `section-denied`."""
    LAPSED = 5
    """It did permit all of it: `entered-in-error`, `revoked`, `expired`."""
    AHEAD = 6
    """It will: `not-started`."""
    PERMITTED = 7
    SECTION_DENIED = 8
    """It denies one of the sections: `section-denied`."""
    DENIED = 9
    """It denies the set: `denied`."""
    INDETERMINATE = 10
    """Nobody can tell what it says: `indeterminate`."""


_NO_LONGER = {WITHDRAWN: "revoked", MISTAKEN: "entered-in-error"}


class Understood(NamedTuple):
    """A consent that concerns the person, with what of it concerns the question."""

    record: ConsentRecord
    status: str
    """Consent.status; empty where nobody can tell what the consent says."""
    covering: tuple[Provision, ...] = ()
    """The provisions that meet the question but for time and labels, in the order in which they decide."""
    miss: tuple[Nearness, str, str] = (Nearness.NOTHING, "no-active-consent", "")
    """How near the nearest of its other permits comes, the reason, and its path."""


class Standing(NamedTuple):
    """Where a consent stands, why, and by which of its provisions."""

    record: ConsentRecord
    nearness: Nearness
    reason: str
    rule: str = ""
    since: datetime | None = None
    """From when it has permitted this, where it does."""
    named: frozenset[str] = frozenset()
    """The withholdable sections that it releases."""
    cut: frozenset[str] = frozenset()
    """The withholdable sections that it denies."""


def standing(consent: Understood, question: Question, at: datetime) -> Standing:
    """Say where a consent stands at a moment."""
    if not consent.status:
        return Standing(consent.record, Nearness.INDETERMINATE, "indeterminate")
    if consent.status != ACTIVE:
        missed = _missed(consent, question, at)
        lapsed = missed.nearness is Nearness.LAPSED
        return missed if lapsed else Standing(consent.record, Nearness.NOTHING, "no-active-consent")
    found = _in_force(consent, question, at)
    return found if found.nearness >= Nearness.PERMITTED else _missed(consent, question, at)._replace(cut=found.cut)


def _in_force(consent: Understood, question: Question, at: datetime) -> Standing:
    rules = [provision for provision in consent.covering if provision.period.holds(at)]
    asked = [(section, deciding(rules, section.labels)) for section in question.sections]
    denials = [_denial(section, rule) for section, rule in asked if rule is not None and not rule.permits]
    if denials:
        return Standing(consent.record, *max(denials))
    permits = [rule for _, rule in asked if rule is not None]
    optional = [(section, deciding(rules, section.labels)) for section in question.withholdable]
    cut = frozenset([section.name.code for section, rule in optional if rule is not None and not rule.permits])
    if len(permits) < len(asked):
        return Standing(consent.record, Nearness.NOTHING, "", cut=cut)
    naming = [
        (section.name.code, rule)
        for section in question.withholdable
        for rule in rules
        if rule.permits and section.name.code not in cut and _names(rule, section)
    ]
    return Standing(
        consent.record,
        Nearness.PERMITTED,
        "permitted",
        min(rule.path for rule in permits),
        _latest_start([*permits, *(rule for _, rule in naming)], consent.record.recorded_at),
        frozenset([code for code, _ in naming]),
        cut,
    )


def _denial(section: Section, rule: Provision) -> tuple[Nearness, str, str]:
    if _names(rule, section):
        return Nearness.SECTION_DENIED, "section-denied", rule.path
    return Nearness.DENIED, "denied", rule.path


def _names(rule: Provision, section: Section) -> bool:
    return rule.labels is not None and section.name in rule.labels


def _latest_start(rules: Iterable[Provision], recorded_at: datetime) -> datetime:
    return max([recorded_at, *(rule.period.start for rule in rules if rule.period.start is not None)])


def _missed(consent: Understood, question: Question, at: datetime) -> Standing:
    """Say what a consent lacks that does not decide at this moment."""
    permits = [rule for rule in consent.covering if rule.permits]
    if not permits:
        return Standing(consent.record, *consent.miss)
    decided = [deciding(permits, section.labels) for section in question.sections]
    if None in decided:
        return Standing(consent.record, Nearness.SECTION, "section-denied", permits[-1].path)
    path = min(rule.path for rule in decided if rule is not None)
    if consent.status != ACTIVE:
        return Standing(consent.record, Nearness.LAPSED, _NO_LONGER[consent.status], path)
    starts = [rule.period.start for rule in permits if rule.period.start is not None and rule.period.start > at]
    if any(_in_force(consent, question, start).nearness is Nearness.PERMITTED for start in starts):
        return Standing(consent.record, Nearness.AHEAD, "not-started", path)
    return Standing(consent.record, Nearness.LAPSED, "expired", path)
