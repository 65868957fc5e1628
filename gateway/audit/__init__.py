"""The audit log: entries that name nobody, in a tree that only grows, under signatures.

The hashes and proofs are those of RFC 6962 §2.1; the signed checkpoints are those of C2SP `tlog-checkpoint`.
"""
