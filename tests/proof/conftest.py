"""A gateway whose parts the proofs take."""

from __future__ import annotations

import pytest
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
