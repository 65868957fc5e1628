"""What a profile says of a resource is what the check asks of it, no more and no less."""

from __future__ import annotations

import pytest
from small_profiles import BASE, PATIENT, element, loaded, observation, profile, said, without

KIND = {"coding": [{"system": "https://example.org/kind", "code": "a"}]}
OTHER_KIND = {"coding": [{"system": "https://example.org/kind", "code": "b"}]}
CODES = {
    "resourceType": "CodeSystem",
    "url": "https://example.org/kind",
    "content": "complete",
    "concept": [{"code": "a", "concept": [{"code": "c"}]}],
}
VALUES = {
    "resourceType": "ValueSet",
    "url": "https://example.org/kinds",
    "compose": {"include": [{"system": "https://example.org/kind"}]},
}


NO_SUCH_CODE = "har en kod som profilen inte tillåter"
ANOTHER_VALUE = "har ett annat värde än profilen kräver"
TOO_FEW_OR_MANY = "saknar något som profilen kräver, eller har det för många gånger"
NOT_WRITTEN_SO = "är inte skrivet som typen kräver"
ANOTHER_KIND = "hänvisar till en annan sorts resurs än profilen tillåter"


def bound(value_set=VALUES["url"]):
    return {"binding": {"strength": "required", "valueSet": f"{value_set}|1.0"}}


def sliced(by, rules="open"):
    kind, path = by
    return {"slicing": {"discriminator": [{"type": kind, "path": path}], "rules": rules}}


@pytest.fixture
def judged(tmp_path):
    """Judges Observations by a profile that says otherwise than FHIR in what is given."""

    def judge(resource, changes=None, added=(), *others):
        return said(loaded(tmp_path, profile("Observation", changes, added), *others), resource)

    return judge


@pytest.fixture(scope="module")
def profiles(tmp_path_factory):
    """A profile of Observation that says nothing that FHIR does not."""
    return loaded(tmp_path_factory.mktemp("definitions"), profile("Observation"))


def test_what_follows_its_profile_has_nothing_wrong(profiles):
    assert said(profiles, observation()) == []


@pytest.mark.parametrize(
    ("resource", "path", "reason"),
    [
        (without(observation(), "status"), "status", "saknas"),
        (observation(status="kanske"), "status", NO_SUCH_CODE),
        (observation(status=1), "status", "har fel typ"),
        (observation(farg="röd"), "", "har farg, som profilen inte har"),
        (observation(category=KIND), "category", "har fel typ"),
        (observation(category=[]), "category", "har för få"),
        (observation(category=[{}]), "category[0]", "är tomt"),
        (observation(code={"text": ""}), "code.text", "är tomt"),
        (observation(valueString="a", valueBoolean=True), "valueBoolean", "får inte finnas här"),
        (observation(valueInteger=2.5), "valueInteger", "har fel typ"),
        (observation(effectiveDateTime="2026-02-30"), "effectiveDateTime", "följer inte profilen"),
        (observation(effectiveDateTime="2 mars"), "effectiveDateTime", NOT_WRITTEN_SO),
        (observation(issued="2026-03-02"), "issued", "är ingen dag eller tidpunkt"),
        (observation(valueTime="25:00:00"), "valueTime", NOT_WRITTEN_SO),
        (observation(code={"coding": [{"system": "urn:uuid:X"}]}), "code.coding[0].system", NOT_WRITTEN_SO),
        (observation(id="å"), "id", NOT_WRITTEN_SO),
        (observation(contained=[{"resourceType": "Patient", "id": "a"}]), "", "har contained, som profilen inte har"),
        (observation(_status={"id": "a"}), "", "har _status, som profilen inte har"),
        (observation(valueRatio={"id": "a"}), "valueRatio", "följer inte profilen"),
        (observation(extension=[{"url": "https://example.org/x"}]), "extension[0]", "följer inte profilen"),
    ],
)
def test_what_fhir_refuses_is_refused(profiles, resource, path, reason):
    assert (path, reason) in said(profiles, resource)


@pytest.mark.parametrize(
    "moment", ["2026", "2026-03", "2026-03-02", "2026-03-02T10:15:00+01:00", "2026-03-02T09:15:00Z"]
)
def test_a_moment_may_be_as_precise_as_fhir_lets_it(profiles, moment):
    assert said(profiles, observation(effectiveDateTime=moment)) == []


