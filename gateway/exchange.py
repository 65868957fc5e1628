"""The road. Read this first.

read → judge → map → select → keep | permit → send → note

What stands left of the bar happens while the sender waits, and is kept in one transaction; what stands right of it
happens whenever the recipient can take it, and is decided anew each time. A pull is the right-hand side with the
reader in the recipient's place. No branch on a certificate type or a recipient stands here.
"""

from __future__ import annotations

import time
import uuid
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from gateway.consent import decide, release
from gateway.deliveries import Delivered, Stopped
from gateway.delivery.mistakes import places
from gateway.delivery.sending import send
from gateway.documents import Message
from gateway.errors import (
    DeliveryError,
    InternalError,
    NotFound,
    SetRevoked,
    TemporaryFailure,
)
from gateway.identity import MessageId, PersonIdentity, named_id
from gateway.log import LogLine, log
from gateway.permits import READER, Errand
from gateway.reach import Readable, reach_of
from gateway.reading import same_content
from gateway.store.port import Reader

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from gateway.decisions import ConsentRecord, Decision, Request
    from gateway.deliveries import Delivery
    from gateway.delivery.adapter import Adapter
    from gateway.documents import Envelope, InformationSet
    from gateway.errors import Problem
    from gateway.identity import CertificateId, OrganisationNumber
    from gateway.parts import Gateway, Intake
    from gateway.permits import Release
    from gateway.reach import Visible
    from gateway.recipients import Recipient
    from gateway.store.port import KeptSet


_NOBODY = PersonIdentity("000101010000")
"""About whom nothing is kept: a year before anybody's."""


class Received(NamedTuple):
    """What became of a message that was taken in."""

    is_new: bool
    """Whether it was kept now; else the same had been kept before."""
    problems: tuple[Problem, ...]
    """What the mapping did not understand: the certificate is kept, and held until a person has looked."""
    warnings: tuple[Problem, ...]
    """What is odd about it as its form sees it; nothing is held because of that."""


def receive(envelope: Envelope, gateway: Intake) -> Received:
    """Take in a certificate: read it, judge it, map it, keep it with the deliveries it gives rise to.

    A certificate that was taken in before is answered as known, and changes nothing.

    Raises:
        SenderError: The sender sent something it can correct; nothing was kept.
        StoreUnavailable: Nothing can be kept just now.
    """
    rules = gateway.rules
    source = rules.reader.read(envelope.content)
    gateway.persons.admit(source.person)
    document = rules.understand(source, envelope.received_at)
    sets = rules.select(document)
    problems = next((one.problems for one in sets if one.hold == "mapping"), ())
    message = Message(
        id=MessageId(str(uuid.uuid4())),
        certificate=document.certificate,
        kind=document.kind,
        person=document.person,
        envelope=envelope,
        signature=document.signature,
        problems=problems,
        notes=(*document.warnings, *document.notes),
        relations=source.relations,
    )
    plan = partial(gateway.routing.plan, envelope.received_at)
    is_new = gateway.store.accept(message, sets, plan, same_content)
    log(
        LogLine.RECEIVED if is_new else LogLine.KNOWN_ALREADY,
        message=message.id if is_new else "",
        type=str(document.kind),
        bytes=len(envelope.content),
        held=len(problems),
        warnings=len(document.warnings),
    )
    return Received(is_new, problems, tuple(document.warnings))


def deliver(delivery: Delivery, gateway: Gateway) -> None:
    """Make one attempt at a delivery that is claimed: permit, send, note.

    Each try has a permit of its own: the consent is asked in the transaction that records the try. Without a permit
    nothing is sent, and the delivery stands where the reason puts it.
    """
    began = time.monotonic()
    if gateway.schedule.is_over(delivery, gateway.now()):
        gateway.store.record(delivery, Stopped("exhausted: no attempt came to an end"), gateway.now())
        return
    try:
        recipient, adapter = _reached(delivery, gateway)
        receipt = send(adapter, partial(_permitted, delivery, recipient, gateway), gateway.tries)
    except DeliveryError as error:
        note_failure(delivery, error, gateway)
        return
    if receipt is None:
        log(LogLine.NOT_PERMITTED, delivery=delivery.id, kind=delivery.kind)
        return
    gateway.store.record(delivery, Delivered(receipt), gateway.now(), gateway.breaker.taken, receipt.heard)
    took = round(1000 * (time.monotonic() - began))
    log(LogLine.DELIVERED, delivery=delivery.id, kind=delivery.kind, milliseconds=took)


def note_failure(delivery: Delivery, error: DeliveryError, gateway: Gateway) -> None:
    """Record that the attempt at a delivery failed, and when the next one is due."""
    now = gateway.now()
    outcome = gateway.schedule.after(error, delivery, now)
    judge = partial(gateway.breaker.lost, error, now, was_last=isinstance(outcome, Stopped))
    gateway.store.record(delivery, outcome, now, judge, error.heard)
    log(
        LogLine.POSTPONED,
        delivery=delivery.id,
        kind=delivery.kind,
        outcome=type(outcome).__name__,
        reason=type(error).__name__,
    )


def note_mistake(delivery: Delivery, error: Exception, gateway: Gateway) -> None:
    """Record that the attempt at a delivery ended in a mistake of ours: nobody knows what the recipient got.

    The reason tells its kind and a hash of the places in the code that it came through; its text may hold anything.
    """
    note_failure(delivery, InternalError(f"internal-error: {type(error).__name__} {places(error)}"), gateway)


