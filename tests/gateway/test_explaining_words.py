"""What is told about decisions, in words: every code has some, and a rule is told as it counts."""

from __future__ import annotations

import re

import pytest
from consent_samples import SETS, a_consent, a_provision, actor, coding, data, section_label

from gateway.decisions import REASONS as CODES
from gateway.decisions import Decision
from gateway.deliveries import DeliveryState
from gateway.explaining.reasons import REASONS, words_for
from gateway.explaining.rules import rule_in_words
from gateway.explaining.states import STATES

OPEN = {"whom", "purposes", "title", "until", "due"}


def test_every_reason_that_the_gate_gives_has_words():
    assert set(REASONS) == CODES | {"permitted"}


def test_every_state_that_a_delivery_can_stand_in_has_words():
    assert set(STATES) == set(DeliveryState)


@pytest.mark.parametrize("words", [*REASONS.values(), *STATES.values()], ids=lambda words: words.why[:30])
def test_the_words_are_whole_sentences_and_leave_open_only_what_is_filled_in(words):
    for text in filter(None, (words.why, words.change)):
        assert re.match("[A-ZÅÄÖ]", text)
        assert text.endswith(".")
        assert set(re.findall(r"\{(\w+)\}", text)) <= OPEN


def test_what_is_denied_by_somebody_is_told_otherwise_than_what_nobody_permits():
    nobody = Decision(permitted=False, reason="recipient-not-covered")
    somebody = Decision(permitted=False, reason="recipient-not-covered", objected=True)

    assert "säger nej" in words_for(somebody).why
    assert "säger nej" not in words_for(nobody).why


@pytest.mark.parametrize(
    ("rule", "provision", "words"),
    [
        (
            "provision",
            a_provision(),
            (
                "Regeln provision säger ja: till 5561234567, för atergangsplan, från och med 2026-03-02 till och med "
                "2026-09-01."
            ),
        ),
        (
            "provision",
            a_provision(
                actor=[actor(), actor("2021005521")],
                data=[data("Composition/x")],
                dataPeriod={"end": "2026-05-01"},
                period=None,
                **{"class": [coding(SETS, "arbetsgivaruppgift-bas")]},
            ),
            (
                "Regeln provision säger ja: till 5561234567 eller 2021005521, för atergangsplan, informationsmängden "
                "arbetsgivaruppgift-bas, vissa intyg, intyg undertecknade till och med 2026-05-01, utan slutdag."
            ),
        ),
        (
            "provision.provision[1]",
            a_provision(
                provision=[
                    {"type": "deny"},
                    {"type": "permit", "securityLabel": [section_label("diagnos")], "period": {"end": "2026-04-01"}},
                ]
            ),
            (
                "Regeln provision.provision[1] säger ja: till 5561234567, för atergangsplan, uppgifter märkta diagnos, "
                "från och med 2026-03-02 till och med 2026-04-01."
            ),
        ),
        (
            "provision.provision[0]",
            a_provision(provision=[{"type": "deny", "securityLabel": [section_label("diagnos")]}]),
            (
                "Regeln provision.provision[0] säger nej: till vem det än är, för vad det än är, uppgifter märkta "
                "diagnos, utan slutdag."
            ),
        ),
    ],
    ids=["a permit", "every element", "a nested permit inherits", "a nested deny inherits nothing"],
)
def test_a_rule_is_told_as_it_counts(rule, provision, words):
    assert rule_in_words(a_consent(provision), rule, str) == words


def test_an_organisation_that_is_not_to_be_named_is_left_out():
    provision = a_provision(actor=[actor(), actor("2021005521")])

    words = rule_in_words(a_consent(provision), "provision", lambda one: "er" if one.digits == "5561234567" else "")

    assert "till er, för" in words
    assert "2021005521" not in words


def test_nothing_is_told_of_a_rule_that_is_not_there():
    assert rule_in_words({"resourceType": "Consent"}, "provision", str) == ""
    assert rule_in_words(a_consent(), "", str) == ""
