"""What lets a set leave: a permit, made in the gate alone, and a payload that nothing but its permit opens.

A `Release` is both together. Whoever hands it on says where it is going and gets the bytes, once: `Release.open`.
"""

from __future__ import annotations

from gateway.permits.address import READER, address_of, place_of
from gateway.permits.permit import Permit
from gateway.permits.release import Errand, Leaving, Release
from gateway.permits.sealing import Sealed

__all__ = ["READER", "Errand", "Leaving", "Permit", "Release", "Sealed", "address_of", "place_of"]
