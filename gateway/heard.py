"""What a recipient was heard to say: kept with the attempt, and shown to nobody but by its hash."""

from __future__ import annotations

import hashlib
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

    @property
    def sha256(self) -> str:
        """The hash of what was read, by which an answer can be talked about without showing it."""
        return hashlib.sha256(self.body).hexdigest()
