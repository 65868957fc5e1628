"""What a mapping file may say. A word that is not here stops the start.

Source: docs/mapping.md tells the language to those who write it.
"""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Constant = str | int | bool
"""A value that the rule states."""

Conversion = Literal["text", "code", "date", "datetime", "boolean", "integer", "decimal", "system", "icd_10"]
"""How the text of a source node becomes a JSON value; `gateway.mapping.conversions` has one function for each."""


class _Words(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Take(_Words):
    """The value of a source node."""

    source: str = Field(alias="from")
    """A part of an answer (`32.2.start`), a path in the certificate (`patient/fornamn`), or, where something repeats
    inside a resource, a path below that (`./code`)."""
    otherwise: str | None = None
    """The source node whose text is taken where that one has none."""
    table: str | None = None
    """The ConceptMap that its code is looked up in; the value is then a Coding, or its code where `as` is there too."""
    conversion: Conversion = Field("text", alias="as")
    among: list[str] = []
    """The NamingSystems that `as: system` takes; all of them where none is named."""
    required: bool = False

    @property
    def sources(self) -> tuple[str, ...]:
        """Every source node that it may be taken from, the first choice first."""
        return (self.source,) if self.otherwise is None else (self.source, self.otherwise)


class Refer(_Words):
    """A reference to the first resource that another rule made."""

    reference: str


class ReferToAll(_Words):
    """A list of references: one to each resource that another rule made, which has to stand before this one."""

    references: str


class Repeat(_Words):
    """A list with one element for each place that repeats."""

    each: str
    elements: dict[str, Take | Constant] = Field(alias="set")


Value = Take | Refer | ReferToAll | Repeat | Constant


Said = dict[str, list[str] | Literal["any"]]
"""Source nodes, and the values that one of them must have; or `any`, where it has to be there."""


class ResourceRule(_Words):
    """One resource, or one for each place that repeats; made where at least one value is taken from the source."""

    resource: str
    profile: str | None = None
    """The profile of ours that the resource follows, by the last part of its address."""
    section: str | None = None
    each: str | None = None
    """A question (`32`), or a span of questions (`9001-9999`), that may be answered more than once; or one of a
    question's answers, by its place (`4[2]`)."""
    when: Said = {}
    """What each of these nodes must say for the resource to be made."""
    unless: Said = {}
    """What none of these nodes may say."""
    elements: dict[str, Value] = Field(alias="set")
    text: list[str] = []
    """Lines of narrative; a line whose elements are not all there is left out."""


class CompositionRule(_Words):
    """The Composition, without its sections."""

    elements: dict[str, Value] = Field(alias="set")


class Withheld(_Words):
    """A section that must not leave, in any set, where the certificate itself says so."""

    when: Said
    """What each of these nodes must say."""
    text: str
    """What stands in its place."""


class NeverWithheld(_Words):
    """A section that nobody may withhold where the certificate says so, unless it withholds that section itself."""

    when: Said
    """What each of these nodes must say."""
    why: str
    """What whoever wishes to withhold it is told."""


class Part(_Words):
    """Rules that several certificates share."""

    composition: CompositionRule | None = None
    every: dict[str, dict[str, Value]] = {}
    """FHIR type → elements that every resource of it has, where its own rule says nothing else."""
    resources: dict[str, ResourceRule] = {}
    withheld: dict[str, Withheld] = {}
    never_withheld: dict[str, NeverWithheld] = {}
    ignore: dict[str, str] = {}


class Include(_Words):
    """A part whose questions have other numbers in this form."""

    part: str
    questions: dict[str, str]
    """The number of a question in the part → its number in this form."""


class MappingFile(_Words):
    """How one major version of one certificate type becomes FHIR."""

    certificate: str
    major: int
    title: str
    include: list[str | Include] = []
    """Parts that this mapping begins with, by file name."""
    sections: dict[str, str]
    """Code and title of each section, in the order they are read."""
    every: dict[str, dict[str, Value]] = {}
    resources: dict[str, ResourceRule] = {}
    withheld: dict[str, Withheld] = {}
    """Section → when it must not leave."""
    never_withheld: dict[str, NeverWithheld] = {}
    """Section → when nobody may withhold it."""
    ignore: dict[str, str] = {}
    """Source nodes that are left out, and why; `*` stands for anything."""
