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
        ConfigurationError: It cannot be read, or says something that there is no word for; the text names the place.
    """
    try:
        return words.model_validate(yaml.load(file.read_bytes(), Loader=yaml.CSafeLoader))
    except (OSError, yaml.YAMLError) as error:
        raise ConfigurationError(f"{file}: {error}") from None
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(step) for step in first["loc"])
        raise ConfigurationError(f"{file}: {place}: {first['msg']}") from None
