"""What a consent rests on, for whoever lists consents."""

from __future__ import annotations

import pytest
from consent_samples import BASE, a_consent, a_provision, coding, stockholm

from gateway.consent import terms_of

GROUND = {"coding": [coding(f"{BASE}/CodeSystem/rattslig-grund", "uppgiftsskyldighet")]}


def test_a_consent_tells_its_policy_its_ground_and_its_last_moment():
    terms = terms_of(a_consent(category=[*a_consent()["category"], GROUND]))

    assert terms == (
        "active",
        (f"{BASE}/policy/samtycke-sjukskrivning-v1",),
        ("uppgiftsskyldighet",),
        stockholm(2026, 9, 1, 23, 59, 59, 999_999),
    )
    assert terms_of(a_consent()).grounds == ()
    assert terms_of(a_consent(a_provision(period=None))).last is None


@pytest.mark.parametrize(
    ("period", "last"),
    [
        (None, stockholm(2026, 4, 1, 23, 59, 59, 999_999)),
        ({"end": "2026-09-01"}, stockholm(2026, 4, 1, 23, 59, 59, 999_999)),
        ({"end": "2026-03-31"}, stockholm(2026, 3, 31, 23, 59, 59, 999_999)),
    ],
)
def test_what_a_guardian_gave_has_its_last_moment_before_the_child_is_of_age(period, last):
    number = {"system": "http://electronichealth.se/identifier/personnummer", "value": "200804022387"}
    mother = {"reference": "RelatedPerson/mother"}
    consent = a_consent(a_provision(period=period), patient={"identifier": number}, performer=[mother])

    assert terms_of(consent).last == last


@pytest.mark.parametrize("junk", [{}, {"status": 1, "policy": "x", "category": [1, {"coding": {}}], "provision": []}])
def test_what_cannot_be_read_is_as_if_it_were_not_there(junk):
    assert terms_of(junk) == ("", (), (), None)
    assert terms_of({**a_consent(), "performer": junk}) == terms_of(a_consent())
