"""The gate's yes, without which nothing leaves: the only place that makes a permit and the Release it opens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.errors import NotPermitted
from gateway.permits.mint import mint

if TYPE_CHECKING:
    from gateway.decisions import Decision, Request
    from gateway.documents import InformationSet
    from gateway.permits import Errand, Release


def release(request: Request, decision: Decision, information_set: InformationSet, errand: Errand) -> Release:
    """Return the set as one that may leave, once and within seconds, to the organisation that asked.

    Args:
        request: What was asked.
        decision: What the gate answered, as it was recorded.
        information_set: The variant of the set that leaves out what the decision withholds.
        errand: Where it is to go, and the attempt that was recorded with the decision.

    Raises:
        NotPermitted: The decision denies the request, or it is another set than the one that was asked for, or on
            hold.
    """
    if not decision.permitted:
        raise NotPermitted(f"Not permitted: {decision.reason}")
    for wrong, reason in _objections(request, decision, information_set):
        if wrong:
            raise NotPermitted(f"Not released: {reason}")
    return mint(information_set, request.organisation, decision.consent, errand)


def _objections(request: Request, decision: Decision, offered: InformationSet) -> tuple[tuple[bool, str], ...]:
    asked = (request.sections | request.withholdable) - decision.withheld
    return (
        (bool(offered.hold), "a person has to look at the set first"),
        (offered.name != request.set_name, "the decision is about another set"),
        (offered.person != request.person, "the decision is about another person"),
        (offered.certificate != request.certificate, "the decision is about another certificate"),
        (offered.withheld != decision.withheld, "the decision withholds other sections"),
        (not offered.sections <= asked, "the set holds a section that was not asked for"),
    )
