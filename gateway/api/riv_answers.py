"""The answers of the RIV-TA side: ResultType, and SOAP faults where no such answer can be given."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from fastapi import Response

from gateway.api.answers import answer_to
from gateway.fhir.outcome import error_code
from gateway.reading.namespaces import CORE, SOAP

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gateway.api.contracts import Contract
    from gateway.errors import Problem

_MEDIA = "text/xml; charset=utf-8"


def result(contract: Contract, code: str, text: str = "", error_id: str = "") -> Response:
    """Return a contract's response with this ResultType.

    Args:
        contract: What was called.
        code: OK, INFO or ERROR.
        text: What the sender shows a person; in Swedish where it is about a certificate.
        error_id: VALIDATION_ERROR, APPLICATION_ERROR or TECHNICAL_ERROR, where the code is ERROR.
    """
    parts = [f"<c:resultCode>{code}</c:resultCode>"]
    if text:
        parts.append(f"<c:resultText>{escape(text)}</c:resultText>")
    if error_id:
        parts.append(f"<c:errorId>{error_id}</c:errorId>")
    body = (
        f'<r:{contract.name}Response xmlns:r="{contract.responder}" xmlns:c="{CORE}">'
        f"<r:result>{''.join(parts)}</r:result></r:{contract.name}Response>"
    )
    return _envelope(body, 200)


def tell_in_riv(error: Exception, contract: Contract, request_id: str) -> Response:
    """Return the answer that tells an error to whoever called a contract."""
    answer, text, problems = answer_to(error)
    if answer.riv == "TECHNICAL_ERROR":
        return result(contract, "ERROR", "Tekniskt fel. Försök igen om en stund.", answer.riv)
    if not answer.riv.startswith("soap:"):
        return result(contract, "ERROR", told(text, problems), answer.riv)
    # SOAP 1.1 §6.2 answers a fault with 500; 413 and 415 are said before anybody has read an envelope.
    status = answer.status if answer.status in (413, 415) else 500
    fault = (
        f"<s:Fault><faultcode>{answer.riv.replace('soap:', 's:')}</faultcode>"
        f"<faultstring>{error_code(answer.status)}: {escape(text)} ({request_id})</faultstring></s:Fault>"
    )
    return _envelope(fault, status)


def told(text: str, problems: Iterable[Problem]) -> str:
    """Return a text with every problem after it."""
    return "; ".join([text, *(str(problem) for problem in problems)])


def _envelope(body: str, status: int) -> Response:
    content = f'<s:Envelope xmlns:s="{SOAP}"><s:Body>{body}</s:Body></s:Envelope>'
    return Response(f'<?xml version="1.0" encoding="UTF-8"?>{content}', status, media_type=_MEDIA)
