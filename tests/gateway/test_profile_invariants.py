"""The invariants that definitions name: each refuses what breaks it, and lets pass what keeps it."""

from __future__ import annotations

import json

import pytest
from small_profiles import BASE, CORE, document, element, loaded, observation, profile, said, without

from gateway.errors import ConfigurationError
from gateway.profiles import Judge
from gateway.profiles.invariants import CHECKS, SAID_IN_SCHEMA

A_DAY = {"start": "2026-03-02", "end": "2026-03-02"}
CODED = {"coding": [{"system": "https://example.org/kind", "code": "a"}]}
DIV = '<div xmlns="http://www.w3.org/1999/xhtml" lang="sv" xml:lang="sv">{}</div>'
CLINICAL = "http://terminology.hl7.org/CodeSystem/condition-clinical"
VERIFICATION = "http://terminology.hl7.org/CodeSystem/condition-ver-status"


def resource(type_, **elements):
    return {"resourceType": type_, "id": "a", **elements}


def condition(**elements):
    return resource("Condition", subject={"display": "a"}, **elements)


def coded(system, code):
    return {"coding": [{"system": system, "code": code}]}


def plan(**elements):
    return resource("CarePlan", status="active", intent="plan", subject={"display": "a"}, **elements)


def request(**elements):
    return resource("ServiceRequest", status="active", intent="order", subject={"display": "a"}, **elements)


def task(**elements):
    return resource("Task", status="requested", intent="order", **elements)


def narrated(body):
    return observation(meta={"tag": [{"code": "a"}]}, text={"status": "generated", "div": DIV.format(body)})


def of_fhir(**elements):
    return without(observation(**elements), "meta")


BROKEN_AND_KEPT = {
    "att-1": (
        resource("Patient", photo=[{"data": "YQ=="}]),
        resource("Patient", photo=[{"data": "YQ==", "contentType": "image/png"}]),
    ),
    "con-1": (condition(stage=[{"type": CODED}]), condition(stage=[{"summary": CODED}])),
    "con-2": (condition(evidence=[{"id": "a"}]), condition(evidence=[{"code": [CODED]}])),
    "con-4": (
        condition(abatementString="a", clinicalStatus=coded(CLINICAL, "active")),
        condition(abatementString="a", clinicalStatus=coded(CLINICAL, "resolved")),
    ),
    "con-5": (
        condition(verificationStatus=coded(VERIFICATION, "entered-in-error"), clinicalStatus=coded(CLINICAL, "active")),
        condition(verificationStatus=coded(VERIFICATION, "entered-in-error")),
    ),
    "cpl-3": (
        plan(activity=[{"reference": {"display": "a"}, "detail": {"status": "unknown"}}]),
        plan(activity=[{"detail": {"status": "unknown"}}]),
    ),
    "cpt-2": (
        resource("Patient", telecom=[{"value": "a"}]),
        resource("Patient", telecom=[{"value": "a", "system": "phone"}]),
    ),
    "ext-1": (
        resource("Patient", extension=[{"url": f"{BASE}/ordning"}]),
        resource("Patient", extension=[{"url": f"{BASE}/ordning", "valueString": "a"}]),
    ),
    "inv-1": (
        task(authoredOn="2026-03-02", lastModified="2026-03-01"),
        task(authoredOn="2026-03-02", lastModified="2026-03-02"),
    ),
    "obs-3": (of_fhir(referenceRange=[{"type": CODED}]), of_fhir(referenceRange=[{"text": "a"}])),
    "obs-6": (of_fhir(dataAbsentReason=CODED, valueString="a"), of_fhir(dataAbsentReason=CODED)),
    "obs-7": (
        of_fhir(code=CODED, valueString="a", component=[{"code": CODED}]),
        of_fhir(code=CODED, component=[{"code": CODED}]),
    ),
    "org-1": (resource("Organization", active=True), resource("Organization", name="a")),
    "org-2": (
        resource("Organization", name="a", address=[{"use": "home"}]),
        resource("Organization", name="a", address=[{"use": "work"}]),
    ),
    "org-3": (
        resource("Organization", name="a", telecom=[{"use": "home"}]),
        resource("Organization", name="a", telecom=[{"use": "work"}]),
    ),
    "pat-1": (
        resource("Patient", contact=[{"gender": "male"}]),
        resource("Patient", contact=[{"name": {"text": "a"}}]),
    ),
    "per-1": (of_fhir(effectivePeriod={"start": "2026-03-02", "end": "2026-03-01"}), of_fhir(effectivePeriod=A_DAY)),
    "prr-1": (request(orderDetail=[CODED]), request(orderDetail=[CODED], code=CODED)),
    "qty-3": (
        of_fhir(valueQuantity={"value": 1, "code": "%"}),
        of_fhir(valueQuantity={"value": 1, "code": "%", "system": "http://unitsofmeasure.org"}),
    ),
    "ref-1": (of_fhir(subject={"reference": "#a"}), of_fhir()),
    "txt-1": (narrated("<p onclick='a'>a</p>"), narrated("<p>a &amp; b<br/>c</p><p>d</p>")),
    "txt-2": (narrated("<p> </p>"), narrated("<p>a</p><p></p>")),
}


