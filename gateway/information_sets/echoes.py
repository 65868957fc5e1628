"""Which texts of a document say what others of it say: found once, whatever sets are made of it."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from gateway.documents import TermKind
from gateway.information_sets.wording import Wording, known_wording_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from gateway.documents import Term

MAX_ECHOES = 100_000
"""So many echoes no certificate has; one made to have them is not to cost more than others."""


_OF_TABLES = (TermKind.CODE, TermKind.DISPLAY)


class Echo(NamedTuple):
    """That what one text says is said by another, or by the same text where it stands twice."""

    sought: tuple[str, bool]
    """The text, and whether it is a code of a code table, which counts only as it is written."""
    text: str
    """The text that says it."""


class TooMuchToTell(Exception):
    """More than MAX_ECHOES: nobody can tell what says what."""


class Echoes:
    """Finds what texts say of each other.

    Args:
        terms: The terms of a document; those that are no aliases may stand in a set.
        titles: The texts that sets have of their own.
    """

    def __init__(self, terms: Sequence[Term], titles: Iterable[str]) -> None:
        self._wordings: dict[str, Wording] = {}
        heard: dict[str, tuple[Wording, bool]] = {}
        spoken: list[str] = []
        stated: set[str] = set()
        for term in terms:
            wording = self._wording(term)
            if term.kind in _OF_TABLES:
                stated.update(wording.words)
            else:
                spoken += wording.reach
            if term.is_emitted and not (term.text in heard and heard[term.text][1]):
                heard[term.text] = wording, term.kind is TermKind.TEXT
        for title in titles:
            stated.update(known_wording_of(title).words)
            heard.setdefault(title, (known_wording_of(title), False))
        # What tables and titles state stands there by right: only somebody's own words can tell what was left out.
        self._shared = {word for word, count in Counter(spoken).items() if count > 1 or word in stated}
        self._heard = list(heard.items())
        self._having: dict[str, list[int]] = {}
        for number, (_, (wording, _)) in enumerate(self._heard):
            for word in wording.words:
                if word in self._shared:
                    self._having.setdefault(word, []).append(number)

    def _wording(self, term: Term) -> Wording:
        if term.kind in _OF_TABLES:
            return known_wording_of(term.text)
        known = self._wordings.get(term.text)
        if known is None:
            known = self._wordings[term.text] = Wording(term.text)
        return known

    def of(self, terms: Iterable[Term]) -> list[Echo]:
        """Return the echoes of these terms.

        Raises:
            TooMuchToTell: There are more than MAX_ECHOES.
        """
        found: dict[Echo, None] = {}
        for text, is_code in dict.fromkeys((term.text, term.kind is TermKind.CODE) for term in terms):
            wording = self._wordings.get(text) or known_wording_of(text)
            if wording.may_be_said(self._shared):
                others = self._writing(text, wording) if is_code else self._telling(wording)
                found.update((Echo((text, is_code), other), None) for other in others)
            if len(found) > MAX_ECHOES:
                raise TooMuchToTell
        return list(found)

    def _writing(self, code: str, wording: Wording) -> Iterator[str]:
        """Yield the texts in which a code stands as it is written."""
        return (text for text, _ in self._saying(wording.whole) if _stands_in(code, text))

    def _telling(self, wording: Wording) -> Iterator[str]:
        """Yield the texts that say what this one says: the whole of it, or, where somebody wrote freely, a part."""
        yield from (text for text, _ in self._saying(wording.whole))
        for phrase in wording.parts(self._shared):
            yield from (text for text, is_free in self._saying(phrase) if is_free)

    def _saying(self, phrase: str) -> Iterator[tuple[str, bool]]:
        """Yield the texts that say a phrase, and whether each was written freely."""
        having = self._having
        for number in min((having.get(word, ()) for word in phrase.split()), key=len, default=()):
            text, (wording, is_free) = self._heard[number]
            if phrase in wording.said:
                yield text, is_free


def _stands_in(code: str, text: str) -> bool:
    """Say whether a code stands in a text as it is written, and not inside a longer word."""
    return re.search(rf"(?<![^\W_]){re.escape(code)}(?![^\W_])", text) is not None
