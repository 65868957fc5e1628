"""Every order in which the steps of two workers can come, with things that go wrong at every place."""

from __future__ import annotations

import sys
import uuid
from dataclasses import replace
from functools import partial

import names
import pytest
from small_scope import Search, store_in_memory
from worlds import FORSAKRINGSKASSAN, MUNICIPALITY, NOON, PERSON, certificate, consent_of

from gateway.consent import GivenConsent
from gateway.consenting import change_consent, give_consent
from gateway.documents import Envelope
from gateway.exchange import receive
from gateway.identity import PersonIdentity
from gateway.sandbox.story import enveloped


@pytest.fixture
def search(opened):
    gateway = replace(opened, store=store_in_memory(), now=lambda: NOON)
    with names.in_the_order_they_are_made():
        yield Search(gateway, _begun(gateway))
    gateway.store.close()


def _begun(gateway):
    """Two consents and two certificates are there; returns what withdraws each consent."""
    withdraw = {}
    for kind in (FORSAKRINGSKASSAN, MUNICIPALITY):
        given = GivenConsent(PersonIdentity(PERSON), consent_of(kind), "active")
        kept = give_consent(given, gateway)
        withdraw[kind] = partial(change_consent, kept.id, 2, replace(given, status="inactive"), gateway)
    for _ in range(2):
        content = enveloped(certificate(case="minimal", id_=str(uuid.uuid4())))
        receive(Envelope(content, "SE2321000016-SENDER", NOON), gateway)
    return withdraw


def test_in_every_order_nothing_leaves_after_a_withdrawal_nothing_is_lost_or_taken_twice(search, request, capsys):
    search.run(request.config.getoption("--wrongs"))

    with capsys.disabled():
        sys.stdout.write(f" {search.states} states, {search.steps} steps, {search.ends} ends ")
    assert search.states > 100
    assert search.ends > 0
