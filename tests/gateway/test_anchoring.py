"""What is signed is kept elsewhere meanwhile: an anchor that says nothing holds up neither the work nor the others."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime

import pytest

from gateway import anchoring
from gateway.anchoring import Anchoring
from gateway.auditing import Notary
from gateway.store.sqlite import SqliteStore

NOON = datetime(2026, 3, 3, 12, 0, tzinfo=UTC)


def until(holds):
    end = time.monotonic() + 10
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.005)


class Anchor:
    """Somewhere else, as the test has it; what was to be kept is told."""

    def __init__(self, *, failing=False, silent=False):
        self.failing, self.silent = failing, silent
        self.asked, self.closed = [], threading.Event()

    def keep(self, note, at):
        self.asked.append(note)
        if self.silent:
            self.closed.wait(60)
        if self.failing or self.silent:
            raise OSError("no answer")
        return at

    def newest(self, _verifier):
        return None

    def close(self):
        self.closed.set()


class Noted:
    """A store that is told up to when everything is kept elsewhere."""

    def __init__(self):
        self.until = []

    def note_anchored(self, until, at):
        assert at == NOON
        self.until.append(until)


@pytest.fixture
def store(tmp_path):
    store = SqliteStore(tmp_path / "samsyn.db")
    store.begin_operation("one", "redrive", NOON)
    yield store
    store.close()


@pytest.fixture
def impatient(monkeypatch):
    monkeypatch.setattr(anchoring, "PARTING", 0.05)


def test_h04_an_authority_that_says_nothing_holds_up_neither_the_start_nor_the_work_nor_the_end(
    store, tmp_path, impatient
):
    silent = Anchor(silent=True)

    with Notary(store, tmp_path / "key", [silent], lambda: NOON).at_work(3600):
        assert len(store.checkpoints()) == 1
        assert not silent.closed.is_set()

    assert silent.closed.is_set()


def test_an_authority_that_says_nothing_holds_up_no_other_anchor(impatient):
    silent, willing = Anchor(silent=True), Anchor()
    kept = Anchoring(Noted(), [silent, willing])

    for number in ("1", "2"):
        kept.give(number, NOON)
        until(lambda number=number: number in willing.asked)
    kept.end()

    assert silent.asked == ["1"]


def test_what_one_anchor_lacks_is_not_said_to_be_kept():
    store = Noted()
    kept = Anchoring(store, [Anchor(failing=True), Anchor()])
    kept.give("1", NOON)
    kept.end()
    assert store.until == []

    kept = Anchoring(store, [Anchor(), Anchor()])
    kept.give("1", NOON)
    kept.end()
    assert store.until == [NOON]


def test_an_anchor_that_has_failed_is_left_alone_for_a_while_and_asked_once_more_at_the_end():
    failing = Anchor(failing=True)
    kept = Anchoring(Noted(), [failing])

    kept.give("1", NOON)
    until(lambda: failing.asked)
    kept.give("2", NOON)
    time.sleep(0.05)
    kept.give("3", NOON)
    kept.end()

    assert failing.asked == ["1", "3"]


def test_what_is_given_before_the_end_is_kept_before_it():
    willing = Anchor()
    kept = Anchoring(Noted(), [willing])
    kept.give("1", NOON)
    kept.end()

    assert willing.asked == ["1"]
    assert willing.closed.is_set()
