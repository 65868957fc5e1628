"""Every order in which the steps of two workers can come, with things that go wrong at every place."""

from __future__ import annotations

import sys
import uuid
from dataclasses import replace
from functools import partial

import names
import pytest
from revoking_messages import revocation_of
from small_scope import Search, Wrongs, store_in_memory
from worlds import FORSAKRINGSKASSAN, MUNICIPALITY, NOON, PERSON, certificate, coming_after, consent_of

from gateway.consent import GivenConsent
from gateway.consenting import change_consent, give_consent
from gateway.documents import Envelope
from gateway.exchange import receive
from gateway.identity import PersonIdentity
from gateway.revoking import revoke
from gateway.sandbox.story import enveloped


@pytest.fixture(params=[False, True], ids=["two certificates", "a certificate and its replacement"])
def search(opened, request):
    gateway = replace(opened, store=store_in_memory(), now=lambda: NOON)
    with names.in_the_order_they_are_made():
        certificates = str(uuid.uuid4()), str(uuid.uuid4())
        wrongs = _begun(gateway, certificates, replaced=request.param)
        yield Search(gateway, certificates, wrongs, replaced=request.param)
    gateway.store.close()


def _begun(gateway, certificates, *, replaced):
    """Two consents and two certificates are there; returns what may happen to them."""
    withdraw = {}
    for kind in (FORSAKRINGSKASSAN, MUNICIPALITY):
        given = GivenConsent(PersonIdentity(PERSON), consent_of(kind), "active")
        kept = give_consent(given, gateway)
        withdraw[kind] = partial(change_consent, kept.id, 2, replace(given, status="inactive"), gateway)
    first, second = (certificate(case="minimal", id_=id_) for id_ in certificates)
    for content in (first, coming_after(second, "ERSATT", certificates[0]) if replaced else second):
        receive(Envelope(enveloped(content), "SE2321000016-SENDER", NOON), gateway)
    revocation = Envelope(enveloped(revocation_of(certificates[0], PERSON)), "SE2321000016-SENDER", NOON)
    return Wrongs(withdraw, partial(revoke, revocation, gateway))


def test_in_every_order_nothing_leaves_that_may_not_nothing_is_lost_or_taken_twice_or_out_of_turn(
    search, request, capsys
):
    search.run(request.config.getoption("--wrongs"))

    with capsys.disabled():
        sys.stdout.write(f" {search.states} states, {search.steps} steps, {search.ends} ends ")
    assert search.states > 100
    assert search.ends > 0
