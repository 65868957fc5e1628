"""The explanation of one delivery: for an operator, and for the organisation that it is for."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from gateway.consent import decide
from gateway.decisions import Decision
from gateway.deliveries import ONLY_NEWEST, DeliveryState
from gateway.errors import NotFound
from gateway.explaining.naming import called, names_in
from gateway.explaining.reasons import words_for
from gateway.explaining.rules import rule_in_words
from gateway.explaining.states import standing_of
from gateway.identity import MessageId

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from gateway.decisions import ConsentRecord, Decided
    from gateway.deliveries import Delivery
    from gateway.identity import DeliveryId, OrganisationNumber
    from gateway.parts import Gateway
    from gateway.store.port import KeptSet

_ABOUT_THE_CALLER = frozenset(
    {"permitted", "cannot-be-withheld", "not-started", "expired", "revoked", "entered-in-error"}
)
"""The reasons that rest on a consent which names the organisation itself: of that one it may be told."""


_NO_MESSAGE = MessageId("")
"""No message is called so."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a delivery stands where it stands."""

    delivery: Delivery
    standing: str
    """Why it stands there."""
    decision: Decision
    """What the gate says now."""
    asked_at: datetime
    answer: str
    """What that means."""
    rule: str
    """What the rule that decided says; empty where none did, or the reader may not be told."""
    last: Decided | None
    """The last decision that was kept of it; None where there is none."""
    changes: tuple[str, ...]
    """What would change where it stands."""


def explain(id_: DeliveryId, gateway: Gateway) -> Explanation:
    """Return why a delivery stands where it stands, for an operator.

    Raises:
        NotFound: There is no such delivery, or no such set any more.
    """
    delivery, _ = gateway.store.delivery(id_)
    return _explanation(
        delivery, gateway, lambda organisation: called(organisation, gateway.recipients), lambda as_it_is, _: as_it_is
    )


def explain_to(caller: OrganisationNumber, id_: DeliveryId, gateway: Gateway) -> Explanation:
    """Return why a delivery stands where it stands, for the organisation that it is for.

    The id of a delivery leaves this gateway by an operator only: who knows it has been told that there is one.

    Raises:
        NotFound: There is no such delivery, it is for somebody else, or it was called off: they are told alike.
    """
    delivery, _ = gateway.store.delivery(id_)
    is_called_off = delivery.state is DeliveryState.CANCELLED and delivery.reason != ONLY_NEWEST
    if delivery.organisation != caller or is_called_off:
        raise NotFound("Not found")
    return _told_to(caller, delivery, gateway)


def explain_set_to(caller: OrganisationNumber, id_: str, gateway: Gateway) -> Explanation:
    """Return why the set with this Bundle id stands where it stands, for the organisation that asks.

    Others than an operator know the id of a set, or can make it from the certificate's. So a caller is told of one
    only where the gate has said yes to it at some time: before that there is nothing that it could ask about. Nor is
    there once the certificate is revoked, but for those who have had the set.

    Raises:
        NotFound: There is no such set, the caller never might have it, or it is revoked and the caller has not had it:
            they are told alike.
    """
    kept = _permitted_once(id_, caller, gateway)
    for delivery in gateway.store.message(kept.message)[1]:
        if (delivery.set_name, delivery.organisation) == (kept.name, caller):
            return _told_to(caller, delivery, gateway)
    raise NotFound("Not found")


def _permitted_once(id_: str, caller: OrganisationNumber, gateway: Gateway) -> KeptSet:
    """Return the set with this Bundle id, or raise NotFound where the caller is not to know that there is one."""
    has_had = gateway.store.has_got(caller.digits, id_)
    try:
        kept = gateway.store.find_set(id_)
    except NotFound:
        # What is not there takes the same way as what the caller never might have, so that time does not tell.
        kept = None
    decided = gateway.store.decisions_on(kept.message if kept else _NO_MESSAGE)
    yes = {(one.set_name, one.organisation) for one in decided if one.decision.permitted}
    if kept is None or (kept.name, caller.digits) not in yes or (kept.is_revoked and not has_had):
        raise NotFound("Not found")
    return kept


def _told_to(caller: OrganisationNumber, delivery: Delivery, gateway: Gateway) -> Explanation:
    """Return what the organisation itself may be told: nothing of consents that are about others.

    Nor of another certificate that is on its way to it, nor that this one is revoked where it may not have it now.
    """

    def called_by_itself(organisation: OrganisationNumber) -> str:
        return called(organisation, gateway.recipients) if organisation == caller else ""

    told = _explanation(delivery, gateway, called_by_itself, _shown_to_itself)
    if told.decision.reason in _ABOUT_THE_CALLER:
        return told
    return replace(told, rule="", decision=replace(told.decision, consent="", rule=""))


def _shown_to_itself(delivery: Delivery, decision: Decision) -> Delivery:
    """Return a delivery as the organisation that it is for may see it: where it would stand were it not for others."""
    if delivery.state is DeliveryState.HELD_ORDER:
        return replace(delivery, state=DeliveryState.READY)
    if delivery.state is DeliveryState.CANCELLED and not decision.permitted:
        return replace(delivery, state=DeliveryState.HELD_CONSENT)
    return delivery


def _explanation(
    delivery: Delivery,
    gateway: Gateway,
    called_by_reader: Callable[[OrganisationNumber], str],
    shown: Callable[[Delivery, Decision], Delivery],
) -> Explanation:
    if delivery.set_name not in gateway.routing.definitions:
        raise NotFound(f"There is no set {delivery.set_name} any more")
    now = gateway.now()
    consents = gateway.store.consents_about(delivery.person)
    decision = _decision(delivery, consents, gateway, now)
    seen = shown(delivery, decision)
    standing, words = standing_of(seen, gateway.store.stops()), words_for(decision)
    changes = [words.change] * standing.by_consent + [standing.change] * bool(standing.change)
    names = names_in(delivery, decision, gateway.routing.definitions, gateway.recipients)
    return Explanation(
        delivery=seen,
        standing=standing.why.format_map(names),
        decision=decision,
        asked_at=now,
        answer=words.why.format_map(names),
        rule=_rule(decision, consents, called_by_reader),
        last=next(reversed(gateway.store.decisions(delivery)), None),
        changes=tuple(change.format_map(names) for change in changes),
    )


def _decision(delivery: Delivery, consents: Sequence[ConsentRecord], gateway: Gateway, now: datetime) -> Decision:
    if delivery.organisation is None:
        return Decision(permitted=False, reason="no-active-consent")
    sets = gateway.store.kept_sets(delivery.person, [delivery.set_name])
    kept = next((one for one in sets if one.message == delivery.message), None)
    if kept is None:
        raise NotFound("The delivery has no set any more")
    request = gateway.routing.request(kept, delivery.organisation, is_released=delivery.is_released)
    return decide(consents, request, now)


def _rule(
    decision: Decision, consents: Sequence[ConsentRecord], called_by_reader: Callable[[OrganisationNumber], str]
) -> str:
    deciding = [one.resource for one in consents if one.reference == decision.consent]
    return rule_in_words(deciding[0], decision.rule, called_by_reader) if deciding else ""
