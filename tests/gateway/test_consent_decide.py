"""`samsyn consent decide`: consents and requests that nobody here has seen."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from commanding import run
from foreign_consents import NOON, NURSE, WARD, a_request, asked_of, coded, consent_with, datum, named, rule
from hypothesis import given
from hypothesis import strategies as st

from gateway.consent import decide_foreign, read_asked, read_foreign
from gateway.decisions import REASONS
from gateway.errors import InvalidRequest

SHARED = Path(__file__).resolve().parents[3] / "shared" / "fhir"
VECTORS = SHARED / "consent-vectors.json"
CORPUS = json.loads(VECTORS.read_text()) if VECTORS.exists() else {"requests": {}, "vectors": []}


def decide(folder, consents, request, status=0):
    """Run the command over these, each in a file of its own; return what it printed."""
    arguments = []
    for number, consent in enumerate(consents):
        file = folder / f"consent-{number}.json"
        file.write_text(consent if isinstance(consent, str) else json.dumps(consent))
        arguments += ["--consent", file]
    asked = folder / "request.json"
    asked.write_text(request if isinstance(request, str) else json.dumps(request))
    return run("consent", "decide", *arguments, "--request", asked, status=status)


@pytest.mark.skipif(not CORPUS["vectors"], reason="the shared corpus of consents is not here")
@pytest.mark.parametrize("vector", CORPUS["vectors"], ids=lambda vector: vector["request"])
def test_every_vector_of_the_corpus_comes_out_as_it_says(vector, tmp_path):
    consents = [(SHARED / "ihe-pcf" / vector["consent"]).read_text()] if vector["consent"] else []

    told = json.loads(decide(tmp_path, consents, CORPUS["requests"][vector["request"]]))

    assert told["decision"] == vector["decision"]
    assert told["reason"] in REASONS | {"permitted"}


def test_a_permit_tells_the_consent_its_version_and_the_rule(tmp_path):
    consent = consent_with(rule("permit", purpose=["HRESCH"], nested=[rule("permit", purpose=["TREAT"])]))

    told = json.loads(decide(tmp_path, [{**consent, "meta": {"versionId": "3"}}], a_request()))

    assert {name: told[name] for name in ("decision", "reason", "rule", "consent", "version")} == {
        "decision": "permit",
        "reason": "permitted",
        "rule": "provision.provision[0]",
        "consent": "samtycke-1",
        "version": 3,
    }
    assert told["since"].startswith("2025-06-12T22:00:00")


@pytest.mark.parametrize("version", ["9" * 5_000, "9" * 64, str(2**53), "2b"])
def test_a_version_that_is_no_number_that_json_can_be_sure_of_is_told_as_it_is_written(version, tmp_path):
    told = json.loads(decide(tmp_path, [consent_with(rule("permit"), meta={"versionId": version})], a_request()))

    assert told["version"] == version


def test_a_deny_tells_what_each_consent_would_say_alone(tmp_path):
    denying = consent_with(rule("deny", purpose=["TREAT"]), id="deny")

    told = json.loads(decide(tmp_path, [consent_with(rule("permit")), denying], a_request()))

    assert (told["decision"], told["consent"], told["version"], told["objected"]) == ("deny", "deny", 1, True)
    assert [(one["consent"], one["decision"]) for one in told["consents"]] == [
        ("samtycke-1", "permit"),
        ("deny", "deny"),
    ]


def test_no_consent_is_no_permit(tmp_path):
    told = json.loads(decide(tmp_path, [], a_request()))

    assert (told["decision"], told["reason"], told["consent"], told["rule"]) == (
        "deny",
        "no-active-consent",
        None,
        None,
    )


@pytest.mark.parametrize(
    "consent", ["", "{", "[]", '{"resourceType": "Consent", "resourceType": "Consent"}', '{"resourceType": "Patient"}']
)
def test_a_file_that_is_no_consent_is_an_error_and_nothing_is_decided(consent, tmp_path):
    printed = decide(tmp_path, [consent_with(rule("permit")), consent], a_request(), status=1)

    assert "consent-1.json" in printed
    assert "decision" not in printed


@pytest.mark.parametrize(
    ("others", "same"),
    [
        ({"patient": {"reference": "Patient/p2"}}, {}),
        ({"patient": {"reference": "Patient/p2"}}, {"id": None}),
        ({"status": "inactive"}, {"id": None}),
        ({"provision": rule("permit", purpose=["HRESCH"])}, {"id": None, "meta": {"versionId": "2"}}),
    ],
)
def test_the_file_that_is_told_is_the_one_that_decided_of_several_that_call_themselves_alike(others, same, tmp_path):
    consents = [consent_with(rule("permit"), **{**same, **others}), consent_with(rule("permit"), **same)]

    for number, order in enumerate((consents, consents[::-1])):
        told = json.loads(decide(tmp_path, order, a_request()))
        assert (told["decision"], told["file"]) == ("permit", str(tmp_path / f"consent-{1 - number}.json"))


@pytest.mark.parametrize("too_large", ["consent-0.json", "request.json"])
def test_a_file_that_is_larger_than_any_consent_is_an_error_that_says_so(too_large, tmp_path):
    padded = {"consent-0.json": consent_with(rule("permit")), "request.json": a_request()}
    texts = {name: json.dumps(value).ljust(4 * 1024 * 1024) for name, value in padded.items()}
    assert json.loads(decide(tmp_path, [texts["consent-0.json"]], texts["request.json"]))["decision"] == "permit"

    texts[too_large] += " "
    printed = decide(tmp_path, [texts["consent-0.json"]], texts["request.json"], status=1)

    assert f"{too_large}: The file is larger than 4194304 bytes" in printed


def test_a_file_without_end_is_an_error_too(tmp_path):
    (tmp_path / "request.json").symlink_to("/dev/zero")

    assert "is larger than" in run("consent", "decide", "--request", tmp_path / "request.json", status=1)


def test_a_file_that_the_system_does_not_let_be_read_is_an_error(tmp_path):
    (tmp_path / "request.json").symlink_to("/proc/self/mem")

    assert "request.json" in run("consent", "decide", "--request", tmp_path / "request.json", status=1)


def test_a_file_whose_name_is_no_text_is_read_like_any_other(tmp_path):
    file, request = tmp_path / "samtycke-\udcff.json", tmp_path / "request.json"
    file.write_text(json.dumps(consent_with(rule("permit"))))
    request.write_text(json.dumps(a_request()))

    told = json.loads(run("consent", "decide", "--consent", file, "--request", request))

    assert told["file"].endswith("samtycke-\N{REPLACEMENT CHARACTER}.json")


def test_a_file_that_is_not_there_is_an_error(tmp_path):
    run("consent", "decide", "--consent", tmp_path / "none.json", "--request", tmp_path / "none.json", status=2)


@pytest.mark.parametrize(
    "change",
    [
        {"patients": "Patient/p1"},
        {"patient": None},
        {"patient": ["Patient/p1"]},
        {"patient": "https://example.org/fhir/Patient/p1"},
        {"patient": "Patient/p1/_history/1"},
        {"patient": "|p1"},
        {"actor": NURSE},
        {"actor": [NURSE, None]},
        {"actor": ["#nurse"]},
        {"actor": ["A. Nurse"]},
        {"purpose": ["TREAT"]},
        {"purpose": ""},
        {"labels": "N"},
        {"labels": [1]},
        {"labels": ["N"] * 1001},
        {"now": "yesterday"},
        {"now": 20260401},
        {"now": "2026-02-30"},
        {"dataDate": ""},
        {"resource": ["Observation/1"]},
        {"_now": "2026-04-01"},
        {"patientStatus": "deceased"},
        {"patientStatus": ["Deceased"]},
        {"patientStatus": [["deceased"]]},
        {"retiredPolicies": "http://example.org/policy"},
        {"retiredPolicies": [None]},
        {"trusted": "true"},
        {"trusted": 1},
        {"trusted": None},
    ],
)
def test_a_request_that_is_not_understood_is_an_error_that_shows_no_value(change, tmp_path):
    printed = decide(tmp_path, [consent_with(rule("permit"))], {**a_request(), **change}, status=1)

    assert "request." in printed
    assert not {"p1", "A. Nurse", "yesterday"} & set(printed.split())


def test_a_request_without_a_patient_is_an_error(tmp_path):
    assert "request.patient: is missing" in decide(tmp_path, [], a_request(without=["patient"]), status=1)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"status": "inactive"}, "revoked"),
        ({"status": "entered-in-error"}, "entered-in-error"),
        ({"status": "draft"}, "no-active-consent"),
        ({"status": "proposed"}, "no-active-consent"),
        ({"status": "rejected"}, "no-active-consent"),
        ({"status": "Active"}, "indeterminate"),
        ({"status": None}, "indeterminate"),
        ({"patient": {"reference": "Patient/p2"}}, "patient-mismatch"),
        ({"patient": {"reference": "Patient/P1"}}, "patient-mismatch"),
        ({"patient": {"identifier": {"system": "urn:oid:1", "value": "p1"}}}, "indeterminate"),
        ({"patient": {"display": "P. Ett"}}, "indeterminate"),
        ({"patient": None}, "indeterminate"),
        ({"provision": None}, "indeterminate"),
        ({"scope": {"coding": [{"system": "http://example.org", "code": "patient-privacy"}]}}, "indeterminate"),
        ({"scope": {"coding": [{**consent_with({})["scope"]["coding"][0], "code": "adr"}]}}, "indeterminate"),
        ({"category": [{"text": "samtycke"}]}, "indeterminate"),
        ({"dateTime": None}, "indeterminate"),
        ({"dateTime": "2026-04-01T12:00:01+02:00"}, "not-started"),
        ({"dateTime": "2026-04-02"}, "not-started"),
        ({"verification": [{"verified": False}]}, "indeterminate"),
        ({"policyRule": {"text": "opt-out"}}, "indeterminate"),
        ({"contained": [{"resourceType": "Group"}]}, "indeterminate"),
        ({"implicitRules": "http://example.org/rules"}, "indeterminate"),
        ({"modifierExtension": [{"url": "http://example.org/x", "valueBoolean": True}]}, "indeterminate"),
        ({"performer": None, "organization": None, "sourceReference": None, "policy": None}, "permitted"),
    ],
)
def test_a_consent_that_is_not_quite_one_permits_nothing(changes, reason):
    assert asked_of([consent_with(rule("permit"), **changes)]).reason == reason


def test_a_consent_about_somebody_else_neither_permits_nor_hinders():
    theirs = {"patient": {"reference": "Patient/p2"}}

    assert asked_of([consent_with(rule("permit")), consent_with(rule("deny"), **theirs)]).permitted
    assert asked_of([consent_with(rule("permit", foo=1), **theirs)]).reason == "patient-mismatch"


@pytest.mark.parametrize(
    ("period", "now", "reason"),
    [
        ({"end": "2026-03-31"}, "2026-03-31", "permitted"),
        ({"end": "2026-03-31"}, "2026-03-31T23:59:59", "permitted"),
        ({"end": "2026-03-31"}, "2026-03-31T21:59:59Z", "permitted"),
        ({"end": "2026-03-31"}, "2026-03-31T22:00:00Z", "expired"),
        ({"end": "2026-03-31"}, "2026-04-01", "expired"),
        ({"end": "2026-03"}, "2026-03-31T23:59:59", "permitted"),
        ({"end": "2026"}, "2026-12-31T23:59:59", "permitted"),
        ({"start": "2026-03-31"}, "2026-03-31", "permitted"),
        ({"start": "2026-03-31"}, "2026-03-30T22:00:00Z", "permitted"),
        ({"start": "2026-03-31"}, "2026-03-30T21:59:59Z", "not-started"),
        # The clock goes forward on 29 March 2026 and back on 25 October: those days have 23 and 25 hours.
        ({"end": "2026-03-29"}, "2026-03-29T21:59:59Z", "permitted"),
        ({"end": "2026-03-29"}, "2026-03-29T22:00:00Z", "expired"),
        ({"end": "2026-10-25"}, "2026-10-25T22:59:59Z", "permitted"),
        ({"end": "2026-10-25"}, "2026-10-25T23:00:00Z", "expired"),
        ({"end": "2026-10-25T02:30:00+02:00"}, "2026-10-25T02:30:00", "expired"),
        ({"start": "2026-10-25T02:30:00+02:00", "end": "2026-10-25T02:30:00+01:00"}, "2026-10-25T02:30", "permitted"),
        ({"end": "2026-03-31T12:00:00+02:00"}, "2026-03-31T10:00:00Z", "permitted"),
        ({"end": "2026-03-31T12:00:00+02:00"}, "2026-03-31T10:00:01Z", "expired"),
        ({"end": "2026-03-31T12:00:00-05:00"}, "2026-03-31T19:00:00", "permitted"),
        # A day is the whole of it: a permit that ends or begins at noon does not hold all of it.
        ({"end": "2026-03-31T12:00:00+02:00"}, "2026-03-31", "expired"),
        ({"start": "2026-03-31T12:00:00+02:00"}, "2026-03-31", "not-started"),
    ],
)
def test_a_period_is_one_of_swedish_days_or_of_moments(period, now, reason):
    assert asked_of([consent_with(rule("permit", period=period))], now=now).reason == reason


def test_a_deny_holds_at_any_moment_of_a_day_and_waits_for_no_date():
    ends_at_noon = consent_with(rule("deny", period={"end": "2026-04-01T12:00:00+02:00"}), id="deny")
    dated_ahead = consent_with(rule("deny"), id="deny", dateTime="2027")

    for denying in (ends_at_noon, dated_ahead):
        assert asked_of([consent_with(rule("permit")), denying], now="2026-04-01").objected


@pytest.mark.parametrize(
    ("period", "day", "permitted"),
    [
        ({"start": "2022-01-01", "end": "2022-12-31"}, "2022-01-01", True),
        ({"start": "2022-01-01", "end": "2022-12-31"}, "2022-12-31", True),
        ({"start": "2022-01-01", "end": "2022-12-31"}, "2022-12-31T23:30:00Z", False),
        ({"start": "2022-01-01", "end": "2022-12-31"}, "2021-12-31T23:30:00Z", True),
        ({"start": "2022-01-01", "end": "2022-12-31"}, "2021-12-31", False),
        ({"start": "2022-01-01", "end": "2022-06-30"}, "2022", False),
        ({"start": "2022"}, "2023-01-01", True),
    ],
)
def test_data_are_of_the_period_of_the_data_to_its_last_moment(period, day, permitted):
    within = consent_with(rule("permit", dataPeriod=period))
    all_but = consent_with(rule("permit", nested=[rule("deny", dataPeriod=period)]))

    assert asked_of([within], dataDate=day).permitted is permitted
    if permitted:
        assert asked_of([all_but], dataDate=day).reason == "set-not-covered"


@pytest.mark.parametrize(
    ("purpose", "permitted"),
    [
        ("FooBar", True),
        ("http://example.org/policies/purposeOfUse|FooBar", True),
        ("http://example.org/other|FooBar", False),
        ("foobar", False),
        ("FooBar ", False),
        ("TREAT", False),
    ],
)
def test_a_code_is_asked_for_alone_or_with_its_system(purpose, permitted):
    consent = consent_with(rule("permit", purpose=["FooBar"]))

    assert asked_of([consent], purpose=purpose).permitted is permitted


@pytest.mark.parametrize(
    ("labels", "reason"),
    [
        (["N"], "permitted"),
        (["N", "PSY"], "permitted"),
        (["R", "N"], "label-denied"),
        (["R", "PSY"], "label-denied"),
        (["PSY"], "label-denied"),
        ([], "label-denied"),
    ],
)
def test_one_of_several_labels_is_enough_for_a_permit_and_for_a_deny(labels, reason):
    consent = consent_with(rule("permit", label=["N"], nested=[rule("deny", label=["R"])]))

    assert asked_of([consent], labels=labels).reason == reason


def test_a_long_list_is_read_to_its_end():
    many = [f"Observation/{number}" for number in range(500)]
    consent = consent_with(rule("permit", data=[datum("instance", name) for name in many]))

    assert asked_of([consent], resource=many[-1]).permitted
    assert asked_of([consent], resource="Observation/500").reason == "set-not-covered"


def test_break_the_glass_is_a_purpose_like_any_other_where_a_consent_names_it():
    glass = rule("permit", purpose=["BTG"], actor="Group/privileged")
    consent = consent_with(rule("deny", nested=[glass]))

    assert asked_of([consent], purpose="BTG", actor=[NURSE, "Group/privileged"]).rule == "provision.provision[0]"
    assert asked_of([consent], purpose="BTG").objected
    assert asked_of([consent], purpose="TREAT", actor=["Group/privileged"]).objected


@pytest.mark.parametrize("code", ["CST", "ircp", "AUT"])
def test_an_actor_in_another_role_than_a_recipients_is_not_understood(code):
    root = rule("permit", actor=NURSE)
    root["actor"][0]["role"] = {"coding": [{**root["actor"][0]["role"]["coding"][0], "code": code}]}

    assert asked_of([consent_with(root)]).reason == "indeterminate"


def test_a_patient_is_told_by_number_as_by_reference():
    number = {"system": "http://electronichealth.se/identifier/personnummer", "value": "199002222397"}
    consent = consent_with(rule("permit"), patient={"reference": "Patient/p1", "identifier": number})

    for patient in ("Patient/p1", "199002222397", f"{number['system']}|{number['value']}"):
        assert asked_of([consent], patient=patient).permitted
    for patient in ("Patient/p2", "191212121212", "http://example.org/mrn|199002222397"):
        assert asked_of([consent], patient=patient).reason == "patient-mismatch"


def test_two_systems_name_the_same_number_and_a_deny_under_either_counts():
    one, other = "http://electronichealth.se/identifier/personnummer", "urn:oid:1.2.752.129.2.1.3.1"
    permits, denies = (
        consent_with(rule(kind), id=kind, patient={"identifier": {"system": system, "value": "199002222397"}})
        for kind, system in (("permit", one), ("deny", other))
    )

    assert asked_of([permits], patient=f"{other}|199002222397").permitted
    assert asked_of([permits, denies], patient=f"{one}|199002222397").objected


@pytest.mark.parametrize("number", ["19900222-2397", "9002222397", "199002820397"])
def test_a_number_that_its_system_does_not_have_leaves_open_whose_a_consent_is(number):
    patient = {"identifier": {"system": "urn:oid:1.2.752.129.2.1.3.1", "value": number}}

    told = asked_of([consent_with(rule("permit"), patient=patient)], patient="urn:oid:1.2.752.129.2.1.3.1|199002222397")

    assert told.reason == "indeterminate"
    with pytest.raises(InvalidRequest):
        asked_of([], patient=f"urn:oid:1.2.752.129.2.1.3.1|{number}")


def test_a_uuid_is_the_same_in_capitals():
    small, capitals = (
        f"urn:uuid:{text}" for text in ("0b1e1f5c-0a55-5d0c-9d1e-6a1c7d0f780a", "0B1E1F5C-0A55-5D0C-9D1E-6A1C7D0F780A")
    )
    consent = consent_with(rule("permit", nested=[rule("deny", data=[datum("instance", capitals)])]))

    for asked in (small, capitals):
        assert asked_of([consent], resource=asked).objected


def test_what_is_related_to_something_is_that_itself_too():
    denies = consent_with(rule("permit", nested=[rule("deny", data=[datum("related", "Encounter/1")])]))
    permits = consent_with(rule("permit", data=[datum("related", "Encounter/1")]))

    assert asked_of([denies], resource="Encounter/1", related=[]).objected
    assert asked_of([permits], resource="Encounter/1", related=[]).permitted
    assert asked_of([denies], resource="Encounter/2", related=[]).permitted
    assert asked_of([denies], resource="Encounter/2").objected


@pytest.mark.parametrize("names", ["Practitioner/nurse", WARD])
def test_an_empty_list_tells_that_there_is_nobody_however_a_deny_names_them(names):
    consent = consent_with(rule("permit", nested=[rule("deny", data=[datum("authoredby", names)])]))

    assert asked_of([consent], author=[]).permitted
    assert asked_of([consent], without=["author"]).objected


def test_a_consent_that_does_not_say_who_gave_it_was_given_by_nobody_knows_whom():
    patient = {"identifier": {"system": "urn:oid:1.2.752.129.2.1.3.1", "value": "200804022387"}}
    consent = consent_with(rule("permit"), patient=patient, performer=None)

    assert asked_of([consent], patient="200804022387", now="2026-04-01").permitted
    assert asked_of([consent], patient="200804022387", now="2026-05-01").reason == "expired"


def test_neither_a_consent_nor_a_question_names_anybody_when_it_is_printed():
    number = "199002222397"
    patient = {"identifier": {"system": "urn:oid:1.2.752.129.2.1.3.1", "value": number}}
    consent = read_foreign(json.dumps(consent_with(rule("permit"), patient=patient)).encode())
    asked = read_asked(json.dumps(a_request(patient=number)).encode(), NOON)

    assert decide_foreign([consent], asked).decision.permitted
    assert number not in f"{consent!r} {asked!r}"


def test_of_several_versions_of_one_consent_the_newest_counts():
    first = consent_with(rule("permit"))
    withdrawn = {**first, "status": "inactive", "meta": {"versionId": "2"}}
    denying = {**first, "provision": rule("deny"), "meta": {"versionId": "10"}}

    assert asked_of([first, withdrawn]).reason == "revoked"
    assert asked_of([denying, withdrawn, first]).objected
    assert asked_of([first, first]).permitted


@pytest.mark.parametrize("version", [None, "1", "b", "²", "", 2, "9" * 65, "9" * 5_000])
def test_where_nobody_can_tell_which_version_is_the_newest_none_permits(version):
    first = consent_with(rule("permit"))
    withdrawn = {**first, "status": "inactive", "meta": {"versionId": version} if version is not None else {}}

    assert asked_of([first, withdrawn]).reason == "indeterminate"
    assert asked_of([withdrawn, first]).reason == "indeterminate"


@pytest.mark.parametrize("provision", [rule("deny"), rule("permit", purpose=["TREAT"])])
def test_two_of_the_same_version_that_say_different_things_permit_nothing(provision):
    assert asked_of([consent_with(rule("permit")), consent_with(provision)]).reason == "indeterminate"


ELEMENTS = {
    "period": st.sampled_from([{"start": "2026-05-01"}, {"end": "2026-03-31"}, {"start": "2026-03"}]),
    "actor": st.sampled_from([NURSE, "Practitioner/other", "Group/all"]).map(
        lambda name: [{"role": rule("permit", actor=NURSE)["actor"][0]["role"], "reference": named(name)}]
    ),
    "purpose": st.lists(st.sampled_from(["TREAT", "HRESCH", "FooBar"]).map(coded), min_size=1, max_size=2),
    "securityLabel": st.lists(st.sampled_from(["N", "R", "PSY"]).map(coded), min_size=1, max_size=2),
    "dataPeriod": st.sampled_from([{"start": "2026-03-02"}, {"end": "2026-03-31"}]),
}
LEAVES = st.fixed_dictionaries({"type": st.sampled_from(["permit", "deny"])}, optional=ELEMENTS)
DENIES = st.fixed_dictionaries({"type": st.just("deny")}, optional=ELEMENTS)
TREES = st.builds(
    lambda root, nested: {**root, **({"provision": nested} if nested else {})}, LEAVES, st.lists(LEAVES, max_size=2)
)
STATUSES = st.sampled_from(["active", "active", "active", "inactive", "entered-in-error", "draft", "Active"])
SEVERAL = st.lists(st.tuples(TREES, STATUSES), max_size=4).map(
    lambda drawn: [consent_with(tree, status=status, id=f"c{n}") for n, (tree, status) in enumerate(drawn)]
)


@given(consents=SEVERAL, data=st.data())
def test_the_order_of_consents_has_no_weight(consents, data):
    assert asked_of(data.draw(st.permutations(consents))) == asked_of(consents)


@given(consents=SEVERAL, denying=DENIES)
def test_one_more_deny_never_turns_a_deny_into_a_permit(consents, denying):
    before, after = asked_of(consents), asked_of([*consents, consent_with(denying, id="deny")])

    assert before.permitted or not after.permitted


@given(consents=SEVERAL, tree=TREES)
def test_a_consent_about_somebody_else_changes_nothing(consents, tree):
    unrelated = consent_with(tree, id="theirs", patient={"reference": "Patient/p2"})

    if consents:
        assert asked_of([*consents, unrelated]) == asked_of(consents)
    else:
        assert asked_of([unrelated]).reason == "patient-mismatch"


@given(consents=SEVERAL)
def test_every_reason_is_one_of_the_list(consents):
    assert asked_of(consents).reason in REASONS | {"permitted"}


def objects_in(node):
    """Give every object in a JSON value, with the value itself."""
    if isinstance(node, dict):
        yield node
    for child in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from objects_in(child)


@given(tree=TREES, name=st.sampled_from(["foo", "_type", "modifierExtension", "contained"]), data=st.data())
def test_an_unknown_element_anywhere_never_permits(tree, name, data):
    consent = json.loads(json.dumps(consent_with(tree)))
    data.draw(st.sampled_from(list(objects_in(consent))))[name] = data.draw(st.sampled_from(["x", {}, [], None, 0]))

    decision = asked_of([consent_with(rule("permit"), id="other"), consent])

    assert (decision.permitted, decision.reason) == (False, "indeterminate")
