"""The witness: others have checkpoints of their logs cosigned here. Source: C2SP `tlog-witness`."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Depends, Response

from gateway.api.bodies import body_of

if TYPE_CHECKING:
    from gateway.witnessing import Cosigner

_LONGEST = 16 * 1024
"""Bytes: a proof of any length, and a checkpoint with some signatures."""

_SIZE = "text/x.tlog.size"
_Body = Annotated[bytes, Depends(body_of(_LONGEST, "text/plain", "application/octet-stream"))]


def witness_routes(cosigner: Cosigner) -> APIRouter:
    """Return the routes."""
    routes = APIRouter(tags=["Witness"])

    @routes.post("/witness/add-checkpoint", summary="Cosign a checkpoint of another log (C2SP tlog-witness)")
    def add_checkpoint(body: _Body) -> Response:
        said = cosigner.answer(body)
        kind = _SIZE if said.status is HTTPStatus.CONFLICT else "text/plain"
        return Response(said.text, said.status, media_type=kind)

    return routes
