"""A question in anybody's words: may these people have this, for that purpose, at that moment?"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from gateway.consent.grammar import MOST_ANYWHERE, Element, Shape, Test, boolean, flaws, one_of, text
from gateway.consent.moments import Span, local_span
from gateway.consent.pcf import is_literal
from gateway.consent.provisions import Datum, Facts, Name, as_compared
from gateway.consent.question import Question, Section
from gateway.consent.strict_json import read_object
from gateway.consent.theirs import as_person, is_no_number
from gateway.decisions import Coding, PersonStatus
from gateway.errors import InvalidRequest

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

_VALUE = re.compile(r"[^\s/|#]+")


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked, about whom, and when."""

    patient: frozenset[Name] = field(repr=False)
    """Every way in which a consent may name the patient."""
    known: frozenset[PersonStatus]
    """What is recorded about the patient besides."""
    question: Question
    at: Span


def read_asked(content: bytes, now: datetime) -> Asked:
    """Return the question that a JSON object asks: `patient`, and any other of the elements in `_REQUEST`.

    What it leaves out is not told. An empty list tells that there is none.

    Args:
        content: The object. A person or thing is `Type/id`, `urn:uuid:…`, `system|value`, or the value alone; a code
            is `system|code`, or the code alone.
        now: When it is asked, where the object does not say; aware.

    Raises:
        MalformedMessage: Not readable as one JSON object.
        InvalidRequest: Something in it is not understood; every place is listed, no value is shown.
    """
    request = read_object(content)
    if problems := flaws(request, _REQUEST, "request"):
        raise InvalidRequest("The request is not understood", problems)
    question = Question(
        _facts(request),
        (_labelled(request),),
        (),
        must_be_named=False,
        trusted=request.get("trusted", False),
        retired=frozenset(request.get("retiredPolicies", ())),
    )
    known = frozenset(map(PersonStatus, request.get("patientStatus", ())))
    at = local_span(request["now"]) if "now" in request else None
    return Asked(frozenset(map(as_person, _names([request["patient"]]))), known, question, at or Span.at(now))


def _time(value: object) -> str:
    return "" if isinstance(value, str) and local_span(value) else "has to be a date or a time"


def _name(value: object) -> str:
    understood = isinstance(value, str) and (is_literal(value) or _VALUE.fullmatch(value.rpartition("|")[2]))
    return "" if understood and "" not in str(value).split("|") else _NO_NAME


def _patient(value: object) -> str:
    if wrong := _name(value):
        return wrong
    return "has to be a number of its system" if is_no_number(_identifier(str(value))) else ""


_NO_NAME = "has to be Type/id, urn:uuid:<id>, system|value or a value"


def _list_of(test: Test) -> Test:
    """Return the test that asks for a list, which may be empty."""

    def check(values: object) -> str:
        if not isinstance(values, list) or len(values) > MOST_ANYWHERE:
            return f"has to be a list of at most {MOST_ANYWHERE}"
        return next((wrong for wrong in map(test, values) if wrong), "")

    return check


_REQUEST = Shape(
    {
        "now": Element(_time),
        "patient": Element(_patient),
        "patientStatus": Element(_list_of(one_of(PersonStatus))),
        "trusted": Element(boolean),
        "retiredPolicies": Element(_list_of(text)),
        "actor": Element(_list_of(_name)),
        "purpose": Element(text),
        "labels": Element(_list_of(text)),
        "class": Element(_list_of(text)),
        "dataDate": Element(_time),
        "resource": Element(_name),
        "author": Element(_list_of(_name)),
        "related": Element(_list_of(_name)),
    },
    frozenset({"patient"}),
)


def _facts(request: Mapping[str, Any]) -> Facts:
    itself = _names([request["resource"]]) if "resource" in request else frozenset[Name]()
    data = {
        "instance": itself,
        "authoredby": _names(request["author"]) if "author" in request else frozenset[Name](),
        # What is related to something is that itself, too (FHIR R4, consent-data-meaning).
        "related": itself | _names(request["related"]) if "related" in request else frozenset[Name](),
    }
    return Facts(
        actors=_names(request["actor"]) if "actor" in request else frozenset(),
        purposes=_codes([request["purpose"]]) if "purpose" in request else frozenset(),
        classes=_codes(request["class"]) if "class" in request else frozenset(),
        data=frozenset([Datum(meaning, name) for meaning, told in data.items() for name in told]),
        data_at=local_span(request["dataDate"]) if "dataDate" in request else None,
    )


def _labelled(request: Mapping[str, Any]) -> Section:
    labels = _codes(request["labels"]) if "labels" in request else frozenset[Coding]()
    return Section(Coding("", ""), labels)


def _names(values: Sequence[str]) -> frozenset[Name]:
    """Return what the values name, and the empty name: so much is told also where they name nobody."""
    if not values:
        return frozenset(["", Coding("", "")])
    literals = [as_compared(value) for value in values if is_literal(value)]
    identifiers = [value for value in values if "/" not in value or "|" in value]
    return frozenset(["", *literals, *map(_identifier, identifiers)])


def _identifier(value: str) -> Coding:
    system, value = _code(value)
    return Coding(system, as_compared(value))


def _codes(values: Iterable[str]) -> frozenset[Coding]:
    return frozenset([Coding("", ""), *map(_code, values)])


def _code(value: str) -> Coding:
    system, _, code = value.rpartition("|")
    return Coding(system, code)
