"""The gate's yes: the only way to a Release, and only for what was asked. And whom a consent names."""

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

from gateway.consent import named_organisations, release
from gateway.documents import InformationSet
from gateway.errors import AccessError, NotPermitted
from gateway.identity import CertificateId, OrganisationNumber
from gateway.permits import Errand

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


THERE = "https://hr.example:443/in"
ERRAND = Errand(THERE, "delivery-1/1.1", "key-1")


def _released(offered=SET, *consents, errand=ERRAND, now=NOW):
    return release(a_request(), decided(*(consents or [a_consent()]), now=now), offered, errand)


def test_a_decision_releases_the_set_that_was_asked_for_to_whom_it_was_for():
    released = _released()

    assert released.permit.organisation == a_request().organisation
    assert (released.permit.address, released.permit.attempt) == (THERE, "delivery-1/1.1")
    assert released.permit.set_id == SET.id
    assert released.ground == "Consent/samtycke-1/_history/1"
    assert released.idempotency_key == "key-1"
    assert released.open(THERE) == SET.body


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
def test_a_decision_releases_nothing_else(changes):
    with pytest.raises(NotPermitted) as refused:
        _released(replace(SET, **changes))

    assert "1990" not in str(refused.value)


def test_a_set_with_fewer_sections_than_permitted_may_leave():
    assert _released(replace(SET, sections=frozenset())).permit.set_id == SET.id


@pytest.mark.parametrize("consents", [[], [a_consent({"type": "deny"})], [a_consent(status="inactive")]])
def test_a_denial_releases_nothing(consents):
    with pytest.raises(NotPermitted, match="Not permitted"):
        release(a_request(), decided(*consents), SET, ERRAND)


def test_a_refusal_is_one_of_access():
    assert issubclass(NotPermitted, AccessError)


@pytest.mark.parametrize(
    ("made", "makers"),
    [
        ("Release", {"gateway/permits/mint.py"}),
        ("Permit", {"gateway/permits/mint.py", "gateway/permits/hashes.py"}),
        ("mint", {"gateway/consent/releasing.py"}),
        ("release_hash", {"gateway/stamping.py"}),
    ],
)
def test_only_the_gate_makes_releases_and_permits_but_for_hashes_that_are_stamped(made, makers):
    sources = [path for folder in ("gateway", "adapters") for path in sorted((ROOT / folder).rglob("*.py"))]
    found = {
        path.relative_to(ROOT).as_posix()
        for path in sources
        if re.search(rf"(?<!class )(?<!def )\b{made}\(", path.read_text(encoding="utf-8"))
    }

    assert found == makers


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


def test_the_decision_of_yesterday_says_nothing_of_today():
    consent = a_consent(a_provision(period={"end": "2026-04-01"}))

    assert _released(SET, consent, now=NOW)
    with pytest.raises(NotPermitted, match="expired"):
        _released(SET, consent, now=stockholm(2026, 4, 2))
