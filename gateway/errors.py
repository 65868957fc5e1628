"""Everything that can go wrong, by who can do something about it.

GatewayError
├── SenderError                 the sender sent something it can correct; nothing was kept
│   ├── MalformedMessage        not readable at all: not XML or JSON, too large, too deep, a DTD
│   │   └── MessageTooLarge     more bytes than are taken in
│   ├── MisaddressedMessage     readable, but not for this endpoint: contract, action, address, SOAP version
│   │   ├── WrongSoapVersion    an envelope of another SOAP version than 1.1
│   │   └── HeaderNotUnderstood a header that must be understood and is not
│   ├── UnsupportedMedia        a content type or encoding that is not taken in
│   ├── SchemaViolation         breaks the XSD; every broken place is listed
│   ├── ForeignSignature        signed otherwise than the contract says
│   ├── RuleViolation           breaks the form's rules; every broken rule is listed
│   ├── InvalidIdentity         a number that identifies nobody
│   ├── UnknownCertificateType  no mapping for this type and version
│   ├── CertificateConflict     the certificate id is taken, by other content or another person
│   ├── ImpossibleRelation      a certificate that comes before itself
│   ├── UnknownCertificate      a message about a certificate that has not come
│   ├── InvalidConsent          a Consent that cannot be understood
│   ├── InvalidRequest          a question to the gate that cannot be understood
│   ├── VersionConflict         somebody else changed the resource in between
│   ├── InvalidSearch           a search that is not offered
│   └── CheckpointRefused       a checkpoint or key of an audit log that is none
├── AccessError                 the caller may not have this
│   ├── NotAuthenticated        nobody we know
│   ├── NotPermitted            no consent lets this leave, or not this way
│   │   └── PermitOver          it was let leave, and did not in time
│   ├── SetRevoked              the caller has had it, and its certificate has been revoked since
│   ├── SecondPersonNeeded      it takes two persons, and this is the first again
│   └── NotFound                not there, or not for the caller: told alike
│       └── Erased              what was kept of it has been erased
├── DeliveryError               the recipient could not be reached, or refused
│   ├── TemporaryFailure        the same release may be accepted later; nothing was taken
│   │   ├── NotReached          there was no connection
│   │   ├── Busy                the recipient asks for time, which is no failure
│   │   ├── Misconfigured       nothing gets there until somebody mends something: TLS, a redirect
│   │   └── EndpointGone        the recipient has closed this address
│   ├── UnknownOutcome          it may have been taken: nobody answered, or unreadably
│   │   ├── Mismatched          the answer is about something else
│   │   └── InternalError       a mistake of ours ended the attempt
│   └── PermanentFailure        it will never be accepted; a person has to look
│       ├── RevokedThere        the recipient knows that the certificate is revoked
│       └── NotKnownThere       the recipient does not know what the release is about
├── StoreUnavailable            nothing can be kept or read just now
├── Overloaded                  too much is being taken in just now
├── Tampered                    what is kept is not as it was sealed
└── ConfigurationError          an operator has to mend a file or a setting before the start

The message of a GatewayError is shown to the other party: never put a person's data in it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import timedelta

    from gateway.heard import Heard


class Problem(NamedTuple):
    """One thing that is wrong, and where; the reason is in Swedish where it is about a certificate."""

    place: str
    """The question or part as the form numbers it (`6.2`), an element, or a FHIRPath."""
    reason: str

    def __str__(self) -> str:
        return f"{self.place}: {self.reason}" if self.place else self.reason


class GatewayError(Exception):
    """Something that the gateway foresaw; its text may be shown to the other party."""


class SenderError(GatewayError):
    """The sender sent something it can correct; nothing was kept.

    Args:
        text: What is wrong, for the sender to read.
        problems: Every place that is wrong, where there is more to say than the text.
    """

    def __init__(self, text: str, problems: Sequence[Problem] = ()) -> None:
        super().__init__(text)
        self.problems = tuple(problems)


class MalformedMessage(SenderError):
    """Not readable at all."""


class MessageTooLarge(MalformedMessage):
    """More bytes than are taken in."""


class MisaddressedMessage(SenderError):
    """Readable, but not for this endpoint."""


class WrongSoapVersion(MisaddressedMessage):
    """An envelope of another SOAP version than 1.1."""


class HeaderNotUnderstood(MisaddressedMessage):
    """A SOAP header that must be understood and is not."""


class UnsupportedMedia(SenderError):
    """A content type or encoding that is not taken in."""


class SchemaViolation(SenderError):
    """The message breaks its XML schema."""


class ForeignSignature(SenderError):
    """The certificate bears a signature that is not made as the contract says: what it covers is anybody's guess."""


