"""Compiles the profiles: FSH in schemas/fhir/input → StructureDefinitions with snapshots in schemas/fhir/compiled.

    python conformance/profiles.py CORE.tgz SWEDEN SUSHI [FOLDER]

CORE.tgz is the package hl7.fhir.r4.core 4.0.1, SWEDEN a folder with the definitions of hl7se.fhir.base 1.1.0, SUSHI
the command. Without FOLDER the compiled files are replaced; with it they are written there, to be compared.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

from vocabulary import COMPILED, ROOT, code_systems, written

SWEDEN_PACKAGE = {"name": "hl7se.fhir.base", "version": "1.1.0", "fhirVersions": ["4.0.1"]}


def main(core: Path, sweden: Path, sushi: Path, folder: Path = COMPILED) -> None:
    """Compile into a folder, and leave nothing else in it.

    Raises:
        CalledProcessError: SUSHI does not accept the profiles; it has said why.
    """
    with tempfile.TemporaryDirectory() as work:
        packages = Path(work) / ".fhir" / "packages"
        _keep_core(core, packages / "hl7.fhir.r4.core#4.0.1")
        _keep_sweden(sweden, packages / "hl7se.fhir.base#1.1.0" / "package")
        # SUSHI looks for packages in the home folder, and has no other setting for it.
        subprocess.run(  # noqa: S603 - the command is the one that `make` installed
            ["node", sushi, "build", ROOT / "schemas" / "fhir", "--snapshot", "--out", work],  # noqa: S607
            env={**os.environ, "HOME": work},
            check=True,
        )
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(Path(work) / "fsh-generated" / "resources", folder)
    for name, resource in code_systems().items():
        (folder / name).write_text(written(resource), "utf-8")


def _keep_core(core: Path, package: Path) -> None:
    with tarfile.open(core) as archive:
        archive.extractall(package, filter="data")


def _keep_sweden(sweden: Path, package: Path) -> None:
    package.mkdir(parents=True)
    for file in sweden.glob("*.json"):
        shutil.copyfile(file, package / file.name)
    (package / "package.json").write_text(json.dumps(SWEDEN_PACKAGE), "utf-8")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
