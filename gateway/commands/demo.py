"""`samsyn demo`: the whole road on this machine, with something to see."""

from __future__ import annotations

import hashlib
import shutil
import threading
import tomllib
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click
import httpx
import orjson

from gateway.app import notary_of, open_gateway, worker_of
from gateway.commands.serve import web
from gateway.commands.server import listen, server_of
from gateway.commands.sole import sole_worker
from gateway.commands.stopping import Stopping
from gateway.delivery.guard import stand_guard
from gateway.errors import ConfigurationError
from gateway.sandbox.recipients import sandbox_recipients
from gateway.sandbox.story import tell
from gateway.settings import read_settings

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable

    import uvicorn

    from gateway.settings import Settings

TOKEN = "demo-forsakringskassan"  # noqa: S105 - opens a sandbox on this machine only
ORGANISATIONS = {
    "forsakringskassan": "2021005521",
    "employer": "5561234567",
    "municipality": "2120009994",
    "arbetsformedlingen": "2021002114",
}
"""Kind → organisation number: the agencies' own, and two that nobody has."""

_MADE_BY = "# Made by samsyn demo, anew at each start."


@click.command()
@click.option(
    "--port", type=click.IntRange(1, 65_534), default=8000, show_default=True, help="The recipients get the next."
)
@click.option(
    "--folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("var/demo"),
    show_default=True,
    help="Where the demo keeps what it makes.",
)
def demo(port: int, folder: Path) -> None:
    """Run a gateway, a worker and four sandbox recipients, and post a few certificates and consents.

    Everything is made anew in FOLDER at each start; its samsyn.toml lets the other commands look in. Ctrl-C stops it.
    """
    stopping = Stopping()
    with ExitStack() as stack:
        gateway_socket, sandbox_socket = listen("127.0.0.1", port), listen("127.0.0.1", port + 1)
        settings = _prepare(folder, port)
        _in_background(server_of(sandbox_recipients()), sandbox_socket, stack)
        gateway = open_gateway(settings)
        stack.callback(gateway.store.close)
        stack.enter_context(notary_of(gateway.store, settings).at_work(settings.audit_checkpoint_seconds))
        see_to_name = stack.enter_context(sole_worker(settings))
        work = partial(worker_of(gateway, settings, see_to_name).run, stopping.told)
        worker = threading.Thread(target=_introduce_and_deliver, args=[settings, folder, work])
        worker.start()
        stack.callback(worker.join)
        stack.callback(stopping.told.set)
        stopping.run(server_of(web(gateway, settings)), gateway_socket)
    click.echo("Stopped.")


def _in_background(server: uvicorn.Server, listening: socket.socket, stack: ExitStack) -> None:
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    stack.callback(thread.join)
    stack.callback(setattr, server, "should_exit", True)  # noqa: FBT003 - setattr names nothing


def _prepare(folder: Path, port: int) -> Settings:
    """Make the demo's folder anew, and return the settings that lie in it.

    Raises:
        ConfigurationError: There is something in the folder that no demo has put there.
    """
    file = folder / "samsyn.toml"
    if folder.exists() and not (file.is_file() and file.read_text("utf-8").startswith(_MADE_BY)):
        if any(folder.iterdir()):
            raise ConfigurationError(f"{folder} holds something that no demo has made; name another --folder")
    elif folder.exists():
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    text = _settings_file(folder, port)
    file.write_text(text, "utf-8")
    # Given, and so before whatever stands in the environment: the demo touches no other database than its own.
    return read_settings(**tomllib.loads(text))


def _settings_file(folder: Path, port: int) -> str:
    recipients = "".join(
        f'[[recipients]]\nname = "{kind} (sandbox)"\nkind = "{kind}"\norganisation = "{organisation}"\n'
        f'endpoint = "http://127.0.0.1:{port + 1}/{kind}"\n\n'
        for kind, organisation in ORGANISATIONS.items()
    )
    token = hashlib.sha256(TOKEN.encode()).hexdigest()
    database = orjson.dumps(str((folder / "samsyn.db").resolve())).decode()  # JSON quotes a text as TOML does
    return (
        f'{_MADE_BY}\ndatabase = {database}\nport = {port}\npersons = "test"\n'
        f"retry_after_seconds = [2, 10, 60]\n"
        f'private_endpoints = ["127.0.0.1:{port + 1}"]\n\n{recipients}'
        f'[[agencies]]\nname = "forsakringskassan (sandbox)"\norganisation = "{ORGANISATIONS["forsakringskassan"]}"\n'
        f'token_sha256 = "{token}"\n'
    )


def _introduce_and_deliver(settings: Settings, folder: Path, work: Callable[[], None]) -> None:
    """Post what there is to see, and deliver it: the guard lets this process post nothing more by itself."""
    _introduce(settings, folder)
    stand_guard()
    work()


def _introduce(settings: Settings, folder: Path) -> None:
    """Post what there is to see once the gateway answers, and say where to look."""
    address = f"http://127.0.0.1:{settings.port}"
    try:
        with httpx.Client(base_url=address, trust_env=False, transport=httpx.HTTPTransport(retries=5)) as client:
            tell(client, settings.recipients)
    except httpx.TransportError:
        return  # it was told to end before there was anything to see
    click.echo(
        f"""
Samsyn is running. Ctrl-C stops it.

  gateway      {address}/docs
  recipients   http://127.0.0.1:{settings.port + 1}/      what each of them has got
  certificates {address}/riv-ta/RegisterCertificate/3.0?wsdl
  look inside  SAMSYN_CONFIG={folder / "samsyn.toml"} samsyn deliveries list
"""
    )
