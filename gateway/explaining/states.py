"""The states of a delivery in plain Swedish: why it stands there, and what would change it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from gateway.deliveries import ONLY_NEWEST, WAITING, DeliveryState
from gateway.stops import Scope

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from gateway.deliveries import Delivery
    from gateway.stops import Stop

_ASKED_ANEW = "Samtycket prövas då på nytt."


class Standing(NamedTuple):
    """`{whom}` stands for the organisation, `{due}` for when a worker takes it up."""

    why: str
    change: str = ""
    by_consent: bool = False
    """Whether what the gate needs to hear is what would change it."""


STATES: Mapping[DeliveryState, Standing] = {
    DeliveryState.HELD_CONSENT: Standing("Den hålls kvar: inget samtycke tillåter den.", by_consent=True),
    DeliveryState.HELD_PROTECTED: Standing(
        "Den hålls kvar: personen har, eller kan ha, skyddade personuppgifter, och {whom} får inget utan att någon har"
        " sett till det.",
        by_consent=True,
    ),
    DeliveryState.HELD_PERSON: Standing(
        "Den hålls kvar: något är noterat om personen som gör att ingen får något, vem som än har samtyckt.",
        f"Att noteringen tas bort, om den inte stämmer. {_ASKED_ANEW}",
    ),
    DeliveryState.HELD_MAPPING: Standing(
        "Den hålls kvar: intyget säger något som reglerna inte förstår.",
        "Att någon tittar på den och reglerna för intyget rättas.",
    ),
    DeliveryState.HELD_LEAK: Standing(
        "Den hålls kvar: något som skulle ha utelämnats står i det som är kvar.",
        "Att någon läser intyget och avgör om uppgifterna får lämnas.",
    ),
    DeliveryState.HELD_PROFILE: Standing(
        "Den hålls kvar: det som reglerna gjorde av intyget bryter mot sin FHIR-profil.",
        "Att reglerna för intyget rättas.",
    ),
    DeliveryState.HELD_WISH: Standing(
        "Den hålls kvar: önskan att hålla inne ett avsnitt kan inte följas för det här intyget.",
        by_consent=True,
    ),
    DeliveryState.HELD_RECIPIENT: Standing(
        "Den hålls kvar: ett samtycke namnger {whom}, som tjänsten inte har någon adress till.",
        "Att organisationen läggs till bland mottagarna.",
    ),
    DeliveryState.READY: Standing(
        "Den är tillåten, och skickas så snart någon hinner och mottagaren kan ta emot.", by_consent=True
    ),
    DeliveryState.SENDING: Standing("Den håller på att skickas.", by_consent=True),
    DeliveryState.RETRY_WAIT: Standing(
        "Det senaste försöket misslyckades på ett sätt som kan gå över.",
        f"Ett nytt försök görs {{due}}. {_ASKED_ANEW}",
        by_consent=True,
    ),
    DeliveryState.UNKNOWN: Standing(
        "Det senaste försöket kan ha kommit fram; ingen vet. Det görs om så att mottagaren kan räkna det en gång.",
        f"Ett nytt försök görs {{due}}. {_ASKED_ANEW}",
        by_consent=True,
    ),
    DeliveryState.DELIVERED: Standing("Mottagaren har den. Det som är lämnat kan inte kallas tillbaka."),
    DeliveryState.DEAD: Standing(
        "Mottagaren tar inte emot den, eller så är alla försök gjorda.",
        f"Att någon tar reda på varför och gör om försändelsen. {_ASKED_ANEW}",
    ),
    DeliveryState.WITHHELD: Standing(
        "Den stoppades: samtycket som den vilade på gäller inte längre.",
        f"Att någon därefter gör om försändelsen. {_ASKED_ANEW}",
        by_consent=True,
    ),
    DeliveryState.HELD_ORDER: Standing(
        "Den väntar på sin tur: ett intyg som den ersätter eller kompletterar är på väg till samma mottagare.",
        f"Att det tidigare intyget har kommit fram, eller inte ska göra det. {_ASKED_ANEW}",
        by_consent=True,
    ),
    DeliveryState.SUPERSEDED: Standing(
        "Mottagaren har redan ett intyg som ersätter det, eller vet att det är makulerat, och ska inte ha mer av det."
    ),
    DeliveryState.CANCELLED: Standing("Den ställdes in: intyget makulerades innan mottagaren kan ha fått det."),
}
"""Why a delivery stands where it stands."""

_OUTRUN = Standing("Den ställdes in: av intyg som ersätter varandra får {whom} bara det nyaste.")

_STOPPED = Standing(
    "Den väntar: en operatör har stoppat sådant som detta, och inget av det lämnas så länge.",
    f"Att stoppet hävs. {_ASKED_ANEW}",
    by_consent=True,
)


NOTICES: Mapping[DeliveryState, Standing] = {
    DeliveryState.DELIVERED: Standing("Mottagaren har fått veta det."),
    DeliveryState.WITHHELD: Standing(
        "Den stoppades: samtycket som den vilade på gäller inte längre, och {whom} får inte veta mer om personen.",
        f"Att någon därefter gör om försändelsen. {_ASKED_ANEW}",
        by_consent=True,
    ),
    DeliveryState.HELD_PROFILE: Standing("Den hålls kvar: den bryter mot sin FHIR-profil.", "Att någon ser till det."),
    DeliveryState.HELD_ORDER: Standing(
        "Den väntar på sin tur: det som den handlar om, eller det som ersätter det, är på väg till samma mottagare.",
        f"Att det har kommit fram, eller inte ska göra det. {_ASKED_ANEW}",
        by_consent=True,
    ),
    DeliveryState.SUPERSEDED: Standing("Mottagaren vet redan att intyget är makulerat."),
    DeliveryState.CANCELLED: Standing("Den ställdes in: det visade sig att mottagaren inte hade fått något."),
}
"""Why a notice stands where it stands, where that is told otherwise than of a set."""

_A_NOTICE = "Det är en underrättelse om att intyget är makulerat, till den som har fått uppgifter ur det."


def standing_of(delivery: Delivery, stops: Iterable[Stop]) -> Standing:
    """Return why a delivery stands where it stands, while all this is stopped."""
    if delivery.reason == ONLY_NEWEST:
        return _OUTRUN
    names = {
        Scope.EVERYTHING: "",
        Scope.WORKERS: "",
        Scope.CLOCK: "",
        Scope.ANCHOR: "",
        Scope.COPY: "",
        Scope.ORGANISATION: delivery.organisation.digits if delivery.organisation else None,
        Scope.KIND: delivery.kind,
        Scope.SET: delivery.set_name,
    }
    is_stopped = any(names[stop.scope] == stop.name for stop in stops)
    texts = {**STATES, **NOTICES} if delivery.is_notice else STATES
    standing = _STOPPED if is_stopped and delivery.state in WAITING else texts[delivery.state]
    return standing._replace(why=f"{_A_NOTICE} {standing.why}") if delivery.is_notice else standing
