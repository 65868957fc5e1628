"""FHIR Bundle: how an agency asks for information sets, and what this server says of itself."""

from __future__ import annotations

from email.utils import format_datetime
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

import orjson
from fastapi import APIRouter, Depends, Request, Response

from gateway.api.bodies import body_of
from gateway.api.fhir_answers import fhir
from gateway.errors import InvalidSearch
from gateway.exchange import pull, pull_one
from gateway.fhir.capability import capability_statement
from gateway.fhir.ids import read_id
from gateway.fhir.paging import Page, PageLinks
from gateway.fhir.search import read_search

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gateway.api.access import Agencies
    from gateway.identity import OrganisationNumber
    from gateway.parts import Gateway
    from gateway.reach import Readable, Visible

MAX_FORM = 16 * 1024
_FORM = "application/x-www-form-urlencoded"
_OPENAPI = {
    "requestBody": {
        "required": True,
        "content": {
            _FORM: {
                "schema": {
                    "type": "object",
                    "required": ["patient.identifier"],
                    "properties": {
                        "patient.identifier": {"type": "string"},
                        "_lastUpdated": {"type": "string"},
                        "_count": {"type": "integer"},
                    },
                }
            }
        },
    }
}


def bundle_routes(gateway: Gateway, agencies: Agencies, version: str) -> APIRouter:
    """Return the routes."""
    routes = APIRouter(tags=["FHIR"])
    links = PageLinks()
    show = partial(_page, gateway, links)

    @routes.get("/fhir/metadata", summary="What this server can do")
    def metadata(request: Request) -> Response:
        return fhir(capability_statement(version, str(request.base_url) + "fhir"))

    @routes.post("/fhir/Bundle/_search", summary="Information sets about a person", openapi_extra=_OPENAPI)
    def search(request: Request, form: Annotated[bytes, Depends(body_of(MAX_FORM, _FORM))]) -> Response:
        caller = agencies.caller(request)
        if request.scope["query_string"]:
            raise InvalidSearch("A search stands in the body, and nothing of it in the address")
        return show(request, Page(read_search(form)), caller)

    @routes.get("/fhir/Bundle", summary="The next page of a search")
    def page(request: Request) -> Response:
        caller = agencies.caller(request)
        if list(request.query_params) != ["_page"]:
            raise InvalidSearch("Search with POST to /fhir/Bundle/_search; only page links are followed with GET")
        return show(request, links.read(request.query_params["_page"], caller.digits), caller)

    @routes.get("/fhir/Bundle/{id_}", summary="One information set")
    def read(id_: str, request: Request) -> Response:
        caller = agencies.caller(request)
        if request.scope["query_string"]:
            raise InvalidSearch("One information set is read as it is; search with POST to /fhir/Bundle/_search")
        readable = pull_one(read_id(id_), caller, gateway)
        modified = format_datetime(readable.updated, usegmt=True)
        return fhir(_resource(readable), headers={"Last-Modified": modified})

    return routes


def _page(gateway: Gateway, links: PageLinks, request: Request, page: Page, caller: OrganisationNumber) -> Response:
    """Return what stands on a page of a search, and the link to the next."""
    found = _Found(page)
    read = pull(page.search.person, caller, gateway, found.narrow)
    base = f"{request.base_url}fhir/Bundle"
    link = [{"relation": "self", "url": f"{base}/_search?_count={page.search.count}"}]
    if found.next is not None:
        link.append({"relation": "next", "url": f"{base}?_page={links.link(found.next, caller.digits)}"})
    return fhir(
        {
            "resourceType": "Bundle",
            "type": "searchset",
            "timestamp": gateway.now().isoformat(),
            "total": found.total,
            "link": link,
            "entry": [_entry(one, base) for one in read],
        }
    )


class _Found:
    """What a page takes of all that the caller may read, how much that was, and what comes next."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self.total = 0
        self.next: Page | None = None

    def narrow(self, visible: Sequence[Visible]) -> Sequence[Visible]:
        """Return what stands on the page."""
        search, after = self._page
        found = [one for one in visible if all(bound.holds(one.updated) for bound in search.updated)]
        rest = [one for one in found if after is None or one.place > after]
        there = rest[: search.count]
        self.total = len(found)
        self.next = Page(search, there[-1].place) if there and len(there) < len(rest) else None
        return there


def _entry(readable: Readable, base: str) -> dict[str, Any]:
    return {"fullUrl": f"{base}/{readable.id}", "resource": _resource(readable), "search": {"mode": "match"}}


def _resource(readable: Readable) -> dict[str, Any]:
    """Return the Bundle with the time by which this caller can search for it; a signature never covers `meta`."""
    bundle: dict[str, Any] = orjson.loads(readable.body)
    bundle["meta"]["lastUpdated"] = readable.updated.isoformat(timespec="microseconds")
    return bundle
