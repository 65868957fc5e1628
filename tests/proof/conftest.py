"""A gateway whose parts the proofs take, and places where its processes are killed."""

from __future__ import annotations

import pytest
from killing import Battlefield, Nursery
from running import RecipientOnTheWire
from worlds import NOON, ORGANISATIONS, known_rules

from gateway.app import open_gateway
from gateway.settings import Settings


@pytest.fixture(scope="session")
def opened(tmp_path_factory):
    recipients = [
        {"name": kind, "kind": kind, "organisation": number, "endpoint": f"https://{kind}.example/inbox"}
        for kind, number in ORGANISATIONS.items()
    ]
    settings = Settings(database=tmp_path_factory.mktemp("opened") / "samsyn.db", recipients=recipients)
    gateway = open_gateway(settings, lambda: NOON, rules=known_rules(settings))
    yield gateway
    gateway.store.close()


@pytest.fixture(scope="session")
def nursery():
    nursery = Nursery()
    yield nursery
    nursery.close()


@pytest.fixture
def recipient():
    recipient = RecipientOnTheWire()
    yield recipient
    recipient.close()


@pytest.fixture(params=["sqlite", "postgres"])
def new_place(request, tmp_path, nursery, recipient):
    """A place where nothing was ever started."""
    made = Battlefield(tmp_path, nursery=nursery, recipient=recipient)
    if request.param == "postgres":
        made.postgres = request.getfixturevalue("postgres_server").new_database()
    made.configure()
    yield made
    made.clear_away()


@pytest.fixture
def here(new_place, request):
    """A place that has its tables."""
    if new_place.postgres:
        server = request.getfixturevalue("postgres_server")
        new_place.postgres = server.new_store()
        server.copy_key(new_place.vault_key)
        new_place.configure()
    return new_place
