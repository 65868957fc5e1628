"""The leak check: what was left out must not stand anywhere in what is left.

Leaving a resource out does not clean the texts that stay: a doctor may have written the diagnosis in the answer about
limitations. So every code, display and text of what was left out is looked for in the outgoing bytes; a hit holds the
set for a person to look at. Then the words of what was left out are looked for in the words of the texts that stay,
so that another spelling, or a part of a text, is found too.
"""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, NamedTuple

import orjson
from ahocorasick_rs import BytesAhoCorasick, Implementation

from gateway.documents import TermKind
from gateway.information_sets.wording import wording_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from gateway.documents import Document, Mapped, Term
    from gateway.information_sets.allowed import Allowed
    from gateway.information_sets.wording import Wording

MAX_SOUGHT = 1_000_000
"""Bytes of texts that are looked for in one set; no doctor writes a tenth of it, and a search for more costs seconds
and hundreds of megabytes."""

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


class _Sought(NamedTuple):
    """A term, and the patterns that find it."""

    place: str
    term: Term
    patterns: tuple[int, ...]


class _Telling(NamedTuple):
    """What one resource tells."""

    resource: Mapped
    elements: tuple[str, ...]
    sought: Sequence[_Sought]


class LeakCheck:
    """Looks for what sets of one document have left out in what they have; prepared once for all of them.

    Letters' case counts only for codes of code tables; a term inside a longer word is no hit.
    """

    def __init__(self, document: Document) -> None:
        self._numbers: dict[bytes, int] = {}
        self._known: dict[str, tuple[int, ...]] = {}
        self._wordings: dict[str, Wording] = {}
        self._telling = [self._prepared(mapped) for mapped in document.resources if mapped.terms]
        self._is_too_much = sum(map(len, self._numbers)) > MAX_SOUGHT
        patterns = [] if self._is_too_much else list(self._numbers)
        self._search = BytesAhoCorasick(patterns, implementation=Implementation.ContiguousNFA)

    def find(self, body: bytes, kept: Mapping[int, Allowed], harmless: AbstractSet[str]) -> list[str]:
        """Return the places of the terms that were left out and yet stand in the bytes, as `rule.element`.

        Where more is told than can be looked for, the place of the longest term left out: nobody can tell then.

        Args:
            body: The outgoing bytes: JSON.
            kept: The resources that the set has, by `id()`, with what is taken of each.
            harmless: Texts, in small letters, that tell nothing of what was left out.
        """
        left_out, stays = self._parted(kept)
        if harmless:
            left_out = [one for one in left_out if one.term.text.lower() not in harmless]
        if self._is_too_much and left_out:
            return [max(left_out, key=lambda one: len(one.term.text)).place]
        return sorted({*self._written(body, left_out), *self._said(stays, left_out)}) if left_out else []

    def _written(self, body: bytes, left_out: Sequence[_Sought]) -> Iterator[str]:
        """Yield the places of the terms that stand in the bytes as they are written."""
        wanted = {number for one in left_out for number in one.patterns}
        matches = self._search.find_matches_as_indexes(body.translate(_SMALL), overlapping=True)
        # What is kept is found all over; what was left out, in the rarest of cases.
        found = [match for match in matches if match[0] in wanted]
        yield from (one.place for match in found for one in left_out if _is_found(one, match, body))

    def _said(self, stays: Sequence[_Sought], left_out: Sequence[_Sought]) -> Iterator[str]:
        """Yield the places of the terms that the texts that stay say in other spellings, or in part."""
        wordings = [self._wording(one.term.text) for one in stays if one.term.kind is TermKind.TEXT]
        if not wordings:
            return
        said = "|".join(wording.said for wording in wordings)
        stretches = frozenset[tuple[str, ...]]().union(*(wording.stretches for wording in wordings))
        for one in left_out:
            if one.term.kind is not TermKind.CODE:
                sought = self._wording(one.term.text)
                if not sought.stretches.isdisjoint(stretches) or any(phrase in said for phrase in sought.phrases):
                    yield one.place

    def _wording(self, text: str) -> Wording:
        known = self._wordings.get(text)
        if known is None:
            known = self._wordings[text] = wording_of(text)
        return known

    def _prepared(self, mapped: Mapped) -> _Telling:
        is_person = mapped.section is None
        terms = [term for term in mapped.terms if not is_person or term.element.endswith(_NAMING)]
        sought = [_Sought(f"{mapped.rule}.{term.element}", term, self._patterns(term.text)) for term in terms]
        return _Telling(mapped, tuple(term.element for term in terms), sought)

    def _patterns(self, text: str) -> tuple[int, ...]:
        """Return the numbers of the patterns that find a text."""
        known = self._known.get(text)
        if known is None:
            numbers = self._numbers
            known = tuple(numbers.setdefault(pattern, len(numbers)) for pattern in _patterns_of(text))
            self._known[text] = known
        return known

    def _parted(self, kept: Mapping[int, Allowed]) -> tuple[list[_Sought], list[_Sought]]:
        """Return every term that a set was not to have, and every term that stays in it.

        Of people and organisations no name is left out that somebody bears who is kept: the kept one may be named.
        """
        left: list[_Sought] = []
        stays: list[_Sought] = []
        names: list[_Sought] = []
        for mapped, elements, sought in self._telling:
            here = _not_covered(sought, elements, kept.get(id(mapped)))
            (names if mapped.section is None else left).extend(here)
            if len(here) < len(sought):
                gone = frozenset(map(id, here))
                stays += [one for one in sought if id(one) not in gone]
        texts = {one.term.text for one in stays}
        return left + [one for one in names if one.term.text not in texts], stays


def _not_covered(sought: Sequence[_Sought], elements: tuple[str, ...], allowed: Allowed | None) -> Sequence[_Sought]:
    if allowed is None:
        return sought
    return () if allowed.covers_all(elements) else [one for one in sought if not allowed.covers(one.term.element)]


def _is_found(one: _Sought, match: tuple[int, int, int], body: bytes) -> bool:
    pattern, start, end = match
    return (
        pattern in one.patterns
        and _stands_alone(body, start, end)
        and (one.term.kind is not TermKind.CODE or body[start:end] == one.term.text.encode())
    )


def _patterns_of(text: str) -> Iterator[bytes]:
    """Yield what to look for: a text as JSON and as narrative write it."""
    bare = _bare(text)
    if len(bare) > 1 and _LETTER.search(bare):
        yield orjson.dumps(bare)[1:-1].translate(_SMALL)
        if _MARKUP.search(bare):
            yield orjson.dumps(html.escape(bare, quote=False))[1:-1].translate(_SMALL)


def _bare(text: str) -> str:
    """Return a text without the marks and blanks around it: what stays may say the same without them."""
    return text if text[:1].isalnum() and text[-1:].isalnum() else _EDGES.sub("", text)


def _stands_alone(content: bytes, start: int, end: int) -> bool:
    # A quotation mark or a dash has several bytes too, and is no letter for that.
    before = content[max(0, start - _LONGEST) : start].decode(errors="ignore")[-1:]
    after = content[end : end + _LONGEST].decode(errors="ignore")[:1]
    begins = not before.isalnum() or _ESCAPE.match(content, start - 2)
    return bool(begins) and not after.isalnum()
