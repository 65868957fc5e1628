"""Names that are made up: other ones each time, and always in the same order, so that a story can be told again."""

from __future__ import annotations

import secrets
import uuid
from itertools import count
from unittest.mock import patch


def in_the_order_they_are_made():
    """While it is in force, a UUID sorts after those made before it, as what is due is sorted by it."""
    numbers, story = count(1), secrets.randbits(64)
    return patch("uuid.uuid4", lambda: uuid.UUID(int=next(numbers) << 64 | story))
