"""The permit: leave for one payload to go one way, once, soon, and from this process only."""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass, field, replace
from threading import Lock
from time import monotonic
from typing import TYPE_CHECKING, NoReturn

import orjson

from gateway.errors import NotPermitted, PermitOver
from gateway.permits.address import READER, place_of

if TYPE_CHECKING:
    from gateway.identity import OrganisationNumber

LIFE = 5.0
"""Seconds from the decision within which what it permits has to be on its way."""

_KEY = secrets.token_bytes(32)
"""New in each process: what another one permitted, or this one before it was killed, is worth nothing."""


@dataclass(frozen=True, slots=True)
class Permit:
    """Leave for one payload to go one way, once. Made by `gateway.permits.mint`; a copy with a change in it is void."""

    organisation: OrganisationNumber | None
    """Who is to have it; None where it is a hash, and about nobody."""
    address: str
    """Where it may be posted, the whole of the URL as `address_of` writes it, or READER."""
    set_id: str
    payload_sha256: str
    attempt: str
    """The attempt, or the reading, that was recorded with the decision; no two permits name the same."""
    not_after: float
    """Seconds on this process's monotonic clock."""
    mac: bytes = field(default=b"", repr=False)

    def __reduce__(self) -> NoReturn:
        """Refuse to be pickled or copied: a permit does not leave its process."""
        raise TypeError("A permit does not leave its process")

    def signed(self) -> Permit:
        """Return the permit with its code: HMAC-SHA256 over everything it says."""
        return replace(self, mac=_mac(self))

    @property
    def place(self) -> str:
        """The `host:port` that may be connected to; nothing where a reader gets it."""
        return "" if self.address == READER else place_of(self.address)

    @property
    def is_ours(self) -> bool:
        """Whether it was made in this process, and says what it said then."""
        return hmac.compare_digest(self.mac, _mac(self))

    @property
    def is_over(self) -> bool:
        """Whether it is too late."""
        return monotonic() > self.not_after

    def check(self, address: str, payload_sha256: str) -> None:
        """Return if it permits this payload to go there now.

        Raises:
            NotPermitted: It is no permit of this process, or for another place or payload.
            PermitOver: It is too late.
        """
        if not self.is_ours:
            raise NotPermitted("Not permitted: the permit is none of ours")
        if address != self.address:
            raise NotPermitted("Not permitted: the permit is for another address")
        if payload_sha256 != self.payload_sha256:
            raise NotPermitted("Not permitted: the permit is for another payload")
        if self.is_over:
            raise PermitOver("permit-over")


class Used:
    """The permits that were used and are not over: those that are over are refused anyway."""

    def __init__(self) -> None:
        self._attempts: dict[str, float] = {}
        self._lock = Lock()

    def __len__(self) -> int:
        """Return how many are remembered."""
        return len(self._attempts)

    def use(self, permit: Permit) -> None:
        """Use a permit up.

        Raises:
            NotPermitted: It was used before.
        """
        with self._lock:
            self._forget(monotonic())
            if permit.attempt in self._attempts:
                raise NotPermitted("Not permitted: the permit was used before")
            self._attempts[permit.attempt] = permit.not_after

    def _forget(self, now: float) -> None:
        """Let go of the oldest, as far as they are over; one that stands behind another waits for it."""
        while self._attempts and now > self._attempts[oldest := next(iter(self._attempts))]:
            del self._attempts[oldest]


def _mac(permit: Permit) -> bytes:
    said = [
        permit.organisation and permit.organisation.digits,
        permit.address,
        permit.set_id,
        permit.payload_sha256,
        permit.attempt,
        permit.not_after,
    ]
    return hmac.digest(_KEY, orjson.dumps(said), "sha256")
