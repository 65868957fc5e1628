"""The states a message passes, in the order it passes them.

Envelope → SourceDocument → Document → InformationSet → Release → Receipt

Each is what the step before it gave; a function that takes one need not ask whether the steps before were taken. A
Release stands with its permit, in `gateway.permits`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum, StrEnum, auto
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from gateway.errors import Problem
    from gateway.heard import Heard
    from gateway.identity import CertificateId, CertificateKind, MessageId, PersonIdentity

Resource = dict[str, Any]
"""A FHIR R4 resource as JSON has it."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """Bytes as they came, who sent them, and when."""

    content: bytes = field(repr=False)
    sender: str
    received_at: datetime


class Child(NamedTuple):
    """A structured value inside a part: `cv`, `datePeriod`, `pq` and their like."""

    name: str
    values: Mapping[str, str]
    """The child's elements by local name, as they stand; the first where one is repeated."""
    flaws: frozenset[str] = frozenset()
    """Elements that are repeated, or that hold elements of their own: neither happens in a valid message."""


class Part(NamedTuple):
    """A delsvar: part `32.2` of an answer."""

    id: str
    text: str
    """Its own text as it stands, blanks and all; what stands inside its children is not part of it."""
    children: tuple[Child, ...]
    line: int


class Answer(NamedTuple):
    """A svar: one answer to one question of a form, as the form's rules see it."""

    question: str
    number: tuple[str, ...]
    """The text of each `instans`: none, one, or (in an invalid message) more."""
    parts: tuple[Part, ...]
    line: int


class Place(NamedTuple):
    """A place in a source document, as the mapping sees it: values by path, and the places that repeat below it.

    The path of a value in an answer is the part's id and the element (`32.1.code`, `35.1`); in the rest of the
    certificate it is the elements' local names (`patient/person-id/extension`). Values without text are not listed.
    `underskrift` is no value of the certificate's, but what the reader says of its signature (SignatureState).
    `underskrift` is what the reader says of the signature.
    """

    where: str
    """How a person finds it: `svar 32 [2]`; empty for the whole certificate."""
    values: Mapping[str, str]
    places: Mapping[str, Sequence[Place]]
    """The places that repeat, by question (`32`) or path (`skapadAv/befattning`)."""

    def __repr__(self) -> str:
        return f"Place({self.where!r})"


class SignatureState(StrEnum):
    """What can be said of a certificate's signature."""

    VERIFIED = "verified"
    """The certificate is as it was when it was signed with the key in the signature."""
    NOT_VERIFIED = "not-verified"
    ABSENT = "absent"


class Signature(NamedTuple):
    """What there is to say of the signature of a certificate; nothing of who signed."""

    state: SignatureState
    reason: str = ""
    """Why it is not verified, in Swedish."""
    fingerprint: str = ""
    """SHA-256 of the signer's X.509 certificate, in hexadecimal; empty where there is no such certificate."""


class Relation(NamedTuple):
    """What a certificate says that it is to another one. Source: kv_relation of the certificate contracts."""

    kind: str
    """`ERSATT`: replaces it; `KOMPLT`: completes it; `FRLANG`: goes on where it ends; `KOPIA`: is copied from it."""
    earlier: CertificateId


class Earlier(NamedTuple):
    """A document that came before another, and that the other's reader has got."""

    code: str
    """What the other is to it. Source: FHIR R4, document-relationship-type."""
    identifier: str
    """Its Composition's, a URI."""


@dataclass(frozen=True, slots=True)
class SourceDocument:
    """A certificate that its schema accepts, taken apart and not yet understood."""

    certificate: CertificateId
    kind: CertificateKind
    person: PersonIdentity
    answers: Sequence[Answer] = field(repr=False)
    root: Place = field(repr=False)
    signature: Signature
    notes: Sequence[Problem] = ()
    """What is odd about it: places, never values."""
    relations: tuple[Relation, ...] = ()


class Origin(NamedTuple):
    """Where a value of a document came from."""

    resource: str
    """The id of the resource."""
    path: str
    """The element, as FHIRPath writes it: `valueQuantity.value`, `code.coding[0].display`."""
    sources: tuple[str, ...]
    """The source nodes it was made from; none for a value that the rule states."""
    rule: str
    """The rule that made it: file and element."""


class Line(NamedTuple):
    """A line of narrative: escaped XHTML, and the elements of the resource that it tells (`valueQuantity.value`)."""

    xhtml: str
    elements: tuple[str, ...]


