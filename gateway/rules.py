"""Everything the gateway knows of certificates and sets: files, loaded and compiled once at start."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from gateway.errors import RuleViolation, UnknownCertificateType
from gateway.forms import judge, load_forms
from gateway.information_sets import load_definitions, select
from gateway.mapping import load_mappings, map_document
from gateway.profiles import load_profiles
from gateway.reading import Reader, RevocationReader
from gateway.reading.schema import Schema
from gateway.violations import ProfileCheck, problems_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from gateway.documents import Document, InformationSet, Resource, SourceDocument
    from gateway.errors import Problem
    from gateway.forms import Form
    from gateway.identity import CertificateKind
    from gateway.information_sets import SetDefinition
    from gateway.mapping import Mapping as CertificateMapping
    from gateway.profiles import Profile

HOME = Path(__file__).parent.parent
"""Where `mappings/` and `schemas/` lie: beside this package, in a checkout and where it is installed alike."""

MAPPINGS = HOME / "mappings"
"""The mappings that are installed."""

SCHEMAS = HOME / "schemas"
"""The schemas and profiles that are installed."""


@dataclass(frozen=True, slots=True)
class Rules:
    """The left-hand side of the road, compiled: how to read, judge, map and select."""

    reader: Reader
    revocations: RevocationReader
    forms: Mapping[CertificateKind, Form]
    mappings: Mapping[CertificateKind, CertificateMapping]
    definitions: Sequence[SetDefinition]
    profiles: Mapping[str, Profile]

    def understand(self, source: SourceDocument, now: datetime) -> Document:
        """Return what a certificate says, in FHIR, once its form's rules accept it.

        Args:
            source: The certificate.
            now: The present moment; some rules ask what day it is.

        Raises:
            UnknownCertificateType: There is no form or mapping for this type and version.
            RuleViolation: It breaks the rules of its form; every broken rule is listed.
        """
        form = self.forms.get(source.kind)
        mapping = self.mappings.get(form.kind) if form else None
        if form is None or mapping is None:
            raise UnknownCertificateType("Intygstypen stöds inte i den versionen")
        judgement = judge(form, source.answers, now, source.root.values.get("signeringstidpunkt", ""))
        if judgement.problems:
            raise RuleViolation("Intyget följer inte formulärets regler", judgement.problems)
        document = map_document(replace(source, kind=form.kind), mapping)
        return replace(document, warnings=tuple(judgement.warnings))

    def select(self, document: Document, editions: Mapping[str, int] = MappingProxyType({})) -> list[InformationSet]:
        """Return every information set that is made from the document, in every variant.

        Args:
            document: The document.
            editions: Set → which edition of it this is to be, where it is not the first.
        """
        return select(document, self.definitions, ProfileCheck(self.profiles, document).problems, editions)

    def problems_of(self, bundle: Resource) -> list[Problem]:
        """Return what is wrong, by its profiles, with a Bundle that is made of no document."""
        return problems_of(self.profiles, bundle)


def load_rules(
    addresses: Iterable[str] = (),
    mappings: Path = MAPPINGS,
    emitted: Mapping[str, str] = MappingProxyType({}),
    schemas: Path = SCHEMAS,
) -> Rules:
    """Return the rules that lie in a folder laid out like `mappings/`.

    Args:
        addresses: The logical addresses that are ours; any is, where none is named.
        mappings: The folder.
        emitted: NamingSystem name → the URI to emit, where that is not the one that the file prefers.
        schemas: The folder of schemas and profiles, laid out like `schemas/`.

    Raises:
        ConfigurationError: A file is wrong; the text names it and the place.
    """
    riv = schemas / "riv"
    ours = frozenset(addresses)
    return Rules(
        Reader(Schema(riv / "register-certificate-3.xsd"), ours),
        RevocationReader(Schema(riv / "revoke-certificate-2.xsd"), ours),
        load_forms(mappings / "certificates"),
        load_mappings(mappings / "certificates", mappings / "code_tables", emitted),
        load_definitions(mappings / "information_sets"),
        load_profiles(schemas / "fhir"),
    )
