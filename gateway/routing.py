"""Who is to have what: a person's sets and consents → the deliveries they give rise to.

The certificate does not say who the employer or the municipality is; the consent does. So a consent both routes and
permits. What this module decides is where a delivery waits; whether it may leave is asked again at every attempt.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from gateway.consent import decider, named_organisations
from gateway.decisions import Request
from gateway.deliveries import HOLDS, OVER, SLEEPING, WAITING, Delivery, DeliveryState, afresh, cancelled, refused_state
from gateway.identity import DeliveryId, NamedIds

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from gateway.decisions import ConsentRecord, Decision
    from gateway.identity import OrganisationNumber, RecipientKind
    from gateway.information_sets import SetDefinition
    from gateway.recipients import Recipients
    from gateway.store.port import KeptSet

    Decide = Callable[[Request, datetime], Decision]
    """What the gate says of a request at a moment."""


@dataclass(frozen=True, slots=True)
class Routing:
    """Knows the sets and the recipients; `plan` is what a store asks in its transactions."""

    definitions: Mapping[str, SetDefinition]
    recipients: Recipients
    retired: frozenset[str] = frozenset()
    """The policies that no consent may rest on any more."""

    def request(self, kept: KeptSet, organisation: OrganisationNumber, *, is_released: bool = False) -> Request:
        """Return what the gate is asked when this organisation is to have this set.

        Args:
            kept: The set.
            organisation: The organisation.
            is_released: Whether an operator lets it have this one, although the person's identity may be protected.
        """
        definition = self.definitions[kept.name]
        return Request(
            person=kept.person,
            organisation=organisation,
            set_name=kept.name,
            purposes=definition.purposes,
            must_be_named=definition.must_be_named,
            sections=definition.sections,
            withholdable=definition.withholdable,
            certificate=kept.certificate,
            composition=NamedIds(kept.certificate).id_of("composition[0]"),
            signed_at=datetime.fromisoformat(kept.signed_at) if kept.signed_at else kept.kept_at,
            trusted=is_released or not definition.recipients_by_consent,
            retired=self.retired,
            refused_wishes=kept.refused_wishes,
        )

    def plan(
        self,
        now: datetime,
        consents: Sequence[ConsentRecord],
        sets: Sequence[KeptSet],
        deliveries: Sequence[Delivery],
    ) -> Iterator[Delivery]:
        """Yield the deliveries that are new, or stand otherwise than before, now that these consents are given."""
        named = list(dict.fromkeys(one for consent in consents for one in named_organisations(consent.resource)))
        if not sets:
            return
        decide = decider(consents, sets[0].person)
        standing: dict[tuple[str, str, str], list[Delivery]] = {}
        for one in deliveries:
            standing.setdefault((one.message, one.set_name, one.kind), []).append(one)
        for kept in sets:
            if kept.name not in self.definitions or (kept.hold == OVER and not kept.is_revoked):
                continue
            definition = self.definitions[kept.name]
            for kind in definition.recipients:
                before = standing.get((kept.message, kept.name, kind), [])
                if kept.is_revoked:
                    yield from self._of_revoked(now, kept, kind, decide, before)
                    continue
                organisations = self._organisations(definition, kind, named)
                released = {one.organisation for one in before if one.is_released}
                decisions = {
                    one: decide(self.request(kept, one, is_released=one in released), now) for one in organisations
                }
                for after in self._deliveries(now, kept, kind, decisions, before):
                    if after not in before:
                        yield after

    def _of_revoked(
        self, now: datetime, kept: KeptSet, kind: RecipientKind, decide: Decide, before: Sequence[Delivery]
    ) -> Iterator[Delivery]:
        """Yield the notices that stand otherwise now; where nobody was to have the set, nobody will."""
        if not before:
            yield cancelled(_new(kept, kind))
        for notice in before:
            if notice.is_notice and notice.organisation is not None:
                request = self.request(kept, notice.organisation, is_released=notice.is_released)
                decision = decide(request, now)
                known = self.recipients.of(notice.organisation) is not None
                after = _stand(notice, replace(kept, hold=""), decision, now, known=known)
                if after != notice:
                    yield replace(after, decision=decision)

    def _organisations(
        self, definition: SetDefinition, kind: RecipientKind, named: Sequence[OrganisationNumber]
    ) -> Sequence[OrganisationNumber]:
        """Return the organisations that a set may be for: the configured ones, or those that consents name."""
        ours = [one.organisation for one in self.recipients.of_kind(kind)]
        if not definition.recipients_by_consent:
            return ours
        return [one for one in named if one in ours or self.recipients.of(one) is None]

    def _deliveries(
        self,
        now: datetime,
        kept: KeptSet,
        kind: RecipientKind,
        decisions: Mapping[OrganisationNumber, Decision],
        before: Sequence[Delivery],
    ) -> Iterator[Delivery]:
        addressed = {one.organisation: one for one in before}
        unaddressed = addressed.pop(None, None)
        for organisation, decision in decisions.items():
            known = self.recipients.of(organisation) is not None
            delivery = addressed.get(organisation)
            if delivery is None and not known and not decision.permitted:
                continue
            if delivery is None:
                delivery = unaddressed or _new(kept, kind)
                unaddressed = None
                delivery = replace(delivery, organisation=organisation)
                addressed[organisation] = delivery
            yield replace(_stand(delivery, kept, decision, now, known=known), decision=decision)
        if not addressed:
            nobody = unaddressed or _new(kept, kind)
            by_consent = self.definitions[kept.name].recipients_by_consent
            yield _stand(nobody, kept, None, now, known=by_consent)


def _new(kept: KeptSet, kind: RecipientKind) -> Delivery:
    return Delivery(
        id=DeliveryId(str(uuid.uuid4())),
        message=kept.message,
        certificate=kept.certificate,
        person=kept.person,
        set_name=kept.name,
        kind=kind,
        organisation=None,
        state=DeliveryState.HELD_CONSENT,
        reason="no-active-consent",
        due_at=None,
    )


def _stand(delivery: Delivery, kept: KeptSet, decision: Decision | None, now: datetime, *, known: bool) -> Delivery:
    """Return the delivery where it stands now: a sleeping one may wake, a waiting one may lose its ground."""
    if delivery.state in SLEEPING or _may_go_on(delivery, kept, decision):
        return _woken(delivery, kept, decision, now, known=known)
    if delivery.state in WAITING and decision is not None and not decision.permitted:
        state = refused_state(decision)
        due_at = None if state is DeliveryState.WITHHELD else decision.until
        return afresh(delivery, state, decision.reason, due_at)
    return delivery


def _may_go_on(delivery: Delivery, kept: KeptSet, decision: Decision | None) -> bool:
    """Say whether a delivery that waits for a person is no longer about what the person has to look at."""
    waits = delivery.reason in HOLDS and delivery.state is HOLDS[delivery.reason] and not kept.hold
    return waits and decision is not None and not _hold_of_variant(kept, decision)


def _hold_of_variant(kept: KeptSet, decision: Decision | None) -> str:
    """Return why a person has to look at just what a decision lets leave; nothing where nobody has."""
    return kept.hold_of(decision.withheld) if decision is not None and decision.permitted else ""


def _woken(delivery: Delivery, kept: KeptSet, decision: Decision | None, now: datetime, *, known: bool) -> Delivery:
    if kept.gone:
        return afresh(delivery, DeliveryState.HELD_PERSON, kept.gone, None)
    if hold := kept.hold or _hold_of_variant(kept, decision):
        return afresh(delivery, HOLDS[hold], hold, None)
    if decision is not None and not decision.permitted:
        held = refused_state(decision)
        state = DeliveryState.HELD_CONSENT if held is DeliveryState.WITHHELD else held
        return afresh(delivery, state, decision.reason, decision.until)
    if not known:
        return afresh(delivery, DeliveryState.HELD_RECIPIENT, "recipient-not-configured", None)
    if decision is None:
        return delivery
    return afresh(delivery, DeliveryState.READY, "permitted", now)
