"""What the withdrawal or change of a consent did not reach, in plain Swedish."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.decisions import Gone
from gateway.explaining.naming import called, moment, titled
from gateway.identity import OrganisationNumber

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gateway.decisions import Departure
    from gateway.parts import Gateway

_WORDS: Mapping[Gone, str] = {
    Gone.DELIVERED: "Lämnat till {whom} {when}: {title}. Det kan inte kallas tillbaka.",
    Gone.READ: "Hämtat av {whom}, senast {when}: {title}. Det kan inte kallas tillbaka.",
    Gone.UNKNOWN: "Kan ha kommit fram till {whom} {when}: {title}. Ingen vet.",
    Gone.REFUSED: "Skickat till {whom} {when}, som svarade utan att ta emot: {title}. Det kan ha blivit läst.",
    Gone.IN_FLIGHT: "På väg till {whom} sedan {when}: {title}. Försöket hade börjat, och kan komma fram.",
}


def departure_in_words(departure: Departure, gateway: Gateway) -> str:
    """Return what had left, to whom and when, or was leaving."""
    title = titled(departure.set_name, gateway.routing.definitions)
    return _WORDS[departure.gone].format(
        whom=called(OrganisationNumber(departure.organisation), gateway.recipients),
        when=moment(departure.at),
        title=f"underrättelse om makulering av {title}" if departure.is_notice else title,
    )


def withdrawal_in_words(departures: int) -> str:
    """Return that a consent is withdrawn, and how much that did not reach."""
    if not departures:
        return "Samtycket gäller inte längre. Inget hade lämnats med stöd av det."
    return f"Samtycket gäller inte längre. Det når inte det som redan hade lämnats eller var på väg ({departures})."


def narrowing_in_words(departures: int) -> str:
    """Return that a consent lets less leave than it did, and how much of the rest that did not reach."""
    return (
        "Samtycket är ändrat. Det når inte det som redan hade lämnats eller var på väg, "
        f"och som samtycket inte längre tillåter ({departures})."
    )
