"""One certificate through the rules, and nothing kept or sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from gateway.documents import Document, InformationSet, SourceDocument
    from gateway.persons import Persons
    from gateway.rules import Rules


class Trial(NamedTuple):
    """What became of a certificate."""

    source: SourceDocument
    document: Document
    sets: Sequence[InformationSet]


def tried(content: bytes, rules: Rules, now: datetime, persons: Persons | None = None) -> Trial:
    """Return what becomes of the certificate in a file, as the road would have it up to the bar.

    Args:
        content: The message, with a SOAP envelope around it or without.
        rules: The rules.
        now: The moment it is judged at; some rules ask what day it is.
        persons: Whose certificates are taken in; anybody's, where nobody says.

    Raises:
        SenderError: The message would be refused.
    """
    source = rules.reader.read_file(content)
    if persons is not None:
        persons.admit(source.person)
    document = rules.understand(source, now)
    return Trial(source, document, rules.select(document))