@pytest.mark.parametrize(
    ("changes", "resource", "path", "reason"),
    [
        ({"Observation.note": {"min": 1}}, observation(), "note", "saknas"),
        ({"Observation.note": {"max": "1"}}, observation(note=[{"text": "a"}] * 2), "note", "har för många"),
        ({"Observation.note": {"max": "0"}}, observation(note=[{"text": "a"}]), "", "har note, som profilen inte har"),
        ({"Observation.value[x]": {"min": 1}}, observation(), "", "följer inte profilen"),
        (
            {"Observation.value[x]": {"type": [{"code": "string"}]}},
            observation(valueBoolean=True),
            "",
            "har valueBoolean, som profilen inte har",
        ),
        ({"Observation.status": {"fixedCode": "final"}}, observation(status="amended"), "status", ANOTHER_VALUE),
        (
            {"Observation.code": {"fixedCodeableConcept": KIND}},
            observation(code={**KIND, "text": "a"}),
            "code",
            ANOTHER_VALUE,
        ),
        (
            {"Observation.code": {"patternCodeableConcept": KIND}},
            observation(code=OTHER_KIND),
            "code.coding",
            TOO_FEW_OR_MANY,
        ),
        ({"Observation.code": bound()}, observation(code=OTHER_KIND), "code.coding", TOO_FEW_OR_MANY),
        (
            {
                "Observation.subject": {
                    "type": [{"code": "Reference", "targetProfile": ["http://hl7.org/fhir/StructureDefinition/Group"]}]
                }
            },
            observation(),
            "subject",
            ANOTHER_KIND,
        ),
    ],
)
def test_what_the_profile_narrows_is_narrower(judged, changes, resource, path, reason):
    assert judged(resource, changes, (), VALUES, CODES) == [(path, reason)]


@pytest.mark.parametrize("code", ["a", "c"])
def test_a_code_of_the_value_set_is_allowed_wherever_it_stands_in_its_system(judged, code):
    coding = {"system": "https://example.org/kind", "code": code}

    assert judged(observation(code={"coding": [coding]}), {"Observation.code": bound()}, (), VALUES, CODES) == []


@pytest.mark.parametrize(
    ("include", "codes"),
    [
        ({"system": "https://example.org/kind", "concept": [{"code": "a"}]}, {"a"}),
        ({"system": "https://example.org/nobody-has-its-list"}, set()),
        ({"valueSet": ["https://example.org/others|2"]}, {"b"}),
    ],
)
def test_a_value_set_may_list_codes_or_name_a_system_or_another_set(judged, include, codes):
    others = {**VALUES, "url": "https://example.org/others"}
    others["compose"] = {"include": [{"system": "https://example.org/kind", "concept": [{"code": "b"}]}]}
    values = {**VALUES, "compose": {"include": [include]}}

    def is_allowed(code):
        coding = {"system": "https://example.org/kind", "code": code}
        return not judged(
            observation(code={"coding": [coding]}), {"Observation.code": bound()}, (), values, others, CODES
        )

    assert {code for code in "abc" if is_allowed(code)} == codes


SLICE = [
    ("Observation.category", element("Observation.category:kind", "CodeableConcept", least=1, list_=True)),
    ("Observation.category:kind", element("Observation.category:kind.coding", "Coding", least=1, most="*", list_=True)),
    (
        "Observation.category:kind.coding",
        element("Observation.category:kind.coding.code", "code", least=1, fixedCode="a"),
    ),
]
OF_KIND = {"coding": [{"code": "a"}]}


@pytest.mark.parametrize(
    ("categories", "problems"),
    [
        ([OF_KIND], []),
        ([OF_KIND, KIND], [("category", TOO_FEW_OR_MANY)]),
        ([OF_KIND, OTHER_KIND], []),
        ([OTHER_KIND], [("category", TOO_FEW_OR_MANY)]),
        (
            [{"coding": [{"code": "a", "display": "A"}]}],
            [("category[0].coding[0]", "har display, som profilen inte har")],
        ),
    ],
)
@pytest.mark.parametrize("by", [("value", "coding.code"), ("pattern", "$this")])
def test_a_slice_is_told_by_its_value_and_has_rules_of_its_own(judged, by, categories, problems):
    changes = {"Observation.category": sliced(by)}
    problems = (
        [*problems, ("category[1].coding[0]", "har system, som profilen inte har")] if KIND in categories else problems
    )

    assert sorted(judged(observation(category=categories), changes, SLICE)) == sorted(problems)


def test_closed_slices_let_nothing_else_in(judged):
    changes = {"Observation.category": sliced(("value", "coding.code"), "closed")}

    assert judged(observation(category=[OF_KIND, OTHER_KIND]), changes, SLICE) == [
        ("category[1]", "följer inte profilen")
    ]


