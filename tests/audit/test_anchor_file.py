from __future__ import annotations

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from gateway.audit.anchor_file import add_to, notes_in
from gateway.audit.notes import Checkpoint, signed

KEY = Ed25519PrivateKey.generate()


def _note(size):
    return signed(Checkpoint("samsyn/here", size, bytes(32)), KEY)


def test_notes_are_found_one_after_the_other_as_they_were_added(tmp_path):
    file = tmp_path / "elsewhere"
    notes = [_note(size) for size in (0, 1, 12)]
    for note in notes:
        add_to(file, note)

    assert notes_in(file.read_text("utf-8")) == notes
    assert notes_in("".join(notes)) == notes  # as older versions added them


def test_a08_a_note_that_was_cut_off_anywhere_hides_none_of_the_others(tmp_path):
    file = tmp_path / "elsewhere"
    first, second, third = (_note(size) for size in (1, 2, 3))
    for cut in range(len(second.encode()) - 1):
        file.unlink(missing_ok=True)
        add_to(file, first)
        with file.open("ab") as added:
            added.write(b"\n" + second.encode()[:cut])
        add_to(file, third)

        assert notes_in(file.read_text("utf-8", "replace")) == [first, third]
