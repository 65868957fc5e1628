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
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from gateway.documents import Document, Term

MIN_SENTENCE = 12
"""A sentence shorter than this says too little by itself to be looked for apart from its text."""

MAX_SOUGHT = 1_000_000
"""Bytes of texts that are looked for in one set; no doctor writes a tenth of it, and a search for more costs seconds
and hundreds of megabytes."""

_SENTENCE = re.compile(r"[.!?;:\n\r]+")
_MARKUP = re.compile(r"[&<>]")
_EDGES = re.compile(r"\A[\W_]+|[\W_]+\Z")
_LETTER = re.compile(r"[^\W\d_]")
_ESCAPE = re.compile(rb"\\[nrtbf]")
_LONGEST = 4
"""The most bytes that a character has in UTF-8."""
_NAMING = ("text", "name")
"""The elements of people and organisations that are looked for: names, titles, specialities. What is kept of others
often shares their addresses."""

_SMALL = bytes(
    byte + 32 if 65 <= byte <= 90 or (128 <= byte <= 158 and byte != 151) else byte  # noqa: PLR2004 - A–Z, and À–Þ but ×
    for byte in range(256)
)
"""Capitals → small letters, byte for byte: ASCII, and in UTF-8 the second byte of À–Þ. Other characters with such a
byte change too, on both sides alike: that can find too much, and never too little."""


class LeakCheck:
    """Looks for what sets of one document have left out in what they have.

    Letters' case counts only for codes of code tables; a term inside a longer word is no hit.
    """

    def __init__(self) -> None:
        self._patterns: dict[str, tuple[bytes, ...]] = {}

    def find(self, body: bytes, left_out: Iterable[tuple[str, Term]], harmless: AbstractSet[str]) -> list[str]:
        """Return the places of the terms that were left out and yet stand in the bytes, as `rule.element`.

        Where more is left out than is looked for, the place of the longest term: nobody can tell then.

        Args:
            body: The outgoing bytes: JSON.
            left_out: What is not to be found, with the rule whose resource tells it.
            harmless: Texts, in small letters, that tell nothing of what was left out.
        """
        wanted: dict[bytes, list[tuple[str, Term]]] = {}
        for rule, term in left_out:
            if not harmless or term.text.lower() not in harmless:
                for pattern in self._patterns_of(term.text):
                    wanted.setdefault(pattern, []).append((rule, term))
        if not wanted:
            return []
        if sum(map(len, wanted)) > MAX_SOUGHT:
            return sorted({f"{rule}.{term.element}" for rule, term in max(wanted.items(), key=_length)[1]})
        # A search for what was left out and nothing else: it finds nothing in all but the rarest of cases.
        search = BytesAhoCorasick(list(wanted), implementation=Implementation.ContiguousNFA)
        found = search.find_matches_as_indexes(body.translate(_SMALL), overlapping=True)
        told = list(wanted.values()) if found else []
        return sorted(
            {
                f"{rule}.{term.element}"
                for index, start, end in found
                for rule, term in told[index]
                if _stands_alone(body, start, end)
                if not term.is_code or body[start:end] == term.text.encode()
            }
        )

    def _patterns_of(self, text: str) -> tuple[bytes, ...]:
        known = self._patterns.get(text)
        if known is None:
            known = self._patterns[text] = tuple(_patterns_of(text))
        return known


def left_out(document: Document, kept: Mapping[int, Callable[[str], bool]]) -> Iterator[tuple[str, Term]]:
    """Yield every term of a document that a set was not to have, with the rule whose resource tells it.

    Of people and organisations only the names are looked for, and none that somebody bears who is kept: the kept one
    may be named.

    Args:
        document: What the set is made from.
        kept: The resources that the set has, by `id()`, with what says whether an element of one is taken.
    """
    names_kept: set[str] = set()
    names_left: list[tuple[str, Term]] = []
    for mapped in document.resources:
        covers = kept.get(id(mapped))
        if mapped.section is not None:
            terms = mapped.terms if covers is None else [term for term in mapped.terms if not covers(term.element)]
            yield from ((mapped.rule, term) for term in terms)
        else:
            for term in mapped.terms:
                if term.element.endswith(_NAMING):
                    if covers is not None and covers(term.element):
                        names_kept.add(term.text)
                    else:
                        names_left.append((mapped.rule, term))
    yield from ((rule, term) for rule, term in names_left if term.text not in names_kept)


def _length(sought: tuple[bytes, object]) -> int:
    return len(sought[0])


def _patterns_of(text: str) -> Iterator[bytes]:
    """Yield what to look for: a text, and each longer sentence of it, as JSON and as narrative write it."""
    for one in dict.fromkeys((_bare(text), *_sentences(text))):
        if len(one) > 1 and _LETTER.search(one):
            yield orjson.dumps(one)[1:-1].translate(_SMALL)
            if _MARKUP.search(one):
                yield orjson.dumps(html.escape(one, quote=False))[1:-1].translate(_SMALL)


def _sentences(text: str) -> Sequence[str]:
    if len(text) <= MIN_SENTENCE or not _SENTENCE.search(text, 0, len(text) - 1):
        return ()
    return [part for part in map(_bare, _SENTENCE.split(text)) if len(part) >= MIN_SENTENCE]


def _bare(text: str) -> str:
    """Return a text without the marks and blanks around it: what stays may say the same without them."""
    return text if text[:1].isalnum() and text[-1:].isalnum() else _EDGES.sub("", text)


def _stands_alone(content: bytes, start: int, end: int) -> bool:
    # A quotation mark or a dash has several bytes too, and is no letter for that.
    before = content[max(0, start - _LONGEST) : start].decode(errors="ignore")[-1:]
    after = content[end : end + _LONGEST].decode(errors="ignore")[:1]
    begins = not before.isalnum() or _ESCAPE.match(content, start - 2)
    return bool(begins) and not after.isalnum()
