"""Keys are kept wrapped, rewrapped while all else goes on, and gone once they are destroyed."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from gateway.errors import ConfigurationError, Tampered
from gateway.vault.data_keys import Place
from gateway.vault.erasures import ErasureList
from gateway.vault.key_file import FileKeys, make_key_file
from gateway.vault.keyring import KeyRing
from gateway.vault.rewrapping import KeptKey, rotate

PLACE = Place("message", "content", "7")
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


class Keys:
    """Keeps keys in memory, as a store keeps them in a table."""

    def __init__(self, stop_after=None):
        self.kept = {}
        self.index_is_rewrapped = False
        self.stop_after = stop_after

    def rewrap_index(self):
        self.index_is_rewrapped = True

    def not_wrapped_by(self, current, limit):
        old = [KeptKey(id_, wrapped) for id_, wrapped in self.kept.items() if wrapped.by != current]
        return old[:limit]

    def rewrap(self, changes):
        if self.stop_after == 0:
            raise KeyboardInterrupt
        if self.stop_after:
            self.stop_after -= 1
        for seen, wrapped in changes:
            if self.kept.get(seen.id) == seen.wrapped:
                self.kept[seen.id] = wrapped


@pytest.fixture
def file(tmp_path):
    made = tmp_path / "samsyn.key"
    make_key_file(made)
    return made


def ring_of(file):
    return KeyRing(FileKeys(file))


def data_key_of(file):
    ring = ring_of(file)
    return ring.make_data_key(ring.current)


def test_a_key_that_is_kept_opens_what_it_sealed_before(file):
    key, wrapped = data_key_of(file)
    sealed = key.seal(b"diagnos", PLACE)

    assert ring_of(file).data_key(key.id, wrapped).open(sealed, PLACE) == b"diagnos"


def test_each_key_is_another(file):
    ring = ring_of(file)
    (one, wrapped_one), (other, wrapped_other) = data_key_of(file), data_key_of(file)

    assert one.id != other.id
    with pytest.raises(Tampered):
        ring.data_key(one.id, wrapped_other).open(one.seal(b"diagnos", PLACE), PLACE)
    assert ring.data_key(one.id, wrapped_one).id == one.id


def test_an_index_that_is_kept_finds_what_it_found_before(file):
    wrapped = ring_of(file).make_index()

    found = ring_of(file).index(wrapped).of("person", "191212121212")
    rewrapped = ring_of(file).rewrapped_index(wrapped, ring_of(file).renew())
    assert found == ring_of(file).index(rewrapped).of("person", "191212121212")
    assert found != ring_of(file).index(ring_of(file).make_index()).of("person", "191212121212")


def test_h11_rotation_rewraps_every_key_and_then_the_old_one_can_go(file):
    keys = Keys()
    made = [data_key_of(file) for _ in range(7)]
    keys.kept = {key.id: wrapped for key, wrapped in made}
    sealed = {key.id: key.seal(b"diagnos", PLACE) for key, _ in made}

    assert rotate(ring_of(file), keys, at_once=3) == 7
    assert keys.index_is_rewrapped

    file.write_bytes(file.read_bytes().splitlines(keepends=True)[-1])
    ring = ring_of(file)
    assert all(ring.data_key(id_, keys.kept[id_]).open(sealed[id_], PLACE) == b"diagnos" for id_ in sealed)


def test_h11_a_rotation_that_was_cut_short_goes_on_where_it_was(file):
    keys = Keys(stop_after=2)
    made = [data_key_of(file) for _ in range(7)]
    keys.kept = {key.id: wrapped for key, wrapped in made}
    ring = ring_of(file)

    with pytest.raises(KeyboardInterrupt):
        rotate(ring, keys, at_once=2)
    assert all(ring.data_key(id_, wrapped) for id_, wrapped in keys.kept.items())

    keys.stop_after = None
    assert rotate(ring, keys, at_once=2) == 3
    assert {wrapped.by for wrapped in keys.kept.values()} == {ring.current}
    assert len(file.read_bytes().splitlines()) == 2


def test_the_erasure_list_tells_at_the_next_start_which_keys_are_gone(tmp_path):
    file = tmp_path / "samsyn.key.erased"
    assert ErasureList(file).keys() == {}

    ErasureList(file).add({"0a" * 16: NOON, "0b" * 16: NOON})
    ErasureList(file).add({"0c" * 16: NOON})

    assert ErasureList(file).keys() == dict.fromkeys(["0a" * 16, "0b" * 16, "0c" * 16], NOON)
    assert file.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("end", ["0d0d", "0d" * 16 + " ", "191212121212 2026-03-02T12:00:00+00:00\n"])
def test_an_erasure_list_that_was_cut_or_changed_stops_the_start(tmp_path, end):
    file = tmp_path / "samsyn.key.erased"
    ErasureList(file).add({"0a" * 16: NOON})
    file.write_text(file.read_text() + end)

    with pytest.raises(ConfigurationError, match="damaged"):
        ErasureList(file).keys()


def test_an_erasure_that_cannot_be_listed_is_refused(tmp_path):
    with pytest.raises(ConfigurationError, match="cannot be written"):
        ErasureList(tmp_path / "absent" / "erased").add({"0a" * 16: NOON})
