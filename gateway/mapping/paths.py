"""Element paths as FHIRPath writes them: `code.coding[0].display`."""

from __future__ import annotations

import re
from typing import Any

from gateway.errors import ConfigurationError

_STEP = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)(?:\[([0-9]+)\])?")

Step = str | int


def steps_of(path: str, rule: str = "") -> tuple[Step, ...]:
    """Return a path's names and list positions.

    Args:
        path: The path.
        rule: Whose path it is, for the error.

    Raises:
        ConfigurationError: The path is not written so.
    """
    steps: list[Step] = []
    for part in path.split("."):
        match = _STEP.fullmatch(part)
        if match is None:
            raise ConfigurationError(f"{rule}: {path} is no element path")
        steps.append(match[1])
        if match[2] is not None:
            steps.append(int(match[2]))
    return tuple(steps)


def element_of(path: str) -> str:
    """Return a path without its list positions: which element, not which of them."""
    return re.sub(r"\[[0-9]+\]", "", path)


def value_at(resource: Any, steps: tuple[Step, ...]) -> Any:  # noqa: ANN401 - JSON values are of any kind
    """Return the value at a path of a resource, or None where nothing stands there."""
    value = resource
    try:
        for step in steps:
            value = value[step]
    except (LookupError, TypeError):
        return None
    return value
