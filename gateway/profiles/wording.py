"""What a JSON Schema says of a resource → where it is wrong, as FHIRPath, and why, in words; never with a value."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jsonschema_rs import ValidationErrorKind as Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from jsonschema_rs import ValidationError

_REASONS: dict[type[Kind], str] = {
    Kind.Type: "har fel typ",
    Kind.Enum: "har en kod som profilen inte tillåter",
    Kind.Constant: "har ett annat värde än profilen kräver",
    Kind.Pattern: "är inte skrivet som typen kräver",
    Kind.Format: "är ingen dag eller tidpunkt",
    Kind.MinLength: "är tomt",
    Kind.MinProperties: "är tomt",
    Kind.MinItems: "har för få",
    Kind.MaxItems: "har för många",
    Kind.Minimum: "är för litet",
    Kind.Maximum: "är för stort",
    Kind.Contains: "saknar något som profilen kräver, eller har det för många gånger",
    Kind.FalseSchema: "får inte finnas här",
}
_OTHERWISE = "följer inte profilen"


def path_of(steps: Sequence[str | int]) -> str:
    """Return a place in a resource as FHIRPath writes it: `code.coding[0].display`."""
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps).removeprefix(".")


def path_of_reference(reference: str, value: Any) -> str | None:  # noqa: ANN401 - JSON values are of any kind
    """Return where a resource refers to this; None where it does not."""
    return _path(lambda one: isinstance(one, dict) and one.get("reference") == reference, value)


def path_to(part: Any, value: Any) -> str:  # noqa: ANN401 - JSON values are of any kind
    """Return where a part of a resource stands; empty for the resource itself."""
    return _path(lambda one: one is part, value) or ""


def _path(is_it: Callable[[Any], bool], value: Any, steps: tuple[str | int, ...] = ()) -> str | None:  # noqa: ANN401
    if is_it(value):
        return path_of(steps)
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return next((path for key, one in inner if (path := _path(is_it, one, (*steps, key))) is not None), None)


def told(error: ValidationError) -> tuple[str, str]:
    """Return the path and the reason of what a schema refuses."""
    path = path_of(error.instance_path)
    kind = error.kind
    if isinstance(kind, Kind.Required):
        return f"{path}.{kind.property}".removeprefix("."), "saknas"
    if isinstance(kind, Kind.AdditionalProperties):
        return path, f"har {', '.join(sorted(kind.unexpected))}, som profilen inte har"
    return path, _REASONS.get(type(kind), _OTHERWISE)
