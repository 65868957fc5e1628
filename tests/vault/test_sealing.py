"""A sealed value opens in its own place, with its own key, and as it was: or not at all."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from gateway.errors import Tampered
from gateway.vault.aead import decrypted
from gateway.vault.data_keys import DataKey, Place, key_id_of

KEY = DataKey("0f" * 16, bytes(range(32)))
PLACE = Place("message", "content", "7")
SEALED = KEY.seal(b"Lateral epikondylit", PLACE)


@given(st.binary(max_size=200), st.tuples(st.text(), st.text(), st.text()))
def test_what_is_sealed_is_opened_in_its_place(plain, names):
    place = Place(*names)

    assert KEY.open(KEY.seal(plain, place), place) == plain


def test_a_sealed_value_shows_nothing_of_what_it_says_and_is_never_the_same():
    assert b"epikondylit" not in SEALED
    assert KEY.seal(b"Lateral epikondylit", PLACE) != SEALED
    assert len(SEALED) == len(b"Lateral epikondylit") + 45


def test_a_sealed_value_tells_which_key_opens_it():
    assert key_id_of(SEALED) == KEY.id


@pytest.mark.parametrize("index", range(len(SEALED)))
def test_a_value_with_any_bit_changed_is_refused(index):
    changed = bytearray(SEALED)
    changed[index] ^= 1

    with pytest.raises(Tampered):
        KEY.open(bytes(changed), PLACE)


@pytest.mark.parametrize("length", [0, 1, 17, 20, 29, len(SEALED) - 1])
def test_a_value_that_was_cut_is_refused(length):
    with pytest.raises(Tampered):
        KEY.open(SEALED[:length], PLACE)


@pytest.mark.parametrize(
    "other",
    [Place("message", "content", "8"), Place("message", "problems", "7"), Place("consent", "content", "7")],
)
def test_a_value_that_was_put_in_another_row_column_or_table_is_refused(other):
    with pytest.raises(Tampered):
        KEY.open(SEALED, other)


def test_no_two_places_are_bound_alike():
    assert Place("a", "bc", "").bound != Place("ab", "c", "").bound


def test_another_key_opens_nothing_even_where_it_has_the_same_id():
    with pytest.raises(Tampered):
        DataKey(KEY.id, bytes(32)).open(SEALED, PLACE)
    with pytest.raises(Tampered):
        DataKey("0e" * 16, bytes(range(32))).open(SEALED, PLACE)


@pytest.mark.parametrize("plain", [b"", b"<soap:Envelope/>", b"\x01short"])
def test_what_was_never_sealed_has_no_key(plain):
    with pytest.raises(Tampered):
        key_id_of(plain)


def test_a_sealed_value_is_laid_out_as_is_told_so_that_another_program_can_open_it():
    form, key_id, nonce, rest = SEALED[:1], SEALED[1:17], SEALED[17:29], SEALED[29:]
    bound = b"\x01\x00\x00\x00\x07message\x00\x00\x00\x07content\x00\x00\x00\x017"

    assert (form, key_id) == (b"\x01", bytes.fromhex(KEY.id))
    assert AESGCM(bytes(range(32))).decrypt(nonce, rest, bound) == b"Lateral epikondylit"


def test_a_value_that_was_sealed_long_ago_still_opens():
    kept = bytes.fromhex(
        "010f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f3ee9ba4cab4f42c0cedff1ab"
        "10ec66fc60398eed05d2af13389c68c53bd2d7c88829edd1bfd47246cb4e33786535d0"
    )

    assert KEY.open(kept, PLACE) == b"Lateral epikondylit"


def test_the_cipher_is_that_of_the_standard():
    """Test case 16 of McGrew and Viega, The Galois/Counter Mode of Operation."""
    key = bytes.fromhex("feffe9928665731c6d6a8f9467308308" * 2)
    nonce = bytes.fromhex("cafebabefacedbaddecaf888")
    bound = bytes.fromhex("feedfacedeadbeeffeedfacedeadbeefabaddad2")
    sealed = bytes.fromhex(
        "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0a"
        "bcc9f66276fc6ece0f4e1768cddf8853bb2d551b"
    )

    assert decrypted(AESGCM(key), nonce + sealed, bound) == bytes.fromhex(
        "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657"
        "ba637b39"
    )
