"""A process loads what its steps need, and no more."""

from __future__ import annotations

import pytest

from gateway.app import open_for_delivery, open_gateway
from gateway.settings import read_settings


@pytest.fixture
def settings(tmp_path, monkeypatch):
    """Settings of a gateway whose rules nobody can load."""

    def loaded(*_, **__):
        raise AssertionError("the rules are loaded")

    monkeypatch.setattr("gateway.app.load_rules", loaded)
    return read_settings(database=tmp_path / "samsyn.db")


def test_what_delivers_knows_the_sets_and_loads_no_rules(settings):
    gateway = open_for_delivery(settings)

    assert "sjukskrivningsunderlag" in gateway.routing.definitions
    gateway.store.close()


def test_what_takes_in_loads_the_rules(settings):
    with pytest.raises(AssertionError, match="the rules are loaded"):
        open_gateway(settings)
