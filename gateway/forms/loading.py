"""Reads the forms from their folder, once, at start."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import ValidationError

from gateway.errors import ConfigurationError
from gateway.forms.compiling import compile_form
from gateway.forms.language import FormText
from gateway.forms.notation import read_yaml
from gateway.identity import CertificateKind

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from gateway.forms.verdict import Form


def load_forms(folder: Path, which: str = "*/*") -> Mapping[CertificateKind, Form]:
    """Return the form of every kind of certificate: `<folder>/<type>/<major version>/form.yaml`.

    A form that senders also call something else stands under each of its names; its `kind` is its own.

    Args:
        folder: The folder.
        which: The kinds that are wanted, as their folders match it.

    Raises:
        ConfigurationError: There is no form at all, two have the same name, or one says something unknown; file and
            place are named.
    """
    forms: dict[CertificateKind, Form] = {}
    for file in sorted(folder.glob(f"{which}/form.yaml")):
        kind = _kind_of(file)
        said = _words_in(file)
        form = _form(kind, said, file)
        for name in (kind.type, *said.also_called):
            if forms.setdefault(CertificateKind(name, kind.major), form) is not form:
                raise ConfigurationError(f"{file}: another form is also called {name}")
    if not forms:
        raise ConfigurationError(f"{folder} has no form: <type>/<major version>/form.yaml")
    return forms


def _kind_of(file: Path) -> CertificateKind:
    major = file.parent.name
    if not (major.isascii() and major.isdigit()):
        raise ConfigurationError(f"{file}: the folder of a form is named for its major version, a number")
    return CertificateKind(file.parent.parent.name.upper(), int(major))


def _words_in(file: Path) -> FormText:
    try:
        return FormText.model_validate(read_yaml(file.read_text(encoding="utf-8")))
    except ValidationError as error:
        raise ConfigurationError(f"{file}: {_told(error)}") from error
    except (ConfigurationError, ValueError, LookupError) as error:
        raise ConfigurationError(f"{file}: {error}") from error


def _form(kind: CertificateKind, said: FormText, file: Path) -> Form:
    try:
        return compile_form(kind, said)
    except ConfigurationError as error:
        raise ConfigurationError(f"{file}: {error}") from error


def _told(error: ValidationError) -> str:
    return "; ".join(
        f"{' / '.join(map(str, each['loc'])) or 'the whole file'}: {each['msg']}" for each in error.errors()
    )
