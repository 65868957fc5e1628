"""Marked identities go through everything; then the files of the database and a dump of it are searched for them."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import timedelta

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
from worlds import CERTIFICATE, PERSON

from gateway.delivery.schedule import Schedule


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


def test_what_cannot_be_read_there_is_all_there_for_the_gateway(world):
    outside = Outside(world)
    good_messages(outside)

    [message] = world.gateway.store.messages()

    content = world.gateway.store.envelope(message.id).content.decode()
    assert traces(content) != []
    assert {one.person.digits for one in world.gateway.store.deliveries()} == {PERSON}
