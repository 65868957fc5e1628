"""Marked identities go through everything; then the files of the database and a dump of it are searched for them."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import timedelta

import pytest
from marked import (
    MARKS,
    NUMBERS,
    Outside,
    failing_recipients,
    good_messages,
    held_messages,
    odd_questions,
    refused_consents,
    traces,
)
from worlds import CERTIFICATE, FORSAKRINGSKASSAN, PERSON, certificate, coming_after

from gateway.delivery.schedule import Schedule
from gateway.store.sqlite import SqliteStore


def read_at_rest(database):
    """Return all that stands in the files of a database, and in a dump of it."""
    with closing(sqlite3.connect(database)) as db:
        dump = "\n".join(db.iterdump())
    files = [file.read_bytes() for file in database.parent.glob(f"{database.name}*")]
    assert len(files) >= 3
    return b"\n".join([*files, dump.encode()])


def test_no_person_certificate_or_word_of_one_can_be_read_where_it_is_kept(world, settings):
    world.settings = settings
    world.gateway = replace(world.gateway, schedule=Schedule([timedelta(minutes=1)] * 9))
    outside = Outside(world)
    good_messages(outside)
    held_messages(outside)
    refused_consents(outside)
    odd_questions(outside)
    failing_recipients(outside)
    world.revoke()
    world.deliver()
    certificates = {one.certificate.extension for one in world.gateway.store.messages()}

    kept = read_at_rest(settings.database)

    words = [*MARKS, *MARKS.values(), *NUMBERS, "Zqxmokänt", "F43.2", CERTIFICATE, *certificates]
    assert [word for word in words if word.encode() in kept] == []


FIRST, SECOND = "7c0a9c9e-5d0b-4b55-8f0e-1f3a5f6d3001", "7c0a9c9e-5d0b-4b55-8f0e-1f3a5f6d3002"


@pytest.fixture
def replaced(world):
    """A certificate that a recipient has got, and the one that replaces it."""
    world.consent(FORSAKRINGSKASSAN)
    world.hand_in(certificate(id_=FIRST))
    world.deliver()
    world.hand_in(coming_after(certificate(id_=SECOND), "ERSATT", FIRST))
    world.deliver()
    return world.agencies[FORSAKRINGSKASSAN]


def test_which_certificate_another_replaces_is_told_to_who_has_it_and_cannot_be_read_where_it_is_kept(
    world, settings, replaced
):
    assert FIRST in str(replaced.received[-1])

    kept = read_at_rest(settings.database)

    assert [one for one in (FIRST, SECOND) if one.encode() in kept] == []


def test_what_an_older_version_kept_of_that_in_clear_is_sealed_at_the_next_start(settings, replaced):
    said = f'[["replaces","urn:uuid:{FIRST}"]]'
    with closing(sqlite3.connect(settings.database, isolation_level=None)) as db:
        assert db.execute("UPDATE told SET earlier = ?", (said,)).rowcount == 1
    assert FIRST.encode() in read_at_rest(settings.database)

    SqliteStore(settings.database).close()

    assert FIRST.encode() not in read_at_rest(settings.database)


def test_what_cannot_be_read_there_is_all_there_for_the_gateway(world):
    outside = Outside(world)
    good_messages(outside)

    [message] = world.gateway.store.messages()

    content = world.gateway.store.envelope(message.id).content.decode()
    assert traces(content) != []
    assert {one.person.digits for one in world.gateway.store.deliveries()} == {PERSON}
