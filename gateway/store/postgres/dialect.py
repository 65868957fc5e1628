"""The store's SQL, as PostgreSQL says it."""

from __future__ import annotations

import re
from functools import cache
from itertools import count

_PLACE = re.compile(r"\?(\d*)")

_WHICH_INDEX = re.compile(r"\s+INDEXED BY \w+")

_ANY_OF = re.compile(r"SELECT value FROM json_each\((\$\d+)\)")


@cache
def in_postgres(sql: str) -> bytes:
    """Return a statement as it is sent: `$1` for `?1` and the first `?`, and nothing that only SQLite is told."""
    places = count(1)
    sql = _PLACE.sub(lambda place: f"${place[1] or next(places)}", sql)
    sql = _WHICH_INDEX.sub("", sql)
    return _ANY_OF.sub(r"SELECT jsonb_array_elements_text(\1::jsonb)", sql).encode()
