"""Why a delivery stands where it stands, what would change it, and what a withdrawal did not reach, in plain Swedish.

The gate is asked anew, as it would be at an attempt, and nothing is sent. What is told names organisations, sets and
consents: nothing of the person, and nothing of the content.
"""

from __future__ import annotations

from gateway.explaining.explanation import Explanation, explain, explain_set_to, explain_to
from gateway.explaining.withdrawals import departure_in_words, narrowing_in_words, withdrawal_in_words

__all__ = [
    "Explanation",
    "departure_in_words",
    "explain",
    "explain_set_to",
    "explain_to",
    "narrowing_in_words",
    "withdrawal_in_words",
]
