"""How each error is told outside: once, in every language that we speak.

Codes: HTTP (RFC 9110), FHIR R4 issue-type, RIV ErrorIdType of clinicalprocess_healthcond_certificate_3.3, and SOAP 1.1
fault codes where a RIV answer is not possible.
"""

from __future__ import annotations

from typing import NamedTuple

from gateway.errors import (
    CertificateConflict,
    GatewayError,
    HeaderNotUnderstood,
    ImpossibleRelation,
    InvalidConsent,
    InvalidIdentity,
    InvalidSearch,
    MalformedMessage,
    MessageTooLarge,
    MisaddressedMessage,
    NotAuthenticated,
    NotFound,
    NotPermitted,
    Overloaded,
    Problem,
    SenderError,
    SetRevoked,
    StoreUnavailable,
    UnknownCertificate,
    UnsupportedMedia,
    VersionConflict,
    WrongSoapVersion,
)


class Answer(NamedTuple):
    """How to tell one kind of error."""

    status: int
    issue: str
    """FHIR issue-type."""
    riv: str
    """RIV errorId, or the SOAP fault code where it begins with `soap:`."""


ANSWERS: dict[type[Exception], Answer] = {
    SenderError: Answer(422, "invalid", "VALIDATION_ERROR"),
    MalformedMessage: Answer(400, "structure", "soap:Client"),
    MessageTooLarge: Answer(413, "too-long", "soap:Client"),
    MisaddressedMessage: Answer(400, "invalid", "soap:Client"),
    WrongSoapVersion: Answer(400, "invalid", "soap:VersionMismatch"),
    HeaderNotUnderstood: Answer(400, "invalid", "soap:MustUnderstand"),
    UnsupportedMedia: Answer(415, "not-supported", "soap:Client"),
    InvalidIdentity: Answer(400, "value", "VALIDATION_ERROR"),
    CertificateConflict: Answer(409, "duplicate", "VALIDATION_ERROR"),
    ImpossibleRelation: Answer(422, "business-rule", "VALIDATION_ERROR"),
    UnknownCertificate: Answer(404, "not-found", "APPLICATION_ERROR"),
    InvalidConsent: Answer(422, "invalid", "VALIDATION_ERROR"),
    VersionConflict: Answer(412, "conflict", "VALIDATION_ERROR"),
    InvalidSearch: Answer(400, "not-supported", "VALIDATION_ERROR"),
    NotAuthenticated: Answer(401, "login", "soap:Client"),
    NotPermitted: Answer(404, "not-found", "APPLICATION_ERROR"),
    SetRevoked: Answer(410, "deleted", "REVOKED"),
    NotFound: Answer(404, "not-found", "APPLICATION_ERROR"),
    StoreUnavailable: Answer(503, "transient", "TECHNICAL_ERROR"),
    Overloaded: Answer(503, "throttled", "TECHNICAL_ERROR"),
}
UNPLANNED = Answer(500, "exception", "TECHNICAL_ERROR")
_ALIKE = frozenset({NotFound, NotPermitted})


def answer_to(error: Exception) -> tuple[Answer, str, tuple[Problem, ...]]:
    """Return how to tell an error, the words, and each thing that is wrong; an unplanned one says nothing of itself."""
    for kind in type(error).__mro__:
        if kind in ANSWERS and isinstance(error, GatewayError):
            text = "Not found" if kind in _ALIKE else str(error)
            return ANSWERS[kind], text, getattr(error, "problems", ())
    return UNPLANNED, "Internal error", ()
