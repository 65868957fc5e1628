"""JSON read without forgiveness: what two readers could take differently is refused."""

from __future__ import annotations

import json
import re
from decimal import Decimal, InvalidOperation
from typing import Any, NoReturn

from gateway.errors import MalformedMessage

MAX_DEPTH = 64
"""How deep objects and lists may stand in each other; the object itself is the first."""

_LARGEST = 2**63
_DIGITS = 20
"""No whole number within 64 bits is written with more characters."""
_EXPONENT = 308
"""The largest power of ten that any reader holds as a number (IEEE 754, double)."""
_SURROGATE = re.compile("[\ud800-\udfff]")


def read_object(content: bytes) -> dict[str, Any]:
    """Return the JSON object that the bytes are; numbers with a point are Decimals, digit for digit.

    Raises:
        MalformedMessage: Not UTF-8, a byte order mark, not one JSON object, a name twice in an object, NaN or
            Infinity, a number beyond 64 bits, half a surrogate pair, or deeper than 64 levels.
    """
    try:
        value = json.loads(
            content.decode(),
            object_pairs_hook=_unique,
            parse_constant=_no_number,
            parse_float=_decimal,
            parse_int=_integer,
        )
    except UnicodeDecodeError:
        raise MalformedMessage("The body is not UTF-8") from None
    except json.JSONDecodeError as error:
        raise MalformedMessage(f"Not readable as JSON at line {error.lineno}, column {error.colno}") from None
    except RecursionError:
        raise MalformedMessage(_TOO_DEEP) from None
    if not isinstance(value, dict):
        raise MalformedMessage("The body has to be one JSON object")
    _check_depth_and_texts(value)
    return value


_TOO_DEEP = f"Objects and lists stand more than {MAX_DEPTH} deep in each other"


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise MalformedMessage("An object has the same name twice")
    return found


def _no_number(_: str) -> NoReturn:
    raise MalformedMessage("NaN and Infinity are no JSON numbers")


def _decimal(digits: str) -> Decimal:
    try:
        number = Decimal(digits)
    except InvalidOperation:
        raise MalformedMessage(_TOO_LARGE) from None
    if abs(number.adjusted()) > _EXPONENT:
        raise MalformedMessage(_TOO_LARGE)
    return number


def _integer(digits: str) -> int:
    if len(digits) > _DIGITS or not -_LARGEST <= (number := int(digits)) < _LARGEST:
        raise MalformedMessage(_TOO_LARGE)
    return number


_TOO_LARGE = "A number is too large"


def _check_depth_and_texts(root: dict[str, Any]) -> None:
    level: list[Any] = [root]
    for _ in range(MAX_DEPTH):
        inside = [item for node in level for item in _inside(node)]
        if any(isinstance(item, str) and _SURROGATE.search(item) for item in inside):
            raise MalformedMessage("A text holds half a surrogate pair")
        level = [item for item in inside if isinstance(item, dict | list)]
    if level:
        raise MalformedMessage(_TOO_DEEP)


def _inside(node: dict[str, Any] | list[Any]) -> list[Any]:
    return [*node.keys(), *node.values()] if isinstance(node, dict) else node
