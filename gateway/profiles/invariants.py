"""The invariants that definitions name, each by its key: said in JSON Schema where that can say it, else a check.

A definition that names an invariant which stands in neither table stops the start. A definition has it in FHIRPath;
here the same is asked of the value of the element that names it.

Source: FHIR R4, the constraints of the resources and data types.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gateway.profiles import sick_leave
from gateway.profiles.clauses import (
    any_of,
    begins_with,
    coded,
    document,
    entries,
    needs,
    not_both,
    of_type,
    some,
    without,
)
from gateway.profiles.moments import in_order
from gateway.profiles.narrative import NARRATIVE

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Schema = dict[str, Any]

_IN_ERROR = coded("http://terminology.hl7.org/CodeSystem/condition-ver-status", "entered-in-error")
_ENDED = coded("http://terminology.hl7.org/CodeSystem/condition-clinical", "resolved", "remission", "inactive")
_NOT_AT_HOME: Schema = {"properties": {"use": {"not": {"const": "home"}}}}
_IDENTIFIED: Schema = {"properties": {"identifier": {"required": ["system", "value"]}}, "required": ["identifier"]}

SAID_IN_SCHEMA: Mapping[str, Schema] = {
    "att-1": needs("data", "contentType"),
    "bdl-1": {"anyOf": [of_type("searchset", "history"), without("total")]},
    "bdl-2": {"anyOf": [of_type("searchset"), entries(without("search"))]},
    "bdl-3": document(entries(without("request"))),
    "bdl-4": document(entries(without("response"))),
    "bdl-5": any_of("resource", "request", "response"),
    "bdl-8": {"properties": {"fullUrl": {"not": {"pattern": "/_history/"}}}},
    "bdl-9": document(_IDENTIFIED),
    "bdl-10": document({"required": ["timestamp"]}),
    "bdl-11": document(begins_with("Composition")),
    "bdl-12": {"if": of_type("message"), "then": begins_with("MessageHeader")},
    "cmp-1": any_of("text", "entry", "section"),
    "cmp-2": not_both("emptyReason", "entry"),
    "con-1": any_of("summary", "assessment"),
    "con-2": any_of("code", "detail"),
    "con-4": {
        "if": some("abatement"),
        "then": {"properties": {"clinicalStatus": _ENDED}, "required": ["clinicalStatus"]},
    },
    "con-5": {"anyOf": [{"properties": {"verificationStatus": {"not": _IN_ERROR}}}, without("clinicalStatus")]},
    "cpl-3": not_both("detail", "reference"),
    "cpt-2": needs("value", "system"),
    "dom-2": {},  # what is contained is refused, whatever it is
    "dom-3": {},
    "dom-4": {},
    "dom-5": {},
    "ele-1": {},  # every object, list and text is asked for content anyway
    "ext-1": {"oneOf": [{"required": ["extension"]}, some("value")]},
    "obs-3": any_of("low", "high", "text"),
    "obs-6": {"anyOf": [without("dataAbsentReason"), {"not": some("value")}]},
    "org-1": any_of("identifier", "name"),
    "org-2": _NOT_AT_HOME,
    "org-3": _NOT_AT_HOME,
    "pat-1": any_of("name", "telecom", "address", "organization"),
    "prr-1": needs("orderDetail", "code"),
    "qty-3": needs("code", "system"),
    "ref-1": {"properties": {"reference": {"not": {"pattern": "^#"}}}},  # nothing is contained that it could name
    "txt-1": NARRATIVE,
    "txt-2": NARRATIVE,
    **sick_leave.SAID_IN_SCHEMA,
}
"""Invariants that JSON Schema can say."""


def _in_order(value: Mapping[str, Any], earlier: str, later: str) -> bool:
    return earlier not in value or later not in value or in_order(value[earlier], value[later])


def _full_urls_differ(bundle: Mapping[str, Any]) -> bool:
    urls = [entry.get("fullUrl") for entry in bundle.get("entry", ())]
    return len(set(urls)) == len(urls)


def _value_stands_once(observation: Mapping[str, Any]) -> bool:
    """Say that no component has the observation's own code where the observation has a value."""
    components = observation.get("component", ())
    if not components or not any(name.startswith("value") for name in observation):
        return True
    own = _codings(observation)
    return not any(own & _codings(one) for one in components)


def _codings(coded_: Mapping[str, Any]) -> set[tuple[str, str]]:
    return {(one.get("system", ""), one.get("code", "")) for one in coded_.get("code", {}).get("coding", ())}


CHECKS: Mapping[str, Callable[[Any], bool]] = {
    "bdl-7": _full_urls_differ,
    "inv-1": lambda task: _in_order(task, "authoredOn", "lastModified"),
    "obs-7": _value_stands_once,
    "per-1": lambda period: _in_order(period, "start", "end"),
    **sick_leave.CHECKS,
}
"""Invariants that have to be computed: whether the value of the element keeps it."""


def keeps(key: str, value: Any) -> bool:  # noqa: ANN401 - JSON values are of any kind
    """Say whether a value keeps an invariant that has to be computed.

    A schema may refuse the value for something else, so that the invariant cannot be asked of it: then it does not.
    """
    try:
        return CHECKS[key](value)
    except (AttributeError, LookupError, TypeError, ValueError):
        return False
