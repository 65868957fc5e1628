"""Test persons in production and people who may exist in a sandbox are refused at the door."""

from __future__ import annotations

import pytest
from worlds import EMPLOYER, World, certificate, consent_of, result_of

from gateway.sandbox.story import enveloped

SOMEBODYS = "190001010016"


@pytest.fixture
def production(settings, agencies):
    world = World(settings.model_copy(update={"persons": type(settings.persons)("real")}), agencies)
    yield world
    world.gateway.store.close()


def test_a_sandbox_refuses_somebody_who_may_exist(world):
    answer = world.post(enveloped(certificate(person=SOMEBODYS)))

    assert result_of(answer)[::2] == ("ERROR", "VALIDATION_ERROR")
    assert SOMEBODYS not in answer.text
    assert world.give(consent_of(EMPLOYER, person=SOMEBODYS)).status_code == 400
    assert world.gateway.store.messages() == []


def test_production_refuses_a_test_person_and_takes_in_everybody_else(production):
    answer = production.post(enveloped(certificate()))

    assert result_of(answer)[::2] == ("ERROR", "VALIDATION_ERROR")
    assert production.give(consent_of(EMPLOYER)).status_code == 400
    production.hand_in(certificate(person=SOMEBODYS))
    assert production.give(consent_of(EMPLOYER, person=SOMEBODYS)).status_code == 201


def test_a_withdrawal_is_taken_whoever_it_is_about(world, production):
    id_ = world.consent(EMPLOYER)

    production.withdraw(id_, EMPLOYER)
