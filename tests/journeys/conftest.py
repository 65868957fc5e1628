"""The fixtures of the journeys."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest
from worlds import FORSAKRINGSKASSAN, ORGANISATIONS, TOKEN, Agency, World

from gateway.auditing import check
from gateway.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(
        database=tmp_path / "samsyn.db",
        recipients=[
            {
                "name": kind,
                "kind": kind,
                "organisation": organisation,
                "endpoint": f"https://{kind}.example/inbox",
            }
            for kind, organisation in ORGANISATIONS.items()
        ],
        agencies=[
            {
                "name": "Försäkringskassan",
                "organisation": ORGANISATIONS[FORSAKRINGSKASSAN],
                "token_sha256": hashlib.sha256(TOKEN.encode()).hexdigest(),
            }
        ],
    )


@pytest.fixture
def agencies() -> dict[str, Agency]:
    return {kind: Agency(kind) for kind in ORGANISATIONS}


@pytest.fixture
def world(settings: Settings, agencies: dict[str, Agency]):
    world = World(settings, agencies)
    yield world
    assert check(world.gateway.store).breaches == []
    world.gateway.store.close()
