"""What is particular to the forms beside FK7804: each accepts a plain certificate, and refuses just what it should."""

from __future__ import annotations

import pytest
from form_answers import FORMS, ICD, NOON, answer, numbered, odd_places, places, said

from gateway.documents import Child
from gateway.forms import judge
from gateway.identity import CertificateKind


def code(part, value, system, display="Visas"):
    return said(part, "", Child("cv", {"code": value, "codeSystem": system, "displayName": display}))


def text(question, value="Text", part=1):
    return answer(question, said(f"{question}.{part}", value))


def asked(question, yes, why=None):
    described = [said(f"{question}.2", why)] if why else []
    return answer(question, said(f"{question}.1", "true" if yes else "false"), *described)


def quantity(part, value, unit):
    return said(part, "", Child("pq", {"value": value, "unit": unit}))


def period(part, start, end):
    return said(part, "", Child("datePeriod", {"start": start, "end": end}))


def ground(value, *more, question="1", system="KV_FKMU_0001", day="2025-01-10"):
    return numbered(question, code(f"{question}.1", value, system), said(f"{question}.2", day), *more)


def diagnosis(question="6", system=ICD):
    return answer(question, said(f"{question}.1", "Lunginflammation"), code(f"{question}.2", "J189", system))


def paper(kind):
    return numbered("4", code("4.1", kind, "KV_FKMU_0005"), said("4.2", "2025-01-01"), said("4.3", "Kliniken"))


def absence(start, end, level="50"):
    return numbered("6", quantity("6.1", level, "%"), period("6.2", start, end))


def leave(start="2025-01-01", end="2025-01-31"):
    level = code("32.1", "HELT_NEDSATT", "KV_FKMU_0003")
    return numbered("32", level, period("32.2", start, end))


def measure(kind):
    return numbered("40", code("40.1", kind, "KV_FKMU_0004"))


def share(*, yes):
    return answer("100", said("100.1", "true" if yes else "false"))


ASSESSMENT = {
    "1": [ground("UNDERSOKNING")],
    "2": [answer("2", said("2.1", "2025-01-10"))],
    "3": [asked("3", yes=False)],
    "6": [diagnosis()],
}
DISABILITY = ASSESSMENT | {
    **{question: [text(question)] for question in ("5", "7", "9", "17", "22")},
    "45": [asked("45", yes=False)],
}
PLAIN = {
    "LUSE": DISABILITY,
    "LUAE_NA": DISABILITY,
    "LUAE_FS": ASSESSMENT | {"15": [text("15")], "16": [text("16")]},
    "AF00213": {"1": [asked("1", yes=False)], "3": [asked("3", yes=False)], "4": [asked("4", yes=False)]},
    "AF00251": {
        "1": [ground("UNDERSOKNING", system="FKMU_0001")],
        "2": [answer("2", said("2.1", "Praktik"), code("2.2", "HELTID", "1.2.752.129.5.1.2"))],
        "3": [text("3")],
        "4": [text("4")],
        "5": [asked("5", yes=False)],
        "7": [asked("7", yes=False)],
        "8": [answer("8", code("8.1", "KAN_EJ_ATERGA", "1.2.752.129.5.1.3"))],
    },
    "AG1-14": {
        "10": [ground("TELEFONKONTAKT", question="10")],
        "1": [answer("1", code("1.1", "NUVARANDE_ARBETE", "KV_FKMU_0002"))],
        "2": [text("2")],
        "3": [asked("3", yes=False)],
        "5": [text("5")],
        "6": [asked("6", yes=False)],
        "7": [answer("7", quantity("7.1", "25.0", "%"), period("7.2", "2025-01-01", "2025-01-14"))],
    },
    "AG7804": {
        "1": [ground("JOURNALUPPGIFTER")],
        "28": [numbered("28", code("28.1", "STUDIER", "KV_FKMU_0002"))],
        "100": [share(yes=False)],
        "35": [text("35")],
        "17": [text("17")],
        "32": [leave()],
        "39": [answer("39", code("39.1", "PROGNOS_OKLAR", "KV_FKMU_0006"))],
        "40": [measure("EJ_AKTUELLT")],
    },
    "FK7263": {"32": [leave("2012-01-01", "2012-02-01")]},
}


def form_of(type_):
    return FORMS[CertificateKind(type_, 1)]


