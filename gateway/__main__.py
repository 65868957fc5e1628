"""The command `samsyn`."""

from __future__ import annotations

from typing import Any

import click

from gateway.commands.audit import audit
from gateway.commands.check import check
from gateway.commands.consent import consent
from gateway.commands.copying import store
from gateway.commands.deliveries import deliveries
from gateway.commands.demo import demo
from gateway.commands.forms import form_
from gateway.commands.maps import map_
from gateway.commands.messages import messages
from gateway.commands.person import person
from gateway.commands.recipients import recipients
from gateway.commands.serve import serve
from gateway.commands.stops import drain, lift, pause, resume, stop
from gateway.commands.vault import vault
from gateway.commands.worker import worker
from gateway.errors import GatewayError, SenderError


class _Commands(click.Group):
    """Tells what the gateway foresaw in a line, and not in a traceback."""

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - as click has it
        try:
            return super().invoke(ctx)
        except SenderError as error:
            problems = "".join(f"\n  {problem}" for problem in error.problems)
            raise click.ClickException(f"{error}{problems}") from None
        except GatewayError as error:
            raise click.ClickException(str(error)) from None
        except OSError as error:
            if error.filename is None:
                raise  # no file that somebody named
            raise click.ClickException(f"{error.filename}: {error.strerror}") from None


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="samsyn")
def samsyn() -> None:
    """Certificates in, information sets out, and only with consent.

    Begin with `samsyn demo`: a gateway, a worker and four sandbox recipients on this machine.
    """


for _command in (
    *(serve, worker, demo),
    *(check, form_, map_),
    *(messages, deliveries, recipients, consent, person),
    *(stop, lift, pause, drain, resume),
    *(audit, store, vault),
):
    samsyn.add_command(_command)

if __name__ == "__main__":
    samsyn()
