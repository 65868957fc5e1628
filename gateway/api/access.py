"""Who asks: an agency, by its bearer token (RFC 6750)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from gateway.errors import NotAuthenticated

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fastapi import Request

    from gateway.identity import OrganisationNumber


@dataclass(frozen=True, slots=True)
class Agencies:
    """The organisations that may ask."""

    by_token: Mapping[str, OrganisationNumber] = field(repr=False)
    """SHA-256 of the token, in hexadecimal → organisation. Looked up by hash, so that the time it takes tells
    nothing of the tokens."""

    def caller(self, request: Request) -> OrganisationNumber:
        """Return the organisation that asks.

        Raises:
            NotAuthenticated: No token, or nobody's.
        """
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        organisation = self.by_token.get(hashlib.sha256(token.strip().encode()).hexdigest())
        if scheme.lower() != "bearer" or organisation is None:
            raise NotAuthenticated("A bearer token is needed")
        return organisation
