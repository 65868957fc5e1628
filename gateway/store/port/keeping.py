"""The port: what those need who take in messages and consents."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from gateway.decisions import ConsentRecord, Departure, PersonStatus
    from gateway.deliveries import Delivery
    from gateway.documents import InformationSet, Message
    from gateway.identity import DeliveryId, PersonIdentity
    from gateway.store.port.kept import Plan, TakesBack


class Keeping(Protocol):
    """What those need who take in messages and consents."""

    def accept(
        self,
        message: Message,
        sets: Sequence[InformationSet],
        plan: Plan,
        same_content: Callable[[bytes, bytes], bool],
    ) -> bool:
        """Keep a message with its sets and the deliveries that the plan asks for; all or nothing.

        Args:
            message: The message; its envelope's bytes are kept as they are.
            sets: Its information sets, every variant of each.
            plan: Given the person's consents (newest version of each), the sets just kept (revoked, where a
                revocation came first) and no deliveries.
            same_content: Whether two messages say the same; asked when the certificate id is taken already.

        Returns:
            True where it was kept; False where the same certificate with the same content was kept before, in which
            case nothing changed.

        Raises:
            CertificateConflict: The certificate id is taken by other content, or for another person; nothing was
                kept. (A person's data of the first message never stands in the text.)
            ImpossibleRelation: It comes after itself, by its own relations or those of certificates about the same
                person; nothing was kept.
            UnknownCertificate: It completes a certificate that is not here, or is about somebody else; nothing was
                kept.
        """

    def add_consent(self, consent: ConsentRecord, plan: Plan) -> None:
        """Keep a consent's first version, and the deliveries that the plan asks for because of it.

        The plan is given the person's consents (this one included), all kept sets about the person (one KeptSet a
        message and name, whatever its variants) and all the person's deliveries.
        """

    def change_consent(self, consent: ConsentRecord, plan: Plan, takes_back: TakesBack | None) -> Sequence[Departure]:
        """Keep the next version of a consent, and the deliveries that the plan asks for because of it.

        What else is kept of the person and cannot be opened, since somebody has changed it, keeps no version from being
        kept: it stays where it stands, is told as a `security.alert`, and what the gate cannot read does not leave.

        Args:
            consent: The version.
            plan: Says which deliveries are to be written.
            takes_back: Says of each set that had left under the earlier versions whether this one takes it back; None
                where it takes back all.

        Returns:
            What had left when this version was committed, and what was leaving, of that which it takes back: each
            delivery once, and each set that an organisation has read. It stands in the log too.

        Raises:
            NotFound: There is no such consent.
            VersionConflict: `consent.version` is not the one after the newest kept.
        """

    def consent(self, id_: str) -> ConsentRecord:
        """Return the newest version of a consent.

        Raises:
            NotFound: There is no such consent.
        """

    def consents_about(self, person: PersonIdentity) -> Sequence[ConsentRecord]:
        """Return the newest version of every consent about this person, in the order they were first given."""

    def mark_person(
        self, person: PersonIdentity, status: PersonStatus, plan: Plan, at: datetime, *, holds: bool = True
    ) -> bool:
        """Record that a status of a person holds, or no longer does, and the deliveries that the plan asks for then.

        From then on every consent about the person is read with it. Returns whether it was otherwise before; if not,
        nothing changed.
        """

    def statuses(self, person: PersonIdentity) -> frozenset[PersonStatus]:
        """Return what is recorded about a person."""

    def release_protected(self, id_: DeliveryId, by: str, because: str, plan: Plan, at: datetime) -> Delivery:
        """Let go one delivery that stands HELD_PROTECTED, and keep what the plan then asks for about its person.

        It counts for this delivery and no other, and until that has arrived. Who let it go, and why, stands in the
        log. Returns the delivery where the plan put it: a consent is asked for as ever.

        Raises:
            NotFound: There is no such delivery, or it does not stand there; nothing changed.
        """

    def people_asleep(self) -> Sequence[PersonIdentity]:
        """Return everybody who has a sleeping delivery: one that a consent or another recipient may wake.

        Whoever cannot be opened, since somebody has changed what is kept, sleeps on and keeps nobody else asleep.
        """

    def replan(self, people: Sequence[PersonIdentity], plan: Plan, at: datetime) -> None:
        """Ask the plan again about each of these people, and write the deliveries that it asks for, all or none."""