def test_a_slice_that_is_taken_away_is_refused(judged):
    gone = [
        (
            "Observation.category",
            element("Observation.category:kind", "CodeableConcept", most="0", list_=True, patternCodeableConcept=KIND),
        )
    ]

    found = judged(observation(category=[KIND]), {"Observation.category": sliced(("pattern", "$this"))}, gone)

    assert found == [("category[0]", "får inte finnas här")]


def test_a_choice_may_have_rules_for_one_of_its_types(judged):
    quantity = [
        (
            "Observation.value[x]",
            element("Observation.value[x]:valueQuantity", "Quantity", patternQuantity={"code": "%"}),
        )
    ]
    changes = {"Observation.value[x]": sliced(("type", "$this"))}

    assert judged(observation(valueQuantity={"value": 50}), changes, quantity) == [("valueQuantity.code", "saknas")]
    assert judged(observation(valueString="a"), changes, quantity) == []


EXTENSION = profile(
    "Extension",
    {"Extension.url": {"fixedUri": f"{BASE}/ordning"}, "Extension.value[x]": {"type": [{"code": "positiveInt"}]}},
    name="ordning",
)


@pytest.mark.parametrize(
    ("extension", "problems"),
    [
        ({"url": f"{BASE}/ordning", "valuePositiveInt": 1}, []),
        ({"url": f"{BASE}/ordning", "valuePositiveInt": 0}, [("extension[0].valuePositiveInt", "är för litet")]),
        ({"url": f"{BASE}/ordning"}, [("extension[0]", "följer inte profilen")]),
        ({"url": f"{BASE}/annat", "valuePositiveInt": 1}, [("extension[0].url", NO_SUCH_CODE)]),
    ],
)
def test_an_extension_has_a_definition_and_follows_it(judged, extension, problems):
    assert judged(observation(extension=[extension]), None, (), EXTENSION) == problems


def test_an_extension_that_the_profile_demands_is_found_by_its_address(judged):
    wanted = [
        (
            "Observation.extension",
            {
                **element("Observation.extension:ordning", least=1, list_=True),
                "type": [{"code": "Extension", "profile": [f"{BASE}/ordning"]}],
            },
        )
    ]
    changes = {"Observation.extension": sliced(("value", "url"))}
    one = {"url": f"{BASE}/ordning", "valuePositiveInt": 1}

    assert judged(observation(extension=[one]), changes, wanted, EXTENSION) == []
    assert [reason for _, reason in judged(observation(extension=[one, one]), changes, wanted, EXTENSION)] == [
        TOO_FEW_OR_MANY
    ]


def test_a_resource_that_names_a_profile_nobody_has_is_refused(profiles):
    resource = observation(meta={"profile": [f"{BASE}/annan"]})

    assert said(profiles, resource) == [("meta.profile", "profilen är inte känd")]


def test_a_resource_of_a_type_that_is_not_written_is_refused(profiles):
    assert ("resourceType", "typen är inte känd") in said(profiles, {"resourceType": "Slot", "id": "b"})


def test_a_resource_of_another_type_than_its_profile_is_refused(profiles):
    patient = {"resourceType": "Patient", "id": "b", "meta": {"profile": [f"{BASE}/liten"]}}

    assert ("resourceType", ANOTHER_VALUE) in said(profiles, patient)


def test_a_resource_that_names_no_profile_is_judged_by_its_type(profiles):
    assert said(profiles, observation(meta={"tag": [{"code": "a"}]}, status="kanske")) == [("status", NO_SUCH_CODE)]


def test_a_reference_may_have_to_lead_to_what_follows_a_profile_of_ours(judged, tmp_path):
    target = {"type": [{"code": "Reference", "targetProfile": [f"{BASE}/person"]}]}
    changes, person = {"Observation.subject": target}, profile("Patient", name="person")
    other = {"resourceType": "Patient", "id": "b", "meta": {"profile": [f"{BASE}/person"]}}
    wrong = [("subject", ANOTHER_KIND)]

    assert judged(observation(), changes, (), person) == wrong
    profiles = loaded(tmp_path, profile("Observation", changes), person)
    named = observation(subject={"reference": "urn:uuid:00000003-1111-4111-8111-111111111111"})
    assert said(profiles, named, other) == []


def test_a_reference_that_leads_nowhere_is_refused(profiles):
    nowhere = "urn:uuid:33333333-1111-4111-8111-111111111111"
    reason = "hänvisar till något som inte finns i dokumentet"

    assert said(profiles, observation(performer=[{"reference": PATIENT}, {"reference": nowhere}])) == [
        ("performer[1]", reason)
    ]
    assert said(profiles, observation(note=[{"text": "a", "authorReference": {"reference": nowhere}}])) == [
        ("note[0].authorReference", reason)
    ]
