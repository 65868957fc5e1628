"""A request as the provisions of a consent are asked about it."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from gateway.consent.moments import Span
from gateway.consent.provisions import Datum, Facts
from gateway.consent.vocabulary import ORGANISATION_SYSTEM, RESTRICTED, URI_SYSTEM
from gateway.decisions import Coding
from gateway.systems import SECTION_SYSTEM, SET_SYSTEM

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gateway.decisions import Request
    from gateway.identity import CertificateId


class Section(NamedTuple):
    """A section of the set that is asked for."""

    name: Coding
    """Its own label, by which a consent may name it."""
    labels: frozenset[Coding]
    """Every label that its data carry: its own, and the whole set's."""


_THE_SET = Section(Coding("", ""), frozenset({RESTRICTED}))
"""What is asked about where a set carries no section: the set as a whole, which has no name of its own."""


class Question(NamedTuple):
    """May these people have this, and which sections of it?"""

    facts: Facts
    sections: tuple[Section, ...]
    """The sections that have to be permitted."""
    withholdable: tuple[Section, ...]
    """The sections that are left out where nobody names them."""
    must_be_named: bool
    trusted: bool = False
    """Whether the recipient is told of people whose identity is protected."""
    retired: frozenset[str] = frozenset()
    """The policies that no consent may rest on any more."""
    refused_wishes: frozenset[frozenset[str]] = frozenset()
    """What nobody may withhold: each the codes of sections that would be left out together."""


def question_of(request: Request) -> Question:
    """Return the question that a request asks of every consent."""
    facts = Facts(
        actors=frozenset({Coding(ORGANISATION_SYSTEM, request.organisation.digits)}),
        purposes=request.purposes,
        classes=frozenset({Coding(SET_SYSTEM, request.set_name)}),
        data=_ways_to_name(request.certificate, request.composition),
        data_at=Span.at(request.signed_at),
    )
    return Question(
        facts,
        _sections(request.sections) or (_THE_SET,),
        _sections(request.withholdable),
        request.must_be_named,
        request.trusted,
        request.retired,
        request.refused_wishes,
    )


def _sections(codes: Iterable[str]) -> tuple[Section, ...]:
    return tuple([_section(code) for code in sorted(codes)])


@lru_cache(maxsize=256)
def _section(code: str) -> Section:
    name = Coding(SECTION_SYSTEM, code)
    return Section(name, frozenset({RESTRICTED, name}))


def _ways_to_name(certificate: CertificateId, composition: str) -> frozenset[Datum]:
    urn = certificate.urn
    uuid = urn.removeprefix("urn:uuid:")
    names = (
        f"Composition/{composition}",
        f"Composition/{uuid}",
        f"urn:uuid:{composition}",
        urn,
        Coding(URI_SYSTEM, urn),
        Coding("", urn),
    )
    return frozenset([Datum("instance", name) for name in names])
