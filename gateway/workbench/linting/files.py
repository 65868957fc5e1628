"""Parts that no mapping includes, and includes and sections that come to nothing; and what is still to be done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.mapping.language import MappingFile
from gateway.rule_files import Lines, read_words
from gateway.workbench.linting.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from gateway.forms import Form
    from gateway.workbench.desk import Desk
    from gateway.workbench.linting.finding import Sheets
    from gateway.workbench.sheet import Sheet

_TO_DO = "TODO"
"""What marks a word of a skeleton that is still to be written."""


def findings(desk: Desk, sheets: Sheets) -> Iterator[Finding]:
    """Yield the files, includes and sections that are not used, and each line that is to be written."""
    included = {file for sheet in sheets.values() for file in sheet.places.files}
    for file in sorted((desk.mappings / "certificates" / "parts").glob("*.yaml")):
        if file not in included:
            yield Finding(f"certificates/parts/{file.name}", "no mapping includes it")
    for kind, sheet in sheets.items():
        yield from _idle_includes(sheet, desk.rules.forms[kind])
        yield from _empty_sections(sheet)
        yield from _to_do(desk.folder_of(kind), sheet)


def _idle_includes(sheet: Sheet, form: Form) -> Iterator[Finding]:
    for part in sheet.places.files[1:]:
        own = set(Lines(part).below("resources"))
        asked = {node.partition(".")[0] for one in sheet.takings if one.rule in own for node in one.nodes}
        questions = {question for question in asked if question.isdecimal()}
        if questions and asked == questions and not questions & form.said.questions.keys():
            yield Finding(f"certificates/{sheet.name}", f"includes {part.stem}, and the form has none of its questions")


def _empty_sections(sheet: Sheet) -> Iterator[Finding]:
    used = {rule.section for rule in sheet.rules.values()}
    for section in read_words(sheet.places.files[0], MappingFile).sections:
        if section not in used:
            yield Finding(f"certificates/{sheet.name}", f"has a section {section}, and no rule for it")


def _to_do(folder: Path, sheet: Sheet) -> Iterator[Finding]:
    beginning = f"certificates/{sheet.name.removesuffix('mapping.yaml')}"
    for name in ("form.yaml", "mapping.yaml"):
        for number, line in enumerate((folder / name).read_text("utf-8").splitlines(), start=1):
            if _TO_DO in line:
                what = line[line.index(_TO_DO) + len(_TO_DO) :].strip(" },")
                yield Finding(f"{beginning}{name}:{number}", f"to do: {what}", is_hint=True)
