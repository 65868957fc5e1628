"""`samsyn worker`: deliver what is due."""

from __future__ import annotations

import signal
import threading

import click

from gateway.app import open_gateway, worker_of
from gateway.log import LogLine, log
from gateway.settings import read_settings


@click.command()
def worker() -> None:
    """Deliver what is due, until told to stop; what is under way is finished first.

    Settings come from SAMSYN_CONFIG and the environment; each worker that runs has a name of its own (SAMSYN_WORKER).
    """
    settings = read_settings()
    gateway = open_gateway(settings)
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    worker_of(gateway, settings).run(stop)
    gateway.store.close()
    log(LogLine.STOPPED, part="worker")
