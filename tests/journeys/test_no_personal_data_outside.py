"""Marked identities go through everything, good and bad; then everything that was written is searched for the marks.

The marks may stand in what is released, and in what a caller is told of its own consent, and nowhere else.
"""

from __future__ import annotations

import dataclasses
import json
import traceback
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from marked import (
    MARKS,
    Outside,
    bad_messages,
    failing_recipients,
    given_consent,
    good_messages,
    held_messages,
    marked,
    mistakes_of_ours,
    odd_questions,
    refused_consents,
    traces,
)
from worlds import (
    EMPLOYER,
    FORSAKRINGSKASSAN,
    MUNICIPALITY,
    PERSON,
    World,
)

from gateway import decisions, deliveries, documents, identity, permits, recipients
from gateway.__main__ import samsyn
from gateway.consent import GivenConsent, read_consent
from gateway.delivery.schedule import Schedule
from gateway.errors import GatewayError
from gateway.exchange import Readable, pull
from gateway.fhir.search import Search, read_search
from gateway.permits.mint import mint
from gateway.sandbox.story import enveloped
from gateway.store.port import Entry, KeptSet, MessageSummary

if TYPE_CHECKING:
    from collections.abc import Iterable


@pytest.fixture
def outside(world):
    return Outside(world)


def _told_by_commands(world: World) -> Iterable[str]:
    ids = [one.id for one in world.gateway.store.deliveries()]
    messages = [one.id for one in world.gateway.store.messages()]
    assert len(ids) > 10
    assert len(messages) > 3
    for arguments in (
        ["deliveries"],
        ["messages"],
        ["deliveries", "show", PERSON],
        *[["deliveries", "show", id_] for id_ in ids],
        *[["messages", "show", id_] for id_ in messages],
    ):
        for format_ in ([], ["--json"]):
            yield CliRunner().invoke(samsyn, [*arguments, *format_]).output


def test_nothing_that_is_written_outside_names_anybody(world, outside, settings, monkeypatch, capfd, caplog):
    caplog.set_level("DEBUG")
    monkeypatch.setenv("SAMSYN_DATABASE", str(settings.database))
    world.settings = settings
    world.gateway = dataclasses.replace(world.gateway, schedule=Schedule([timedelta(minutes=1)] * 9))

    good_messages(outside)
    bad_messages(outside)
    held_messages(outside)
    refused_consents(outside)
    odd_questions(outside)
    failing_recipients(outside)
    mistakes_of_ours(outside, monkeypatch)

    # The marks did travel: to the agency all of them, to the others what is theirs.
    released = {
        kind: "".join(json.dumps(bundle, ensure_ascii=False) for bundle in agency.received)
        for kind, agency in world.agencies.items()
    }
    assert PERSON in released[FORSAKRINGSKASSAN]
    assert {mark for mark in MARKS.values() if mark in released[FORSAKRINGSKASSAN]} >= {
        "Zqxmstörning",
        "Zqxm Läkarsson",
    }
    assert PERSON in released[EMPLOYER]
    assert "Zqxmstörning" not in released[EMPLOYER] + released[MUNICIPALITY]

    requests = [request for agency in world.agencies.values() for request in agency.requests]
    logged = capfd.readouterr()
    written = {
        "log": logged.err + logged.out,
        "other loggers": "\n".join(one.getMessage() for one in caplog.records if not one.name.startswith("http")),
        "answers": "\n".join(outside.told),
        "requests": "\n".join(f"{request.url} {request.headers!r}" for request in requests),
        "commands": "\n".join(_told_by_commands(world)),
        "log of the store": "\n".join(map(str, world.gateway.store.log())),
    }
    assert logged.err.count('"event":"unplanned error"') >= 4
    assert min(map(len, [logged.err, written["answers"], written["requests"], written["commands"]])) > 1000
    assert {name: traces(text) for name, text in written.items() if traces(text)} == {}


