"""What is gathered while one certificate is mapped."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.errors import Problem
from gateway.identity import NamedIds

if TYPE_CHECKING:
    from gateway.documents import Origin, Place, Reference, SourceDocument, Term
    from gateway.identity import CertificateId


class _Urns(dict[str, str]):
    """Name → `urn:uuid:` and the id of that name within the certificate, made when it is first asked for."""

    def __init__(self, certificate: CertificateId) -> None:
        self._ids = NamedIds(certificate)

    def __missing__(self, name: str) -> str:
        urn = self[name] = f"urn:uuid:{self._ids.id_of(name)}"
        return urn


class Run:
    """One certificate on its way through the rules."""

    __slots__ = (
        "made",
        "missing",
        "notes",
        "number",
        "origins",
        "places",
        "problems",
        "question",
        "references",
        "resource",
        "root",
        "terms",
        "urns",
    )

    def __init__(self, source: SourceDocument) -> None:
        self.root = source.root
        self.urns = _Urns(source.certificate)
        """How a reference names a resource: by the rule that makes it, and which of its resources it is."""
        self.places: dict[str, Place] = {"": source.root}
        """The place that each question, or path, is read from just now."""
        for question, places in source.root.places.items():
            self.places[question] = places[0]
        self.question = ""
        """The question whose answer a resource is made from, where the rule repeats."""
        self.number = 0
        """Which element of a repeating list is being made."""
        self.made: dict[str, list[str]] = {}
        """Rule → how references name the resources that it has made."""
        self.origins: list[Origin] = []
        self.problems: list[Problem] = []
        self.notes: list[Problem] = []
        """What is odd, and no hindrance."""
        self.begin("")

    def begin(self, name: str) -> None:
        """Begin a resource of this name."""
        self.resource = self.urns[name].removeprefix("urn:uuid:")
        self.missing: list[Problem] = []
        """What a rule demands and does not find; it counts where the resource is made at all."""
        self.references: list[Reference] = []
        self.terms: list[Term] = []

    def report(self, node: str, reason: str) -> None:
        """Note that a rule could not do its work at a source node."""
        self.problems.append(Problem(node, reason))
