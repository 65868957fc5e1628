"""The beginning of a mapping: a folder that loads, and whose sample goes through; the rest is marked TODO."""

from __future__ import annotations

import json
import re
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING

from gateway.errors import ConfigurationError
from gateway.examples import Examples, load_material
from gateway.forms import load_forms
from gateway.workbench.sheet import Sheet

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gateway.identity import CertificateKind

_SKELETON = Path(__file__).parent / "skeleton"
_TYPE = re.compile(r"[A-Z][A-Z0-9_-]{0,19}")


def begin(kind: CertificateKind, mappings: Path) -> list[Path]:
    """Write the folder of a certificate type that there is nothing of yet; return the files that were written.

    Where the code table of types has no row for it, it gets one.

    Args:
        kind: The type, in capitals, and the major version.
        mappings: The folder laid out like `mappings/`.

    Raises:
        ConfigurationError: There is such a form or folder already, or the type is no type code; nothing was written.
    """
    certificates = mappings / "certificates"
    folder = certificates / kind.type.lower() / str(kind.major)
    if not _TYPE.fullmatch(kind.type):
        raise ConfigurationError(f"{kind.type} is no type code: a letter, and then letters, digits, - and _")
    if folder.exists() or kind in load_forms(certificates):
        raise ConfigurationError(f"There is a form {kind} already, or {folder}; nothing is written over")
    (folder / "samples").mkdir(parents=True)
    written = [_filled(file, kind, folder) for file in sorted(_SKELETON.iterdir())]
    sample = folder / "samples" / "example.xml"
    form = load_forms(certificates, f"{folder.parent.name}/{folder.name}")[kind]
    sample.write_bytes(Examples(form, load_material(mappings / "examples.yaml")).example(1))
    return [*written, sample, *_in_tables(kind, folder, mappings)]


def _filled(skeleton: Path, kind: CertificateKind, folder: Path) -> Path:
    file = folder / skeleton.name
    said = Template(skeleton.read_text("utf-8")).substitute(type=kind.type, major=kind.major)
    file.write_text(said, "utf-8")
    return file


def _in_tables(kind: CertificateKind, folder: Path, mappings: Path) -> Iterator[Path]:
    """Give the type a row in the code tables that the type is looked up in; yield those that had none."""
    sheet = Sheet(folder / "mapping.yaml", mappings / "certificates" / "parts")
    names = {one.take.table for one in sheet.takings if one.take.source == "typ"}
    for file in sorted((mappings / "code_tables").glob("ConceptMap-*.json")):
        table = json.loads(file.read_bytes())
        rows = [row for group in table["group"] for row in group["element"]]
        if table["name"] in names and not any(row["code"] == kind.type for row in rows):
            target = {"code": kind.type, "display": f"TODO vad {kind.type} heter", "equivalence": "equal"}
            table["group"][0]["element"].append({"code": kind.type, "target": [target]})
            file.write_text(json.dumps(table, ensure_ascii=False, indent=2) + "\n", "utf-8")
            yield file
