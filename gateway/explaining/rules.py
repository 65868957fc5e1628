"""A rule of a consent in plain Swedish: for whom, what for, what, and when. Nothing of the person stands in it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from gateway.identity import OrganisationNumber

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

_NESTED = re.compile(r"provision\.provision\[(\d+)\]")


def rule_in_words(resource: Mapping[str, Any], rule: str, name: Callable[[OrganisationNumber], str]) -> str:
    """Return what a rule says; empty where the Consent has no such rule.

    Args:
        resource: A Consent that the gate has understood.
        rule: Its path: `provision`, or `provision.provision[1]`.
        name: What an organisation is called; empty for one that is not to be named.
    """
    found = _rule(resource, rule)
    if found is None:
        return ""
    word = "ja" if found["type"] == "permit" else "nej"
    return f"Regeln {rule} säger {word}: {', '.join(_parts(found, name))}."


def _rule(resource: Mapping[str, Any], rule: str) -> Mapping[str, Any] | None:
    """Return a provision with what it inherits: a nested permit has whatever it does not say again of its parent."""
    root: Mapping[str, Any] | None = resource.get("provision")
    nested = _NESTED.fullmatch(rule)
    if root is None or nested is None:
        return root if rule == "provision" else None
    found: Mapping[str, Any] = root["provision"][int(nested[1])]
    if found["type"] != "permit":
        return found
    periods = {name: {**root.get(name, {}), **found.get(name, {})} for name in ("period", "dataPeriod")}
    return {**root, **found, **{name: period for name, period in periods.items() if period}}


def _parts(rule: Mapping[str, Any], name: Callable[[OrganisationNumber], str]) -> Iterator[str]:
    if "actor" not in rule:
        yield "till vem det än är"
    if named := [called for called in map(name, _organisations(rule)) if called]:
        yield f"till {_either(named)}"
    purposes = [one["code"] for one in rule.get("purpose", ())]
    yield f"för {_either(purposes)}" if purposes else "för vad det än är"
    if "class" in rule:
        yield f"informationsmängden {_either([one['code'] for one in rule['class']])}"
    if "securityLabel" in rule:
        yield f"uppgifter märkta {_either([one['code'] for one in rule['securityLabel']])}"
    if "data" in rule:
        yield "vissa intyg"
    if "dataPeriod" in rule:
        yield f"intyg undertecknade {_period(rule['dataPeriod'])}"
    yield _period(rule.get("period", {}))


def _organisations(rule: Mapping[str, Any]) -> Iterator[OrganisationNumber]:
    for actor in rule.get("actor", ()):
        yield OrganisationNumber(actor["reference"]["identifier"]["value"])


def _period(period: Mapping[str, str]) -> str:
    start, end = period.get("start"), period.get("end")
    if not start and not end:
        return "utan slutdag"
    return " ".join([f"från och med {start}"] * bool(start) + [f"till och med {end}"] * bool(end))


def _either(words: Sequence[str]) -> str:
    return " eller ".join(words)
