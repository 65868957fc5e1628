"""The gate's reason codes in plain Swedish: why, and what would change it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gateway.decisions import Decision


class Words(NamedTuple):
    """`{whom}`, `{purposes}`, `{title}` and `{until}` stand for the organisation, the purposes, the set and the day."""

    why: str
    change: str


REASONS: Mapping[str, Words] = {
    "permitted": Words(
        "Ett samtycke tillåter det.",
        "Att personen återkallar eller ändrar samtycket, eller att det slutar gälla.",
    ),
    "no-active-consent": Words(
        "Det finns inget gällande samtycke som tillåter det.",
        "Ett samtycke som namnger {whom} och {purposes}.",
    ),
    "patient-mismatch": Words(
        "De samtycken som finns gäller någon annan.",
        "Ett samtycke från personen själv, som namnger {whom} och {purposes}.",
    ),
    "not-started": Words(
        "Ett samtycke tillåter det, men det har inte börjat gälla.",
        "Samtycket börjar gälla {until}. Då prövas det på nytt, utan att någon gör något.",
    ),
    "expired": Words(
        "Ett samtycke tillät det, men dess sista dag är över.",
        "Ett nytt samtycke som namnger {whom} och {purposes}.",
    ),
    "revoked": Words(
        "Ett samtycke tillät det, men personen har återkallat det.",
        "Ett nytt samtycke som namnger {whom} och {purposes}.",
    ),
    "entered-in-error": Words(
        "Ett samtycke tillät det, men det var inlagt av misstag.",
        "Ett nytt samtycke som namnger {whom} och {purposes}.",
    ),
    "recipient-not-covered": Words(
        "Personen har samtyckt till att dela uppgifter, men inte med {whom}.",
        "Ett samtycke som namnger {whom} och {purposes}.",
    ),
    "purpose-not-covered": Words(
        "Ett samtycke gäller {whom}, men inte för {purposes}.",
        "Ett samtycke som namnger {whom} och {purposes}.",
    ),
    "set-not-covered": Words(
        "Ett samtycke gäller {whom} och ändamålet, men inte {title}, eller inte det här intyget.",
        "Ett samtycke som namnger {title}, eller som inte är begränsat till andra intyg.",
    ),
    "section-denied": Words(
        "En del som {title} alltid innehåller omfattas inte av samtycket, eller är undantagen från det.",
        "Ett samtycke som omfattar alla de delarna, eller att personen tar tillbaka undantaget.",
    ),
    "label-denied": Words(
        "Ett samtycke gäller, men inte uppgifter som är märkta som de i {title}.",
        "Ett samtycke som omfattar den märkningen, eller som inte är begränsat till en annan.",
    ),
    "protected-identity": Words(
        "Personen har skyddade personuppgifter, eller så vet ingen om det är så. Inget lämnas till {whom} utan att en"
        " människa har prövat det.",
        "Att en människa prövar och släpper just den här, eller att skyddet upphör.",
    ),
    "cannot-be-withheld": Words(
        "Ett samtycke tillåter det, men utan ett avsnitt som ingen kan hålla inne för det här intyget.",
        "Ett samtycke som också nämner avsnittet.",
    ),
    "policy-version-retired": Words(
        "Samtycket gavs till en text som inte längre gäller.",
        "Ett nytt samtycke, till den text som gäller nu.",
    ),
    "indeterminate": Words(
        "Det finns ett gällande samtycke som inte går att förstå, och då lämnas inget.",
        "Att det samtycket ersätts eller återkallas.",
    ),
}
"""What each reason code means to somebody who has never seen one."""

_OBJECTION = Words(
    "Ett samtycke säger nej till det, och det väger tyngre än varje ja.",
    "Att personen återkallar sitt nej, eller begränsar det till annat.",
)


def words_for(decision: Decision) -> Words:
    """Return what a decision's reason says."""
    return _OBJECTION if decision.objected else REASONS[decision.reason]
