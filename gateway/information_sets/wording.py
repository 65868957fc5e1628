"""What texts say, apart from how they are written: words, phrases, and stretches of words that two texts share.

A text that was left out may stand in another with other blanks, hyphens or accents, or only a part of it may. Bytes
do not show that; words do.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING

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
_CODE_WORDS = 2
"""The most words that a diagnosis code is written with, in the certificate or the classification."""

_CODE = re.compile(r"([A-Za-z])([0-9]{2})\.?([0-9A-Za-z]{1,3})")


class Wording:
    """What one text says.

    Args:
        text: The text.
    """

    __slots__ = ("_has_parts", "_text", "reach", "words")

    def __init__(self, text: str) -> None:
        self._text = text
        self.words = words = _words(text)
        """Its words in small letters."""
        is_code = len(words) <= _CODE_WORDS and _CODE.fullmatch(text) is not None
        self.reach = [*words, *" ".join(_spellings(text)).split()] if is_code else words
        """Every word that stands in it, in one of its spellings."""
        self._has_parts = is_code or (len(words) < STRETCH and _PARTS.search(text) is not None)

    def may_be_said(self, shared: set[str]) -> bool:
        """Say whether another text can say this one, or a part of it; quickly, since most texts stand alone.

        Args:
            shared: The words that stand in two texts or more: whatever one text says of another is made of them.
        """
        if len(self.words) < STRETCH:
            return self._has_parts or shared.issuperset(self.words)
        return max(map(len, self._runs(shared))) >= MIN_SENTENCE

    def _runs(self, shared: set[str]) -> list[str]:
        """Return the stretches of shared words."""
        return "".join([f" {word}" if word in shared else "\n" for word in self.words]).split("\n")

    @property
    def said(self) -> str:
        """Its words in one line, a blank before, between and after them."""
        return spoken(self.words)

    @property
    def whole(self) -> str:
        """What to look for where only the whole counts, like `said`; empty where it is long, or tells nothing."""
        return self.said if len(self.words) < STRETCH and _tells(self.words) else ""

    def parts(self, shared: set[str]) -> Iterator[str]:
        """Yield what else to look for: other spellings and parts of a short text; stretches and sentences of a longer.

        Args:
            shared: The words that stand in two texts or more.
        """
        if len(self.words) < STRETCH:
            yield from _spellings(self._text)
            yield from _parts(self._text, _PARTS, MIN_PHRASE)
            return
        yield from _parts(self._text, _SENTENCE, MIN_SENTENCE)
        for run in self._runs(shared):
            words = run.split()
            yield from (spoken(words[n : n + STRETCH]) for n in range(len(words) - STRETCH + 1))


known_wording_of = lru_cache(maxsize=4096)(Wording)
"""The wording of a text that is nobody's own: the words of code tables and titles, which come again and again."""


def spoken(words: list[str]) -> str:
    """Return words in one line, a blank before, between and after them."""
    return f" {' '.join(words)} "


def _parts(text: str, marks: re.Pattern[str], least: int) -> Iterator[str]:
    """Yield the parts of a text between such marks, where they have so many letters or more."""
    if marks.search(text):
        for part in marks.split(text):
            words = _words(part)
            if len(words) < STRETCH and sum(map(str.isalpha, part)) >= least:
                yield spoken(words)


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


def _tells(words: list[str]) -> bool:
    together = "".join(words)
    if any(map(str.isalpha, together)):
        return len(together) > 1
    return any(len(word) >= MIN_DIGITS for word in words)
