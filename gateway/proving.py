"""Proving what the log says to anybody, who needs to know nothing of this gateway."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

import orjson

from gateway.audit.entries import Entry, committed_details, content_of, wrong_with
from gateway.audit.notes import checkpoint_of
from gateway.audit.tree import inclusion_proof, root_of
from gateway.errors import NotFound
from gateway.following import entries

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from gateway.auditing import Notary
    from gateway.store.port import Store


def proofs_of(
    store: Store, notary: Notary, numbers: Iterable[int], *, with_details: bool = False
) -> Iterator[dict[str, Any]]:
    """Yield what proves to anybody that the log has each entry: it, a signed checkpoint, and the way between.

    Args:
        store: Where the log is.
        notary: Signs the checkpoint.
        numbers: The entries.
        with_details: Show what the entries only commit to, with the salt that opens the commitment.

    Raises:
        NotFound: There is no such entry, it is not as it was sealed and signed, or its salt is gone and with it what
            shows the details.
    """
    note = notary.sign()
    leaves = store.leaf_hashes(0, checkpoint_of(note).size)
    if root_of(leaves) != checkpoint_of(note).root:
        raise NotFound("The leaves of the log are not those that were signed: verify the log")
    for number in numbers:
        entry = _entry(store, number, len(leaves))
        details = _opening(entry) if with_details else {}
        yield {**_proof(notary, note, leaves, entry), **details}


def _entry(store: Store, number: int, size: int) -> Entry:
    found = store.audit_entries(number - 1, 1) if 1 <= number <= size else []
    if not found or isinstance(found[0], int):
        raise NotFound("There is no such entry")
    return _as_sealed(found[0])


def _as_sealed(entry: Entry) -> Entry:
    if entry.salt and wrong_with(entry):
        raise NotFound(f"Entry {entry.happened.number} is not as it was sealed: verify the log")
    return entry


def _opening(entry: Entry) -> dict[str, str]:
    details = committed_details(entry) if entry.salt else None
    if details is None:
        raise NotFound("Its salt is gone: nobody can show its details any more")
    return {"details": details.decode(), "salt": _text(entry.salt)}


def _proof(notary: Notary, note: str, leaves: Sequence[bytes], entry: Entry) -> dict[str, Any]:
    number = entry.happened.number
    return {
        "entry": content_of(entry.happened, entry.commitment).decode(),
        "index": number - 1,
        "size": len(leaves),
        "root": _text(checkpoint_of(note).root),
        "inclusion": [_text(one) for one in inclusion_proof(leaves, number - 1)],
        "checkpoint": note,
        "key": str(notary.verifier),
    }


def exported(store: Store, notary: Notary) -> Iterator[str]:
    """Yield the log as NDJSON: an AuditEvent a line, exactly as it stands in the tree, and a signed checkpoint last.

    Raises:
        NotFound: The row of an entry is gone, or not as it was sealed; what came before it has been yielded.
    """
    note = notary.sign()
    for entry in entries(store, checkpoint_of(note).size):
        if isinstance(entry, int):
            raise NotFound(f"The row of entry {entry} is gone: verify the log")
        _as_sealed(entry)
        yield content_of(entry.happened, entry.commitment).decode()
    yield orjson.dumps({"checkpoint": note, "key": str(notary.verifier)}).decode()


def _text(hash_: bytes) -> str:
    return base64.b64encode(hash_).decode()
