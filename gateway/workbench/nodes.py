"""The source nodes of a certificate, with their texts, in the order the certificate has them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gateway.documents import Place


def texts_of(place: Place) -> Iterator[tuple[str, str]]:
    """Yield every node at a place and below it, as the account of the mapping names it, with its text."""
    for path, text in place.values.items():
        yield path + place.where, text
    for places in place.places.values():
        for one in places:
            yield from texts_of(one)
