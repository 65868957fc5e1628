"""What stands in a certificate beside its answers, made up by chance.

The order of elements and the fixed code systems are those of clinicalprocess:healthcond:certificate 3.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

from gateway.examples.elements import coded, core, extension_3_2, identified, responder, types

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date
    from random import Random

    from lxml import etree

    from gateway.examples.material import Material, Person, Unit
    from gateway.identity import CertificateKind

_PERSONNUMMER = "1.2.752.129.2.1.3.1"
_HSA_ID = "1.2.752.129.2.1.4.1"
_ARBETSPLATSKOD = "1.2.752.29.4.71"
_BEFATTNING = "1.2.752.129.2.2.1.4"
_LEGITIMERAT_YRKE = "1.2.752.29.23.1.6"
_KV_INTYGSTYP = "b64ea353-e8f6-4832-b563-fc7d46f29548"
_KV_RELATION = "c2362fcd-eda0-4f9a-bd13-b3bbaf7f2146"
_KALLA_ADRESSUPPGIFTER = "4ade8de2-effe-41d0-b177-fedc820e69fa"

_RELATIONS = {"FRLANG": "Förlänger", "ERSATT": "Ersätter", "KOMPLT": "Kompletterar", "KOPIA": "Kopierat"}
_SOURCES_OF_ADDRESS = {"PU": "Personuppgiftstjänsten", "ANVANDARE": "Användaren"}
_ADDRESS = ("postadress", "postnummer", "postort")
_NAMELESS = 0.25
"""How often the patient has neither name nor address: senders of the second versions write them so."""
_USUAL = 0.8
"""How often what most senders write is written."""
_OPENS, _CLOSES = 7 * 3600, 17 * 3600
"""When certificates are signed, in seconds after midnight."""


class Header(NamedTuple):
    """What is made up beside the answers: the elements before them, and the question that they answer, if any."""

    answered: etree._Element | None
    elements: tuple[etree._Element, ...]


def header_of(kind: CertificateKind, title: str, day: date, material: Material, chance: Random) -> Header:
    """Return a header, signed on that day.

    Args:
        kind: The certificate's type and major version.
        title: What the form is called.
        day: When it is signed.
        material: People and places.
        chance: Decides everything.
    """
    unit = chance.choice(material.units)
    signed = datetime.combine(day, time()) + timedelta(seconds=chance.randrange(_OPENS, _CLOSES))
    sent = signed + timedelta(seconds=chance.randrange(60))
    relation = chance.choice([*_RELATIONS, None, None, None, None])
    answered = responder("svarPa", core("meddelande-id", _uuid(chance))) if relation == "KOMPLT" else None
    elements = (
        identified("intygs-id", unit.id, _uuid(chance)),
        coded(core, "typ", kind.type, _KV_INTYGSTYP, title),
        core("version", f"{kind.major}.0"),
        core("signeringstidpunkt", signed.isoformat()),
        core("skickatTidpunkt", sent.isoformat()),
        _patient(chance.choice(material.persons), chance),
        core("skapadAv", *_signer(unit, material, chance)),
    )
    if relation is None:
        return Header(None, elements)
    return Header(answered, (*elements, _relation(relation, unit.id, _uuid(chance))))


def _patient(person: Person, chance: Random) -> etree._Element:
    """Return the patient; from version 2 of the forms name and address are empty, as they may be in any."""
    id_ = identified("person-id", _PERSONNUMMER, person.number)
    if chance.random() < _NAMELESS:
        return core("patient", id_, *(core(name) for name in ("fornamn", "efternamn", *_ADDRESS)))
    names = [core("fornamn", person.given), core("efternamn", person.family)]
    if person.middle:
        names.append(core("mellannamn", person.middle))
    source = chance.choice([*_SOURCES_OF_ADDRESS, None])
    known = [] if source is None else [_source_of_address(source)]
    return core("patient", id_, *names, *_address(person), *known)


def _source_of_address(code: str) -> etree._Element:
    meaning = _SOURCES_OF_ADDRESS[code]
    return coded(extension_3_2, "kallaAdressuppgifter", code, _KALLA_ADRESSUPPGIFTER, meaning)


def _signer(unit: Unit, material: Material, chance: Random) -> Iterator[etree._Element]:
    signer = chance.choice(material.signers)
    yield identified("personal-id", _HSA_ID, signer.id)
    yield core("fullstandigtNamn", signer.name)
    if chance.random() < _USUAL:
        yield core("forskrivarkod", "0000000")
    for title in chance.sample(material.titles, chance.choice((0, 1, 1, 2))):
        yield coded(core, "befattning", title.code, _BEFATTNING, title.meaning)
    yield core("enhet", *_unit(unit, material, chance))
    for speciality in chance.sample(material.specialities, chance.choice((0, 1, 1, 2))):
        yield core("specialistkompetens", types("code", "N/A"), types("displayName", speciality))
    if chance.random() < _USUAL:
        yield coded(extension_3_2, "legitimeratYrke", "LK", _LEGITIMERAT_YRKE, "Läkare")


def _unit(unit: Unit, material: Material, chance: Random) -> Iterator[etree._Element]:
    provider = chance.choice(material.providers)
    yield identified("enhets-id", _HSA_ID, unit.id)
    yield identified("arbetsplatskod", _ARBETSPLATSKOD, "1234567890")
    yield core("enhetsnamn", unit.name)
    yield from _address(unit)
    yield core("telefonnummer", unit.phone)
    if unit.mail:
        yield core("epost", unit.mail)
    yield core("vardgivare", identified("vardgivare-id", _HSA_ID, provider.id), core("vardgivarnamn", provider.name))


def _address(someone: Person | Unit) -> Iterator[etree._Element]:
    for name, value in zip(_ADDRESS, (someone.street, someone.code, someone.city), strict=True):
        yield core(name, value)


def _relation(code: str, root: str, extension: str) -> etree._Element:
    typ = coded(core, "typ", code, _KV_RELATION, _RELATIONS[code])
    return core("relation", typ, identified("intygs-id", root, extension))


def _uuid(chance: Random) -> str:
    return str(UUID(int=chance.getrandbits(128), version=4))
