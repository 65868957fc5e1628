"""Files of rules, in YAML: read once at start, in words that are known, or the start stops."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from gateway.errors import ConfigurationError

if TYPE_CHECKING:
    from pathlib import Path

Words = TypeVar("Words", bound=BaseModel)


def read_words(file: Path, words: type[Words]) -> Words:
    """Return what a file says, as the model of its words.

    Raises:
        ConfigurationError: It cannot be read, or says something that there is no word for; the text names file, line
            and place.
    """
    try:
        with file.open("rb") as content:
            return words.model_validate(yaml.load(content, Loader=yaml.CSafeLoader))
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


def _at(marked: yaml.Node, node: yaml.Node) -> tuple[int, yaml.Node]:
    return marked.start_mark.line + 1, node