def _reached(delivery: Delivery, gateway: Gateway) -> tuple[Recipient, Adapter]:
    if delivery.organisation is None:
        raise NotFound("The delivery is for nobody")
    recipient = gateway.recipients.of(delivery.organisation)
    adapter = gateway.adapters.get(delivery.organisation)
    if recipient is None or adapter is None:
        raise TemporaryFailure("The recipient is not configured any more")
    return recipient, adapter


def _permitted(delivery: Delivery, recipient: Recipient, gateway: Gateway) -> Release | None:
    now = gateway.now()

    def request(kept: KeptSet) -> Request:
        return gateway.routing.request(kept, recipient.organisation, is_released=delivery.is_released)

    def ask(consents: Sequence[ConsentRecord], kept: KeptSet) -> Decision:
        return decide(consents, request(kept), now)

    authorised = gateway.store.authorise(delivery, ask, now, recipient.place, only_newest=recipient.only_newest)
    if authorised is None:
        return None
    attempt = f"{delivery.id}/{authorised.attempt}.{authorised.tries}"
    errand = Errand(recipient.address, attempt, _key(recipient.organisation, authorised.information_set))
    return release(request(authorised.kept), authorised.decision, authorised.information_set, errand)


def _key(organisation: OrganisationNumber, information_set: InformationSet) -> str:
    """Return the idempotency key: the same bytes to the same organisation always go under the same."""
    return named_id("delivery", organisation.digits, information_set.id)


def pull(
    person: PersonIdentity,
    caller: OrganisationNumber,
    gateway: Gateway,
    narrow: Callable[[Sequence[Visible]], Sequence[Visible]],
) -> list[Readable]:
    """Return the sets about a person that the caller wants of those it may read now.

    The consent is asked, and the decisions kept and the reading logged, in the transaction that reads. What the caller
    may not have is left out like what is not there, before anybody counts.

    Args:
        person: Whom the sets are about.
        caller: The organisation that asks.
        gateway: The gateway.
        narrow: Given all that the caller may read, in the order it came within its reach, says what it wants.
    """
    return _pulled(person, caller, gateway, narrow, lambda _: True, has_had=False)[0]


def _pulled(
    person: PersonIdentity,
    caller: OrganisationNumber,
    gateway: Gateway,
    narrow: Callable[[Sequence[Visible]], Sequence[Visible]],
    is_asked_for: Callable[[KeptSet], bool],
    *,
    has_had: bool,
) -> tuple[list[Readable], bool]:
    """Return what is read, and whether the caller has had what is asked for, and would had it not been revoked."""
    recipient = gateway.recipients.of(caller)
    names = [one.name for one in gateway.routing.definitions.values() if recipient and recipient.kind in one.recipients]
    now = gateway.now()
    wanted: dict[tuple[CertificateId, str], Visible] = {}

    gone: list[tuple[KeptSet, Decision]] = []

    def choose(consents: Sequence[ConsentRecord], sets: Sequence[KeptSet]) -> list[tuple[KeptSet, Decision]]:
        asked = [one for one in sets if is_asked_for(one)]
        reach = reach_of(consents, asked, lambda kept: gateway.routing.request(kept, caller), now)
        gone[:] = reach.revoked if has_had else ()
        wanted.clear()
        wanted.update({(one.kept.certificate, one.kept.name): one for one in narrow(reach.visible)})
        return [*reach.denied, *gone, *((one.kept, one.decision) for one in wanted.values())]

    reader = Reader(caller.digits, recipient.kind if recipient else "")
    read = {(one.certificate, one.name): one for one in gateway.store.read_sets(person, names, choose, reader, now)}
    in_order = [(one, read[key]) for key, one in wanted.items() if key in read]
    return [_readable(visible, one, caller, gateway) for visible, one in in_order], bool(gone)


def pull_one(id_: str, caller: OrganisationNumber, gateway: Gateway) -> Readable:
    """Return the set with this Bundle id.

    Raises:
        SetRevoked: The caller has had it, and might read it again had its certificate not been revoked.
        NotFound: There is none, or the caller may not have it: the two are told alike.
    """
    has_had = gateway.store.has_got(caller.digits, id_)
    try:
        asked = gateway.store.find_set(id_)
    except NotFound:
        # What is not there takes the same way as what the caller may not have, so that time does not tell them apart.
        asked = None
    found, is_gone = _pulled(
        asked.person if asked else _NOBODY,
        caller,
        gateway,
        lambda visible: [one for one in visible if one.id == id_],
        lambda kept: asked is not None and (kept.message, kept.name) == (asked.message, asked.name),
        has_had=has_had,
    )
    if found:
        return found[0]
    if is_gone:
        raise SetRevoked("The certificate has been revoked")
    raise NotFound("Not found")


def _readable(
    visible: Visible, information_set: InformationSet, caller: OrganisationNumber, gateway: Gateway
) -> Readable:
    request = gateway.routing.request(visible.kept, caller)
    errand = Errand(READER, f"reading/{uuid.uuid4()}", _key(caller, information_set))
    permitted = release(request, visible.decision, information_set, errand)
    return Readable(information_set.id, permitted.open(READER), visible.updated)
