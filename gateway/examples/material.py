"""What examples are filled in with: test persons that are published, and everything else made up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field

from gateway.rule_files import read_words

if TYPE_CHECKING:
    from pathlib import Path


class _Words(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Person(_Words):
    """A test person; the address is empty where the register has none."""

    number: str
    given: str
    middle: str | None = None
    family: str
    street: str
    code: str
    city: str


class Signer(_Words):
    """Who signs."""

    id: str
    name: str


class Title(_Words):
    """A professional title: its HSA code, and what that means."""

    code: str
    meaning: str


class Unit(_Words):
    """Where the signer works."""

    id: str
    name: str
    street: str
    code: str
    city: str
    phone: str
    mail: str | None = None


class Provider(_Words):
    """Who answers for the unit."""

    id: str
    name: str


class Material(_Words):
    """All of it."""

    persons: tuple[Person, ...] = Field(min_length=1)
    signers: tuple[Signer, ...] = Field(min_length=1)
    titles: tuple[Title, ...] = Field(min_length=1)
    specialities: tuple[str, ...] = Field(min_length=1)
    units: tuple[Unit, ...] = Field(min_length=1)
    providers: tuple[Provider, ...] = Field(min_length=1)
    sentences: tuple[str, ...] = Field(min_length=1)


def load_material(file: Path) -> Material:
    """Return what a file says.

    Raises:
        ConfigurationError: It cannot be read, or says something that there is no word for.
    """
    return read_words(file, Material)
