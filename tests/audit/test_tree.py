"""The tree grows as RFC 6962 says, and others agree: pymerkle, which shares no code with ours."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymerkle import InmemoryTree

from gateway.audit.tree import (
    Frontier,
    consistency_proof,
    inclusion_proof,
    is_consistent,
    is_included,
    leaf_hash,
    root_of,
)

CONTENTS = st.lists(st.binary(max_size=8), min_size=1, max_size=40)


def foreign(contents):
    tree = InmemoryTree(algorithm="sha256")
    for content in contents:
        tree.append_entry(content)
    return tree


def test_an_empty_tree_has_the_root_that_the_standard_names():
    assert Frontier().root.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


@given(CONTENTS)
def test_a_frontier_that_is_packed_between_appends_has_the_root_that_pymerkle_has(contents):
    frontier = Frontier()
    for content in contents:
        frontier = Frontier.unpacked(frontier.size, frontier.packed())
        frontier.add(leaf_hash(content))

    assert frontier.root == foreign(contents).get_root()
    assert len(frontier.hashes) == len(contents).bit_count()


@given(CONTENTS, st.data())
def test_an_inclusion_proof_leads_to_the_root_and_from_no_other_place(contents, data):
    leaves = [leaf_hash(content) for content in contents]
    index = data.draw(st.integers(0, len(leaves) - 1))
    proof, root = inclusion_proof(leaves, index), root_of(leaves)

    assert is_included(leaves[index], index, len(leaves), proof, root)
    assert not is_included(leaf_hash(b"another content"), index, len(leaves), proof, root)
    assert not is_included(leaves[index], index, len(leaves), [*proof, root], root)
    assert not is_included(leaves[index], len(leaves), len(leaves), proof, root)


@given(CONTENTS, st.data())
def test_our_inclusion_proof_has_the_hashes_that_pymerkles_has(contents, data):
    leaves = [leaf_hash(content) for content in contents]
    index = data.draw(st.integers(0, len(leaves) - 1))

    path = foreign(contents).prove_inclusion(index + 1).path

    assert path[1:] == inclusion_proof(leaves, index)


@given(CONTENTS, st.data())
def test_a_consistency_proof_shows_that_a_tree_begins_with_an_older_one_and_with_no_other(contents, data):
    leaves = [leaf_hash(content) for content in contents]
    old = data.draw(st.integers(1, len(leaves)))
    proof = consistency_proof(leaves, old)
    sizes_and_roots = (old, root_of(leaves[:old]), len(leaves), root_of(leaves))

    assert is_consistent(*sizes_and_roots, proof)
    assert not is_consistent(old, leaf_hash(b"forked"), len(leaves), root_of(leaves), proof)
    assert not is_consistent(*sizes_and_roots, [*proof, leaves[0]])


@pytest.mark.parametrize("size", [2, 3, 7, 8, 9, 100])
def test_a_consistency_proof_does_not_fit_a_tree_whose_past_was_rewritten(size):
    before = [leaf_hash(bytes([number])) for number in range(size)]
    rewritten = [leaf_hash(b"rewritten"), *before[1:], leaf_hash(b"new")]

    proof = consistency_proof(rewritten, size)

    assert not is_consistent(size, root_of(before), size + 1, root_of(rewritten), proof)
