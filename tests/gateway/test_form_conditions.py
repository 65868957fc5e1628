"""What one answer asks of another: for each condition one certificate that passes beside one that fails."""

from __future__ import annotations

import pytest
from form_answers import (
    BARE,
    DESCRIPTION,
    FIRST,
    FULL,
    HALF,
    HOURS,
    ICD,
    INFECTED,
    KSH,
    OCCUPATION,
    SECOND,
    VALID,
    answer,
    coded,
    diagnosis,
    ground,
    leave,
    measure,
    numbered,
    places,
    prognosis,
    said,
    second,
    third,
    work,
)

from gateway.documents import Child

BETWEEN_ANSWERS = {
    "the same grounds twice": ({"1": [ground("TELEFONKONTAKT"), ground("TELEFONKONTAKT ")]}, {"1.1"}),
    "other grounds, told": ({"1": [ground("ANNAT", said("1.3", "Brev"))]}, set()),
    "other grounds, not told": ({"1": [ground("ANNAT")]}, {"1.3"}),
    "grounds told though they are not other": (
        {"1": [ground("TELEFONKONTAKT", said("1.3", "Brev"))]},
        {"1.3"},
    ),
    "work with its occupation": ({"28": [work("NUVARANDE_ARBETE")], "29": [OCCUPATION]}, set()),
    "work without": ({"28": [work("NUVARANDE_ARBETE")]}, {"29"}),
    "an occupation without work": ({"29": [OCCUPATION]}, {"29"}),
    "an occupation, and work told twice": (
        {
            "28": [work("NUVARANDE_ARBETE")],
            "29": [OCCUPATION],
            "9000": [answer("9000", coded("28.1", "NUVARANDE_ARBETE"))],
        },
        {"29"},
    ),
    "three diagnoses": ({"6": [diagnosis(more=[*second(), *third()])]}, set()),
    "a second diagnosis without its code": ({"6": [diagnosis(more=second()[:1])]}, {"6.3"}),
    "a third diagnosis without its text": ({"6": [diagnosis(more=[*second(), *third()[1:]])]}, {"6.5"}),
    "a third diagnosis without a second": ({"6": [diagnosis(more=third())]}, {"6.3"}),
    "diagnoses of two systems": ({"6": [diagnosis(more=second(system=KSH))]}, {"6.2"}),
    "a system that is one of two": (
        {"6": [diagnosis(system=KSH, more=second(system=f"{ICD}|{KSH}"))]},
        set(),
    ),
    "a system that could run for ever": ({"6": [diagnosis(more=second(system=f"(.*)*{ICD}"))]}, {"6.2"}),
    "a system longer than any": ({"6": [diagnosis(more=second(system=ICD + "1" * 1000))]}, {"6.2"}),
    "periods that share a day": (
        {"32": [FULL, leave("HALFTEN", "2025-01-31", "2025-02-28")], "33": [HOURS]},
        set(),
    ),
    "periods that share two days": (
        {"32": [FULL, leave("HALFTEN", "2025-01-30", "2025-02-28")], "33": [HOURS]},
        {"32.2"},
    ),
    "a day within a period": (
        {"32": [FULL, leave("HALFTEN", "2025-01-30", "2025-01-30")], "33": [HOURS]},
        {"32.2"},
    ),
    "a period of one day": ({"32": [leave("HELT_NEDSATT", "2025-01-01", "2025-01-01")]}, set()),
    "a reversed period": ({"32": [leave("HELT_NEDSATT", "2025-01-02", "2025-01-01")]}, {"32.2"}),
    "a period without end": (
        {
            "32": [
                numbered(
                    "32",
                    coded("32.1", "HELT_NEDSATT"),
                    said("32.2", "", Child("datePeriod", {"start": "2025-01-01"})),
                )
            ]
        },
        {"32.2"},
    ),
    "a period that is none": (
        {"32": [numbered("32", coded("32.1", "HELT_NEDSATT"), said("32.2", "2025-01-01"))]},
        {"32.2"},
    ),
    "a period with two starts": (
        {"32": [leave("HELT_NEDSATT", "2025-01-01", "2025-01-02", flaws=["start"])]},
        {"32.2"},
    ),
    "a period beside something else": (
        {"32": [leave("HELT_NEDSATT", "2025-01-01", "2025-01-02", beside=[Child("{urn:other}x", {})])]},
        set(),
    ),
    "a period beside a code": (
        {"32": [leave("HELT_NEDSATT", "2025-01-01", "2025-01-02", beside=[Child("cv", {"code": "HALFTEN"})])]},
        {"32.1"},
    ),
    "part-time leave with working hours": ({"32": [FULL, HALF], "33": [HOURS]}, set()),
    "part-time leave without": ({"32": [FULL, HALF]}, {"33"}),
    "working hours without part-time leave": ({"33": [HOURS]}, {"33"}),
    "working hours for a level outside question 32": (
        {"33": [HOURS], "9000": [answer("9000", coded("32.1", "HALFTEN"))]},
        {"33"},
    ),
    "reasons for working hours": (
        {"32": [HALF], "33": [answer("33", said("33.1", "1"), said("33.2", "Behandling"))]},
        set(),
    ),
    "no reasons for working hours": ({"32": [HALF], "33": [answer("33", said("33.1", "1"))]}, {"33.2"}),
    "reasons for no working hours": (
        {"32": [HALF], "33": [answer("33", said("33.1", "0"), said("33.2", "Behandling"))]},
        {"33.2"},
    ),
    "back within days": (
        {"39": [prognosis("ATER_X_ANTAL_DGR", coded("39.3", "SEXTIO_DGR", "KV_FKMU_0007"))]},
        set(),
    ),
    "back within how many days": ({"39": [prognosis("ATER_X_ANTAL_DGR")]}, {"39.3"}),
    "days to an unclear prognosis": (
        {"39": [prognosis("PROGNOS_OKLAR", coded("39.3", "SEXTIO_DGR", "KV_FKMU_0007"))]},
        {"39.3"},
    ),
    "no measures": ({"40": [measure("EJ_AKTUELLT")]}, set()),
    "no measures, and one": ({"40": [measure("ARBETSTRANING"), measure("EJ_AKTUELLT")]}, {"40.1"}),
    "no measures with a blank, and one": ({"40": [measure("ARBETSTRANING"), measure(" EJ_AKTUELLT")]}, set()),
    "a measure as text": ({"40": [numbered("40", said("40.1", "EJ_AKTUELLT"))]}, {"40.1"}),
    "a measure described": ({"44": [DESCRIPTION]}, set()),
    "no measures described": ({"40": [measure("EJ_AKTUELLT")], "44": [DESCRIPTION]}, {"44"}),
    "contact wanted, with a reason": ({"26": [answer("26", said("26.1", "1"), said("26.2", "x"))]}, set()),
    "contact not wanted, with a reason": (
        {"26": [answer("26", said("26.1", "0"), said("26.2", "x"))]},
        {"26.2"},
    ),
    "infected, and question 1 left out": ({"27": [INFECTED], "1": []}, set()),
    "not infected, and question 1 left out": ({"27": [answer("27", said("27.1", "0"))], "1": []}, {"1"}),
    "question 1 and 27 left out": ({"1": []}, {"1"}),
    "infected, part-time leave without working hours": ({"27": [INFECTED], "32": [HALF]}, set()),
}


