"""Dates and moments as FHIR writes them, in order."""

from __future__ import annotations

from datetime import datetime

_DAY = len("2026-03-02")


def in_order(earlier: str, later: str) -> bool:
    """Say whether one date or moment is not after another; of unlike precision, as far as both say.

    Raises:
        ValueError: One of them is none.
    """
    if len(earlier) > _DAY and len(later) > _DAY:
        return datetime.fromisoformat(earlier) <= datetime.fromisoformat(later)
    told = min(len(earlier), len(later), _DAY)
    return earlier[:told] <= later[:told]
