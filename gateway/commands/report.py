"""`samsyn person report`: everything that was shared about one person, with proofs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import orjson

from gateway.app import notary_of
from gateway.commands.numbers import asked_number
from gateway.commands.operators import looker
from gateway.commands.output import as_json, print_json
from gateway.commands.store import opened_gateway
from gateway.explaining import departure_in_words
from gateway.proving import proofs_of
from gateway.settings import read_settings
from gateway.sharing import shared_about

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from gateway.parts import Gateway
    from gateway.sharing import Report, Shared


@click.command()
@click.option(
    "--proofs",
    type=click.Path(exists=False, path_type=Path),
    help="A new folder, for a proof of each entry of the log that is told of.",
)
@as_json
def report(proofs: Path | None, *, as_json: bool) -> None:
    """Tell in Swedish everything that was shared about the person whose number is asked for.

    With whom, when and on which consent: what was sent and what was read, notices too. The number is read from the
    terminal or the standard input. That somebody asked stands in the log before anything is shown.
    """
    number = asked_number()
    with opened_gateway() as gateway:
        gateway.store.note_look("log.reported", f"by {looker()}", gateway.now(), person=number)
        found = shared_about(gateway.store, number)
        if proofs is not None:
            _write(proofs, found, gateway)
        if as_json:
            erased = [{"at": one.at, "told": one.detail} for one in found.erased]
            shared = [_as_json(one) for one in found.shared]
            print_json({"shared": shared, "missing": found.missing, "gaps": found.gaps, "erased": erased})
        else:
            click.echo("\n".join(_lines(found, gateway)))


def _write(folder: Path, found: Report, gateway: Gateway) -> None:
    """Write a proof of each entry as a file of its own, named by the entry's number."""
    numbers = sorted({number for one in found.shared for number in (one.entry, one.decision) if number})
    proofs = proofs_of(gateway.store, notary_of(gateway.store, read_settings()), numbers)
    try:
        folder.mkdir(mode=0o700)
        for number, proof in zip(numbers, proofs, strict=True):
            (folder / f"{number}.json").write_bytes(orjson.dumps(proof))
    except OSError as error:
        raise click.ClickException(f"{folder}: {error.strerror}") from None


def _lines(found: Report, gateway: Gateway) -> Iterator[str]:
    if found.shared:
        yield f"Uppgifter om personen har lämnats, eller kan ha lämnats, {len(found.shared)} gånger."
    else:
        yield "Inget har lämnats om personen."
    for happened in found.erased:
        when = happened.at.isoformat(timespec="seconds")
        yield f"Det som fanns om personen raderades {when} {happened.detail}. Post {happened.number} i loggen."
    for one in found.shared:
        gone = one.departure
        yield ""
        yield departure_in_words(gone, gateway)
        unknown = "Ett intyg som är raderat, eller inte kan läsas"
        certificate = f"Intyg {gone.certificate.extension}" if gone.certificate else unknown
        yield f"  {certificate}, med stöd av {gone.consent}."
        if one.entry is None:
            yield "  Ingen post i loggen säger det. Se samsyn audit check."
        else:
            yield f"  Post {one.entry} i loggen" + (f", efter beslutet i post {one.decision}." if one.decision else ".")
    if found.missing:
        yield ""
        places = ", ".join(map(str, found.missing))
        yield f"Poster om personen är borta ur loggen eller ändrade: {places}. Se samsyn audit verify."
    if found.gaps:
        yield ""
        yield f"{found.gaps} poster är borta ur loggen, och ingen vet vem de gällde. Se samsyn audit verify."


def _as_json(one: Shared) -> Mapping[str, Any]:
    gone = one.departure
    return {
        "gone": gone.gone,
        "at": gone.at,
        "organisation": gone.organisation,
        "set": gone.set_name,
        "is_notice": gone.is_notice,
        "certificate": gone.certificate and {"root": gone.certificate.root, "extension": gone.certificate.extension},
        "consent": gone.consent,
        "message": gone.message,
        "delivery": gone.delivery,
        "attempt": gone.attempt,
        "entry": one.entry,
        "decision": one.decision,
    }
