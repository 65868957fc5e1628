"""What organisations, sets, purposes and days are called in an explanation."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from gateway.decisions import Decision
    from gateway.deliveries import Delivery
    from gateway.identity import OrganisationNumber
    from gateway.information_sets import SetDefinition
    from gateway.recipients import Recipients

_STOCKHOLM = ZoneInfo("Europe/Stockholm")
_NOBODY_YET = "den organisation som uppgifterna är till för"


def names_in(
    delivery: Delivery, decision: Decision, definitions: Mapping[str, SetDefinition], recipients: Recipients
) -> Mapping[str, str]:
    """Return the words that the texts of REASONS and STATES leave open."""
    return {
        "whom": called(delivery.organisation, recipients) if delivery.organisation else _NOBODY_YET,
        "purposes": f"ändamålet {' eller '.join(sorted(one.code for one in definitions[delivery.set_name].purposes))}",
        "title": titled(delivery.set_name, definitions),
        "until": moment(decision.until),
        "due": moment(delivery.due_at),
    }


def called(organisation: OrganisationNumber, recipients: Recipients) -> str:
    """Return an organisation's name where an operator has given it one, and its number: 202100-5521."""
    number = f"{organisation.digits[:6]}-{organisation.digits[6:]}"
    known = recipients.of(organisation)
    return f"{known.name} ({number})" if known else f"organisationen {number}"


def titled(name: str, definitions: Mapping[str, SetDefinition]) -> str:
    """Return a set's title and name; the name alone of a set that there is no longer."""
    return f"”{definitions[name].title}” ({name})" if name in definitions else name


def moment(at: datetime | None) -> str:
    """Return a moment in Swedish time: 2026-03-05 00:00."""
    return at.astimezone(_STOCKHOLM).strftime("%Y-%m-%d %H:%M") if at else "en dag som inte är känd"
