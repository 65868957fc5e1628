"""Rules → functions that build elements, once at load; a function returns None where the source says nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from gateway.documents import Reference
from gateway.errors import ConfigurationError
from gateway.mapping.language import Refer, ReferToAll, Repeat, Take
from gateway.mapping.paths import Step, steps_of
from gateway.mapping.values import Builder, taking

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gateway.mapping.language import Value
    from gateway.mapping.run import Run
    from gateway.mapping.tables import Tables


class Element(NamedTuple):
    """How to build an element, and whether the source has a say in it."""

    build: Builder
    counts: bool = False
    """Whether a value from the source can stand in it; an element that could have one and has none is left out."""
    constant: Any = None
    """The element itself, where nothing but the rule has a say in it: built once, and shared by all documents."""


def compile_elements(
    rules: Mapping[str, Value], rule: str, tables: Tables, below: str = "", prefix: str = ""
) -> Element:
    """Return the builder of a resource (or of an element of a list) from its paths and their rules.

    Args:
        rules: Element path → rule.
        rule: The name of them all, for the trace.
        tables: The code tables.
        below: The path that repeats, where the element is one of a repeating list.
        prefix: The element's own path then, with `%d` for its number.

    Raises:
        ConfigurationError: A path contradicts another, or a table is not there.
    """
    tree: dict[Step, Any] = {}
    for path, value in rules.items():
        _plant(tree, steps_of(path, rule), value, _named(rule, prefix + path))
    return _Compiler(rule, tables, below).compile(tree, prefix)


def _named(rule: str, path: str) -> str:
    return f"{rule}.{path.replace('[%d]', '')}"


def _plant(tree: dict[Step, Any], steps: tuple[Step, ...], value: Value, rule: str) -> None:
    for step in steps[:-1]:
        tree = tree.setdefault(step, {})
        if not isinstance(tree, dict):
            raise ConfigurationError(f"{rule} stands below a value")
    if steps[-1] in tree:
        raise ConfigurationError(f"{rule} stands in another rule's place")
    tree[steps[-1]] = value


class _Compiler:
    def __init__(self, rule: str, tables: Tables, below: str) -> None:
        self._rule = rule
        self._tables = tables
        self._below = below

    def compile(self, node: Any, path: str) -> Element:  # noqa: ANN401 - a tree of rules, or one rule
        if isinstance(node, dict):
            if all(isinstance(step, int) for step in node):
                return self._list([node[step] for step in sorted(node)], path.removesuffix("."))
            return self._object(node, path)
        path = path.removesuffix(".")
        if isinstance(node, Take):
            take = taking(node, path, _named(self._rule, path), self._tables, self._below)
            return Element(take, counts=True)
        if isinstance(node, Refer | ReferToAll):
            return Element(_referring(node, path, _named(self._rule, path)))
        if isinstance(node, Repeat):
            return Element(self._repeating(node, path), counts=True)
        return _constant(node)

    def _object(self, node: dict[str, Any], path: str) -> Element:
        children = {key: self.compile(child, f"{path}{key}.") for key, child in node.items()}
        if all(child.constant is not None for child in children.values()):
            return _constant({key: child.constant for key, child in children.items()})
        counts = any(child.counts for child in children.values())
        entries = [(key, *child) for key, child in children.items()]

        def build(run: Run) -> dict[str, Any] | None:
            result: dict[str, Any] = {}
            found = not counts
            references = len(run.references)
            for key, build_child, child_counts, constant in entries:
                value = constant if constant is not None else build_child(run)
                if value is not None:
                    result[key] = value
                    found = found or child_counts
            if found:
                return result
            del run.references[references:]
            return None

        return Element(build, counts)

    def _list(self, nodes: list[Any], path: str) -> Element:
        children = [self.compile(child, f"{path}[{n}].") for n, child in enumerate(nodes)]
        if all(child.constant is not None for child in children):
            return _constant([child.constant for child in children])

        def build(run: Run) -> list[Any] | None:
            result: list[Any] = []
            for n, child in enumerate(children):
                origins, references = len(run.origins), len(run.references)
                value = child.build(run)
                if value is not None:
                    if n != len(result):
                        _move(run, origins, references, f"{path}[{n}]", f"{path}[{len(result)}]")
                    result.append(value)
            return result or None

        return Element(build, any(child.counts for child in children))

    def _repeating(self, node: Repeat, path: str) -> Builder:
        each = node.each
        element = compile_elements(node.elements, self._rule, self._tables, each, f"{path}[%d].")

        def build(run: Run) -> list[Any] | None:
            result: list[Any] = []
            for place in run.root.places.get(each, ()):
                run.places[each] = place
                run.number = len(result)
                value = element.build(run)
                if value is not None:
                    result.append(value)
            return result or None

        return build


def _constant(value: Any) -> Element:  # noqa: ANN401 - a JSON value
    return Element(lambda _: value, constant=value)


def _referring(node: Refer | ReferToAll, path: str, name: str) -> Builder:
    return _referring_to_first(node, path) if isinstance(node, Refer) else _referring_to_all(node, path, name)


def _referring_to_first(node: Refer, path: str) -> Builder:
    element, *rest = steps_of(path)
    index = rest[0] if rest and isinstance(rest[0], int) else None
    name = f"{node.reference}[0]"

    def build(run: Run) -> dict[str, str]:
        target = run.urns[name]
        run.references.append(Reference(str(element), index, target))
        return {"reference": target}

    return build


def _referring_to_all(node: ReferToAll, path: str, name: str) -> Builder:
    if not path.isidentifier():
        raise ConfigurationError(f"{name}: references make a whole element, not one in a list or below another")

    def build(run: Run) -> list[dict[str, str]] | None:
        targets = run.made.get(node.references, ())
        run.references += [Reference(path, n, target) for n, target in enumerate(targets)]
        return [{"reference": target} for target in targets] or None

    return build


def _move(run: Run, origins: int, references: int, old: str, new: str) -> None:
    """Say that what was built as the list's nth element stands earlier, since one before it was left out."""
    for n in range(origins, len(run.origins)):
        origin = run.origins[n]
        run.origins[n] = origin._replace(path=new + origin.path.removeprefix(old))
    element, _, position = new.rpartition("[")
    for n in range(references, len(run.references)):
        if run.references[n].element == element:
            run.references[n] = run.references[n]._replace(position=int(position[:-1]))
