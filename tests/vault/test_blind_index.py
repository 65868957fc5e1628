"""What is looked up has a hash that nobody can make without the key."""

from __future__ import annotations

import hashlib
import hmac

from gateway.vault.blind_index import BlindIndex

SECRET = bytes(range(32))
INDEX = BlindIndex(SECRET)


def test_the_same_value_is_found_again_and_another_is_not():
    assert INDEX.of("person", "191212121212") == BlindIndex(SECRET).of("person", "191212121212")
    assert INDEX.of("person", "191212121212") != INDEX.of("person", "199002222397")


def test_columns_tell_nothing_of_each_other():
    assert INDEX.of("person", "191212121212") != INDEX.of("certificate", "191212121212")


def test_another_key_finds_nothing():
    assert INDEX.of("person", "191212121212") != BlindIndex(bytes(32)).of("person", "191212121212")


def test_values_that_are_taken_together_do_not_run_into_each_other():
    assert INDEX.of("certificate", "SE1", "23") != INDEX.of("certificate", "SE12", "3")


def test_the_hash_is_the_first_half_of_an_hmac_under_a_key_of_the_column():
    own = hmac.new(SECRET, b"person", hashlib.sha256).digest()
    whole = hmac.new(own, b"\x00\x00\x00\x0c" + b"191212121212", hashlib.sha256).hexdigest()

    assert INDEX.of("person", "191212121212") == whole[:32] == "624ecbcb63c5bedca6cda279f8eb56d6"
