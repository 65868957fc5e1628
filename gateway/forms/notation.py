"""YAML in which every scalar is text: `1.10` is not 1.1, and `no` is not false."""

from __future__ import annotations

import yaml

from gateway.errors import ConfigurationError

Said = str | list["Said"] | dict[str, "Said"]
"""What a file says."""

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The loader in C where PyYAML was built with it."""


def read_yaml(text: str) -> Said:
    """Return what the text says, with scalars as they are written; an empty one is an empty text.

    Raises:
        ConfigurationError: It is not YAML, is empty, or says something twice; the line is named.
    """
    try:
        node = yaml.compose(text, Loader=_LOADER)
    except yaml.YAMLError as error:
        raise ConfigurationError(f"this is not YAML: {error}") from error
    if node is None:
        raise ConfigurationError("the file is empty")
    return _said(node)


def _said(node: yaml.Node) -> Said:
    if isinstance(node, yaml.MappingNode):
        return _mapping(node)
    if isinstance(node, yaml.SequenceNode):
        return [_said(item) for item in node.value]
    return str(node.value)


def _mapping(node: yaml.MappingNode) -> dict[str, Said]:
    said: dict[str, Said] = {}
    for key, value in node.value:
        line = key.start_mark.line + 1
        if not isinstance(key, yaml.ScalarNode):
            raise ConfigurationError(f"line {line}: a word must stand before the colon")
        if key.value in said:
            raise ConfigurationError(f"line {line}: {key.value} is said twice")
        said[key.value] = _said(value)
    return said
