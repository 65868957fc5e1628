"""The way to the next page of a search, as a word that tells nobody but this server what it says.

A page link is a URL, and a personal identity number must not stand in one. So the link holds the search encrypted,
with the caller it belongs to; it is good for as long as this process lives, and nobody else can use it.
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

import orjson
from cryptography.fernet import Fernet, InvalidToken

from gateway.errors import InvalidSearch
from gateway.fhir.search import Search, When
from gateway.identity import PersonIdentity

LIFETIME = 900
"""Seconds that a link is good for."""


class Page(NamedTuple):
    """Where a page begins."""

    search: Search
    after: tuple[datetime, str, str] | None = None
    """What the page before it ended with, which may be gone by now; None of the first."""


class PageLinks:
    """Makes and reads page links; each process has a key of its own, and keeps it nowhere."""

    def __init__(self) -> None:
        self._key = Fernet(Fernet.generate_key())

    def link(self, page: Page, caller: str) -> str:
        """Return the word for a page of this caller's."""
        search = page.search
        content = {
            "caller": caller,
            "person": search.person.digits,
            "updated": [(one.prefix, one.start, one.end) for one in search.updated],
            "count": search.count,
            "after": page.after,
        }
        return self._key.encrypt(orjson.dumps(content)).decode()

    def read(self, link: str, caller: str) -> Page:
        """Return the page that a word stands for.

        Raises:
            InvalidSearch: The word is not ours, too old, or another caller's.
        """
        try:
            content = orjson.loads(self._key.decrypt(link, ttl=LIFETIME))
        except (InvalidToken, ValueError):
            raise InvalidSearch("The page link is not known here any more; search again") from None
        if content["caller"] != caller:
            raise InvalidSearch("The page link is not known here any more; search again")
        updated = tuple(
            When(prefix, datetime.fromisoformat(start), datetime.fromisoformat(end))
            for prefix, start, end in content["updated"]
        )
        search = Search(PersonIdentity(content["person"]), updated, content["count"])
        after = content["after"]
        return Page(search, after and (datetime.fromisoformat(after[0]), after[1], after[2]))
