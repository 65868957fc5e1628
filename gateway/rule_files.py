"""Files of rules, in YAML: read once at start, in words that are known, or the start stops."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from gateway.errors import ConfigurationError

if TYPE_CHECKING:
    from pathlib import Path

Words = TypeVar("Words", bound=BaseModel)

MOST = 2**53 - 1
"""The largest whole number that every reader of JSON reads alike. Source: RFC 8259 §6."""


class _NumberTooLarge(Exception):
    """A whole number that JSON has no safe way to write, and where it stands."""

    def __init__(self, mark: yaml.Mark) -> None:
        super().__init__()
        self.mark = mark


class _Loader(yaml.CSafeLoader):
    """Loads YAML whose whole numbers can all be written as JSON."""

    def whole_number(self, node: yaml.ScalarNode) -> int:
        """Return the number that a scalar is."""
        try:
            number = int(self.construct_yaml_int(node))
        except ValueError:  # more digits than Python converts
            raise _NumberTooLarge(node.start_mark) from None
        if abs(number) > MOST:
            raise _NumberTooLarge(node.start_mark)
        return number


_Loader.add_constructor("tag:yaml.org,2002:int", _Loader.whole_number)


def read_words(file: Path, words: type[Words]) -> Words:
    """Return what a file says, as the model of its words.

    Raises:
        ConfigurationError: It cannot be read, or says something that there is no word for; the text names file, line
            and place.
    """
    try:
        with file.open("rb") as content:
            said = yaml.load(content, Loader=_Loader)  # noqa: S506 - a safe loader that refuses one thing more
            return words.model_validate(said)
    except _NumberTooLarge as error:
        place = Lines(file).place_of(error.mark)
        line = error.mark.line + 1
        raise ConfigurationError(f"{file}:{line}: {place}: has to be a whole number within ±{MOST}") from None
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(step) for step in first["loc"])
        line = Lines(file).of(*first["loc"])
        raise ConfigurationError(f"{file}:{line}: {place}: {first['msg']}") from None
    except (OSError, yaml.YAMLError, ValueError, LookupError) as error:
        raise ConfigurationError(f"{file}: {error}") from None


class Lines:
    """Where the words of a YAML file stand in it.

    Args:
        file: The file; it has been read as YAML before, without an error.
    """

    def __init__(self, file: Path) -> None:
        with file.open("rb") as content:
            self._root = yaml.compose(content, Loader=yaml.CSafeLoader)

    def of(self, *steps: str | int) -> int:
        """Return the line, from 1 on, of a word by the words and list positions that lead to it.

        A step that is not in the file is passed over: the line is then that of the last word that is.
        """
        node, line = self._root, 1
        for step in steps:
            below = _below(node, step)
            if below is not None:
                line, node = below
        return line

    def below(self, *steps: str | int) -> list[str]:
        """Return the words below the one that these steps lead to; none where it is not there or has none."""
        node = self._at(steps)
        return [key.value for key, _ in node.value] if isinstance(node, yaml.MappingNode) else []

    def text(self, *steps: str | int) -> str:
        """Return the scalar that these steps lead to, as it is written; empty where there is none."""
        node = self._at(steps)
        return str(node.value) if isinstance(node, yaml.ScalarNode) else ""

    def place_of(self, mark: yaml.Mark) -> str:
        """Return the words and list positions that lead to what begins there: `resources.yrke.set.valueInteger`."""
        return ".".join(_steps_to(self._root, (mark.line, mark.column), set()) or ())

    def _at(self, steps: tuple[str | int, ...]) -> yaml.Node | None:
        node = self._root
        for step in steps:
            found = _below(node, step)
            if found is None:
                return None
            node = found[1]
        return node


def _below(node: yaml.Node | None, step: str | int) -> tuple[int, yaml.Node] | None:
    """Return the line of a step below a node, and what stands there."""
    if isinstance(node, yaml.MappingNode):
        return next((_at(key, value) for key, value in node.value if key.value == step), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        return _at(node.value[step], node.value[step])
    return None


def _steps_to(node: yaml.Node | None, there: tuple[int, int], seen: set[int]) -> list[str] | None:
    """Return the steps from a node to the scalar that begins there, or to what it is a key of; None where none does.

    What was looked at before is not looked at again: it may be an alias of what it stands in.
    """
    if isinstance(node, yaml.ScalarNode):
        return [] if (node.start_mark.line, node.start_mark.column) == there else None
    if id(node) in seen:
        return None
    seen.add(id(node))
    if isinstance(node, yaml.MappingNode):
        if any(_steps_to(key, there, seen) is not None for key, _ in node.value):
            return []
        inner = [(key.value, value) for key, value in node.value]
    else:
        inner = [(str(n), value) for n, value in enumerate(node.value)] if node else []
    found = ((step, _steps_to(value, there, seen)) for step, value in inner)
    return next(([step, *steps] for step, steps in found if steps is not None), None)


def _at(marked: yaml.Node, node: yaml.Node) -> tuple[int, yaml.Node]:
    return marked.start_mark.line + 1, node
