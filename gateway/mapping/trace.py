"""Where each value of a document came from: the source nodes and the rule, or the rule alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from gateway.mapping.paths import element_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gateway.documents import Document
    from gateway.mapping.loading import Mapping


class Told(NamedTuple):
    """One value of a resource, and where it came from."""

    path: str
    value: str | int | float | bool
    sources: tuple[str, ...]
    """The source nodes it was made from; none for what the rule states."""
    rule: str
    """The rule that made it: file and element; empty for a value that the mapping did not make."""


class Trace:
    """Tells where the values of one document's resources came from, also after a set has taken some of them."""

    def __init__(self, document: Document, mapping: Mapping) -> None:
        self._origins = {(one.resource, one.path): one for one in document.origins}
        made = (document.composition, *document.resources)
        self._rules = {mapped.resource["id"]: mapped.rule for mapped in made}
        self._values = {mapped.resource["id"]: dict(leaves(mapped.resource)) for mapped in made}
        self.file = f"{mapping.kind.type.lower()}/{mapping.kind.major}/mapping.yaml"
        """The mapping's file, as the rules' names begin."""

    def of(self, resource: dict[str, Any]) -> Iterator[Told]:
        """Yield every value of a resource, whether or not the mapping made it."""
        for path, value in leaves(resource):
            yield self._told(resource["id"], path, value)

    def _told(self, id_: str, path: str, value: Any) -> Told:  # noqa: ANN401 - JSON values are of any kind
        made = self._made_at(id_, path, value)
        if made is None:
            return Told(path, value, (), "")
        origin = self._origins.get((id_, made))
        if origin is None:
            return Told(path, value, (), f"{self.file}: {self._rules[id_]}.{made}")
        return Told(path, value, origin.sources, origin.rule)

    def _made_at(self, id_: str, path: str, value: Any) -> str | None:  # noqa: ANN401 - JSON values are of any kind
        """Return where the mapping made a value: what a set leaves out of a list moves the rest of it."""
        values = self._values[id_]
        if values.get(path) == value:
            return path
        element = element_of(path)
        return next((one for one, other in values.items() if other == value and element_of(one) == element), None)


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:  # noqa: ANN401 - JSON values are of any kind
    """Yield every value that holds no other, with its path."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from leaves(inner, f"{path}.{key}" if path else key)
    elif isinstance(value, list):
        for n, inner in enumerate(value):
            yield from leaves(inner, f"{path}[{n}]")
    else:
        yield path, value
