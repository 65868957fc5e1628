"""`samsyn worker`: deliver what is due."""

from __future__ import annotations

import click

from gateway.app import notary_of, open_for_delivery, worker_of
from gateway.commands.libraries import hear_libraries
from gateway.commands.sole import sole_worker
from gateway.commands.stopping import Stopping
from gateway.delivery.guard import stand_guard
from gateway.log import LogLine, log
from gateway.settings import read_settings
from gateway.waking import waking


@click.command()
def worker() -> None:
    """Deliver what is due, until told to stop; what is under way is finished first.

    Settings come from SAMSYN_CONFIG and the environment; each worker that runs has a name of its own (SAMSYN_WORKER).
    """
    stopping = Stopping()
    hear_libraries()
    settings = read_settings()
    gateway = open_for_delivery(settings)
    notary = notary_of(gateway.store, settings)
    gateway.recipients.warn_of_certificates(gateway.now())
    with sole_worker(settings) as see_to_name, notary.at_work(settings.audit_checkpoint_seconds):
        stand_guard()
        with waking(gateway):
            worker_of(gateway, settings, see_to_name).run(stopping.told)
    gateway.store.close()
    log(LogLine.STOPPED, part="worker")
