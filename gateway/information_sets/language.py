"""What a set file may say. A word that is not here stops the start.

Source: docs/information-sets.md tells the language to those who write it.
"""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class _Words(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Chosen(_Words):
    """What may be taken of the resources that one mapping rule made."""

    elements: list[str]
    """Elements that may be taken, whole (`valueQuantity`) or in part (`valueCodeableConcept.coding`)."""
    only: dict[str, list[str]] = {}
    """An element and the values that one of it must have for the resource to be taken at all."""


class SectionWords(_Words):
    """One section of the set."""

    why: str
    take: dict[str, Chosen | list[str]]
    """Mapping rule → what may be taken of what it made."""
    withhold: str | None = None
    """Where this stands, the section leaves only where a consent names it; else this text stands in its place."""


class PurposeWords(_Words):
    """A purpose that a consent may name."""

    system: str
    code: str


class SetFile(_Words):
    """One information set."""

    name: str
    title: str
    why: str
    certificates: list[str]
    """The types of certificate it is made from."""
    recipients: list[str]
    """The kinds of recipient it is made for."""
    recipients_by_consent: bool
    """Whether the consent says which organisation of that kind it goes to; else it goes to the one configured."""
    purposes: list[PurposeWords]
    must_be_named: bool = False
    """Whether a consent has to name the set itself, and not only its purpose."""
    derived: bool = True
    """Whether it says less than the certificate; the doctor has then not attested it as it stands."""
    composition: list[str]
    people: dict[str, list[str]]
    """Mapping rule → elements, of the people, organisations and Provenance."""
    every_resource: list[str]
    """Elements that may be taken of every resource in a section."""
    sections: dict[str, SectionWords]
    harmless: dict[str, str] = {}
    """Words of the code tables that tell nothing of what was left out where they stand in a text, and why."""
