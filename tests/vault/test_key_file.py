"""The key-encryption key: in a file of its owner's, in versions, and missed by name."""

from __future__ import annotations

import base64
import errno
import fcntl
import os

import pytest

from gateway.errors import ConfigurationError, Tampered
from gateway.vault.key_encryption import Wrapped, refuse_unless_known
from gateway.vault.key_file import FileKeys, make_key_file

SECRET = bytes(range(32))


@pytest.fixture
def file(tmp_path):
    made = tmp_path / "samsyn.key"
    make_key_file(made)
    return made


def test_a_file_that_is_made_is_for_its_owner_only_and_stays_as_it_is(file):
    before = file.read_bytes()
    make_key_file(file)

    assert file.stat().st_mode & 0o777 == 0o600
    assert file.read_bytes() == before
    assert list(file.parent.iterdir()) == [file]


def test_what_is_wrapped_is_unwrapped_for_the_same_purpose_only(file):
    keys = FileKeys(file)
    wrapped = keys.wrap(SECRET, "index", keys.current)

    assert SECRET not in wrapped.secret
    assert FileKeys(file).unwrap(wrapped, "index") == SECRET
    with pytest.raises(Tampered):
        keys.unwrap(wrapped, "data 1")


def test_a_wrapped_key_that_was_changed_is_refused(file):
    keys = FileKeys(file)
    by, secret = keys.wrap(SECRET, "index", keys.current)

    with pytest.raises(Tampered):
        keys.unwrap(Wrapped(by, secret[:-1] + bytes([secret[-1] ^ 1])), "index")


def test_a_new_version_wraps_and_the_old_one_still_unwraps(file):
    before = FileKeys(file)
    first = before.current
    wrapped = before.wrap(SECRET, "index", first)
    added = FileKeys(file).renew()
    after = FileKeys(file)

    assert after.current == before.current == added != first
    assert after.wrap(SECRET, "index", added).by == added
    assert after.unwrap(wrapped, "index") == SECRET
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_key_that_another_process_has_added_is_found_when_it_is_needed(file):
    long_open = FileKeys(file)
    added = FileKeys(file).renew()
    wrapped = FileKeys(file).wrap(SECRET, "index", added)

    assert long_open.unwrap(wrapped, "index") == SECRET


def test_a_key_that_another_process_has_added_wraps_when_it_is_named(file):
    long_open = FileKeys(file)
    added = FileKeys(file).renew()

    assert long_open.wrap(SECRET, "index", added).by == added


def test_nothing_is_wrapped_by_a_key_that_is_not_there(file):
    with pytest.raises(ConfigurationError, match="0123456789abcdef"):
        FileKeys(file).wrap(SECRET, "index", "0123456789abcdef")


def test_h10_a_wrong_key_is_missed_by_the_name_of_the_right_one(file, tmp_path):
    wrapped = FileKeys(file).wrap(SECRET, "index", FileKeys(file).current)
    make_key_file(tmp_path / "other.key")
    other = FileKeys(tmp_path / "other.key")

    with pytest.raises(ConfigurationError, match=wrapped.by):
        refuse_unless_known(other, [wrapped.by, other.current])
    with pytest.raises(ConfigurationError, match=wrapped.by):
        other.unwrap(wrapped, "index")
    refuse_unless_known(other, [other.current])


def test_h10_a_missing_key_is_said_to_be_missing_and_none_is_made(tmp_path):
    with pytest.raises(ConfigurationError, match="missing"):
        FileKeys(tmp_path / "samsyn.key")
    assert not list(tmp_path.iterdir())


def test_h15_a_key_that_others_can_read_is_refused(file):
    file.chmod(0o640)

    with pytest.raises(ConfigurationError, match="can be read by others"):
        FileKeys(file)


@pytest.mark.parametrize("content", [b"", b"\n", b"no base64\n", base64.b64encode(bytes(31)) + b"\n"])
def test_a_file_with_something_else_in_it_is_refused_without_telling_what(file, content):
    file.write_bytes(content)

    with pytest.raises(ConfigurationError, match="something else than keys"):
        FileKeys(file)


def test_the_id_of_a_key_is_always_the_same(file):
    file.write_bytes(base64.b64encode(SECRET) + b"\n")

    assert FileKeys(file).current == "84355439e727dd89"


def test_a_file_that_cannot_be_made_is_told(tmp_path):
    with pytest.raises(ConfigurationError, match="cannot be made"):
        make_key_file(tmp_path / "absent" / "samsyn.key")


def test_h11_what_a_process_that_was_killed_has_left_is_in_nobodys_way(file):
    file.with_name(f"{file.name}.{os.getpid()}").write_bytes(b"half a key")

    added = FileKeys(file).renew()

    assert FileKeys(file).current == added


def test_where_the_disk_knows_no_locks_no_key_is_added(file, monkeypatch):
    before = file.read_bytes()

    def flock(_file, _how):
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr(fcntl, "flock", flock)

    with pytest.raises(ConfigurationError, match="cannot be written"):
        FileKeys(file).renew()
    assert file.read_bytes() == before


def test_where_the_disk_is_full_the_file_is_as_it_was_and_nothing_is_left_beside_it(file, monkeypatch):
    before = file.read_bytes()

    def full(_file):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as on_a_full_disk:
        on_a_full_disk.setattr(os, "fsync", full)
        with pytest.raises(ConfigurationError, match="cannot be written"):
            FileKeys(file).renew()

    assert file.read_bytes() == before
    assert list(file.parent.iterdir()) == [file]
