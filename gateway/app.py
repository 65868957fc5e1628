"""The composition root: the one place that knows which parts there are."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, TypeVar

from gateway.audit.anchor_file import FileAnchor
from gateway.audit.cosignatures import Witness
from gateway.audit.keys import read_key
from gateway.audit.notes import Verifier
from gateway.audit.stamps import read_roots
from gateway.auditing import Notary
from gateway.client_certificates import read_client_certificate
from gateway.database import open_store
from gateway.delivery.breaker import Breaker
from gateway.delivery.clock import ClockWatch, WatchedClaim
from gateway.delivery.schedule import Schedule
from gateway.delivery.wire import Wire
from gateway.delivery.worker import Worker
from gateway.errors import ConfigurationError
from gateway.exchange import deliver, note_mistake
from gateway.identity import OrganisationNumber, RecipientKind
from gateway.information_sets import load_definitions
from gateway.parts import Gateway, Intake
from gateway.recipients import Recipient, Recipients
from gateway.routing import Routing
from gateway.rules import MAPPINGS, load_rules
from gateway.stamping import StampAnchor
from gateway.standings import Endpoint
from gateway.witnessing import Cosigner, WitnessAnchor

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from gateway.anchoring import Anchor
    from gateway.delivery.adapter import Adapter, Transport
    from gateway.information_sets import SetDefinition
    from gateway.rules import Rules
    from gateway.settings import RecipientSetting, Settings
    from gateway.store.port import Store

Made = TypeVar("Made", bound=Gateway)

ADAPTERS = "samsyn.adapters"
"""The entry points that name an adapter for each kind of recipient."""


def rules_of(settings: Settings) -> Rules:
    """Return the rules as the settings have them; loading them takes most of a start.

    Raises:
        ConfigurationError: A file or a setting has to be mended first.
    """
    return load_rules(settings.logical_addresses, emitted=settings.emitted_systems)


def open_gateway(
    settings: Settings,
    clock: Callable[[], datetime] | None = None,
    transport: Transport | None = None,
    rules: Rules | None = None,
) -> Intake:
    """Return the gateway that the settings describe, with its store open.

    What other settings than before make possible is for `waking` to see to.

    Args:
        settings: What the operator has set.
        clock: Tells the time; the store, where no other is given.
        transport: The way out; the wire, where no other is given.
        rules: What `rules_of` gives for these settings, where it is at hand.

    Raises:
        ConfigurationError: A setting or a file has to be mended first.
    """
    known = rules or rules_of(settings)
    make = partial(
        Intake, rules=known, persons=settings.persons, keeps_early_revocations=settings.keep_early_revocations
    )
    return _told(_put_together(make, known.definitions, settings, clock, transport), settings)


def open_for_delivery(settings: Settings, clock: Callable[[], datetime] | None = None) -> Gateway:
    """Return the same gateway without what only intake needs: no forms, mappings or profiles are loaded.

    Raises:
        ConfigurationError: A setting or a set's file has to be mended first.
    """
    return _told(gateway_to_look_into(settings, clock), settings)


def gateway_to_look_into(settings: Settings, clock: Callable[[], datetime] | None = None) -> Gateway:
    """Return that gateway with nothing in it changed.

    Raises:
        ConfigurationError: A setting or a set's file has to be mended first.
    """
    return _put_together(Gateway, load_definitions(MAPPINGS / "information_sets"), settings, clock)


def _told(gateway: Made, settings: Settings) -> Made:
    """Return the gateway, with what the settings say kept for every process."""
    started = gateway.now()
    urls = {OrganisationNumber(one.organisation): one.endpoint for one in settings.recipients}
    gateway.store.want_endpoints(urls, started)
    gateway.store.anchor_within(settings.audit_anchor_max_age, started)
    return gateway


def _put_together(
    make: Callable[..., Made],
    definitions: Sequence[SetDefinition],
    settings: Settings,
    clock: Callable[[], datetime] | None,
    transport: Transport | None = None,
) -> Made:
    adapters = _adapters()
    for definition in definitions:
        _check_kinds(definition.name, definition.recipients, adapters)
    for one in settings.recipients:
        _check_kinds(one.name, [one.kind], adapters)
    store = open_store(settings)
    known = store.endpoints()
    recipients = Recipients([_recipient(one, known) for one in settings.recipients])
    ours = {one.organisation: one.certificate for one in recipients.all if one.certificate is not None}
    transport = transport or Wire(settings.timeout_seconds, settings.private_endpoints, ours)
    schedule = Schedule(settings.retry_after)
    return make(
        recipients=recipients,
        routing=Routing(
            {definition.name: definition for definition in definitions}, recipients, settings.retired_policies
        ),
        adapters={one.organisation: adapters[one.kind](one.endpoint, transport) for one in recipients.all},
        store=store,
        schedule=schedule,
        breaker=Breaker(schedule),
        now=clock or store.now,
    )


def _recipient(setting: RecipientSetting, known: Mapping[OrganisationNumber, Endpoint]) -> Recipient:
    """Return a recipient, reached where that is approved; the first address that the settings say is."""
    organisation = OrganisationNumber(setting.organisation)
    approved = known.get(organisation, Endpoint(setting.endpoint))
    certificate = None
    if setting.client_certificate is not None and setting.client_key is not None:
        certificate = read_client_certificate(setting.client_certificate, setting.client_key)
    return Recipient(
        setting.name,
        RecipientKind(setting.kind),
        organisation,
        approved.url,
        certificate,
        only_newest=setting.only_newest,
    )


def notary_of(store: Store, settings: Settings) -> Notary:
    """Return who signs the log with the key that the settings name.

    Raises:
        ConfigurationError: The key is missing, or is not the one that signed the log before.
    """
    return Notary(store, settings.audit_key_file, list(_anchors(store, settings)), store.now)


def _anchors(store: Store, settings: Settings) -> Iterator[Anchor]:
    if settings.audit_anchor is not None:
        yield FileAnchor(settings.audit_anchor)
    if settings.audit_timestamps and settings.audit_timestamp_roots is not None:
        wire = Wire(settings.timeout_seconds, settings.private_endpoints)
        every = timedelta(seconds=settings.audit_timestamp_seconds)
        yield StampAnchor(store, settings.audit_timestamps, read_roots(settings.audit_timestamp_roots), wire, every)

    for one in settings.audit_witnesses:
        wire = Wire(settings.timeout_seconds, settings.private_endpoints)
        every = timedelta(seconds=settings.audit_witness_seconds)
        yield WitnessAnchor(store, one.url, Witness.of(one.key), wire, every)


def cosigner_of(store: Store, settings: Settings) -> Cosigner:
    """Return who cosigns the logs of others, with the key that signs this one; call this after `notary_of`.

    Raises:
        ConfigurationError: The key is missing.
    """
    key = read_key(settings.audit_key_file)
    logs = {one.name: one for one in map(Verifier.of, settings.witnessed_logs)}
    return Cosigner(store, logs, key, Witness(store.grown().log, key.public_key()), store.now)


def worker_of(gateway: Gateway, settings: Settings, see_to_name: Callable[[], None] = lambda: None) -> Worker:
    """Return the worker that delivers what the gateway keeps, for as long as `see_to_name` does not raise."""
    return Worker(
        name=settings.worker,
        claim=WatchedClaim(gateway.store.claim_due, gateway.store.stop, ClockWatch(gateway.now)),
        take_back=gateway.store.take_back,
        deliver=partial(deliver, gateway=gateway),
        give_up=partial(note_mistake, gateway=gateway),
        now=gateway.now,
        see_to_name=see_to_name,
        lease=settings.lease,
        at_once=settings.deliveries_at_once,
    )


def _adapters() -> Mapping[str, type[Adapter]]:
    return {point.name: point.load() for point in entry_points(group=ADAPTERS)}


def _check_kinds(name: str, kinds: Iterable[str], adapters: Mapping[str, type[Adapter]]) -> None:
    for kind in kinds:
        if kind not in adapters:
            raise ConfigurationError(f"{name}: there is no adapter {kind}")
