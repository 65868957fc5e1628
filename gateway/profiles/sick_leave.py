"""Our own invariants, sjuk-1 to sjuk-12: what has to hold of a document about sick leave.

sjuk-6 is a warning of the profile, and asked by HL7's validator only; sjuk-9 is no document's.

Source: the invariants of our profiles in `schemas/fhir`, where they stand in FHIRPath.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

from gateway.profiles.moments import in_order

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

Json = dict[str, Any]

_WITH_A_TIME = frozenset({"ATER_X_ANTAL_MANADER", "ATER_X_ANTAL_DGR"})


def _codes(resource: Json, element: str = "code") -> set[str]:
    return {coding.get("code", "") for coding in resource.get(element, {}).get("coding", ())}


def _resources(bundle: Json, type_: str) -> Iterator[Json]:
    for entry in bundle["entry"]:
        if entry["resource"]["resourceType"] == type_:
            yield entry["resource"]


def _periods_are_apart(bundle: Json) -> bool:
    """Say that periods that share an occupation do not overlap; two may share a day (sjuk-1).

    One that ends before it begins is told as that, and overlaps none: which days it was to have, nobody knows.
    """
    by_focus: dict[str, list[tuple[str, str]]] = {}
    for one in _resources(bundle, "Observation"):
        if "effectivePeriod" in one and "nedsattning" in _codes(one):
            period = one["effectivePeriod"]
            if period.keys() >= {"start", "end"} and in_order(period["start"], period["end"]):
                for focus in {target.get("reference", "") for target in one.get("focus", ())} or {""}:
                    by_focus.setdefault(focus, []).append((period["start"], period["end"]))
    return all(
        in_order(earlier[1], later[0])
        for periods in map(sorted, by_focus.values())
        for earlier, later in pairwise(periods)
    )


def _entries_are_there(bundle: Json) -> bool:
    """Say that what the sections refer to is in the document (sjuk-4)."""
    there = {entry.get("fullUrl") for entry in bundle["entry"]}
    return all(
        target["reference"] in there
        for composition in _resources(bundle, "Composition")
        for section in composition.get("section", ())
        for target in section.get("entry", ())
    )


def _a_time_where_there_is_one(prognosis: Json) -> bool:
    """Say that the time to the return is told where the prognosis is that there is one (sjuk-5)."""
    return "component" in prognosis or not _codes(prognosis, "valueCodeableConcept") & _WITH_A_TIME


def _event_is_that_of_the_periods(bundle: Json) -> bool:
    """Say that the time the document tells of is from the first day of its periods to the last (sjuk-7)."""
    events = [event["period"] for one in _resources(bundle, "Composition") for event in one.get("event", ())]
    periods = [one["effectivePeriod"] for one in _resources(bundle, "Observation") if "effectivePeriod" in one]
    first = min((one["start"] for one in periods if "start" in one), default=None)
    last = max((one["end"] for one in periods if "end" in one), default=None)
    return all((event.get("start"), event.get("end")) == (first, last) for event in events)


def _derived_says_from_what(composition: Json) -> bool:
    """Say that what is marked as derived says from what, and is not attested as it stands (sjuk-10)."""
    if all(label.get("code") != "REDACTED" for label in composition["meta"].get("security", ())):
        return True
    return "attester" not in composition and any(
        one["code"] == "transforms" for one in composition.get("relatesTo", ())
    )


def _ends_after_it_begins(observation: Json) -> bool:
    period = observation.get("effectivePeriod", {})
    return "start" not in period or "end" not in period or in_order(period["start"], period["end"])


CHECKS: Mapping[str, Callable[[Any], bool]] = {
    "sjuk-1": _periods_are_apart,
    "sjuk-3": _ends_after_it_begins,
    "sjuk-4": _entries_are_there,
    "sjuk-5": _a_time_where_there_is_one,
    "sjuk-7": _event_is_that_of_the_periods,
    "sjuk-10": _derived_says_from_what,
}
"""Those that have to be computed."""

SAID_IN_SCHEMA: Mapping[str, Json] = {
    "sjuk-2": {"properties": {"value": {"enum": [25, 50, 75, 100]}}, "required": ["value"]},
    "sjuk-8": {},  # asked of every reference, where the document's references are followed
    "sjuk-11": {"pattern": "^[0-9]{12}$"},
    "sjuk-12": {"properties": {"value": {"minimum": 0, "maximum": 100}}, "required": ["value"]},
}
"""Those that JSON Schema can say."""
