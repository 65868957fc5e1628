"""Lists for a person to look at: a row that cannot be opened is told as that, and hides none of the others."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from gateway.errors import Erased, InvalidIdentity, Tampered
from gateway.store.port import Damaged

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from gateway.store.sql.rows import Row

T = TypeVar("T")


def listed(rows: Iterable[Row], id_at: int, make: Callable[[Row], T]) -> list[T | Damaged]:
    """Return what is made of each row.

    Args:
        rows: The rows.
        id_at: In which column its id stands.
        make: Opens a row.
    """
    return [_made(row, str(row[id_at]), make) for row in rows]


def _made(row: Row, id_: str, make: Callable[[Row], T]) -> T | Damaged:
    try:
        return make(row)
    except (Tampered, Erased) as error:
        return Damaged(id_, str(error))
    except (ValueError, OverflowError, InvalidIdentity):
        # No text of theirs: it may repeat what somebody has put there.
        return Damaged(id_, "What is kept is nothing that the gateway writes")