def test_h05_whoever_looks_at_what_was_taken_in_is_shown_nothing_of_the_person_and_the_look_stands_in_the_log(
    world, settings, monkeypatch
):
    monkeypatch.setenv("SAMSYN_DATABASE", str(settings.database))
    world.consent(FORSAKRINGSKASSAN)
    world.hand_in(marked())
    world.deliver()
    [message] = world.gateway.store.messages()
    [delivery] = [one for one in world.gateway.store.deliveries() if one.kind == FORSAKRINGSKASSAN]

    for command in (
        ["messages", "show", message.id],
        ["deliveries", "show", delivery.id],
        ["consent", "explain", delivery.id],
    ):
        shown = CliRunner().invoke(samsyn, command)
        assert shown.exit_code == 0
        assert delivery.id in shown.output
        assert not traces(shown.output)
        assert world.gateway.store.log(message.id)[-1].event == "log.read"


def _dataclasses_in(*modules: object) -> set[type]:
    return {
        one
        for module in modules
        for one in vars(module).values()
        if isinstance(one, type) and dataclasses.is_dataclass(one) and one.__module__ == module.__name__
    }


def test_no_dataclass_names_anybody_when_it_is_printed(world):
    world.consent(FORSAKRINGSKASSAN)
    world.hand_in(marked())
    rules, store = world.gateway.rules, world.gateway.store
    [delivery] = store.claim_due(world.time, timedelta(minutes=1), 10, "w")
    source = rules.reader.read(enveloped(marked()))
    document = rules.understand(source, world.time)
    sets = rules.select(document)
    given = read_consent(given_consent())
    [consent] = store.consents_about(delivery.person)
    [kept] = store.kept_sets(delivery.person, [delivery.set_name])
    request = world.gateway.routing.request(kept, delivery.organisation)
    envelope = documents.Envelope(enveloped(marked()), "", world.time)
    message = documents.Message(
        delivery.message, document.certificate, document.kind, document.person, envelope, document.signature
    )
    errand = permits.Errand("https://recipient.example:443/", "attempt", "key")
    release = mint(sets[0], delivery.organisation, "Consent/1/_history/1", errand)
    search = read_search(f"patient.identifier={PERSON}".encode())
    printed = [source, source.root, document, document.composition, *document.resources, *sets, given, consent, kept]
    printed += [request, envelope, message, release, search, delivery, document.person, *store.messages(), *store.log()]
    printed += [source.certificate, source.kind, delivery.organisation]

    # That every dataclass is looked at, so that a new one is thought of here too.
    without_persons = {
        decisions.Decided,
        decisions.Decision,
        decisions.Departure,
        deliveries.Attempt,
        deliveries.Delivered,
        deliveries.Postponed,
        deliveries.Unknown,
        deliveries.Stopped,
        deliveries.Returned,
        deliveries.Superseded,
        documents.Receipt,
        identity.HsaId,  # a sender's or a unit's; nothing keeps a doctor's
    }
    seen = {type(one) for one in printed}
    printed += pull(document.person, delivery.organisation, world.gateway, list)
    assert type(printed[-1]) is Readable
    assert _dataclasses_in(documents, decisions, deliveries, identity) <= seen | without_persons
    assert permits.Release in seen
    assert {GivenConsent, Search, KeptSet, MessageSummary, Entry} <= seen
    assert _dataclasses_in(recipients) == {recipients.Recipient, recipients.Recipients}  # organisations, never persons

    for one in printed:
        assert traces(repr(one) + str(one) + f"{one}") == [], type(one)


def test_an_element_that_nobody_knows_is_not_called_by_its_name(world, outside):
    outside.hand_in(enveloped(marked(("<c:fornamn>", "<c:zqxm199002222397/><c:fornamn>"))))

    assert "ERROR" in outside.told[-1]
    assert traces(outside.told[-1]) == []


@pytest.mark.parametrize(
    "content",
    [
        enveloped(marked(("2026-03-29", "Zqxmdatum"))),
        enveloped(marked((">FYSISKUNDERSOKNING<", ">Zqxm199002222397<"))),
        enveloped(marked(("<t:code>LISJP<", "<t:code>Zqxm<"))),
        enveloped(marked((PERSON, "199013222397"))).replace(b"199013222397", f"{PERSON}zqxm".encode()),
        enveloped(marked())[:-30],
    ],
)
def test_no_error_names_anybody_nor_what_it_was_raised_from(world, content):
    with pytest.raises(GatewayError) as raised:
        world.gateway.rules.understand(world.gateway.rules.reader.read(content), world.time)

    error: BaseException | None = raised.value
    told = "".join(traceback.format_exception_only(error)) + repr(getattr(error, "problems", ())) + repr(error)
    assert traces(told) == []
