"""Pages to look at: one file each, that needs nothing beside it and reaches for no other host.

Everything is escaped by the templates, and the policy in each page lets only its own script and style run: a message
that was made to do harm can do none here.
"""

from __future__ import annotations

import base64
import hashlib
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

_PAGES = Environment(
    loader=PackageLoader("gateway.workbench"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def page(name: str, **said: Any) -> str:  # noqa: ANN401 - whatever the template shows
    """Return a page.

    Args:
        name: The template's name; its style and script lie beside it, where it has some of its own.
        said: What the template shows.
    """
    style = _text("page.css") + _text(f"{name}.css")
    script = _text(f"{name}.js")
    policy = (
        f"default-src 'none'; style-src {_hash(style)}; script-src {_hash(script)}; base-uri 'none'; form-action 'none'"
    )
    return _PAGES.get_template(f"{name}.html").render(
        **said,
        policy=policy,
        style=Markup(style),  # noqa: S704 - ours, from a file beside this one
        script=Markup(script),  # noqa: S704 - likewise
    )


def _text(name: str) -> str:
    assert _PAGES.loader is not None  # noqa: S101 - for the type checker; it is given above
    return _PAGES.loader.get_source(_PAGES, name)[0] if name in _PAGES.list_templates() else ""


def _hash(text: str) -> str:
    """Return a text's name in a Content-Security-Policy (CSP 3, §2.3.1)."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
