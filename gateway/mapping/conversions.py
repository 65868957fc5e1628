"""How the text of a source node becomes a JSON value; ValueError where the text is not of that kind."""

from __future__ import annotations

import re
from datetime import date, datetime
from types import MappingProxyType
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_STOCKHOLM = ZoneInfo("Europe/Stockholm")
_DOUBLE = re.compile(r"[+-]?(?:[0-9]{1,20}(?:\.[0-9]{0,20})?|\.[0-9]{1,20})(?:[eE][+-]?[0-9]{1,3})?")
_TOO_MUCH = 1_000_000_000
_ICD_10 = re.compile(r"([A-Z][0-9]{2})([0-9A-Z]{1,2})")


def as_date(text: str) -> str:
    """Return a date as it stands: certificate dates are Swedish calendar days and are never shifted."""
    return _plain_date(text.strip())


def as_datetime(text: str) -> str:
    """Return a time with the offset that Sweden had then; RIV-TA writes local time without one.

    Source: XSD type TimeStampType; read as Europe/Stockholm, as Inera's EHDS mappings read it.
    """
    plain = text.strip()
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}", plain):
        raise ValueError
    return datetime.fromisoformat(plain).replace(tzinfo=_STOCKHOLM).isoformat()


def as_boolean(text: str) -> bool:
    """Return an xs:boolean."""
    return _BOOLEANS[text.strip()]


def as_integer(text: str) -> int:
    """Return a whole number of at most nine ASCII digits."""
    if not re.fullmatch(r"[0-9]{1,9}", text.strip()):
        raise ValueError
    return int(text)


def as_decimal(text: str) -> int | float:
    """Return a number below 10⁹ that is written as an xs:double; one that is whole as a whole number.

    Source: the type of a physical quantity's value in RIV-TA, which writes `25.0` for 25 and may write `2.5E1`.
    """
    if not _DOUBLE.fullmatch(text.strip()):
        raise ValueError
    number = float(text)
    if abs(number) >= _TOO_MUCH:
        raise ValueError
    return int(number) if number.is_integer() else number


def as_icd_10(text: str) -> str:
    """Return an ICD-10-SE code as the classification writes it: capitals, and a dot after the third position.

    The certificates write it without the dot. A code of another shape (KSH97-P has hyphens) stays as it is.
    """
    code = text.strip().upper()
    parts = _ICD_10.fullmatch(code)
    return f"{parts[1]}.{parts[2]}" if parts else code


def _plain_date(text: str) -> str:
    """Return the day as it stands there; a zone behind it, which xs:date may have, does not make it another."""
    found = re.fullmatch(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:Z|[+-][0-9]{2}:[0-9]{2})?", text)
    if found is None:
        raise ValueError
    return date.fromisoformat(found[1]).isoformat()


class _Booleans(dict[str, bool]):
    def __missing__(self, text: str) -> bool:
        raise ValueError


_BOOLEANS = _Booleans({"true": True, "1": True, "false": False, "0": False})

CONVERSIONS: Mapping[str, Callable[[str], str | int | float | bool]] = MappingProxyType(
    {
        "text": str,
        "code": str.strip,
        "date": as_date,
        "datetime": as_datetime,
        "boolean": as_boolean,
        "integer": as_integer,
        "decimal": as_decimal,
        "icd_10": as_icd_10,
    }
)
"""By the word that a mapping file uses; `system` is looked up in the NamingSystems instead."""