@pytest.mark.parametrize("name", BETWEEN_ANSWERS)
def test_the_first_version_of_the_form_refuses_just_this(name):
    change, expected = BETWEEN_ANSWERS[name]

    assert places(FIRST, VALID | change) == expected


SECOND_NEAR_MISSES = {
    "diagnosis and leave alone": ({}, set()),
    "five kinds of leave": ({"32": [FULL] * 5}, {"32"}),
    "a diagnosis that is no code": ({"6": [answer("6", said("6.1", ""), said("6.2", "?"))]}, set()),
    "a question that the form does not know": ({"99": [answer("99")]}, set()),
    "an additional question twice": ({"9001": [answer("9001"), answer("9001")]}, set()),
    "infected, and everything left out": ({"27": [INFECTED]}, set()),
    "not infected, and everything left out": (
        {"27": [answer("27", said("27.1", "false"))]},
        {"1", "28", "35", "17", "39"},
    ),
    "not infected, with all that is required": (
        {"27": [answer("27", said("27.1", "0"))]} | {n: VALID[n] for n in ("1", "28", "35", "17", "39")},
        set(),
    ),
    "not infected, and one answer too many": (
        {"27": [answer("27", said("27.1", "0"))]}
        | {n: VALID[n] for n in ("1", "28", "17", "39")}
        | {"35": VALID["35"] * 2},
        {"35"},
    ),
    "an answer more where nothing is required": ({"35": VALID["35"] * 2}, set()),
    "a ground of the first version": ({"1": [ground("UNDERSOKNING")]}, {"1.1"}),
    "a part of another question": ({"25": [answer("25", said("25.1", "x"), said("17.1", ""))]}, {"17.1"}),
}


@pytest.mark.parametrize("name", SECOND_NEAR_MISSES)
def test_the_second_version_of_the_form_refuses_just_this(name):
    change, expected = SECOND_NEAR_MISSES[name]

    assert places(SECOND, BARE | change) == expected
