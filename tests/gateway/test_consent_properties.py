"""What holds of every decision, whatever the consents say."""

from __future__ import annotations

from copy import deepcopy

import pytest
from consent_samples import (
    CERTIFICATE,
    CONFIDENTIALITY,
    NOW,
    PURPOSES,
    SETS,
    a_consent,
    a_provision,
    a_request,
    actor,
    coding,
    data,
    decided,
    kept,
    section_label,
)
from hypothesis import given
from hypothesis import strategies as st

from gateway.consent import decide, named_organisations

FULL = a_consent(
    a_provision(
        **{"class": [coding(SETS, "arbetsgivaruppgift-utokad")]},
        data=[data(identifier={"system": "urn:ietf:rfc:3986", "value": CERTIFICATE.urn})],
        dataPeriod={"start": "2026"},
        securityLabel=[coding(CONFIDENTIALITY, "R")],
        provision=[
            {"type": "deny", "actor": [actor("5569876543")]},
            {
                "type": "permit",
                "securityLabel": [section_label("diagnos")],
                "period": {"start": "2026-03-03"},
            },
        ],
    ),
    meta={"profile": ["https://example.org/p"], "tag": [coding("https://example.org/t", "x")]},
    text={"status": "generated", "div": "<div xmlns='http://www.w3.org/1999/xhtml'>Samtycke</div>"},
    identifier=[{"system": "urn:ietf:rfc:3986", "value": "urn:uuid:x", "type": {"text": "x"}}],
    extension=[{"url": "https://example.org/x", "valueCoding": coding("https://example.org/t", "x")}],
)


def objects_in(node):
    """Give every object in a JSON value, with the value itself."""
    if isinstance(node, dict):
        yield node
    for child in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from objects_in(child)


OBJECTS = range(len(list(objects_in(FULL))))


def test_the_consent_that_is_mutated_below_permits():
    assert decided(FULL).permitted
    assert len(OBJECTS) > 30


@pytest.mark.parametrize("place", OBJECTS)
@pytest.mark.parametrize("name", ["foo", "_foo", "modifierExtension", "contained"])
def test_an_unknown_element_anywhere_denies(place, name):
    mutated = deepcopy(FULL)
    list(objects_in(mutated))[place][name] = [{"url": "https://example.org/x", "valueString": "x"}]

    assert decided(mutated).reason == "indeterminate"


@pytest.mark.parametrize("place", OBJECTS)
@pytest.mark.parametrize("value", [None, [], {}, "", 0, [0], {"foo": 1}])
def test_a_value_of_the_wrong_kind_anywhere_denies(place, value):
    for name in list(objects_in(FULL))[place]:
        mutated = deepcopy(FULL)
        list(objects_in(mutated))[place][name] = value
        assert decided(mutated).reason == "indeterminate"


numbers = st.sampled_from(["5561234567", "5569876543"])
elements = {
    "period": st.sampled_from([{"start": "2026-05-01"}, {"end": "2026-03-31"}, {"start": "2026-03"}]),
    "actor": st.lists(numbers.map(actor), min_size=1, max_size=2),
    "purpose": st.lists(
        st.sampled_from(["atergangsplan", "sip"]).map(lambda code: coding(PURPOSES, code)),
        min_size=1,
        max_size=2,
    ),
    "class": st.sampled_from(["arbetsgivaruppgift-utokad", "annan"]).map(lambda code: [coding(SETS, code)]),
    "securityLabel": st.lists(
        st.sampled_from(
            [
                coding(CONFIDENTIALITY, "R"),
                coding(CONFIDENTIALITY, "N"),
                section_label("diagnos"),
                section_label("prognos"),
            ]
        ),
        min_size=1,
        max_size=2,
    ),
}


def provisions(kinds, nested):
    return st.fixed_dictionaries({"type": st.sampled_from(kinds)}, optional={**elements, **nested})


leaves = provisions(["permit", "deny"], {})
trees = provisions(["permit", "deny"], {"provision": st.lists(leaves, min_size=1, max_size=2)})
likely = st.builds(
    lambda changes, nested: a_provision(**changes, **({"provision": nested} if nested else {})),
    st.fixed_dictionaries({}, optional=elements),
    st.lists(leaves, max_size=2),
)
statuses = st.sampled_from(["active", "active", "active", "inactive", "draft"])
consents = st.builds(lambda provision, status: a_consent(provision, status=status), trees | likely, statuses)
several = st.lists(consents, max_size=4).map(
    lambda resources: [kept(resource, f"samtycke-{number}") for number, resource in enumerate(resources)]
)


@given(records=several, data=st.data())
def test_the_order_of_consents_has_no_weight(records, data):
    shuffled = data.draw(st.permutations(records))

    assert decide(shuffled, a_request(), NOW) == decide(records, a_request(), NOW)


@given(
    records=several,
    denying=provisions(["deny"], {"provision": st.lists(provisions(["deny"], {}), min_size=1)}),
)
def test_one_more_deny_never_permits_nor_releases_more(records, denying):
    before = decide(records, a_request(), NOW)

    after = decide([*records, kept(a_consent(denying), "deny")], a_request(), NOW)

    assert before.permitted or not after.permitted
    assert not after.permitted or after.withheld >= before.withheld


@given(records=several)
def test_a_permit_always_rests_on_an_active_consent_that_names_the_recipient(records):
    decision = decide(records, a_request(), NOW)

    if decision.permitted:
        [ground] = [record for record in records if record.reference == decision.consent]
        assert ground.resource["status"] == "active"
        assert a_request().organisation in named_organisations(ground.resource)
        assert decision.since <= NOW
    else:
        assert decision.withheld == frozenset()


@given(records=several)
def test_what_is_said_to_begin_does_begin_then_and_not_before(records):
    decision = decide(records, a_request(), NOW)

    if decision.until is not None:
        assert decision.until > NOW
        assert decide(records, a_request(), decision.until).permitted


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63) | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from([*FULL, *a_provision(), "identifier", "reference"]), inner, max_size=4)
    ),
    max_leaves=20,
)


@given(resource=json_values)
def test_junk_never_permits_and_never_raises(resource):
    assert not decided(resource).permitted
    assert list(named_organisations(resource)) == []


@given(records=several, junk=json_values)
def test_junk_beside_a_permit_denies(records, junk):
    broken = kept({**a_consent(), "provision": junk}, "junk")

    assert decide([*records, broken], a_request(), NOW).reason == "indeterminate"