@pytest.fixture(scope="module")
def profiles(tmp_path_factory):
    order = profile("Extension", {"Extension.value[x]": {"type": [{"code": "string"}]}}, name="ordning")
    return loaded(tmp_path_factory.mktemp("definitions"), order)


@pytest.mark.parametrize("key", BROKEN_AND_KEPT)
def test_an_invariant_refuses_what_breaks_it_and_only_that(profiles, key):
    broken, kept = BROKEN_AND_KEPT[key]

    assert said(profiles, broken) != []
    assert said(profiles, kept) == []


def test_a_check_is_told_by_its_key(profiles):
    assert said(profiles, BROKEN_AND_KEPT["per-1"][0]) == [("effectivePeriod", "bryter per-1")]


@pytest.mark.parametrize(
    ("start", "end", "is_kept"),
    [
        ("2026-03-02T10:00:00+01:00", "2026-03-02T09:00:00Z", True),
        ("2026-03-02T10:00:00+01:00", "2026-03-02T08:59:00Z", False),
        ("2026-03", "2026-03-01", True),
        ("2026-04", "2026-03-31", False),
        ("2026-03-02T10:00:00+01:00", "2026-03-02", True),
    ],
)
def test_moments_are_compared_as_far_as_both_say(profiles, start, end, is_kept):
    assert (said(profiles, of_fhir(effectivePeriod={"start": start, "end": end})) == []) is is_kept


def bundle(**changes):
    return document() | changes


def entry_with(**more):
    entries = document()["entry"]
    return bundle(entry=[*entries[:-1], {**entries[-1], **more}])


@pytest.mark.parametrize(
    ("key", "changed"),
    [
        ("bdl-1", bundle(total=2)),
        ("bdl-2", entry_with(search={"mode": "match"})),
        ("bdl-3", entry_with(request={"method": "GET", "url": "a"})),
        ("bdl-4", entry_with(response={"status": "200"})),
        ("bdl-7", bundle(entry=[*document()["entry"], document()["entry"][1]])),
        ("bdl-8", entry_with(fullUrl="https://example.org/Patient/a/_history/1")),
        ("bdl-9", without(bundle(), "identifier")),
        ("bdl-9", bundle(identifier={"value": "a"})),
        ("bdl-10", without(bundle(), "timestamp")),
        ("bdl-11", bundle(entry=document()["entry"][::-1])),
        (
            "cmp-1",
            bundle(
                entry=[
                    {
                        **document()["entry"][0],
                        "resource": {**document()["entry"][0]["resource"], "section": [{"title": "a"}]},
                    }
                ]
            ),
        ),
    ],
)
def test_a_bundle_that_is_no_proper_document_is_refused(profiles, key, changed):
    assert Judge(profiles).violations(changed) != [], key


def test_an_entry_that_the_composition_does_not_lead_to_is_refused(profiles):
    cut_off = document(of_fhir())
    cut_off["entry"][0]["resource"]["section"] = [{"text": {"status": "generated", "div": DIV.format("<p>a</p>")}}]

    [found] = Judge(profiles).violations(cut_off)

    assert (found.resource, found.reason) == ("a", "sjuk-8: nås inte från Composition")


def test_an_entry_that_refers_to_the_composition_belongs_to_it(profiles):
    referring = document(of_fhir(focus=[{"reference": document()["entry"][0]["fullUrl"]}]))
    referring["entry"][0]["resource"]["section"] = [{"text": {"status": "generated", "div": DIV.format("<p>a</p>")}}]

    assert Judge(profiles).violations(referring) == []


def test_a_resource_that_several_bundles_have_is_judged_the_same_in_each(profiles):
    judge, wrong = Judge(profiles), of_fhir(status="kanske")
    first, second = document(wrong), document(of_fhir(id="b"), wrong)

    assert judge.violations(first) == judge.violations(second) != []


def test_an_invariant_that_a_data_type_brings_is_told_where_its_value_stands(tmp_path):
    name = [{"family": "a", "period": {"start": "2026-03-02", "end": "2026-03-01"}}]

    assert said(loaded(tmp_path), resource("Patient", name=name)) == [("name[0].period", "bryter per-1")]


def test_a_slice_for_a_data_type_may_bring_the_invariants_of_the_type(tmp_path):
    per_1 = [{"key": "per-1", "severity": "error"}]
    of_period = element("Observation.value[x]:valuePeriod", "Period", constraint=per_1)
    by_type = {"slicing": {"discriminator": [{"type": "type", "path": "$this"}], "rules": "open"}}
    changes = {"Observation.value[x]": by_type}
    profiles = loaded(tmp_path, profile("Observation", changes, [("Observation.value[x]", of_period)]))

    assert said(profiles, observation(valuePeriod={"start": "2026-03-02", "end": "2026-03-01"})) == [
        ("valuePeriod", "bryter per-1")
    ]
    assert said(profiles, observation(valueString="a")) == []


