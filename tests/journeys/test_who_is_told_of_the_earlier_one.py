"""A set tells of an earlier certificate to those who have got that one, and to nobody else."""

from __future__ import annotations

import json
from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from asking import EMPLOYERS_TOKEN, found, get, more_agencies, next_page, search
from test_certificates_come_in_order import FK_SET, hand_in, stands
from test_notices import notices
from test_related_certificates import A, B, C, related
from worlds import (
    EMPLOYER,
    FORSAKRINGSKASSAN,
    MUNICIPALITY,
    SETS,
    SOMEBODY_ELSE,
    World,
    certificate,
    consent_of,
    failing,
    silent,
    unreachable,
)

from gateway.errors import Misconfigured
from gateway.redriving import try_again
from gateway.telling import RELATES

if TYPE_CHECKING:
    from gateway.deliveries import Delivery

LATER = timedelta(hours=1)


@pytest.fixture
def settings(settings):
    return settings.model_copy(update={"agencies": (*settings.agencies, *more_agencies())})


def composition(bundle: dict) -> dict:
    return bundle["entry"][0]["resource"]


def id_of(delivery: Delivery) -> str:
    return delivery.certificate.extension.lower()


def _delivered_first(world: World, certificate_id: str) -> None:
    """Let a certificate's delivery be tried now, and the others when they are due."""
    [one] = [one for one in world.gateway.store.deliveries() if (one.set_name, id_of(one)) == (FK_SET, certificate_id)]
    try_again(one.id, world.gateway.store, world.time)
    world.deliver()
    assert stands(world)[certificate_id] == "DELIVERED"


def relations(bundle: dict) -> list[dict]:
    """What a Bundle says that it is to other documents, the certificate that it is derived from apart."""
    own = f"urn:uuid:{B}"
    return [one for one in composition(bundle).get("relatesTo", ()) if one["targetIdentifier"]["value"] != own]


@pytest.mark.parametrize("recipient", SETS)
@pytest.mark.parametrize(("kind", "code"), RELATES.items())
def test_who_has_got_the_earlier_one_is_told_what_the_later_one_is_to_it(world, recipient, kind, code):
    world.consent(recipient)
    world.hand_in(certificate(id_=A))
    world.deliver()
    world.hand_in(related(B, kind, A))
    world.deliver()

    first, second = world.agencies[recipient].received

    assert relations(second) == [{"code": code, "targetIdentifier": composition(first)["identifier"]}]
    assert second["identifier"]["value"] == f"urn:uuid:{second['id']}"
    assert world.gateway.rules.problems_of(second) == []
    assert not [one for one in composition(first).get("relatesTo", ()) if one["code"] == "replaces"]


@pytest.mark.parametrize("recipient", SETS)
@pytest.mark.parametrize("kind", RELATES)
def test_who_has_not_got_it_sees_nothing_of_it(world, recipient, kind):
    world.consent(recipient)
    world.agencies[recipient].failures = [failing(400)]
    hand_in(world, certificate(id_=A))
    world.deliver()
    assert stands(world, SETS[recipient])[A] == "DEAD"
    world.hand_in(related(B, kind, A))
    world.deliver()

    [got] = world.agencies[recipient].received

    assert relations(got) == []
    assert A not in json.dumps(got)


def test_what_one_has_got_is_not_told_to_another(world):
    world.consent(FORSAKRINGSKASSAN)
    world.consent(MUNICIPALITY)
    world.agencies[MUNICIPALITY].failures = [failing(400)]
    world.hand_in(certificate(id_=A))
    world.deliver()
    world.hand_in(related(B, "ERSATT", A))
    world.deliver()

    assert len(relations(world.agencies[FORSAKRINGSKASSAN].received[-1])) == 1
    assert relations(world.agencies[MUNICIPALITY].received[-1]) == []


