"""An entry is an AuditEvent that keeps to the BALP profile it names, and tells nothing that it should not."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from gateway.audit.entries import Entry, content_of, sealed, wrong_with
from gateway.audit.happened import DECIDED, Happened
from gateway.audit.tree import leaf_hash, root_of
from gateway.decisions import Decided, Decision, Way

NOON = datetime(2026, 3, 2, 12, 0, 0, 123456, tzinfo=UTC)
BALP = Path(__file__).parents[3] / "shared/fhir/ihe-balp"
DECISION = Decided(
    1,
    NOON,
    Way.SEND,
    "d1",
    "m1",
    "sickness_benefit",
    "2021005521",
    Decision(permitted=True, reason="permitted", consent="Consent/c1/_history/1"),
)
DENIED = replace(DECISION, decision=Decision(permitted=False, reason="no-active-consent"))
HAPPENED = Happened("samsyn/0123456789abcdef", 7, NOON, "message.accepted", "pseudonym", "m1", detail="LISJP 1")
EVENTS = {
    "accepted": HAPPENED,
    "consent": replace(HAPPENED, event="consent.kept", message="", detail="Consent/c1/_history/1"),
    "permit": replace(HAPPENED, event=DECIDED, delivery="d1", detail="", decided=DECISION),
    "deny": replace(HAPPENED, event=DECIDED, delivery="d1", detail="", decided=DENIED),
    "delivered": replace(HAPPENED, event="release.outcome", delivery="d1", detail="DELIVERED ref", decided=DECISION),
    "unknown": replace(HAPPENED, event="release.outcome", delivery="d1", detail="UNKNOWN", decided=DECISION),
    "read": replace(HAPPENED, event="set.read", detail="sickness_benefit 2021005521", decided=DECISION),
    "operator": replace(HAPPENED, event="operator.action", person="", message="", detail="stop everything"),
    "look": replace(HAPPENED, event="log.read", detail="by uid=0"),
}


def event(happened):
    return json.loads(content_of(happened, sealed(happened, bytes(16)).commitment))


def elements(found, path):
    """The elements under a path of names, flat."""
    here = [found]
    for name in path:
        here = [each for one in here for each in _listed(one.get(name))]
    return here


def _listed(value):
    return [] if value is None else value if isinstance(value, list) else [value]


def fits(value, pattern):
    """Whether a value holds a FHIR pattern: everything the pattern says, and perhaps more."""
    if isinstance(pattern, dict):
        return isinstance(value, dict) and all(fits(value.get(name), each) for name, each in pattern.items())
    if isinstance(pattern, list):
        return isinstance(value, list) and all(any(fits(one, each) for one in value) for each in pattern)
    return value == pattern


def breaches(audit_event, profile):
    """What of the profile's own rules an AuditEvent breaks: how many, and which patterns."""
    rules = {one["id"]: one for one in json.loads(profile.read_text("utf-8"))["differential"]["element"]}
    for id_, rule in rules.items():
        steps = id_.split(".")[1:]
        if not steps:
            continue
        scope = [audit_event]
        for step in steps[:-1]:
            name, _, slice_ = step.partition(":")
            scope = [one for each in scope for one in _listed(each.get(name))]
            if slice_:
                scope = [one for one in scope if in_slice(one, id_, slice_, rules)]
        name, _, slice_ = steps[-1].partition(":")
        for each in scope:
            found = _listed(each.get(name))
            if slice_:
                found = [one for one in found if in_slice(one, id_, slice_, rules)]
            if len(found) < (rule.get("min") or 0) or len(found) > int(rule.get("max", "999").replace("*", "999")):
                yield f"{id_}: {len(found)}"
            if rule.get("slicing", {}).get("rules") == "closed":
                slices = [
                    name
                    for each in rules
                    for root, _, name in [each.rpartition(":")]
                    if root == id_ and "." not in name
                ]
                strangers = [
                    one for one in found if not any(in_slice(one, f"{id_}:{name}", name, rules) for name in slices)
                ]
                yield from (f"{id_}: of no slice" for _ in strangers)
            patterns = [pattern for key, pattern in rule.items() if key.startswith("pattern")]
            yield from (f"{id_}: pattern" for one in found for pattern in patterns if not fits(one, pattern))


def in_slice(element, id_, slice_, rules):
    """Whether an element belongs to a slice: it fits the patterns of its type and role, or the slice's own."""
    root = id_[: id_.index(f":{slice_}") + len(slice_) + 1]
    told = {
        name: pattern
        for name in ("", ".type", ".role")
        for key, pattern in rules.get(root + name, {}).items()
        if key.startswith("pattern")
    }
    return all(fits(element.get(name[1:]) if name else element, pattern) for name, pattern in told.items())


@pytest.mark.parametrize("name", EVENTS)
@pytest.mark.skipif(not BALP.is_dir(), reason="IHE's profiles do not lie beside the project")
def test_an_entry_keeps_to_the_profile_that_it_names(name):
    found = event(EVENTS[name])

    for url in elements(found, ["meta", "profile"]):
        profile = BALP / f"StructureDefinition-{url.rpartition('/')[2]}.json"
        assert list(breaches(found, profile)) == []


@pytest.mark.parametrize(
    ("name", "profile", "outcome"),
    [
        ("accepted", "PatientCreate", "0"),
        ("consent", "PatientCreate", "0"),
        ("permit", "AuthZconsent", "0"),
        ("deny", "AuthZconsent", "4"),
        ("delivered", "PrivacyDisclosure.Source", "0"),
        ("unknown", "PrivacyDisclosure.Source", "4"),
        ("read", "PrivacyDisclosure.Source", "0"),
    ],
)
def test_what_a_profile_is_made_for_names_it(name, profile, outcome):
    found = event(EVENTS[name])

    assert [url.rpartition("IHE.BasicAudit.")[2] for url in elements(found, ["meta", "profile"])] == [profile]
    assert found["outcome"] == outcome


def test_who_got_what_about_whom_on_which_consent_stands_in_a_disclosure():
    text = json.dumps(event(EVENTS["delivered"]))

    assert all(part in text for part in ("2021005521", "sickness_benefit", "pseudonym", "Consent/c1/_history/1"))


def test_details_stand_in_an_entry_only_as_a_commitment():
    happened = EVENTS["operator"]

    one, other = sealed(happened, bytes(16)), sealed(happened, b"another salt....")

    assert "stop everything" not in content_of(happened, one.commitment).decode()
    assert one.commitment != other.commitment


def test_the_bytes_of_an_entry_are_these_for_ever():
    # What was sealed by an earlier gateway has to come out alike: another form would call its whole log changed.
    root = root_of(sealed(happened, bytes(16)).leaf for happened in EVENTS.values())
    assert root.hex() == "6c644a4d4790cc3765a0790f5796af3e4d4735d37783fbb5cad25a1cd001210b"


def test_entries_from_before_they_committed_to_the_decision_that_they_rest_on_are_as_they_were_sealed():
    def sealed_before(happened):
        if happened.is_decision:
            return sealed(happened, bytes(16))
        commitment = hashlib.sha256(bytes(16) + json.dumps({"detail": happened.detail}, separators=(",", ":")).encode())
        before = commitment.digest()
        return Entry(happened, bytes(16), before, leaf_hash(content_of(happened, before)))

    entries = list(map(sealed_before, EVENTS.values()))

    assert root_of(one.leaf for one in entries).hex() == (
        "fec890897ffe8e2ba0bc5b935b2d67da80dada9e2f3ff8f80d3bd33aacff452b"
    )
    assert [wrong_with(one) for one in entries] == [""] * len(entries)
