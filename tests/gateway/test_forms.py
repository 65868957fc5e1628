"""What a form lets through: for each rule one that passes beside one that fails."""

from __future__ import annotations

import time

import pytest
from form_answers import (
    BARE,
    FIRST,
    ICD,
    SECOND,
    VALID,
    answer,
    coded,
    diagnosis,
    ground,
    lasting,
    leave,
    places,
    problems_of,
    prognosis,
    said,
    second,
    work,
)
from hypothesis import given
from hypothesis import strategies as st

from gateway.documents import Child

NEAR_MISSES = {
    "a full certificate": ({}, set()),
    "a certificate without its diagnosis": ({"6": []}, {"6"}),
    "two diagnoses": ({"6": [diagnosis()] * 2}, {"6"}),
    "three kinds of work": (
        {"28": [work(code) for code in ("STUDIER", "ARBETSSOKANDE", "FORALDRALEDIG")]},
        set(),
    ),
    "five kinds of work": ({"28": [work("STUDIER")] * 5}, {"28", "28.1"}),
    "no instance number": ({"28": [answer("28", coded("28.1", "STUDIER"))]}, {"28"}),
    "two instance numbers": ({"28": [answer("28", coded("28.1", "STUDIER"), number="12")]}, {"28"}),
    "an instance number in exponential notation": (
        {"34": [answer("34", said("34.1", "1"), number=["1e2"])]},
        set(),
    ),
    "an infinite instance number": ({"34": [answer("34", said("34.1", "1"), number=["INF"])]}, set()),
    "instance number 0": ({"34": [answer("34", said("34.1", "1"), number=["0"])]}, {"34"}),
    "an instance number that Python would read": (
        {"34": [answer("34", said("34.1", "1"), number=["1_0"])]},
        {"34"},
    ),
    "a missing part": ({"35": [answer("35")]}, {"35.1"}),
    "a part twice": ({"35": [answer("35", *[said("35.1", "x")] * 2)]}, {"35.1"}),
    "a part that the form does not know": (
        {"35": [answer("35", said("35.1", "x"), said("35.10", "x"))]},
        {"35.10"},
    ),
    "an element of another domain among the parts": (
        {"35": [answer("35", said("35.1", "x"), said("{urn:other}note", "x"))]},
        set(),
    ),
    "a question that the form does not know": ({"99": [answer("99", said("99.1", "x"))]}, {"99"}),
    "a question whose number may be somebody's": ({"x": [answer("191212121212")]}, {"rad 57"}),
    "text of a no-break space": ({"35": [answer("35", said("35.1", "\u00a0"))]}, set()),
    "blank text": ({"35": [answer("35", said("35.1", " \n"))]}, {"35.1"}),
    "text with an element": ({"35": [answer("35", said("35.1", "x", Child("{urn:other}b", {})))]}, {"35.1"}),
    "a boolean as a digit, with blanks": ({"34": [answer("34", said("34.1", "\t1 "))]}, set()),
    "a boolean in capitals": ({"34": [answer("34", said("34.1", "TRUE"))]}, {"34.1"}),
    "a boolean with an element": ({"34": [answer("34", said("34.1", "1", Child("cv", {})))]}, {"34.1"}),
    "a leap day": ({"1": [ground("TELEFONKONTAKT", day="2024-02-29")]}, set()),
    "a leap day in another year": ({"1": [ground("TELEFONKONTAKT", day="2025-02-29")]}, {"1.2"}),
    "a leap day in year 0": ({"1": [ground("TELEFONKONTAKT", day="0000-02-29")]}, set()),
    "a date with zone and blanks after it": (
        {"1": [ground("TELEFONKONTAKT", day="2025-01-01+02:00\n")]},
        set(),
    ),
    "a date with a blank before it": ({"1": [ground("TELEFONKONTAKT", day=" 2025-01-01")]}, {"1.2"}),
    "a date with a time": ({"1": [ground("TELEFONKONTAKT", day="2025-01-01T10:00")]}, {"1.2"}),
    "a code with blanks": ({"39": [prognosis("\nPROGNOS_OKLAR ")]}, set()),
    "a code with a no-break space": ({"39": [prognosis("PROGNOS_OKLAR\u00a0")]}, {"39.1"}),
    "a code of the other version": ({"39": [prognosis("ATER_X_ANTAL_MANADER")]}, {"39.1"}),
    "a code system with blanks": (
        {"39": [answer("39", coded("39.1", "PROGNOS_OKLAR", "KV_FKMU_0006 "))]},
        {"39.1"},
    ),
    "two displays": ({"39": [answer("39", coded("39.1", "PROGNOS_OKLAR", flaws=["displayName"]))]}, {"39.1"}),
    "two versions of the code system": (
        {"39": [answer("39", coded("39.1", "PROGNOS_OKLAR", flaws=["codeSystemVersion"]))]},
        set(),
    ),
    "two codes": (
        {"39": [answer("39", coded("39.1", "PROGNOS_OKLAR", beside=[Child("cv", {"code": "SANNOLIKT_INTE"})]))]},
        {"39.1"},
    ),
    "a code beside something else": (
        {"39": [answer("39", coded("39.1", "PROGNOS_OKLAR", beside=[Child("{urn:other}x", {})]))]},
        set(),
    ),
    "a code as text": ({"39": [answer("39", said("39.1", "PROGNOS_OKLAR"))]}, {"39.1"}),
    "a code in another element": ({"39": [answer("39", said("39.1", "", Child("pq", {})))]}, {"39.1"}),
    "a code without code system": (
        {"39": [answer("39", said("39.1", "", Child("cv", {"code": "PROGNOS_OKLAR"})))]},
        {"39.1"},
    ),
    "a psychiatric code of four characters": ({"6": [diagnosis("F320")]}, set()),
    "a psychiatric code of three": ({"6": [diagnosis("F32")]}, {"6.2"}),
    "a code of six characters": ({"6": [diagnosis("S47000")]}, {"6.2"}),
    "a diagnosis from another system": ({"6": [diagnosis(system="1.2.752.116.1.1.1")]}, {"6.2"}),
    "a name of the system with other characters for dots": (
        {"6": [diagnosis(system="x" + ICD.replace(".", "-"))]},
        set(),
    ),
    "two additional questions": (
        {"9001": [answer("9001", said("9001.1", "x"))], "9999": [answer("9999", said("9999.7", "x"))]},
        set(),
    ),
    "an additional question twice": ({"9001": [answer("9001", said("9001.1", "x"))] * 2}, {"9001"}),
    "an additional question with two parts": (
        {"9001": [answer("9001", said("9001.1", "x"), said("9001.2", "x"))]},
        {"9001"},
    ),
    "a blank additional question": ({"9001": [answer("9001", said("9001.1", " "))]}, {"9001"}),
    "the question before the additional ones": (
        {"9000": [answer("9000"), answer("9000", said("9.9", ""))]},
        set(),
    ),
    "a known part in that question": ({"9000": [answer("9000", said("27.1", "maybe"))]}, {"27.1"}),
}


