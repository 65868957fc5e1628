"""Everything that can be said of what became of one certificate: value ↔ source node, and what did not come out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from gateway.mapping import load_tables
from gateway.workbench.absence import absences_of, left_out_of
from gateway.workbench.holds import holds_of
from gateway.workbench.nodes import texts_of
from gateway.workbench.tracing import trace_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gateway.mapping.tables import Tables
    from gateway.workbench.absence import Absence, LeftOut
    from gateway.workbench.desk import Desk
    from gateway.workbench.holds import Hold
    from gateway.workbench.sheet import Sheet
    from gateway.workbench.trial import Trial


class Explanation(NamedTuple):
    """What became of one certificate, and why."""

    trial: Trial
    texts: Mapping[str, str]
    """Source node → its text."""
    rows: Sequence[dict[str, Any]]
    """One for each value of each set: set, withheld, resource, path, value, sources, rule, place, table."""
    absences: Sequence[Absence]
    left_out: Sequence[LeftOut]
    holds: Sequence[Hold]


def explained(trial: Trial, desk: Desk) -> Explanation:
    """Return the explanation of a trial with the rules that were tried."""
    document, rules = trial.document, desk.rules
    sheet = desk.sheet(document.kind)
    texts = dict(texts_of(trial.source.root))
    tables = load_tables(desk.mappings / "code_tables", desk.emitted)
    rows = trace_of(document, trial.sets, rules.mappings[document.kind])
    return Explanation(
        trial,
        texts,
        [{**row, **_written(row, sheet, desk, texts, tables)} for row in rows],
        list(absences_of(trial, sheet)),
        left_out_of(document, trial.sets, rules.definitions),
        holds_of(document, sheet),
    )


def _written(row: dict[str, Any], sheet: Sheet, desk: Desk, texts: Mapping[str, str], tables: Tables) -> dict[str, str]:
    """Return where the rule of a value is written, and the row of the code table it comes from; empty where none is."""
    file, _, name = row["rule"].partition(": ")
    if file != sheet.name or "." not in name:
        return {"place": "", "table": ""}
    rule, _, path = name.partition(".")
    spot = sheet.places.of(rule, path)
    return {"place": desk.shown(spot), "table": _row(row["rule"], row["sources"], sheet, texts, tables)}


def _row(name: str, sources: Sequence[str], sheet: Sheet, texts: Mapping[str, str], tables: Tables) -> str:
    taking = sheet.of_name(name)
    if taking is None or not sources:
        return ""
    said = [texts.get(node, "").strip() for node in sources]
    if taking.take.table:
        code, system = said
        concept = tables.concepts[taking.take.table][system, code]
        return f"{taking.take.table}: {system}|{code} → {concept.system}|{concept.code} “{concept.display}”"
    if taking.take.conversion == "system":
        return f"NamingSystem: {said[0]} → {tables.systems[said[0]]}"
    return ""
