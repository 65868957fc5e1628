"""Sections: which of them a consent lets leave, and which it cuts."""

from __future__ import annotations

import pytest
from consent_samples import (
    CONFIDENTIALITY,
    KEPT_AT,
    NOW,
    a_consent,
    a_provision,
    a_request,
    actor,
    coding,
    decided,
    kept,
    section_label,
    stockholm,
)

from gateway.consent import decide

RESTRICTED = coding(CONFIDENTIALITY, "R")
NORMAL = coding(CONFIDENTIALITY, "N")


def deny(**elements):
    return {"type": "deny", **elements}


def test_a_section_that_nobody_names_is_withheld():
    assert decided(a_consent()).withheld == {"diagnos"}


@pytest.mark.parametrize(
    "provision",
    [
        a_provision(securityLabel=[RESTRICTED, section_label("diagnos")]),
        a_provision(provision=[{"type": "permit", "securityLabel": [section_label("diagnos")]}]),
        a_provision(
            securityLabel=[RESTRICTED, section_label("diagnos")],
            provision=[{"type": "permit", "purpose": a_provision()["purpose"]}],
        ),
        a_provision(securityLabel=[section_label(code) for code in ("diagnos", "funktion", "prognos")]),
    ],
)
def test_a_section_that_a_permit_names_is_released(provision):
    decision = decided(a_consent(provision))

    assert decision.permitted
    assert decision.withheld == frozenset()


@pytest.mark.parametrize(
    "provision",
    [
        a_provision(securityLabel=[RESTRICTED]),
        a_provision(securityLabel=[RESTRICTED, section_label("Diagnos")]),
        a_provision(
            provision=[
                {
                    "type": "permit",
                    "securityLabel": [section_label("diagnos")],
                    "actor": [actor("5569876543")],
                }
            ]
        ),
        a_provision(
            securityLabel=[RESTRICTED, section_label("diagnos")],
            provision=[deny(securityLabel=[section_label("diagnos")])],
        ),
    ],
)
def test_a_section_that_no_permit_names_for_this_recipient_is_withheld(provision):
    decision = decided(a_consent(provision))

    assert decision.permitted
    assert decision.withheld == {"diagnos"}


def test_a_later_deny_of_a_named_section_withholds_it_whichever_consent_says_so():
    naming = a_consent(a_provision(securityLabel=[RESTRICTED, section_label("diagnos")]))
    cutting = a_consent(deny(securityLabel=[section_label("diagnos")]))

    for consents in ((naming, cutting), (cutting, naming)):
        decision = decided(*consents)
        assert decision.permitted
        assert decision.withheld == {"diagnos"}


def test_a_deny_in_a_consent_for_other_ends_cuts_as_widely_as_it_is_written():
    other = a_consent(
        a_provision(actor=[actor("5569876543")], provision=[deny(securityLabel=[section_label("diagnos")])])
    )
    naming = a_consent(a_provision(securityLabel=[RESTRICTED, section_label("diagnos")]))

    assert decided(other, naming).withheld == {"diagnos"}


@pytest.mark.parametrize(
    ("nested", "reason", "rule"),
    [
        (deny(securityLabel=[section_label("prognos")]), "section-denied", "provision.provision[0]"),
        (deny(securityLabel=[RESTRICTED]), "label-denied", "provision.provision[0]"),
        (deny(actor=[actor()]), "recipient-not-covered", "provision.provision[0]"),
        (deny(purpose=a_provision()["purpose"]), "purpose-not-covered", "provision.provision[0]"),
        (deny(securityLabel=[NORMAL]), "permitted", "provision"),
        (deny(securityLabel=[section_label("behandling")]), "permitted", "provision"),
        (
            deny(securityLabel=[section_label("prognos")], actor=[actor("5569876543")]),
            "permitted",
            "provision",
        ),
        (
            deny(securityLabel=[section_label("prognos")], period={"end": "2026-03-31"}),
            "permitted",
            "provision",
        ),
    ],
)
def test_a_nested_deny_cuts_what_it_names_and_nothing_else(nested, reason, rule):
    decision = decided(a_consent(a_provision(provision=[nested])))

    assert (decision.reason, decision.rule) == (reason, rule)
    assert decision.permitted == (reason == "permitted")