@pytest.mark.parametrize("type_", PLAIN)
def test_a_plain_certificate_is_accepted_and_nothing_is_odd_about_it(type_):
    assert places(form_of(type_), PLAIN[type_]) == set()
    assert odd_places(form_of(type_), *[one for group in PLAIN[type_].values() for one in group]) == set()


DELTID = code("2.2", "DELTID", "1.2.752.129.5.1.2")
NEAR_MISSES = [
    ("LUSE", "no functional impairment", {"9": []}, {"8"}),
    ("LUSE", "another functional impairment", {"9": [], "14": [text("14")]}, set()),
    ("LUSE", "known since after the examination", {"2": [answer("2", said("2.1", "2025-01-11"))]}, {"2.1"}),
    (
        "LUSE",
        "known since after the records were read",
        {"1": [ground("JOURNALUPPGIFTER")], "2": [answer("2", said("2.1", "2025-01-11"))]},
        set(),
    ),
    ("LUSE", "papers that are not told of", {"3": [asked("3", yes=True)]}, {"4"}),
    ("LUSE", "papers", {"3": [asked("3", yes=True)], "4": [paper("PSYKOLOG")]}, set()),
    ("LUSE", "papers that are denied", {"4": [paper("PSYKOLOG")]}, {"4"}),
    ("LUSE", "papers of a school", {"3": [asked("3", yes=True)], "4": [paper("SKOLHALSOVARD")]}, {"4.1"}),
    ("LUSE", "a diagnosis to be assessed anew, not told", {"45": [asked("45", yes=True)]}, {"45.2"}),
    ("LUSE", "a proposal", {"24": [text("24")]}, {"24"}),
    ("LUSE", "an additional question", {"9001": [text("9001")]}, set()),
    ("LUAE_NA", "a proposal", {"24": [text("24")]}, set()),
    ("LUAE_NA", "papers of a school", {"3": [asked("3", yes=True)], "4": [paper("SKOLHALSOVARD")]}, set()),
    ("LUAE_FS", "a limitation of activity", {"17": [text("17")]}, {"17"}),
    (
        "LUAE_FS",
        "papers of an employer",
        {"3": [asked("3", yes=True)], "4": [paper("FORETAGSHALSOVARD")]},
        {"4.1"},
    ),
    ("AF00213", "an impairment that is not described", {"1": [asked("1", yes=True)]}, {"1.2", "2"}),
    (
        "AF00213",
        "an impairment and no limitation",
        {"1": [asked("1", yes=True, why="Rygg")], "2": [asked("2", yes=False)]},
        set(),
    ),
    ("AF00213", "a described nothing", {"4": [asked("4", yes=False, why="Rygg")]}, {"4.2"}),
    ("AF00251", "a ground of the other code system", {"1": [ground("UNDERSOKNING")]}, {"1.1"}),
    ("AF00251", "a ground that is not told", {"1": [ground("ANNAT", system="FKMU_0001")]}, {"1.3"}),
    ("AF00251", "part of the time, without hours", {"2": [answer("2", DELTID)]}, {"2.3"}),
    ("AF00251", "part of the time", {"2": [answer("2", DELTID, quantity("2.3", "20.5", "h"))]}, set()),
    ("AF00251", "all of the time", {"2": [answer("2", DELTID, quantity("2.3", "40", "h"))]}, {"2.3"}),
    (
        "AF00251",
        "two absences of somebody who can attend",
        {"6": [absence("2025-01-01", "2025-01-02"), absence("2025-01-03", "2025-01-04")]},
        {"6"},
    ),
    (
        "AF00251",
        "two absences at once",
        {"5": [asked("5", yes=True)], "6": [absence("2025-01-01", "2025-01-05"), absence("2025-01-04", "2025-01-09")]},
        {"6.2"},
    ),
    ("AF00251", "a question that it does not know", {"77": [text("77")]}, set()),
    ("AG1-14", "diagnoses that are not told", {"3": [asked("3", yes=True)]}, {"4"}),
    (
        "AG1-14",
        "three diagnoses",
        {"3": [asked("3", yes=True)], "4": [one._replace(number=("1",)) for one in [diagnosis("4")] * 3]},
        set(),
    ),
    ("AG1-14", "a diagnosis that is not numbered", {"3": [asked("3", yes=True)], "4": [diagnosis("4")]}, {"4"}),
    (
        "AG1-14",
        "a percentage without decimal",
        {"7": [answer("7", quantity("7.1", "25", "%"), period("7.2", "2025-01-01", "2025-01-14"))]},
        {"7.1"},
    ),
    ("AG1-14", "contact with nobody named", {"9": [asked("9", yes=True)]}, {"9.2"}),
    ("AG7804", "no word on the diagnosis", {"100": []}, {"100.1"}),
    ("AG7804", "a diagnosis that is to be told, and is not", {"100": [share(yes=True)]}, {"6"}),
    ("AG7804", "a diagnosis that is to be told", {"100": [share(yes=True)], "6": [diagnosis()]}, set()),
    ("AG7804", "a diagnosis that is not to be told", {"6": [diagnosis()]}, {"6"}),
    (
        "AG7804",
        "a measure of the agency",
        {"40": [measure("KONFLIKTHANTERING")]},
        {"40.1"},
    ),
    ("AG7804", "a ground in the future", {"1": [ground("JOURNALUPPGIFTER", day="2025-03-02")]}, {"1.2"}),
    ("AG7804", "an additional question", {"9001": [text("9001")]}, {"9001"}),
    ("FK7263", "no leave", {"32": []}, {"32"}),
    ("FK7263", "anything else", {"10001": [text("10001")], "77": [text("77", " ")]}, set()),
]


