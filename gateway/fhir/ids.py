"""What the id of a resource may look like. Source: FHIR R4 §2.24.0.1 (id)."""

from __future__ import annotations

import re

from gateway.errors import NotFound

ID = r"[A-Za-z0-9\-.]{1,64}"


def read_id(text: str) -> str:
    """Return what may be the id of something.

    Raises:
        NotFound: It can be the id of nothing, and no store need be asked.
    """
    if not re.fullmatch(ID, text):
        raise NotFound("Not found")
    return text
