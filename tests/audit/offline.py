"""Another verifier, which shares no code with the gateway: it knows RFC 6962 and the text of a checkpoint, no more."""

from __future__ import annotations

import base64
import hashlib
import json

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


def subtree(hashes):
    """The root by the definition itself, MTH of RFC 6962 §2.1."""
    if len(hashes) == 1:
        return hashes[0]
    half = 1
    while 2 * half < len(hashes):
        half *= 2
    return hashlib.sha256(b"\x01" + subtree(hashes[:half]) + subtree(hashes[half:])).digest()


def climbed(leaf, index, size, path):
    """The root that a path leads to, by going down first: which subtree the leaf is in, and what stands beside it."""
    if size == 1:
        assert not path
        return leaf
    half = 1
    while 2 * half < size:
        half *= 2
    *below, beside = path
    if index < half:
        pair = climbed(leaf, index, half, below) + beside
    else:
        pair = beside + climbed(leaf, index - half, size - half, below)
    return hashlib.sha256(b"\x01" + pair).digest()


def signed_root(note, key):
    """What a checkpoint says, once its signature holds."""
    text, _, signature = note.partition("\n\n")
    public = base64.b64decode(key.split("+", 2)[2])[1:]
    made = base64.b64decode(signature.strip().rsplit(" ", 1)[1])[4:]
    Ed25519PublicKey.from_public_bytes(public).verify(made, (text + "\n").encode())
    origin, size, root = text.split("\n")
    return origin, int(size), base64.b64decode(root)


def check_proof(proof):
    """Return the AuditEvent that a proof proves; anything else raises."""
    _, size, root = signed_root(proof["checkpoint"], proof["key"])
    leaf = hashlib.sha256(b"\x00" + proof["entry"].encode()).digest()
    assert climbed(leaf, proof["index"], size, [base64.b64decode(one) for one in proof["inclusion"]]) == root
    return json.loads(proof["entry"])


def check_details(proof):
    """Return what an entry only commits to, once it is shown that it commits to just that; anything else raises."""
    [committed] = [
        detail["valueBase64Binary"]
        for entity in check_proof(proof)["entity"]
        for detail in entity.get("detail", [])
        if detail["type"] == "sha256-commitment"
    ]
    opened = hashlib.sha256(base64.b64decode(proof["salt"]) + proof["details"].encode()).digest()
    assert opened == base64.b64decode(committed)
    return json.loads(proof["details"])


def check_export(lines):
    """Return the AuditEvents of an export; anything that is not as signed raises."""
    *entries, last = lines
    signed = json.loads(last)
    _, size, root = signed_root(signed["checkpoint"], signed["key"])
    assert size == len(entries)
    assert subtree([hashlib.sha256(b"\x00" + entry.encode()).digest() for entry in entries]) == root
    return [json.loads(entry) for entry in entries]
