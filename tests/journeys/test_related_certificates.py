"""Certificates that come after others. Ids are those of the fault list."""

from __future__ import annotations

import pytest
from worlds import PERSON, SOMEBODY_ELSE, World, certificate, coming_after, result_of

from gateway.sandbox.story import enveloped

A, B, C = (f"7c0a9c9e-5d0b-4b55-8f0e-{number:012}" for number in range(3))


def related(id_: str, kind: str, earlier: str, person: str = PERSON) -> bytes:
    """A certificate that says what it is to an earlier one."""
    return coming_after(certificate(id_=id_, person=person), kind, earlier)


def answer_to(world: World, content: bytes) -> tuple[str, str, str]:
    return result_of(world.post(enveloped(content)))


def count(world: World) -> int:
    return len(world.gateway.store.messages())


@pytest.mark.parametrize("kind", ["ERSATT", "KOMPLT", "FRLANG", "KOPIA"])
def test_c12_a_certificate_that_comes_after_itself_is_refused(world, kind):
    code, text, error = answer_to(world, related(A, kind, A))

    assert (code, error) == ("ERROR", "VALIDATION_ERROR")
    assert "relationer" in text
    assert count(world) == 0


def test_c12_two_certificates_that_replace_each_other_are_one_too_many(world):
    assert answer_to(world, related(A, "ERSATT", B))[0] == "OK"

    assert answer_to(world, related(B, "ERSATT", A))[2] == "VALIDATION_ERROR"
    assert count(world) == 1


def test_c12_a_circle_by_way_of_a_third_is_found(world):
    assert answer_to(world, related(C, "ERSATT", B))[0] == "OK"
    assert answer_to(world, related(B, "FRLANG", A))[0] == "OK"

    assert answer_to(world, related(A, "KOPIA", C))[2] == "VALIDATION_ERROR"
    assert answer_to(world, certificate(id_=A))[0] == "OK"


def test_c12_a_certificate_about_somebody_else_closes_no_circle(world):
    assert answer_to(world, related(A, "ERSATT", B, person=SOMEBODY_ELSE))[0] == "OK"

    assert answer_to(world, related(B, "ERSATT", A))[0] == "OK"


def test_c13_a_complement_to_an_unknown_certificate_is_refused(world):
    code, text, error = answer_to(world, related(B, "KOMPLT", A))

    assert (code, error) == ("ERROR", "APPLICATION_ERROR")
    assert A not in text.lower()
    assert count(world) == 0


def test_c13_a_complement_to_a_certificate_that_is_here_is_taken_in(world):
    world.hand_in(certificate(id_=A))

    assert answer_to(world, related(B, "KOMPLT", A)) == ("OK", "", "")
    assert answer_to(world, related(B, "KOMPLT", A))[0] == "INFO"


def test_c13_a_complement_to_somebody_elses_certificate_is_told_as_unknown(world):
    unknown = answer_to(world, related(B, "KOMPLT", A))
    world.hand_in(certificate(id_=A, person=SOMEBODY_ELSE))

    assert answer_to(world, related(B, "KOMPLT", A)) == unknown


@pytest.mark.parametrize("kind", ["ERSATT", "FRLANG", "KOPIA"])
def test_what_replaces_goes_on_from_or_copies_an_unknown_certificate_is_taken_in(world, kind):
    assert answer_to(world, related(B, kind, A)) == ("OK", "", "")