def test_a_certificate_about_somebody_else_is_nothing_to_this_one(world):
    world.consent(FORSAKRINGSKASSAN)
    world.hand_in(certificate(id_=A))
    world.deliver()
    world.hand_in(related(B, "ERSATT", A, person=SOMEBODY_ELSE))
    assert world.give(consent_of(FORSAKRINGSKASSAN, person=SOMEBODY_ELSE)).status_code == 201
    world.deliver()

    assert relations(world.agencies[FORSAKRINGSKASSAN].received[-1]) == []


@pytest.mark.parametrize(("kind", "token"), [(FORSAKRINGSKASSAN, None), (EMPLOYER, EMPLOYERS_TOKEN)])
def test_who_has_read_it_is_told_too_and_reads_what_it_would_be_sent(world, kind, token):
    asked = {"token": token} if token else {}
    world.consent(kind)
    world.agencies[kind].failures = [failing(503)]
    world.hand_in(certificate(id_=A))
    world.deliver()
    [first] = found(search(world, **asked))
    world.hand_in(related(B, "FRLANG", A))

    [read] = [one for one in found(search(world, **asked)) if one["id"] != first["id"]]
    world.deliver()

    [relation] = relations(read)
    assert relation == {"code": "appends", "targetIdentifier": composition(first)["identifier"]}
    [sent] = world.agencies[kind].received
    read["meta"].pop("lastUpdated")
    assert read == sent
    assert get(world, f"/fhir/Bundle/{sent['id']}", **asked).status_code == 200


@pytest.mark.parametrize(
    ("kind", "is_first"),
    [*((kind, True) for kind in RELATES), ("ERSATT", False), ("FRLANG", False), ("KOPIA", False)],
)
def test_who_reads_both_at_once_is_told_in_whatever_order_they_came(world, kind, is_first):
    world.consent(FORSAKRINGSKASSAN)
    both = [certificate(id_=A), related(B, kind, A)]
    for one in both if is_first else reversed(both):
        world.hand_in(one)
        world.wait(timedelta(seconds=1))

    read = found(search(world))

    assert [composition(one)["identifier"]["value"][-1] for one in read] == (["0", "1"] if is_first else ["1", "0"])
    first, second = read if is_first else reversed(read)
    assert relations(second) == [{"code": RELATES[kind], "targetIdentifier": composition(first)["identifier"]}]
    assert relations(first) == []
    assert found(search(world)) == read
    assert get(world, f"/fhir/Bundle/{second['id']}").status_code == 200


def test_who_reads_a_chain_at_once_is_told_by_each_of_the_one_before_it(world):
    world.consent(EMPLOYER)
    hand_in(world, related(C, "ERSATT", B), related(B, "ERSATT", A), certificate(id_=A))

    got = found(search(world, EMPLOYERS_TOKEN))

    read = {composition(one)["relatesTo"][0]["targetIdentifier"]["value"]: one for one in got}
    for before, after in pairwise(read[f"urn:uuid:{one}"] for one in (A, B, C)):
        assert composition(after)["relatesTo"][1:] == [
            {"code": "replaces", "targetIdentifier": composition(before)["identifier"]}
        ]


def test_who_reads_page_by_page_is_told_of_what_stood_on_the_page_before(world):
    world.consent(FORSAKRINGSKASSAN)
    world.hand_in(certificate(id_=A))
    world.wait(timedelta(seconds=1))
    world.hand_in(related(B, "ERSATT", A))

    first = search(world, _count="1")
    second = get(world, next_page(first))

    [before], [after] = found(first), found(second)
    assert relations(after) == [{"code": "replaces", "targetIdentifier": composition(before)["identifier"]}]


