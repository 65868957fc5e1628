"""Why a delivery stands where it stands, and what would change it, in plain Swedish.

The gate is asked anew, as it would be at an attempt, and nothing is sent. What is told names organisations, sets and
consents: nothing of the person, and nothing of the content.
"""

from __future__ import annotations

from gateway.explaining.explanation import Explanation, explain, explain_set_to, explain_to

__all__ = ["Explanation", "explain", "explain_set_to", "explain_to"]
