"""Something that lint tells."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gateway.identity import CertificateKind
    from gateway.workbench.sheet import Sheet

Sheets: TypeAlias = "Mapping[CertificateKind, Sheet]"
"""The rules of every mapping, as they are written."""


class Finding(NamedTuple):
    """Something to mend, or to look at."""

    place: str
    """File and line, or the file."""
    what: str
    is_hint: bool = False
    """Whether all is well with it there: something that stands ready, or is still to be done."""
