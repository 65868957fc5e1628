"""What the tests may be asked to do besides testing, and how they look for counter-examples."""

from __future__ import annotations

import os
import random

import pytest
from hypothesis import Phase, settings

from tests.postgres import PostgresForTests

# A busy machine is no failure. In CI the same examples are tried each time, so that a change is judged by what it
# changes; at the desk they are new each time. Longer, or without
# looking for the shortest story once one is found, where `--hypothesis-profile` says so.
settings.register_profile("desk", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.register_profile("long", deadline=None, max_examples=5_000, stateful_step_count=80)
settings.register_profile("mutants", settings.get_profile("ci"), phases=[Phase.explicit, Phase.generate])
settings.load_profile("ci" if os.environ.get("CI") else "desk")


def pytest_addoption(parser):
    parser.addoption("--accept", action="store_true", help="write the golden files beside the samples anew")
    parser.addoption("--wrongs", type=int, default=1, help="how many things may go wrong in one story, at every place")
    parser.addoption("--storm", type=float, default=4, help="for how many seconds processes are killed at random")
    parser.addoption("--seed", type=int, help="which of the storms it is; another each time, where none is named")


def pytest_configure(config):
    if config.option.seed is None:
        config.option.seed = 1 if os.environ.get("CI") else random.randrange(1_000_000)  # noqa: S311 - guards no secret


def pytest_report_header(config):
    return f"storm: --seed {config.option.seed}"


@pytest.fixture(scope="session")
def postgres_server():
    server = PostgresForTests()
    yield server
    server.stop()
