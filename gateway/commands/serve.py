"""`samsyn serve`: take in certificates and consents, and let agencies ask."""

from __future__ import annotations

import gc
from importlib.metadata import version
from typing import TYPE_CHECKING

import click

from gateway.api.application import application
from gateway.api.witness import witness_routes
from gateway.app import cosigner_of, notary_of, open_gateway
from gateway.commands.libraries import hear_libraries
from gateway.commands.server import listen, server_of
from gateway.commands.stopping import Stopping
from gateway.identity import OrganisationNumber
from gateway.log import LogLine, log
from gateway.rules import HOME
from gateway.settings import read_settings
from gateway.waking import waking

if TYPE_CHECKING:
    from fastapi import FastAPI

    from gateway.parts import Intake
    from gateway.settings import Settings


@click.command()
def serve() -> None:
    """Take in certificates and consents, and let agencies ask.

    Delivers nothing: `samsyn worker` does. Settings come from SAMSYN_CONFIG and the environment.
    """
    stopping = Stopping()
    hear_libraries()
    settings = read_settings()
    socket = listen(settings.host, settings.port)
    gateway = open_gateway(settings)
    notary = notary_of(gateway.store, settings)
    # The rules live as long as the process: the collector need not look through them, some 100 ms each time.
    gc.freeze()
    log(LogLine.STARTED, part="serve", address=f"http://{settings.host}:{socket.getsockname()[1]}")
    with notary.at_work(settings.audit_checkpoint_seconds), waking(gateway):
        app = web(gateway, settings)
        if settings.witnessed_logs:
            app.include_router(witness_routes(cosigner_of(gateway.store, settings)))
        stopping.run(server_of(app), socket)
    gateway.store.close()
    log(LogLine.STOPPED, part="serve")


def web(gateway: Intake, settings: Settings) -> FastAPI:
    """Return the web application that stands before a gateway."""
    agencies = {one.token_sha256: OrganisationNumber(one.organisation) for one in settings.agencies}
    return application(gateway, agencies, HOME / "schemas" / "riv", version("samsyn"))
