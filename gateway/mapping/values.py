"""Rules that take a value from the source → functions that take it, note where it came from, and what it tells."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from gateway.documents import Origin, Term, TermKind
from gateway.errors import ConfigurationError, Problem
from gateway.mapping.conversions import CONVERSIONS
from gateway.mapping.paths import element_of
from gateway.mapping.sources import source_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from gateway.mapping.language import Take
    from gateway.mapping.run import Run
    from gateway.mapping.sources import Find, Source
    from gateway.mapping.tables import Concept, Tables

Builder: TypeAlias = "Callable[[Run], Any]"

_TELLING = frozenset({"text", "icd_10"})
"""Conversions whose result tells something by itself; a date or a degree tells nothing of what was left out."""

_MISSING = "uppgiften saknas, och mappningen behöver den"
_UNREADABLE = "uppgiften kan inte tolkas"
_OTHER_WORDS = "visningstexten är en annan än kodtabellens; kodtabellens visas"
_UNKNOWN = "koden finns inte i kodtabellen {}"


def taking(rule: Take, path: str, name: str, tables: Tables, below: str) -> Callable[[Run], Any]:
    """Return the function that takes what a rule names.

    Args:
        rule: What to take, and how.
        path: The element it becomes; `%d` stands for the number of a repeating element.
        name: The rule's name, for the trace.
        tables: The code tables.
        below: The path that repeats, where the rule stands inside a repeating list.

    Raises:
        ConfigurationError: The rule names a table or a NamingSystem that is not there, or has a word that does not
            belong.
    """
    source = source_of(rule.source, below)
    if rule.among and (rule.table is not None or rule.conversion != "system"):
        raise ConfigurationError(f"{name}: among has to stand beside as: system, without a table")
    if rule.otherwise is not None and rule.table is not None:
        raise ConfigurationError(f"{name}: otherwise names a text, and cannot stand beside a table")
    if rule.table is None:
        find = source.finder()
        if rule.otherwise is not None:
            find = _either(find, source_of(rule.otherwise, below).finder())
        return _text(rule, source, find, path, name, _conversion(rule, name, tables))
    if rule.table not in tables.concepts:
        raise ConfigurationError(f"{name}: there is no ConceptMap {rule.table}")
    return _concept(rule, source, path, name, tables.concepts[rule.table])


def _conversion(rule: Take, name: str, tables: Tables) -> Callable[[str], Any]:
    if rule.conversion != "system":
        return CONVERSIONS[rule.conversion]
    if unknown := set(rule.among) - tables.named.keys():
        raise ConfigurationError(f"{name}: there is no NamingSystem {min(unknown)}")
    allowed = {alias: uri for one in rule.among for alias, uri in tables.named[one].items()}
    systems = allowed if rule.among else tables.systems
    return lambda text: systems[text.strip()]


def _either(first: Find, second: Find) -> Find:
    """Return what finds the first of two texts that is there; where neither is, it is the first that is missing."""

    def find(run: Run) -> tuple[str, str | None]:
        found = first(run)
        other = second(run) if found[1] is None else found
        return found if other[1] is None else other

    return find


def _text(
    rule: Take, source: Source, find: Find, path: str, name: str, convert: Callable[[str], Any]
) -> Callable[[Run], Any]:
    element = _element(path)
    required, telling, repeats = rule.required, rule.conversion in _TELLING, "%d" in path
    display = source._replace(key=source.key.removesuffix("code") + "displayName").finder()
    is_code = source.key.endswith("code")

    def build(run: Run) -> Any:  # noqa: ANN401 - JSON values are of any kind
        node, text = find(run)
        if text is None:
            if required:
                run.missing.append(Problem(node, _MISSING))
            return None
        try:
            value = convert(text)
        except (LookupError, ValueError):
            run.report(node, _UNREADABLE)
            return None
        run.origins.append(Origin(run.resource, path % run.number if repeats else path, (node,), name))
        if telling:
            run.terms.append(Term(element, value, TermKind.TEXT))
            if value != text:
                run.terms.append(Term(element, text, TermKind.ALIAS))
            if is_code:
                _tell_display(run, element, display, "")
        return value

    return build


def _concept(
    rule: Take, source: Source, path: str, name: str, table: Mapping[tuple[str, str], Concept]
) -> Callable[[Run], Any]:
    element, required, repeats = _element(path), rule.required, "%d" in path
    code_of, system_of, display_of = (source.field(one).finder() for one in ("code", "codeSystem", "displayName"))
    convert = None if rule.conversion == "text" else CONVERSIONS[rule.conversion]
    code_element, display_element = (element, element) if convert else (f"{element}.code", f"{element}.display")

    def build(run: Run) -> Any:  # noqa: ANN401 - JSON values are of any kind
        node, code = code_of(run)
        system_node, system = system_of(run)
        if code is None or system is None:
            if required or code is not None:
                run.missing.append(Problem(node, _MISSING))
            return None
        concept = table.get((system.strip(), code.strip()))
        if concept is None:
            run.report(node, _UNKNOWN.format(rule.table))
            return None
        here = path % run.number if repeats else path
        places = (here,) if convert else (f"{here}.system", f"{here}.code", f"{here}.display")
        run.origins += [Origin(run.resource, place, (node, system_node), name) for place in places]
        run.terms.append(Term(code_element, code.strip(), TermKind.CODE))
        run.terms.append(Term(display_element, concept.display, TermKind.DISPLAY))
        _tell_display(run, display_element, display_of, concept.display)
        return convert(concept.code) if convert else concept._asdict()

    return build


def _element(path: str) -> str:
    return element_of(path.replace("%d", "0"))


def _tell_display(run: Run, element: str, find: Find, ours: str) -> None:
    """Note the sender's own words for a code: not emitted, and not to be found where the code is left out."""
    node, text = find(run)
    if text is not None and text != ours:
        run.terms.append(Term(element, text, TermKind.ALIAS))
        if ours and " ".join(text.split()).casefold() != ours.casefold():
            run.notes.append(Problem(node, _OTHER_WORDS))