class TermKind(Enum):
    """What a term is."""

    CODE = auto()
    """A code of a code table. It counts only as it is written: `ANNAT` is a code, `annat` a word like any other."""
    DISPLAY = auto()
    """What a code means, in the code table's words."""
    TEXT = auto()
    """The sender's own text, which stands in the element."""
    ALIAS = auto()
    """Another way to say it, which does not stand in the element: the sender's display, a code before it was written
    as the classification writes it."""


class Term(NamedTuple):
    """A code, display or text of the source, and the element of the resource that was made from it."""

    element: str
    text: str
    kind: TermKind

    @property
    def is_emitted(self) -> bool:
        """Whether the text stands in the element as it is."""
        return self.kind is not TermKind.ALIAS


class Reference(NamedTuple):
    """A reference inside a resource: the element that holds it, its place in a list there, and what it names."""

    element: str
    position: int | None
    target: str
    """The id of the resource referred to, as the reference writes it."""


class Mapped(NamedTuple):
    """One resource of a document, with what the selection needs to know of it."""

    rule: str
    section: str | None
    """The code of the section it belongs to; none for people, organisations and Provenance."""
    resource: Resource
    references: Sequence[Reference]
    narrative: Sequence[Line]
    terms: Sequence[Term]
    """What the leak check looks for, where the element it was made into is left out."""

    def __repr__(self) -> str:
        return f"Mapped({self.rule!r}, {self.section!r})"


@dataclass(frozen=True, slots=True)
class Document:
    """The whole content of a certificate in FHIR, and the account of every source node."""

    certificate: CertificateId
    kind: CertificateKind
    person: PersonIdentity
    title: str
    composition: Mapped = field(repr=False)
    """The Composition, without its sections."""
    sections: Mapping[str, str] = field(repr=False)
    """Code and title of each section, in the order they are read."""
    withheld: Mapping[str, str] = field(repr=False)
    """Section that the certificate itself says must not leave → what stands in its place."""
    never_withheld: Mapping[str, str] = field(repr=False)
    """Section that nobody may withhold of this certificate → why."""
    resources: Sequence[Mapped] = field(repr=False)
    origins: Sequence[Origin] = field(repr=False)
    ignored: Mapping[str, str] = field(repr=False)
    """Source node → why it is left out, as the mapping says."""
    unmapped: Sequence[str]
    """Source nodes that no rule takes and none ignores: the certificate is held because of them."""
    problems: Sequence[Problem]
    """What the rules could not do; the certificate is held because of them too."""
    signature: Signature
    notes: Sequence[Problem]
    """What is odd about it to the reader and the mapping: told to whoever runs the gateway, and to nobody else."""
    warnings: Sequence[Problem] = ()
    """What is odd about the certificate as its form sees it: the sender is told; nothing is held because of that."""


@dataclass(frozen=True, slots=True)
class InformationSet:
    """The part of a document that one purpose needs, and no more: a FHIR document Bundle.

    Source: FHIR R4 §3.3 (documents).
    """

    id: str
    """The Bundle's id, a UUID; the same certificate always gives the same."""
    name: str
    person: PersonIdentity
    certificate: CertificateId
    signed_at: str
    sections: frozenset[str]
    """The codes of the sections whose content is in it."""
    withheld: frozenset[str]
    """The codes of the sections that the consent's choice leaves empty, with the reason `withheld`."""
    body: bytes = field(repr=False)
    """The Bundle as JSON, byte for byte what leaves."""
    hold: str = ""
    """Why a person has to look before it may leave (`mapping`, `leak`, `profile`); empty where nobody has to."""
    problems: tuple[Problem, ...] = ()
    """What that person has to look at: places, never values."""
    edition: int = 1
    """Which it is of those that were made of the certificate: each time the rules give another, it is the next."""


@dataclass(frozen=True, slots=True)
class Message:
    """What is kept of one certificate that was taken in."""

    id: MessageId
    certificate: CertificateId
    kind: CertificateKind
    person: PersonIdentity
    envelope: Envelope
    signature: Signature
    problems: tuple[Problem, ...] = ()
    """What a person has to look at before its sets may leave: places, never values."""
    notes: tuple[Problem, ...] = ()
    """What is odd about it and holds nothing: places, never values."""
    relations: tuple[Relation, ...] = ()


@dataclass(frozen=True, slots=True)
class Receipt:
    """The recipient's word that it has taken a release."""

    reference: str
    """What the recipient calls it; empty where it gave no name."""
    heard: Heard | None = None
    """Its whole answer."""
