"""An explanation → the page that shows it: the certificate left, FHIR right, and a click lights up the other side."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

from gateway.workbench.pages import page
from gateway.workbench.tracing import trace_of_document

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from gateway.documents import InformationSet
    from gateway.workbench.desk import Desk
    from gateway.workbench.explaining import Explanation


def trace_page(name: str, explanation: Explanation, desk: Desk) -> str:
    """Return the page.

    Args:
        name: The file's name, for its heading.
        explanation: What became of the certificate in it.
        desk: The rules that were tried.
    """
    return _Page(explanation, desk).written(name)


class _Page:
    def __init__(self, explanation: Explanation, desk: Desk) -> None:
        self._explanation = explanation
        self._document = explanation.trial.document
        self._desk = desk
        self._numbers = {node: number for number, node in enumerate(explanation.texts)}
        made = (self._document.composition, *self._document.resources)
        self._rules = {mapped.resource["id"]: mapped.rule for mapped in made}

    def written(self, name: str) -> str:
        absences = [{**one._asdict(), "place": self._desk.shown(one.spot)} for one in self._explanation.absences]
        return page(
            "trace",
            file=name,
            kind=str(self._document.kind),
            title=self._document.title,
            groups=list(self._groups()),
            views=[*map(self._view, self._explanation.trial.sets), self._whole()],
            absences=absences,
        )

    def _groups(self) -> Iterator[dict[str, Any]]:
        titles = self._desk.titles(self._document.kind)
        nodes = map(self._node, self._explanation.texts.items())
        for question, group in groupby(nodes, lambda node: _question(node["name"])):
            title = f"{question} {titles.get(question, '')}" if question else "The certificate, beside its answers"
            yield {"title": title, "nodes": list(group)}

    def _node(self, item: tuple[str, str]) -> dict[str, Any]:
        node, text = item
        state, fate = "mapped", "a rule takes it"
        if node in self._document.ignored:
            state, fate = "ignored", f"ignored: {self._document.ignored[node]}"
        elif node in self._document.unmapped:
            state, fate = "unknown", "no rule takes it, and none ignores it: the certificate is held"
        return {"name": node, "text": text, "number": self._numbers[node], "state": state, "fate": fate}

    def _view(self, one: InformationSet) -> dict[str, Any]:
        withheld = tuple(sorted(one.withheld))
        is_of_it = (one.name, list(withheld))
        return {
            "title": one.name + (f" without {', '.join(withheld)}" if withheld else ""),
            "holds": [f"Held ({one.hold}): {problem}" for problem in one.problems],
            "resources": list(
                self._resources(row for row in self._explanation.rows if (row["set"], row["withheld"]) == is_of_it)
            ),
            "left_out": [
                left for left in self._explanation.left_out if (left.set, left.withheld) == (one.name, withheld)
            ],
        }

    def _whole(self) -> dict[str, Any]:
        rows = trace_of_document(self._document, self._desk.rules.mappings[self._document.kind])
        resources = list(self._resources({**row, "place": "", "table": ""} for row in rows))
        return {"title": "the whole document", "holds": (), "resources": resources, "left_out": ()}

    def _resources(self, rows: Iterable[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
        for resource, group in groupby(rows, lambda row: row["resource"]):
            type_, _, id_ = resource.partition("/")
            yield {"type": type_, "rule": self._rules.get(id_, ""), "rows": [self._value(row) for row in group]}

    def _value(self, row: Mapping[str, Any]) -> dict[str, Any]:
        written = f" ({row['place']})" if row["place"] else ""
        return {
            "path": row["path"],
            "value": row["value"] if isinstance(row["value"], str) else str(row["value"]).lower(),
            "name": f"{row['resource'].partition('/')[0]}.{row['path']}",
            "nodes": " ".join(str(self._numbers[node]) for node in row["sources"] if node in self._numbers),
            "rule": row["rule"] + written,
            "table": row["table"],
        }


def _question(node: str) -> str:
    """Return the question that a node belongs to; empty for what stands beside the answers."""
    number = node.partition(".")[0].partition("/")[0]
    return number if number.isdecimal() else ""
