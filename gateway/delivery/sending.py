"""One attempt: a few quick tries, while the recipient cannot be reached at all.

The first try that reaches it is the attempt's last, whatever comes back: so what is kept of an attempt, its answer and
the Bundle that it brought, is that of the only try of which anything can have been taken.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import tenacity

from gateway.errors import NotReached
from gateway.strands import pause

if TYPE_CHECKING:
    from collections.abc import Callable

    from gateway.delivery.adapter import Adapter
    from gateway.documents import Receipt
    from gateway.permits import Release

QUICK_TRIES = 3

LONGEST = 5.0
"""Seconds after which no further try is begun: a permit is asked for anew rather than stretched."""


def quick_tries() -> tenacity.Retrying:
    """Return the tries of one attempt: again at once where nothing can have been sent, and else not."""
    return tenacity.Retrying(
        sleep=pause,
        stop=tenacity.stop_after_attempt(QUICK_TRIES) | tenacity.stop_after_delay(LONGEST),
        wait=tenacity.wait_exponential_jitter(multiplier=0.1, max=1.0, jitter=0.1),
        retry=tenacity.retry_if_exception_type(NotReached),
        reraise=True,
    )


def send(adapter: Adapter, permitted: Callable[[], Release | None], tries: tenacity.Retrying) -> Receipt | None:
    """Hand a release to its recipient, and return the receipt; None where it may not leave, or not any more.

    Args:
        adapter: Speaks to the recipient.
        permitted: Asks for leave, and returns what may leave; asked before each try, since a withdrawal may come
            between, and no permit lasts for two.
        tries: How often, and how soon again; the same for any number of deliveries.

    Raises:
        DeliveryError: How the last try failed.
    """

    def one_try() -> Receipt | None:
        release = permitted()
        return None if release is None else adapter.send(release)

    return tries(one_try)
