"""Certificates that are written for one agency reach it, by a consent to its purpose, and nobody else."""

from __future__ import annotations

import pytest
from worlds import ARBETSFORMEDLINGEN, FORSAKRINGSKASSAN, MAPPINGS, SETS, consent_of

OF_THE_SET = {
    "sjukskrivningsunderlag": FORSAKRINGSKASSAN,
    "sjukersattningsunderlag": FORSAKRINGSKASSAN,
    "arbetsformedlingsunderlag": ARBETSFORMEDLINGEN,
}
OF_THE_TYPE = {
    "luse": "sjukersattningsunderlag",
    "luae_na": "sjukersattningsunderlag",
    "luae_fs": "sjukersattningsunderlag",
    "fk7263": "sjukskrivningsunderlag",
    "af00213": "arbetsformedlingsunderlag",
    "af00251": "arbetsformedlingsunderlag",
}
every_type = pytest.mark.parametrize("type_", OF_THE_TYPE)


def sample(type_, case="full"):
    # None of them completes another here: that one would have to come first.
    return (
        (MAPPINGS / "certificates" / type_ / "1" / "samples" / f"{case}.xml").read_bytes().replace(b"KOMPLT", b"FRLANG")
    )


@every_type
def test_it_reaches_its_agency_whole_where_the_person_agrees_to_its_purpose(world, type_):
    world.consent("", OF_THE_TYPE[type_])

    world.hand_in(sample(type_))
    world.deliver()

    receiver = OF_THE_SET[OF_THE_TYPE[type_]]
    assert {kind: agency.sets for kind, agency in world.agencies.items()} == {
        kind: [OF_THE_TYPE[type_]] if kind == receiver else [] for kind in world.agencies
    }
    [bundle] = world.agencies[receiver].received
    assert bundle["entry"][0]["resource"]["attester"][0]["mode"] == "legal"


@every_type
def test_a_consent_to_another_purpose_lets_it_go_nowhere(world, type_):
    for set_name in OF_THE_SET:
        if set_name != OF_THE_TYPE[type_]:
            world.consent("", set_name)

    world.hand_in(sample(type_))
    world.deliver()

    assert not any(agency.received for agency in world.agencies.values())
    assert world.states() == {OF_THE_TYPE[type_]: "HELD_CONSENT"}


def test_a_general_purpose_that_was_given_for_sickness_benefit_does_not_grow(world):
    consent = consent_of(FORSAKRINGSKASSAN)
    consent["provision"]["purpose"] = [
        {"system": "http://terminology.hl7.org/CodeSystem/v3-ActReason", "code": "COVERAGE"}
    ]
    assert world.give(consent).status_code == 201

    world.hand_in(sample("luse"))
    world.deliver()

    assert world.reasons() == {"sjukersattningsunderlag": "purpose-not-covered"}


def test_the_older_form_of_sickness_benefit_does_not_reach_an_employer_or_a_municipality(world):
    for kind in SETS:
        world.consent(kind)

    world.hand_in(sample("fk7263"))
    world.deliver()

    assert {kind: len(agency.received) for kind, agency in world.agencies.items()} == {
        kind: int(kind == FORSAKRINGSKASSAN) for kind in world.agencies
    }
