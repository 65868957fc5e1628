"""The parts of a gateway, put together once at start and handed to whoever takes a step of the road.

A process has the parts of the steps that it takes: a worker delivers, and never loads what certificates are read and
judged by.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from gateway.delivery.sending import quick_tries

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    import tenacity

    from gateway.delivery.adapter import Adapter
    from gateway.delivery.breaker import Breaker
    from gateway.delivery.schedule import Schedule
    from gateway.identity import OrganisationNumber
    from gateway.persons import Persons
    from gateway.recipients import Recipients
    from gateway.routing import Routing
    from gateway.rules import Rules
    from gateway.store.port import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Gateway:
    """What the road needs right of the bar: to decide, to deliver, and to answer who asks."""

    recipients: Recipients
    routing: Routing
    adapters: Mapping[OrganisationNumber, Adapter]
    store: Store
    schedule: Schedule
    now: Callable[[], datetime]
    breaker: Breaker
    tries: tenacity.Retrying = field(default_factory=quick_tries)


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake(Gateway):
    """A gateway that takes in certificates and consents too."""

    rules: Rules
    persons: Persons
    keeps_early_revocations: bool
    """Whether a revocation that overtakes its certificate is kept, or its sender told to come back."""
