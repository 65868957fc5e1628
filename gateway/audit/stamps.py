"""Time-stamps of checkpoints: an authority says that it has seen the hash of one, and when. Source: RFC 3161."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from cryptography.x509 import load_pem_x509_certificates
from rfc3161_client import (
    HashAlgorithm,
    TimeStampRequest,
    TimestampRequestBuilder,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

from gateway.errors import ConfigurationError, StampRefused

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from cryptography.x509 import Certificate

__all__ = ["TimeStampRequest", "check_stamp", "is_good_stamp", "is_stamp_of", "read_roots", "request_for"]


def request_for(note: str) -> TimeStampRequest:
    """Return what an authority is asked about a checkpoint: its SHA-256, with a nonce of its own."""
    return TimestampRequestBuilder().data(note.encode()).hash_algorithm(HashAlgorithm.SHA256).build()


def check_stamp(answer: bytes, request: TimeStampRequest, note: str, roots: Sequence[Certificate]) -> None:
    """Return if an answer is a time-stamp of this checkpoint, made for this request by somebody who is believed.

    Raises:
        StampRefused: It is none, of something else or for another request, or nobody believed has signed it.
    """
    wanted = VerifierBuilder(policy_id=request.policy, nonce=request.nonce, roots=list(roots))
    if not _is_found_good(wanted, answer, note):
        raise StampRefused("That is no time-stamp of the checkpoint, or of nobody who is believed")


def is_good_stamp(answer: bytes, note: str, roots: Sequence[Certificate]) -> bool:
    """Say whether a kept time-stamp is of this checkpoint, by somebody who is believed and was then."""
    return _is_found_good(VerifierBuilder(roots=list(roots)), answer, note)


def _is_found_good(wanted: VerifierBuilder, answer: bytes, note: str) -> bool:
    try:
        wanted.build().verify_message(decode_timestamp_response(answer), note.encode())
    except (ValueError, VerificationError):
        return False
    return True


def is_stamp_of(answer: bytes, note: str) -> bool:
    """Say whether a kept time-stamp is about this checkpoint; whose it is, is not asked."""
    try:
        imprint = decode_timestamp_response(answer).tst_info.message_imprint
    except ValueError:
        return False
    return imprint.message == hashlib.sha256(note.encode()).digest()


def read_roots(file: Path) -> list[Certificate]:
    """Return the certificates of the authorities that are believed.

    Raises:
        ConfigurationError: The file is not there, or holds none.
    """
    try:
        return load_pem_x509_certificates(file.read_bytes())
    except (OSError, ValueError):
        raise ConfigurationError(f"The certificates of time-stamp authorities cannot be read: {file}") from None
