"""Sets made by hand of a small certificate: a text that stays, one that goes, codes, and the people around them."""

from __future__ import annotations

import json

from small_mappings import certificate, concept_map, mapped

from gateway.information_sets import load_definitions, select

SYSTEM = "https://example.org/andamal"
PART = {
    "composition": {
        "set": {
            "status": "final",
            "type.coding[0].code": "PROV",
            "subject": {"reference": "patient"},
            "date": {"from": "signeringstidpunkt", "as": "datetime", "required": True},
            "author[0]": {"reference": "doctor"},
            "attester[0].mode": "legal",
            "attester[0].party": {"reference": "doctor"},
            "custodian": {"reference": "provider"},
            "relatesTo": {"each": "relation", "set": {"code": {"from": "./typ"}}},
        }
    },
    "resources": {
        "patient": {
            "resource": "Patient",
            "set": {"name[0].text": {"from": "patient"}, "address[0].city": {"from": "ort"}},
            "text": ["Namn: {name[0].text}", "Ort: {address[0].city}"],
        },
        "doctor": {"resource": "Practitioner", "set": {"name[0].text": {"from": "läkare"}}},
        "unit": {
            "resource": "Organization",
            "set": {"name": {"from": "enhet"}, "address[0].city": {"from": "ort"}, "partOf": {"reference": "provider"}},
        },
        "provider": {"resource": "Organization", "set": {"name": {"from": "vårdgivare"}}},
        "provenance": {
            "resource": "Provenance",
            "set": {
                "recorded": {"from": "signeringstidpunkt", "as": "datetime"},
                "target[0]": {"reference": "composition"},
                "agent[0].type": "author",
                "agent[0].who": {"reference": "doctor"},
                "agent[1].type": "custodian",
                "agent[1].who": {"reference": "provider"},
            },
        },
    },
    "ignore": {"*.displayName": "tabellens egen visas", "*.codeSystem": "avgör raden"},
}
PEOPLE = {
    "patient": "Testa Provsson",
    "läkare": "Lina Läkarsson",
    "enhet": "Provmottagningen",
    "vårdgivare": "Region Prov",
    "ort": "Provstad",
}


def rule(section, elements, **more):
    return {
        "resource": "Observation",
        "section": section,
        "set": {"status": "final", "performer[0]": {"reference": "doctor"}, **elements},
        **more,
    }


RESOURCES = {
    "kvar": rule(
        "kvar",
        {"valueString": {"from": "1.1"}, "note[0].text": {"from": "1.2"}},
        text=["{valueString}", "Not: {note[0].text}"],
    ),
    "bort": rule("bort", {"valueString": {"from": "2.1"}}, text=["{valueString}"]),
    "diagnos": rule(
        "diagnos",
        {"code.coding[0].code": {"from": "6.2.code", "as": "icd_10"}, "code.text": {"from": "6.1"}},
        text=["{code.text}"],
    ),
    "kod": rule(
        "kod",
        {"valueCodeableConcept.coding[0]": {"from": "3.1", "table": "kod"}, "focus[0]": {"reference": "bort"}},
        each="3",
        text=["{valueCodeableConcept.coding[0].display}"],
    ),
    "tid": rule(
        "kvar",
        {"effectivePeriod.start": {"from": "4.1", "as": "date"}, "effectivePeriod.end": {"from": "4.2", "as": "date"}},
        each="4",
        text=["{effectivePeriod.start}"],
    ),
}
KODER = concept_map(
    "kod", ("KV", "ANNAT", "annat"), ("KV", "STUDIER", "Studier"), ("KV", "HJALPMEDEL", "Ta ställning till hjälpmedel")
)
SECTIONS = {"kvar": "Kvar", "bort": "Bort", "diagnos": "Diagnos", "kod": "Kod"}


def coded(code, display=None):
    answer = {"3.1.code": code, "3.1.codeSystem": "KV"}
    return answer if display is None else answer | {"3.1.displayName": display}


def document(folder, kept="Det som är kvar", removed=None, people=None, withheld=None, **more):
    """The document of a certificate with this text in what stays, and this in what goes."""
    answers = {"1": [{"1.1": kept}]} | ({} if removed is None else {"2": [{"2.1": removed}]})
    answers |= more.pop("answers", {})
    source = certificate(answers, header={**PEOPLE, **(people or {})}, **more)
    return mapped(folder, RESOURCES, source, part=PART, tables=[KODER], sections=SECTIONS, withheld=withheld or {})


BAS = {
    "title": "Lilla mängden",
    "why": "det behövs",
    "certificates": ["PROV"],
    "recipients": ["employer"],
    "recipients_by_consent": True,
    "purposes": [{"system": SYSTEM, "code": "prov"}],
    "composition": ["status", "type", "subject", "date", "author", "custodian"],
    "people": {"patient": ["name"], "provider": ["name"], "provenance": ["target", "recorded", "agent"]},
    "every_resource": ["status", "code"],
    "sections": {"kvar": {"why": "det behövs", "take": {"kvar": ["valueString"], "tid": ["effectivePeriod"]}}},
}


def definitions(folder, **words):
    """One set, as its file says it."""
    file = folder / "sets" / "lilla" / "set.yaml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps({"name": "lilla", **BAS, **words}), "utf-8")
    return load_definitions(folder / "sets")


def sets(folder, made, **words):
    return select(made, definitions(folder, **words), lambda _bundle: ())


def with_section(code, take, **more):
    """The sections of the small set, and one more."""
    return {"sections": {**BAS["sections"], code: {"why": "det behövs", "take": take, **more}}}


def only_set(folder, made, **words):
    [one] = sets(folder, made, **words)
    return one


def bundle_of(one):
    return json.loads(one.body)


def resources_of(one):
    return [entry["resource"] for entry in bundle_of(one)["entry"]]


def composition_of(one):
    return resources_of(one)[0]


def found(folder, made, **words):
    """Where the leak check found something that was left out."""
    one = only_set(folder, made, **words)
    assert (one.hold == "leak") == bool(one.problems)
    return [problem.place for problem in one.problems]
