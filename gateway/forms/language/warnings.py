"""What the form asks for although the national rules do not: a certificate is not refused because of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated

from pydantic import Field, PlainValidator, Tag

from gateway.forms.language.conditions import CONDITIONS, AnyCondition
from gateway.forms.language.words import Words, first_word

_NOTATION = re.compile(r"([1-9][0-9]{0,3}) (days|months)")


@dataclass(frozen=True, slots=True)
class Span:
    """A length of time: so many days, or so many calendar months."""

    days: int = 0
    months: int = 0


def read_span(notation: str) -> Span:
    """Return the length of time that form.yaml writes as `7 days` or `6 months`.

    Raises:
        ValueError: It is written in no such way.
    """
    parts = _NOTATION.fullmatch(notation)
    if parts is None:
        raise ValueError(f"{notation!r} is no length of time: write 7 days or 6 months")
    return Span(days=int(parts[1])) if parts[2] == "days" else Span(months=int(parts[1]))


Spanned = Annotated[Span, PlainValidator(read_span)]


class Longest(Words):
    """Texts, and the most characters that each may have."""

    longest: dict[str, Annotated[int, Field(gt=0)]]


class NoSharedDay(Words):
    """Periods in the answers to a question that do not begin on the day when another ends."""

    no_shared_day: str


class LastsAtMost(Words):
    """A period that is no longer than this, first and last day included."""

    lasts_at_most: Spanned
    part: str


class BegunAtMost(Words):
    """A period that began no longer than this before the certificate was signed."""

    begun_at_most: Spanned
    part: str


AnyWarning = (
    AnyCondition
    | Annotated[Longest, Tag("longest")]
    | Annotated[NoSharedDay, Tag("no_shared_day")]
    | Annotated[LastsAtMost, Tag("lasts_at_most")]
    | Annotated[BegunAtMost, Tag("begun_at_most")]
)

Stated = Annotated[AnyWarning, first_word(*CONDITIONS, "longest", "no_shared_day", "lasts_at_most", "begun_at_most")]
