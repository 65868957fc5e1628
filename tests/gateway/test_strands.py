"""Many pieces of work on one thread: where one waits, another goes on."""

from __future__ import annotations

import threading
import time
from concurrent.futures import Future
from functools import partial

import pytest

from gateway.strands import Strands, pause, result_of


def test_while_one_waits_the_others_go_on_and_all_on_one_thread():
    strands, told = Strands(), []
    answer: Future[str] = Future()

    def asks():
        told.append(("asks", threading.get_ident()))
        told.append((result_of(answer), threading.get_ident()))

    def answers():
        told.append(("answers", threading.get_ident()))
        answer.set_result("answer")

    strands.begin(asks)
    strands.begin(answers)
    strands.run()

    here = threading.get_ident()
    assert told == [("asks", here), ("answers", here), ("answer", here)]


def test_an_answer_may_come_from_another_thread():
    strands, told = Strands(), []
    answer: Future[int] = Future()
    other = threading.Timer(0.05, lambda: answer.set_result(7))

    strands.begin(lambda: told.append(result_of(answer)))
    other.start()
    strands.run()

    assert told == [7]


def test_what_is_known_already_is_not_waited_for():
    strands, told = Strands(), []
    known: Future[int] = Future()
    known.set_result(1)

    strands.begin(lambda: (told.append(result_of(known)), told.append(2)))
    strands.begin(lambda: told.append(3))
    strands.run()

    assert told == [1, 2, 3]


def test_what_a_future_raises_is_raised_where_it_is_waited_for():
    strands, told = Strands(), []
    answer: Future[None] = Future()

    def asks():
        with pytest.raises(KeyError):
            result_of(answer)
        told.append("went on")

    strands.begin(asks)
    strands.begin(lambda: answer.set_exception(KeyError()))
    strands.run()

    assert told == ["went on"]


def test_one_that_fails_keeps_no_other_from_its_end_and_is_told_afterwards():
    strands, told = Strands(), []

    def fails():
        raise KeyError("first")

    strands.begin(fails)
    strands.begin(lambda: (pause(0.01), told.append("ended")))
    with pytest.raises(KeyError, match="first"):
        strands.run()

    assert told == ["ended"]


def test_a_strand_may_begin_others():
    strands, told = Strands(), []

    def begins(number):
        told.append(number)
        if number < 3:
            strands.begin(partial(begins, number + 1))

    strands.begin(partial(begins, 0))
    strands.run()

    assert told == [0, 1, 2, 3]


def test_pauses_end_in_their_order_and_pass_together():
    strands, told = Strands(), []
    began = time.monotonic()

    for seconds in (0.3, 0.1, 0.2):
        strands.begin(lambda seconds=seconds: (pause(seconds), told.append(seconds)))
    strands.run()

    assert told == [0.1, 0.2, 0.3]
    assert time.monotonic() - began >= 0.3


def test_an_alarm_may_be_rung_before_its_time():
    strands, told = Strands(), []
    began = time.monotonic()
    alarm = strands.alarm(60)

    strands.begin(lambda: told.append(result_of(alarm)))
    strands.begin(lambda: alarm.set_result(None))
    strands.run()

    assert told == [None]
    assert time.monotonic() - began < 10


def test_a_thread_that_is_no_strand_waits_by_itself():
    answer: Future[int] = Future()
    threading.Timer(0.02, lambda: answer.set_result(7)).start()
    began = time.monotonic()

    assert result_of(answer) == 7
    pause(0.02)
    assert time.monotonic() - began >= 0.03
