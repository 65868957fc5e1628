"""Where each value of a document came from: the source nodes and the rule, or the rule alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from gateway.mapping.paths import element_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from gateway.documents import Document
    from gateway.mapping.loading import Mapping


class Told(NamedTuple):
    """One value of a resource, and where it came from."""

    path: str
    value: str | int | float | bool
    sources: tuple[str, ...]
    rule: str


class Trace:
    """Tells where the values of one document's resources came from, also after a set has taken some of them."""

    def __init__(self, document: Document, mapping: Mapping) -> None:
        self._origins = {(one.resource, one.path): one for one in document.origins}
        self._elements = {(one.resource, element_of(one.path)): one for one in document.origins}
        self._rules = {mapped.resource["id"]: mapped.rule for mapped in document.resources}
        self._rules[document.composition.resource["id"]] = document.composition.rule
        self._where = f"{mapping.kind.type.lower()}/{mapping.kind.major}/mapping.yaml"

    def of(self, resource: dict[str, Any]) -> Iterator[Told]:
        """Yield every value of a resource; one without sources is what the rule states."""
        id_ = resource["id"]
        for path, value in leaves(resource):
            origin = self._origins.get((id_, path)) or self._elements.get((id_, element_of(path)))
            if origin is not None:
                yield Told(path, value, origin.sources, origin.rule)
            else:
                yield Told(path, value, (), f"{self._where}: {self._rules[id_]}.{path}")

    def sources_of(self, ids: Iterable[str]) -> tuple[str, ...]:
        """Return the source nodes that these resources were made from."""
        wanted = frozenset(ids)
        nodes = (node for (id_, _), origin in self._origins.items() if id_ in wanted for node in origin.sources)
        return tuple(dict.fromkeys(nodes))


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
