"""Where a mapping's rules are written, file and line: for whoever has to change them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from gateway.mapping.language import Include, MappingFile
from gateway.rule_files import Lines, read_words

if TYPE_CHECKING:
    from pathlib import Path


class Spot(NamedTuple):
    """A line of a file."""

    file: Path
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


class RulePlaces:
    """Finds the rules of one mapping in the files it is made of.

    Args:
        file: The mapping file.
        parts: The folder of the parts that it includes.
    """

    def __init__(self, file: Path, parts: Path) -> None:
        names = [one.part if isinstance(one, Include) else one for one in read_words(file, MappingFile).include]
        self.files = (file, *(parts / f"{name}.yaml" for name in names if (parts / f"{name}.yaml").is_file()))
        """The mapping file, and the parts it includes."""
        self._lines = {one: Lines(one) for one in self.files}

    def of(self, rule: str, path: str = "") -> Spot:
        """Return where a rule is written, or the element of it that a path (`code.coding[0].code`) falls under.

        An element that every resource of a type has is found where that is said; what is nowhere is said to be at the
        beginning of the mapping file.
        """
        for file, lines in self._lines.items():
            steps = ("composition",) if rule == "composition" else ("resources", rule)
            if lines.below(*steps):
                inner = _element(lines, (*steps, "set"), path)
                return self._shared(lines, rule, path) or Spot(file, lines.of(*(inner or steps)))
        return Spot(self.files[0], 1)

    def of_ignored(self, pattern: str) -> Spot:
        """Return where a pattern is ignored; one that an include renumbers is said to be where it is included."""
        for file, lines in self._lines.items():
            if pattern in lines.below("ignore"):
                return Spot(file, lines.of("ignore", pattern))
        return Spot(self.files[0], self._lines[self.files[0]].of("include"))

    def _shared(self, lines: Lines, rule: str, path: str) -> Spot | None:
        if not path or rule == "composition" or _element(lines, ("resources", rule, "set"), path):
            return None
        for file, others in self._lines.items():
            for kind in others.below("every"):
                steps = _element(others, ("every", kind), path)
                if steps and kind == lines.text("resources", rule, "resource"):
                    return Spot(file, others.of(*steps))
        return None


def _element(lines: Lines, steps: tuple[str, ...], path: str) -> tuple[str, ...]:
    """Return the steps to the longest element that a path falls under; none where it falls under none."""
    under = [key for key in lines.below(*steps) if path == key or path.startswith((f"{key}.", f"{key}["))]
    if not path or not under:
        return ()
    longest = max(under, key=len)
    rest = path.removeprefix(longest).partition(".")[2]
    return _element(lines, (*steps, longest, "set"), rest) or (*steps, longest)
