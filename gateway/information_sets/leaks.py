"""The leak check: what was left out must not stand anywhere in what is left.

Leaving a resource out does not clean the texts that stay: a doctor may have written the diagnosis in the answer about
limitations. So every code, display and text of what was left out is looked for in the outgoing bytes; a hit holds the
set for a person to look at.
"""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

import orjson
from ahocorasick_rs import BytesAhoCorasick, Implementation

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Set as AbstractSet

    from gateway.documents import Document, Term

MIN_SENTENCE = 12
"""A sentence shorter than this says too little by itself to be looked for apart from its text."""

_SENTENCE = re.compile(r"[.!?;:\n\r]+")
_CAPITALS = [(capital.encode(), capital.lower().encode()) for capital in "ÅÄÖÉÜ"]
_NO_LETTER = re.compile(rb"[^0-9A-Za-z\x80-\xff]")
_ESCAPE = re.compile(rb"\\[nrtbf]")
_NAMING = ("text", "name")
"""The elements of people and organisations that are looked for: names, titles, specialities. What is kept of others
often shares their addresses."""


Told = tuple[str, "Term"]
"""A term, and the mapping rule whose resource tells it."""


class LeakCheck:
    """Looks for terms of one document in the sets made from it; the search for all of them is prepared once."""

    def __init__(self, document: Document) -> None:
        patterns: dict[bytes, list[Told]] = {}
        self._people: set[Told] = set()
        for mapped in document.resources:
            for term in mapped.terms:
                if mapped.section is None:
                    if not term.element.endswith(_NAMING):
                        continue
                    self._people.add((mapped.rule, term))
                for pattern in _patterns_of(term):
                    patterns.setdefault(pattern, []).append((mapped.rule, term))
        self._told = list(patterns.values())
        self._search = BytesAhoCorasick(list(patterns), implementation=Implementation.ContiguousNFA)

    def find(self, body: bytes, left_out: Iterable[Told], harmless: AbstractSet[str]) -> list[str]:
        """Return the places of the terms that were left out and yet stand in the bytes, as `rule.element`.

        Letters' case counts only for codes of code tables; a term inside a longer word is no hit. A name that both
        somebody left out and somebody kept bears is not looked for: the kept one may be named.
        """
        wanted = {told for told in left_out if told[1].text.lower() not in harmless}
        if not wanted:
            return []
        names_kept = {term.text for rule, term in self._people if (rule, term) not in wanted}
        wanted -= {told for told in self._people if told[1].text in names_kept}
        found: set[str] = set()
        for index, start, end in self._search.find_matches_as_indexes(_lower(body), overlapping=True):
            for rule, term in self._told[index]:
                if (rule, term) in wanted and _stands_alone(body, start, end) and _written(term, body[start:end]):
                    found.add(f"{rule}.{term.element}")
        return sorted(found)


def _patterns_of(term: Term) -> Iterator[bytes]:
    texts = [term.text.strip()]
    if not term.is_code:
        texts += [part.strip() for part in _SENTENCE.split(term.text) if len(part.strip()) >= MIN_SENTENCE]
    for text in dict.fromkeys(texts):
        if any(map(str.isalpha, text)) and sum(map(str.isalnum, text)) > 1:
            yield from {_lower(orjson.dumps(form)[1:-1]) for form in (text, html.escape(text, quote=False))}


def _lower(text: bytes) -> bytes:
    """Return the text with ASCII and Swedish capitals lowered; bytes keep their positions."""
    lowered = text.lower()
    for capital, small in _CAPITALS:
        lowered = lowered.replace(capital, small)
    return lowered


def _stands_alone(body: bytes, start: int, end: int) -> bool:
    before = body[start - 1 : start]
    open_before = bool(_NO_LETTER.match(before)) or bool(_ESCAPE.match(body[start - 2 : start]))
    return open_before and bool(_NO_LETTER.match(body[end : end + 1]))


def _written(term: Term, found: bytes) -> bool:
    return not term.is_code or found == term.text.encode()