@pytest.mark.parametrize(
    ("type_", "change", "expected"),
    [(type_, change, expected) for type_, _, change, expected in NEAR_MISSES],
    ids=[f"{type_}: {name}" for type_, name, _, _ in NEAR_MISSES],
)
def test_the_form_refuses_just_this(type_, change, expected):
    assert places(form_of(type_), PLAIN[type_] | change) == expected


ODD = [
    ("AG1-14", "a diagnosis that nobody asked to tell", {"4": [diagnosis("4")._replace(number=("1",))]}, {"4"}),
    ("AG1-14", "a described ability where there is none", {"6": [asked("6", yes=False, why="Halvtid")]}, {"6.2"}),
    ("AG7804", "a question of the other form", {"26": [asked("26", yes=True)]}, {"26"}),
    ("AF00213", "a question left out", {"3": []}, {"3"}),
    ("AF00251", "a text of blanks", {"3": [text("3", " ")]}, {"3.1"}),
    ("LUSE", "a blank display", {"6": [answer("6", said("6.1", "x"), code("6.2", "J189", ICD, " "))]}, {"6.2"}),
    ("LUSE", "a very long text", {"25": [text("25", "x" * 2701)]}, {"25.1"}),
    ("FK7263", "a leave that ends before it begins", {"32": [leave("2012-03-01", "2012-02-01")]}, {"32.2"}),
]


@pytest.mark.parametrize(
    ("type_", "change", "expected"),
    [(type_, change, expected) for type_, _, change, expected in ODD],
    ids=[f"{type_}: {name}" for type_, name, _, _ in ODD],
)
def test_what_the_official_rules_forget_is_odd_and_not_refused(type_, change, expected):
    answers = [one for group in (PLAIN[type_] | change).values() for one in group]

    assert odd_places(form_of(type_), *answers) == expected
    assert places(form_of(type_), PLAIN[type_] | change) == set()


def filled_with(secret, form):
    """Every question answered twice, every part in every shape, and all of them say the secret."""
    shapes = [
        (),
        (Child("cv", {"code": secret, "codeSystem": secret, "displayName": secret}),),
        (Child("pq", {"value": secret, "unit": secret}),),
        (Child("datePeriod", {"start": secret, "end": secret}),),
    ]
    return [
        answer(question, *[said(part.part, secret, *shape) for part in rule.parts for shape in shapes], number=[secret])
        for question, rule in form.questions.items()
        for _ in range(2)
    ]


@pytest.mark.parametrize(
    "form", {str(form.kind): form for form in FORMS.values()}.values(), ids=lambda form: str(form.kind)
)
def test_no_reason_of_any_form_holds_a_value_from_the_certificate(form):
    secret = "€hemlig€"

    problems, warnings = judge(form, filled_with(secret, form), NOON, secret)

    assert problems
    assert not [problem for problem in [*problems, *warnings] if secret in str(problem)]


def test_a_hundred_warnings_are_told_and_the_rest_counted():
    odd = [text("17", " ") for _ in range(130)]

    warnings = judge(form_of("FK7263"), [*PLAIN["FK7263"]["32"], *odd], NOON).warnings

    assert len(warnings) == 101
    assert str(warnings[-1]).startswith("Ytterligare ")
    assert str(warnings[-1]).endswith(" anmärkningar")
