"""What texts say, apart from how they are written: words, phrases, and stretches of words that two texts share.

A text that was left out may stand in another with other blanks, hyphens or accents, or only a part of it may. Bytes
do not show that; words do.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

STRETCH = 6
"""So many words in a row that two texts share are taken from one another, and not by chance."""

MIN_PHRASE = 4
"""Letters of the shortest part of a short text that says something by itself: `tennisarmbåge` in a bracket."""

MIN_SENTENCE = 12
"""Letters of the shortest sentence of a longer text that is looked for by itself."""

MIN_DIGITS = 6
"""Figures by themselves tell something where so many stand in a row: somebody's number, and no date or degree."""

_WORD = re.compile(r"[^\W_]+")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200d\u2060\ufeff]")
_PARTS = re.compile(r"[(),;/]")
_SENTENCE = re.compile(r"[.!?;:\n\r]+")
_NO_STRETCHES: frozenset[tuple[str, ...]] = frozenset()
_CODE = re.compile(r"([A-Za-z])([0-9]{2})\.?([0-9A-Za-z]{1,3})")


class Wording(NamedTuple):
    """What one text says."""

    said: str
    """Its words in small letters, a blank before, between and after them."""
    phrases: tuple[str, ...]
    """What to look for, written like `said`: a short text and its parts; of a longer one, its short sentences."""
    stretches: frozenset[tuple[str, ...]]
    """Every STRETCH of its words; none where it is shorter."""


def wording_of(text: str) -> Wording:
    """Return what a text says."""
    words = _words(text)
    if len(words) < STRETCH:
        said = _said(words)
        whole = [said] if _tells(words) else []
        return Wording(said, (*whole, *_spellings(text), *_parts(text, _PARTS, MIN_PHRASE)), _NO_STRETCHES)
    stretches = zip(*(words[n:] for n in range(STRETCH)), strict=False)
    return Wording(_said(words), tuple(_parts(text, _SENTENCE, MIN_SENTENCE)), frozenset(stretches))


def _parts(text: str, marks: re.Pattern[str], least: int) -> Iterator[str]:
    """Yield the parts of a text between such marks, where they have so many letters or more."""
    if marks.search(text):
        for part in marks.split(text):
            words = _words(part)
            if len(words) < STRETCH and sum(map(str.isalpha, part)) >= least:
                yield _said(words)


def _spellings(text: str) -> Iterator[str]:
    """Yield the ways to write a diagnosis code: with dot and blank, or without."""
    code = _CODE.fullmatch(text)
    if code:
        letter, group, rest = (part.lower() for part in code.groups())
        yield from (f" {letter}{group}{rest} ", f" {letter}{group} {rest} ", f" {letter} {group} {rest} ")


def _words(text: str) -> list[str]:
    if not text.isascii():
        text = unicodedata.normalize("NFC", _INVISIBLE.sub("", text))
    return _WORD.findall(text.casefold())


def _said(words: list[str]) -> str:
    return f" {' '.join(words)} "


def _tells(words: list[str]) -> bool:
    together = "".join(words)
    if any(map(str.isalpha, together)):
        return len(together) > 1
    return any(len(word) >= MIN_DIGITS for word in words)