@pytest.mark.parametrize(
    ("answers", "state"),
    [
        ([silent], "UNKNOWN"),
        ([failing(500)], "RETRY_WAIT"),
        ([unreachable, failing(500)], "RETRY_WAIT"),
        ([failing(500), unreachable, unreachable], "RETRY_WAIT"),
    ],
)
def test_what_may_have_been_taken_goes_again_as_it_was(world, answers, state):
    world.consent(FORSAKRINGSKASSAN)
    world.agencies[FORSAKRINGSKASSAN].failures = [failing(503), *answers]
    world.hand_in(certificate(id_=A))
    world.deliver()
    world.hand_in(related(B, "FRLANG", A))
    world.deliver()
    assert stands(world) == {A: "RETRY_WAIT", B: state}
    [*_, before] = [one for one in world.agencies[FORSAKRINGSKASSAN].requests if B in one.content.decode()]
    _delivered_first(world, A)

    world.wait(LATER)
    world.deliver()

    after = world.agencies[FORSAKRINGSKASSAN].requests[-1]
    assert stands(world) == {A: "DELIVERED", B: "DELIVERED"}
    assert after.content == before.content
    assert after.headers["Idempotency-Key"] == before.headers["Idempotency-Key"]
    assert relations(json.loads(after.content)) == []


def test_what_was_not_sent_yet_tells_of_what_has_come_since(world):
    world.consent(FORSAKRINGSKASSAN)
    world.agencies[FORSAKRINGSKASSAN].failures = [unreachable] * 6
    world.hand_in(certificate(id_=A))
    world.deliver()
    world.wait(timedelta(seconds=1))
    world.hand_in(related(B, "FRLANG", A))
    world.deliver()
    assert stands(world) == {A: "RETRY_WAIT", B: "RETRY_WAIT"}
    _delivered_first(world, A)

    world.wait(LATER)
    world.deliver()

    first, second = world.agencies[FORSAKRINGSKASSAN].received
    assert relations(second) == [{"code": "appends", "targetIdentifier": composition(first)["identifier"]}]


def test_what_was_not_sent_to_a_recipient_that_nobody_trusted_tells_of_what_has_come_since(world):
    def distrusted():
        raise Misconfigured("tls:expired")

    world.consent(FORSAKRINGSKASSAN)
    world.agencies[FORSAKRINGSKASSAN].failures = [failing(503), distrusted]
    world.hand_in(certificate(id_=A))
    world.deliver()
    world.wait(timedelta(seconds=30))
    world.hand_in(related(B, "FRLANG", A))
    world.deliver()
    assert stands(world) == {A: "RETRY_WAIT", B: "RETRY_WAIT"}

    world.wait(LATER)
    world.deliver()

    first, second = world.agencies[FORSAKRINGSKASSAN].received
    assert relations(second) == [{"code": "appends", "targetIdentifier": composition(first)["identifier"]}]


def test_c11_each_of_a_chain_names_the_one_before_it(world):
    world.consent(MUNICIPALITY)
    hand_in(world, certificate(id_=A), related(B, "ERSATT", A), related(C, "ERSATT", B))
    world.deliver()

    got = world.agencies[MUNICIPALITY].received

    assert len(got) == 3
    for before, after in pairwise(got):
        assert composition(before)["identifier"] in [
            one["targetIdentifier"] for one in composition(after)["relatesTo"] if one["code"] == "replaces"
        ]


def test_one_that_told_and_is_revoked_is_named_as_it_was_got(world):
    world.consent(FORSAKRINGSKASSAN)
    hand_in(world, certificate(id_=A), related(B, "ERSATT", A))
    world.deliver()
    told = world.agencies[FORSAKRINGSKASSAN].received[-1]

    world.revoke(B)
    world.deliver()

    [notice] = notices(world)
    assert relations(notice) == [{"code": "replaces", "targetIdentifier": told["identifier"]}]
    assert composition(notice)["identifier"] == composition(told)["identifier"]
    assert get(world, f"/fhir/Bundle/{told['id']}").status_code == 410


def test_a_relation_that_nobody_knows_holds_the_certificate(world):
    world.consent(FORSAKRINGSKASSAN)
    world.hand_in(related(B, "UPPHAVT", A))
    world.deliver()

    assert stands(world) == {B: "HELD_MAPPING"}
