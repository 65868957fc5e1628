"""The permit: the only way to a Release, and only for what was asked. And whom a consent names."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from consent_samples import (
    CERTIFICATE,
    NOW,
    PERSON,
    SOMEBODY_ELSE,
    a_consent,
    a_provision,
    a_request,
    actor,
    decided,
    stockholm,
)

from gateway.consent import NotPermitted, Permit, named_organisations, permit
from gateway.decisions import Decision
from gateway.documents import InformationSet
from gateway.errors import AccessError
from gateway.identity import CertificateId, OrganisationNumber

ROOT = Path(__file__).resolve().parents[2]

SET = InformationSet(
    id="3b1f0c52-6c57-4f0e-8a6e-0f6d1f0a7b11",
    name="arbetsgivaruppgift-utokad",
    person=PERSON,
    certificate=CERTIFICATE,
    signed_at="2026-03-01T09:00:00+01:00",
    sections=frozenset({"funktion", "prognos"}),
    withheld=frozenset({"diagnos"}),
    body=b"{}",
)


def test_a_permit_releases_the_set_that_was_asked_for():
    permitted = permit(a_request(), decided(a_consent()))

    release = permitted.release(SET, "key-1")

    assert release.information_set is SET
    assert release.organisation == a_request().organisation
    assert release.ground == "Consent/samtycke-1/_history/1"
    assert release.idempotency_key == "key-1"


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "arbetsgivaruppgift-bas"},
        {"person": SOMEBODY_ELSE},
        {"certificate": CertificateId(CERTIFICATE.root, "another")},
        {"certificate": CertificateId("SE5560000001-ANNAN", CERTIFICATE.extension)},
        {"withheld": frozenset()},
        {"withheld": frozenset({"diagnos", "prognos"})},
        {"sections": SET.sections | {"diagnos"}},
        {"sections": SET.sections | {"behandling"}},
        {"hold": "leak"},
    ],
)
def test_a_permit_releases_nothing_else(changes):
    permitted = permit(a_request(), decided(a_consent()))

    with pytest.raises(NotPermitted) as refused:
        permitted.release(replace(SET, **changes), "key-1")

    assert "1990" not in str(refused.value)


def test_a_set_with_fewer_sections_than_permitted_may_leave():
    permitted = permit(a_request(), decided(a_consent()))

    assert permitted.release(replace(SET, sections=frozenset()), "key-1").information_set.sections == frozenset()


@pytest.mark.parametrize("consents", [[], [a_consent({"type": "deny"})], [a_consent(status="inactive")]])
def test_a_denial_gives_no_permit(consents):
    with pytest.raises(NotPermitted, match="Not permitted"):
        permit(a_request(), decided(*consents))


def test_a_refusal_is_one_of_access():
    assert issubclass(NotPermitted, AccessError)


def test_a_permit_does_not_show_the_person():
    assert PERSON.digits not in repr(Permit(a_request(), Decision(permitted=True, reason="permitted")))


@pytest.mark.parametrize("made", ["Release", "Permit"])
def test_only_the_gate_makes_releases_and_permits(made):
    sources = [path for folder in ("gateway", "adapters") for path in sorted((ROOT / folder).rglob("*.py"))]
    makers = {
        path.relative_to(ROOT).as_posix()
        for path in sources
        if re.search(rf"(?<!class )\b{made}\(", path.read_text(encoding="utf-8"))
    }

    assert makers == {"gateway/consent/permit.py"}


@pytest.mark.parametrize(
    ("provision", "named"),
    [
        (a_provision(), ["5561234567"]),
        (
            a_provision(actor=[actor("5560000001"), actor(), actor("5560000001")]),
            ["5560000001", "5561234567"],
        ),
        (a_provision(type="deny"), []),
        (
            a_provision(type="deny", provision=[{"type": "permit", "actor": [actor("5569876543")]}]),
            ["5569876543"],
        ),
        (a_provision(type="deny", provision=[{"type": "permit"}]), ["5561234567"]),
        (
            a_provision(provision=[{"type": "deny", "actor": [actor("5569876543")]}]),
            ["5561234567"],
        ),
        (
            a_provision(actor=[actor("556123-4567"), actor(system="urn:oid:1.2.3"), actor(1), actor()]),
            ["5561234567"],
        ),
        (a_provision(actor=None), []),
        (a_provision(actor=["5561234567", {"reference": "x"}, {"reference": {"identifier": []}}]), []),
        (a_provision(provision="permit"), ["5561234567"]),
        ("permit", []),
    ],
)
def test_a_consent_names_the_organisations_of_its_permits(provision, named):
    found = named_organisations(a_consent(provision))

    assert list(found) == [OrganisationNumber(number) for number in named]


@pytest.mark.parametrize("resource", [{}, {"provision": None}, [], None])
def test_what_is_no_consent_names_nobody(resource):
    assert list(named_organisations(resource)) == []


def test_the_permit_of_yesterday_says_nothing_of_today():
    consent = a_consent(a_provision(period={"end": "2026-04-01"}))

    assert permit(a_request(), decided(consent, now=NOW)).decision.permitted
    with pytest.raises(NotPermitted, match="expired"):
        permit(a_request(), decided(consent, now=stockholm(2026, 4, 2)))
