"""`samsyn map`: write, try and explain mappings, without deploying anything."""

from __future__ import annotations

import click

from gateway.commands.maps.accepting import accept
from gateway.commands.maps.beginning import new
from gateway.commands.maps.covering import coverage
from gateway.commands.maps.diffing import diff
from gateway.commands.maps.linting import lint
from gateway.commands.maps.tracing import trace
from gateway.commands.maps.trying import try_


@click.group("map")
def map_() -> None:
    """Write, try and explain mappings: nothing is kept or sent."""


for _command in (new, try_, trace, coverage, diff, lint, accept):
    map_.add_command(_command)
