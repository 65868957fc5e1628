"""`samsyn recipients`: how each stands, what is the matter with it, and what is stopped."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from gateway.commands.operators import by
from gateway.commands.output import ListByDefault, as_json, print_json, print_table
from gateway.commands.store import opened_gateway, opened_store
from gateway.errors import InvalidIdentity
from gateway.identity import OrganisationNumber

if TYPE_CHECKING:
    from datetime import datetime

    from gateway.client_certificates import ClientCertificate
    from gateway.standings import Endpoint, RecipientStanding
    from gateway.stops import Stop


def _organisation(_context: click.Context, _parameter: click.Parameter, value: str) -> OrganisationNumber:
    try:
        return OrganisationNumber(value)
    except InvalidIdentity:
        raise click.BadParameter("is no organisation number") from None


by_organisation = click.argument("organisation", metavar="ORGANISATION", callback=_organisation)


@click.group(cls=ListByDefault)
def recipients() -> None:
    """See how each recipient stands, and what is the matter with it."""


@recipients.command("list")
@as_json
def list_(*, as_json: bool) -> None:
    """List the recipients that something is known of, and what is stopped."""
    with opened_gateway() as gateway:
        store, moment = gateway.store, gateway.now()
        found, stops = store.recipients(), store.stops()
        certificates = [
            _certificate_as_json(one.organisation, one.certificate, moment)
            for one in gateway.recipients.all
            if one.certificate is not None
        ]
        wanted = {organisation: one for organisation, one in store.endpoints().items() if one.wanted}
    if as_json:
        told = [_as_json(one, moment) for one in found]
        waiting = [_endpoint_as_json(organisation, one) for organisation, one in wanted.items()]
        stopped = [_stop_as_json(one) for one in stops]
        print_json({"recipients": told, "stops": stopped, "endpoints": waiting, "certificates": certificates})
        return
    head = ("recipient", "state", "until", "waiting", "under way", "incident", "since", "reason")
    print_table(head, [tuple(_cell(value) for value in _as_json(one, moment).values()) for one in found])
    if stops:
        click.echo()
        print_table(
            ("stopped", "name", "since", "by", "because", "lift asked for by"),
            [tuple(_cell(value) for value in _stop_as_json(one).values()) for one in stops],
        )

    if wanted:
        click.echo()
        rows = [tuple(_endpoint_as_json(organisation, one).values()) for organisation, one in wanted.items()]
        print_table(("recipient", "address", "wanted", "approved by"), [tuple(map(_cell, row)) for row in rows])
    if certificates:
        click.echo()
        print_table(("recipient", "our certificate ends", "days left"), [tuple(one.values()) for one in certificates])


@recipients.command()
@by_organisation
@by
def reopen(organisation: OrganisationNumber, by: str) -> None:
    """Try a recipient again that is left alone, or has closed its address: with one delivery first."""
    with opened_store() as store:
        store.reopen(organisation, by, store.now())
    click.echo(f"{organisation} is tried again")


@recipients.command()
@by_organisation
@by
def approve(organisation: OrganisationNumber, by: str) -> None:
    """Approve another address of a recipient, as the settings say it: the first person, and then the second."""
    with opened_store() as store:
        counts = store.approve_endpoint(organisation, by, store.now())
    told = "It counts from the next start." if counts else "Another person has to approve it too."
    click.echo(told)


def _as_json(one: RecipientStanding, moment: datetime) -> dict[str, Any]:
    standing, incident = one.standing, one.standing.incident
    return {
        "organisation": str(one.organisation),
        "state": standing.word(moment),
        "until": standing.not_before if standing.not_before and standing.not_before > moment else None,
        "waiting": one.waiting,
        "under_way": one.under_way,
        "incident": incident.cause.value if incident else None,
        "since": incident.since if incident else None,
        "reason": incident.reason if incident else None,
    }


def _endpoint_as_json(organisation: OrganisationNumber, one: Endpoint) -> dict[str, Any]:
    return {
        "organisation": str(organisation),
        "url": one.url,
        "wanted": one.wanted,
        "approved_by": one.approved_by,
    }


def _certificate_as_json(
    organisation: OrganisationNumber, certificate: ClientCertificate, moment: datetime
) -> dict[str, Any]:
    return {
        "organisation": str(organisation),
        "ends_at": certificate.ends_at,
        "days_left": certificate.days_left(moment),
    }


def _stop_as_json(one: Stop) -> dict[str, Any]:
    return {
        "scope": one.scope.value,
        "name": one.name,
        "since": one.since,
        "by": one.by,
        "because": one.because,
        "lift_asked_for_by": one.lifted_by,
    }


def _cell(value: object) -> object:
    return "-" if value in (None, "") else value