@pytest.mark.parametrize("name", NEAR_MISSES)
def test_the_form_refuses_just_this(name):
    change, expected = NEAR_MISSES[name]

    assert places(FIRST, VALID | change) == expected


def test_every_reason_is_told_in_swedish_and_names_the_question():
    [problem] = problems_of(FIRST, [one for n, group in VALID.items() if n != "35" for one in group])

    assert str(problem) == (
        "35: Fråga 35 ”Funktionsnedsättning” ska besvaras minst en gång utom när fråga 27 ”Smittbärarpenning”"
        " är besvarad"
    )


@pytest.mark.parametrize("name", [name for name, (_, expected) in NEAR_MISSES.items() if expected])
def test_a_reason_says_fraga_and_what_is_asked_of_it(name):
    change, _ = NEAR_MISSES[name]

    for problem in problems_of(FIRST, [one for group in (VALID | change).values() for one in group]):
        assert "fråga" in problem.reason.lower() or problem.reason.startswith("Instansnumret")


SECRET = st.text(alphabet="åäöÄÖ€§", min_size=3, max_size=9)


@given(secret=SECRET)
def test_no_reason_holds_a_value_from_the_certificate(secret):
    everything_wrong = [
        answer(secret, said(secret, secret), number=[secret]),
        answer("6", coded("6.2", secret, secret), said(secret, secret), number=[secret]),
        answer("32", coded("32.1", secret, secret), lasting(secret, secret)),
        answer("27", said("27.1", secret)),
        answer("1", coded("1.1", secret, secret), said("1.2", secret)),
        answer("9001", said("9001.1", secret, Child(secret, {secret: secret})), said(secret, secret)),
    ]

    problems = problems_of(FIRST, everything_wrong)

    assert len(problems) >= 18
    assert not [problem for problem in problems if secret in str(problem)]


@given(st.permutations([one for group in VALID.values() for one in group]))
def test_the_order_of_the_answers_does_not_matter(answers):
    assert problems_of(FIRST, answers) == []


@given(st.text(), st.text(), st.text())
def test_any_text_at_all_gets_a_verdict(first, other, third):
    answers = [
        diagnosis(first, other, more=second(other, third)),
        leave(first, other, third),
        answer(first, said(other, third), number=[first]),
    ]

    assert problems_of(FIRST, answers)


def test_a_hundred_problems_are_told_and_the_rest_counted():
    problems = problems_of(SECOND, [*BARE["6"], *BARE["32"], *[answer("99", number=["0"])] * 130])

    assert len(problems) == 101
    assert str(problems[-1]) == "Ytterligare 30 fel"


def hostile(count):
    return [
        *[leave("HALFTEN", f"{1000 + n % 9000}-01-01", f"{1000 + n % 9000}-12-31") for n in range(count)],
        answer("1", *[coded("1.1", "ANNAT")] * count),
        *[answer("6", *second()) for _ in range(count)],
    ]


def test_the_time_for_a_verdict_grows_as_the_certificate_does():
    def seconds(count):
        answers = hostile(count)
        begun = time.process_time()
        assert len(problems_of(FIRST, answers)) == 101
        return time.process_time() - begun

    # Sixteen times the answers would take 256 times as long if each were compared with each.
    assert min(seconds(8000) for _ in range(3)) < 64 * min(seconds(500) for _ in range(3))