def test_a_deny_of_the_set_outweighs_a_deny_of_a_section():
    consent = a_consent(a_provision(provision=[deny(securityLabel=[section_label("funktion")]), deny(actor=[actor()])]))
    everything = a_consent(deny())

    assert decided(consent).reason == "recipient-not-covered"
    assert decided(consent, everything).reason == "recipient-not-covered"


def test_the_sections_have_to_be_permitted_by_one_consent():
    halves = [a_consent(a_provision(securityLabel=[section_label(code)])) for code in ("funktion", "prognos")]

    assert decided(*halves).reason == "section-denied"


def test_a_nested_permit_covers_the_section_that_its_parent_leaves_out():
    consent = a_consent(
        a_provision(
            securityLabel=[section_label("funktion")],
            provision=[{"type": "permit", "securityLabel": [section_label("prognos")]}],
        )
    )

    decision = decided(consent)

    assert (decision.permitted, decision.rule) == (True, "provision")


@pytest.mark.parametrize(
    ("labels", "reason"),
    [
        (None, "permitted"),
        ([RESTRICTED], "permitted"),
        ([NORMAL], "label-denied"),
        ([section_label("diagnos")], "label-denied"),
    ],
)
def test_a_set_without_sections_is_asked_about_as_a_whole(labels, reason):
    request = a_request(sections=frozenset())

    assert decided(a_consent(a_provision(securityLabel=labels)), request=request).reason == reason


def test_a_set_without_sections_that_is_denied_by_its_label_is_denied():
    consent = a_consent(a_provision(provision=[deny(securityLabel=[RESTRICTED])]))

    assert decided(consent, request=a_request(sections=frozenset())).reason == "label-denied"


def test_a_section_that_is_named_and_cut_does_not_say_since_when():
    named_later = {
        "type": "permit",
        "securityLabel": [section_label("diagnos")],
        "period": {"start": "2026-03-20"},
    }
    consent = a_consent(a_provision(provision=[named_later, deny(securityLabel=[section_label("diagnos")])]))

    decision = decided(consent)

    assert (decision.withheld, decision.since) == ({"diagnos"}, KEPT_AT)


def test_a_section_that_is_named_later_says_since_when():
    consent = a_consent(
        a_provision(
            provision=[
                {
                    "type": "permit",
                    "securityLabel": [section_label("diagnos")],
                    "period": {"start": "2026-03-20"},
                }
            ]
        )
    )

    before = decide([kept(consent)], a_request(), stockholm(2026, 3, 19, 23, 59))
    after = decide([kept(consent)], a_request(), NOW)

    assert (before.permitted, before.withheld) == (True, {"diagnos"})
    assert (after.withheld, after.since) == (frozenset(), stockholm(2026, 3, 20))


def test_a_wish_to_withhold_what_nobody_may_is_refused_by_the_consent_that_wishes_it():
    refused = decided(a_consent(), request=a_request(refused_wishes=frozenset({frozenset({"diagnos"})})))

    assert (refused.permitted, refused.reason) == (False, "cannot-be-withheld")
    assert (refused.withheld, refused.rule) == ({"diagnos"}, "provision")
    assert refused.consent == decided(a_consent()).consent
    assert not refused.objected


@pytest.mark.parametrize(
    ("consent", "wishes"),
    [
        (a_consent(a_provision(securityLabel=[RESTRICTED, section_label("diagnos")])), {"diagnos"}),
        (a_consent(), {"diagnos", "funktion"}),
        (a_consent(), {"funktion"}),
    ],
)
def test_a_wish_that_may_be_followed_is(consent, wishes):
    assert decided(consent, request=a_request(refused_wishes=frozenset({frozenset(wishes)}))).permitted


def test_what_a_consent_denies_is_told_before_a_wish_that_is_refused():
    wishes = frozenset({frozenset({"diagnos"})})

    assert decided(a_consent(a_provision(type="deny")), request=a_request(refused_wishes=wishes)).objected
