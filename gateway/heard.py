"""What a recipient was heard to say: kept with the attempt, and shown to nobody but by its hash."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

MAX_KEPT = 16 * 1024
"""Bytes of an answer that are kept; an OperationOutcome is shorter."""


@dataclass(frozen=True, slots=True)
class Heard:
    """An answer as it came."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    """Names in lower case."""
    body: bytes = field(repr=False)
    """As much as was read; it may tell of the person."""
    broken: str = ""
    """Why the body is not whole: `answer-too-large`, `no-answer`, `broken-off`; empty where it is."""
