"""The narrative that a set may have: paragraphs of lines of plain text, and nothing else.

FHIR allows more of XHTML. The gateway writes no more than this, and a narrative is shown to people: what it did not
write does not leave.

Source: FHIR R4 §2.4 (narrative), txt-1 and txt-2.
"""

from __future__ import annotations

from typing import Any

_TEXT = r"(?:[^<>&]|&(?:amp|lt|gt|quot|#39|#x27);)*"
_PARAGRAPH = rf"<p>{_TEXT}(?:<br/>{_TEXT})*</p>"
_ATTRIBUTES = r'xmlns="http://www\.w3\.org/1999/xhtml"(?: (?:xml:)?lang="[A-Za-z-]+")*'

NARRATIVE: dict[str, Any] = {
    "pattern": rf"^<div {_ATTRIBUTES}>(?:{_PARAGRAPH})*</div>$",
    "allOf": [{"pattern": r">[^<]*[^<>\s][^<]*<"}],
}
"""As JSON Schema: the paragraphs, one of which says something."""