class RuleViolation(SenderError):
    """The certificate breaks the rules of its form."""


class InvalidIdentity(SenderError):
    """A number that identifies nobody."""


class UnknownCertificateType(SenderError):
    """There is no mapping for this type and version of certificate."""


class CertificateConflict(SenderError):
    """The certificate id is taken already, by other content or for another person."""


class ImpossibleRelation(SenderError):
    """A certificate says that it comes after itself, straight or by way of others."""


class UnknownCertificate(SenderError):
    """A message about a certificate that has not come, or that is about somebody else: the two are told alike."""


class InvalidConsent(SenderError):
    """A Consent that cannot be understood, and would therefore permit nothing."""


class InvalidRequest(SenderError):
    """A question to the gate that cannot be understood; nothing was decided."""


class VersionConflict(SenderError):
    """Somebody else changed the resource since the caller read it."""


class InvalidSearch(SenderError):
    """A search that is not offered."""


class CheckpointRefused(SenderError):
    """A checkpoint or a key of an audit log that is none."""


class StampRefused(SenderError):
    """A time-stamp that is none, of something else, or of nobody who is believed."""


class NotCosigned(GatewayError):
    """A witness has not cosigned the log."""


class NotStamped(GatewayError):
    """No authority that could be asked has time-stamped the log."""


class AccessError(GatewayError):
    """The caller may not have this."""


class NotAuthenticated(AccessError):
    """The caller is nobody we know."""


class NotPermitted(AccessError):
    """No consent lets this leave, or not this way; nothing was released."""


class PermitOver(NotPermitted):
    """It was permitted to leave, and did not in time; nothing was released."""


class SetRevoked(AccessError):
    """The caller has had this set, and its certificate has been revoked since: nobody reads it any more."""


class SecondPersonNeeded(AccessError):
    """It takes two persons, and the caller is the first of them again."""


class NotFound(AccessError):
    """Not there, or not for this caller: the two are told alike."""


class Erased(NotFound):
    """It was kept, and has been erased: others are told what they are told of what was never there."""


class DeliveryError(GatewayError):
    """The recipient could not be reached, or refused."""

    heard: Heard | None = None
    """What the recipient answered, where it answered."""


class TemporaryFailure(DeliveryError):
    """The same release may be accepted later; nothing was taken now.

    Args:
        text: Why, for the operator.
        retry_after: How long the recipient asked us to wait, where it did.
    """

    def __init__(self, text: str, retry_after: timedelta | None = None) -> None:
        super().__init__(text)
        self.retry_after = retry_after


class NotReached(TemporaryFailure):
    """There was no connection on which anything could have been sent: `not-sent:refused`, `not-sent:permit-over`."""


class Busy(TemporaryFailure):
    """The recipient asks for time, for this and for everything else.

    It has not failed: the attempt does not count. `retry_after` is None where it does not say how long.
    """


class Misconfigured(TemporaryFailure):
    """Nothing gets there until somebody mends something, here or there: a TLS certificate, an address that moved."""


class EndpointGone(TemporaryFailure):
    """The recipient has closed this address for good (HTTP 410); nothing more goes there until a person says so."""


class UnknownOutcome(DeliveryError):
    """The release may have been taken: nobody answered, or the answer could not be read."""


class Mismatched(UnknownOutcome):
    """The answer is about something else than was sent: whose, nobody knows."""


class InternalError(UnknownOutcome):
    """A mistake of ours ended the attempt: what the recipient got, nobody knows."""


class PermanentFailure(DeliveryError):
    """The release will never be accepted as it is; a person has to look."""


class RevokedThere(PermanentFailure):
    """The recipient knows that the certificate is revoked, and takes no more of it."""


class NotKnownThere(PermanentFailure):
    """The recipient does not know what the release is about; where that is on its way to it, it will."""


class StoreUnavailable(GatewayError):
    """Nothing can be kept or read just now; the same call may succeed later."""


class Overloaded(GatewayError):
    """Too much is being taken in just now; nothing was kept."""


class Tampered(GatewayError):
    """What is kept was changed or moved, or is sealed with another key: it is not used."""


class ConfigurationError(GatewayError):
    """A file or a setting that an operator has to mend before the gateway can start."""