def test_an_invariant_of_one_element_is_asked_of_it(tmp_path):
    per_1 = {"constraint": [{"key": "per-1", "severity": "error"}]}
    profiles = loaded(tmp_path, profile("Observation", {"Observation.code": per_1}))

    code = {"text": "a", "start": "2026-03-02", "end": "2026-03-01"}

    assert ("code", "bryter per-1") in said(profiles, observation(code=code))


def test_no_invariant_is_told_twice():
    assert not SAID_IN_SCHEMA.keys() & CHECKS.keys()


def test_every_invariant_of_fhirs_definitions_is_judged():
    named = {
        one["key"]
        for file in CORE.glob("StructureDefinition-*.json")
        for raw in json.loads(file.read_bytes())["snapshot"]["element"]
        for one in raw.get("constraint", ())
        if one["severity"] == "error"
    }

    assert named <= SAID_IN_SCHEMA.keys() | CHECKS.keys()


OF_NOBODY = {"constraint": [{"key": "sjuk-99", "severity": "error"}]}
NOT_TOLD = [("Observation.category", element("Observation.category:kind", "CodeableConcept", list_=True))]
COMPUTED = {"constraint": [{"key": "obs-7", "severity": "error"}]}
COMPUTED_SLICE = element(
    "Observation.category:kind",
    "CodeableConcept",
    list_=True,
    patternCodeableConcept=CODED,
    **COMPUTED,
)
FILTERED = {
    "resourceType": "ValueSet",
    "url": "https://example.org/kinds",
    "compose": {"include": [{"system": "a", "filter": []}]},
}
BOUND = {"binding": {"strength": "required", "valueSet": "https://example.org/kinds"}}


@pytest.mark.parametrize(
    ("changes", "added", "others", "text"),
    [
        ({"Observation.note": OF_NOBODY}, (), (), "nobody checks the invariant sjuk-99"),
        ({}, NOT_TOLD, (), "does not say how to tell them"),
        (
            {"Observation.category": {"slicing": {"discriminator": [{"type": "exists", "path": "text"}]}}},
            NOT_TOLD,
            (),
            "told by exists",
        ),
        (
            {"Observation.category": {"slicing": {"discriminator": [{"type": "value", "path": "text"}]}}},
            NOT_TOLD,
            (),
            "no value that tells",
        ),
        (
            {"Observation.category": {"slicing": {"discriminator": [{"type": "value", "path": "farg"}]}}},
            NOT_TOLD,
            (),
            "no farg to tell",
        ),
        (
            {"Observation.category": {"slicing": {"discriminator": [{"type": "pattern", "path": "$this"}]}}},
            [("Observation.category", COMPUTED_SLICE)],
            (),
            "an invariant of a slice",
        ),
        ({"Observation.status": COMPUTED}, (), (), "an invariant of a text"),
        (
            {"Observation.code": {"type": [{"code": "CodeableConcept", "profile": [f"{BASE}/begrepp"]}]}},
            (),
            (profile("CodeableConcept", {"CodeableConcept": COMPUTED}, name="begrepp"),),
            "an invariant of a type's profile",
        ),
        ({"Observation.code": BOUND}, (), (), "not at hand"),
        ({"Observation.code": BOUND}, (), (FILTERED,), "has a filter"),
        (
            {"Observation.code": {"type": [{"code": "CodeableConcept", "profile": [f"{BASE}/x"]}]}},
            (),
            (),
            "is not at hand",
        ),
        ({}, [("Observation.note", element("Observation.ingen.alls", "string"))], (), "does not come before it"),
        ({"Observation.note": {"type": [{"code": "string"}, {"code": "boolean"}]}}, (), (), "2 types and one name"),
        ({"Observation.component.referenceRange": {"contentReference": "#Observation.ingen"}}, (), (), "is not there"),
    ],
)
def test_a_definition_that_is_not_understood_stops_the_start(tmp_path, changes, added, others, text):
    with pytest.raises(ConfigurationError, match=text):
        loaded(tmp_path, profile("Observation", changes, added), *others)


def test_two_definitions_of_the_same_profile_stop_the_start(tmp_path):
    loaded(tmp_path, profile("Observation"))
    (tmp_path / "StructureDefinition-igen.json").write_text(json.dumps(profile("Observation")), "utf-8")

    with pytest.raises(ConfigurationError, match="another file"):
        loaded(tmp_path)


def test_a_file_that_is_no_json_stops_the_start(tmp_path):
    (tmp_path / "ValueSet-trasig.json").write_text("{", "utf-8")

    with pytest.raises(ConfigurationError, match="trasig"):
        loaded(tmp_path)
