"""The rules that are tried: the installed ones, a folder of others, or the installed but for one certificate."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from types import MappingProxyType
from typing import TYPE_CHECKING

from gateway.errors import ConfigurationError
from gateway.forms import load_forms
from gateway.mapping import load_mapping
from gateway.rule_files import Lines
from gateway.rules import MAPPINGS, load_rules
from gateway.workbench.sheet import Sheet
from gateway.workbench.trial import tried

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from gateway.forms import Form
    from gateway.identity import CertificateKind
    from gateway.mapping.places import Spot
    from gateway.persons import Persons
    from gateway.rules import Rules
    from gateway.workbench.trial import Trial


@dataclass(frozen=True, slots=True)
class Desk:
    """Rules, and the files that they were read from."""

    rules: Rules
    mappings: Path
    """The folder laid out like `mappings/`."""
    certificate: Path | None = None
    """The folder of the one certificate whose form and mapping stand in for those in `mappings`."""
    persons: Persons | None = None
    """Whose certificates are tried; anybody's, where nobody says."""
    emitted: Mapping[str, str] = field(default_factory=dict)
    """NamingSystem name → the URI that is emitted, where that is not the one that the file prefers."""

    def tried(self, file: Path) -> Trial:
        """Return what becomes now of the certificate in a file.

        Raises:
            SenderError: It would be refused.
        """
        return tried(file.read_bytes(), self.rules, datetime.now(UTC), self.persons)

    def folder_of(self, kind: CertificateKind) -> Path:
        """Return the folder of a certificate that there is a mapping for."""
        own = self.certificate
        if own and (own.parent.name, own.name) == (kind.type.lower(), str(kind.major)):
            return own
        return self.mappings / "certificates" / kind.type.lower() / str(kind.major)

    def sheet(self, kind: CertificateKind) -> Sheet:
        """Return the rules of a certificate as they are written."""
        return Sheet(self.folder_of(kind) / "mapping.yaml", self.mappings / "certificates" / "parts")

    def titles(self, kind: CertificateKind) -> dict[str, str]:
        """Return what the form calls its questions and parts: `6` and `6.1` → title."""
        form = Lines(self.folder_of(kind) / "form.yaml")
        titles: dict[str, str] = {}
        for question in form.below("questions"):
            titles[question] = form.text("questions", question, "title")
            for part in form.below("questions", question, "parts"):
                titles[part] = form.text("questions", question, "parts", part, "title")
        return titles

    def shown(self, spot: Spot) -> str:
        """Return where a rule is written, below the folder of mappings: `certificates/parts/diagnos.yaml:27`."""
        is_own = self.certificate is not None and spot.file.is_relative_to(self.certificate)
        return str(spot if is_own else spot._replace(file=spot.file.relative_to(self.mappings)))


def desk_with(
    folder: Path | None, emitted: Mapping[str, str] = MappingProxyType({}), persons: Persons | None = None
) -> Desk:
    """Return the rules to try.

    Args:
        folder: One that is laid out like `mappings/`; or a certificate's, `<type>/<major>`, whose form and mapping
            then stand in for the installed ones. None: the installed ones.
        emitted: NamingSystem name → the URI to emit, where that is not the one that the file prefers.
        persons: Whose certificates are tried; anybody's, where nobody says.

    Raises:
        ConfigurationError: The folder is neither, or a file is wrong; the text names file and line.
    """
    if folder is None:
        return Desk(load_rules(emitted=emitted), MAPPINGS, persons=persons, emitted=emitted)
    if (folder / "certificates").is_dir():
        return Desk(load_rules(mappings=folder, emitted=emitted), folder, persons=persons, emitted=emitted)
    folder = folder.resolve()
    if not (folder / "mapping.yaml").is_file():
        raise ConfigurationError(f"{folder} has neither certificates/ nor a mapping.yaml")
    return Desk(_with_certificate(load_rules(emitted=emitted), folder, emitted), MAPPINGS, folder, persons, emitted)


def forms_with(folder: Path | None) -> Mapping[CertificateKind, Form]:
    """Return the forms of the rules to try; of a certificate's folder, its own only.

    Raises:
        ConfigurationError: As `desk_with`.
    """
    if folder is None or (folder / "certificates").is_dir():
        return load_forms((folder or MAPPINGS) / "certificates")
    own = folder.resolve()
    return load_forms(own.parent.parent, f"{own.parent.name}/{own.name}")


def _with_certificate(rules: Rules, folder: Path, emitted: Mapping[str, str]) -> Rules:
    mapping = load_mapping(folder / "mapping.yaml", MAPPINGS / "certificates", MAPPINGS / "code_tables", emitted)
    forms = {**rules.forms, **forms_with(folder)}
    return replace(rules, forms=forms, mappings={**rules.mappings, mapping.kind: mapping})
