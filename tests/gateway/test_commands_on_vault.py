"""`samsyn vault`: the key that seals what is kept is changed."""

from __future__ import annotations

from commanding import run

from gateway.identity import PersonIdentity
from gateway.store.sqlite import SqliteStore


def test_the_key_is_changed_and_it_is_told_how_many_keys_it_wraps(tmp_path, monkeypatch):
    path, key = tmp_path / "samsyn.db", tmp_path / "elsewhere.key"
    monkeypatch.setenv("SAMSYN_DATABASE", str(path))
    monkeypatch.setenv("SAMSYN_VAULT_KEY", str(key))
    SqliteStore(path, key).close()
    before = key.read_bytes()

    told = run("vault", "rotate", "--by", "Anna Ek")

    assert "0 keys are wrapped by the last key" in told
    assert key.read_bytes().startswith(before)
    assert len(key.read_bytes().splitlines()) == 2
    store = SqliteStore(path, key)
    assert store.statuses(PersonIdentity("191212121212")) == frozenset()
    assert store.log()[-1].detail.endswith("by Anna Ek")
    store.close()
