"""How late it is where several machines share a database: the server says it, whatever their own clocks say."""

from __future__ import annotations

from datetime import timedelta

import psycopg
import pytest

from gateway.deliveries import Delivered, DeliveryState
from gateway.delivery.clock import ClockWatch, WatchedClaim
from gateway.documents import Receipt
from gateway.stops import Scope, Stop
from gateway.store.postgres import PostgresStore

SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)


class Server:
    """A database whose server says that it is as late as a test wants."""

    def __init__(self, address, at):
        self._address, self.at = address, at
        with psycopg.connect(address, autocommit=True) as db:
            db.execute(f"ALTER DATABASE {db.info.dbname} SET search_path TO public, pg_catalog")
            db.execute("CREATE TABLE said (at timestamptz)")
            db.execute("INSERT INTO said VALUES (%s)", (at,))
            db.execute("CREATE FUNCTION clock_timestamp() RETURNS timestamptz LANGUAGE sql AS 'SELECT at FROM said'")

    def says(self, at):
        self.at = at
        with psycopg.connect(self._address, autocommit=True) as db:
            db.execute("UPDATE said SET at = %s", (at,))


class Machine:
    """A machine with a clock of its own, started whenever it was."""

    def __init__(self, seconds):
        self.seconds = seconds
        self.takes = 0.0
        """How many seconds pass each time that it looks at its clock."""

    def steady(self):
        self.seconds += self.takes
        return self.seconds


@pytest.fixture
def server(address, given):
    return Server(address, given.noon)


@pytest.fixture
def store_on(address, key_file, server):
    """Opens the store on a machine."""
    opened = []

    def open_on(machine):
        opened.append(PostgresStore(address, key_file, machine.steady))
        return opened[-1]

    yield open_on
    for store in opened:
        store.close()


@pytest.fixture
def machines():
    """Two of which one was started ten minutes earlier."""
    return Machine(100.0), Machine(700.0)


@pytest.fixture
def pass_by(machines, server):
    """Lets so many seconds go by on every clock."""

    def pass_by(seconds):
        for machine in machines:
            machine.seconds += seconds
        server.says(server.at + seconds * SECOND)

    return pass_by


def claim(store, given, worker):
    return store.claim_due(store.now(), given.lease, 10, worker)


def test_a20_a_lease_ends_at_the_same_moment_for_machines_whose_clocks_differ(
    store_on, machines, pass_by, given, keep_in
):
    first, second = map(store_on, machines)
    kept = keep_in(first).delivery(due_at=given.noon)

    assert first.now() == second.now() == given.noon
    assert [one.id for one in claim(first, given, "w1")] == [kept.id]
    pass_by(29)
    assert claim(second, given, "w2") == []
    pass_by(1)
    assert [one.id for one in claim(second, given, "w2")] == [kept.id]


def test_a26_a_worker_that_comes_back_after_its_lease_ends_no_attempt_of_another_machines(
    store_on, machines, pass_by, given, keep_in
):
    first, second = map(store_on, machines)
    keep_in(first).delivery(due_at=given.noon)
    [stuck] = claim(first, given, "w1")
    assert first.authorise(stuck, lambda *_: given.permit(), first.now(), given.address)

    pass_by(31)
    [taken] = claim(second, given, "w2")
    assert second.authorise(taken, lambda *_: given.permit(), second.now(), given.address)

    assert first.authorise(stuck, lambda *_: given.permit(), first.now(), given.address) is None
    assert first.record(stuck, Delivered(Receipt("late")), first.now()) is False
    assert second.record(taken, Delivered(Receipt("taken")), second.now()) is True
    delivery, attempts = first.delivery(taken.id)
    assert delivery.state is DeliveryState.DELIVERED
    assert [(one.outcome, one.reference) for one in attempts] == [("UNKNOWN", ""), ("DELIVERED", "taken")]


def test_between_two_answers_time_goes_on_without_the_server(store_on, machines, server, given):
    machine, _ = machines
    store = store_on(machine)

    server.says(given.noon + HOUR)
    machine.seconds += 9.5
    store.check()

    assert store.now() == given.noon + 9.5 * SECOND


def test_the_server_is_asked_again_and_answered_halfway(store_on, machines, server, given):
    machine, _ = machines
    store = store_on(machine)
    server.says(given.noon + 12 * SECOND)
    machine.seconds += 10
    machine.takes = 0.25

    store.check()

    machine.takes = 0
    assert store.now() == given.noon + 12.125 * SECOND


def test_an_answer_that_took_too_long_is_not_believed_and_the_next_one_is(store_on, machines, server, given):
    machine, _ = machines
    store = store_on(machine)
    server.says(given.noon + 300 * SECOND)
    machine.seconds += 10
    machine.takes = 2

    store.check()
    machine.takes = 0
    assert store.now() == given.noon + 14 * SECOND

    store.check()
    assert store.now() == given.noon + 300 * SECOND


@pytest.mark.parametrize("moved", [2 * HOUR, -24 * HOUR])
def test_a18_where_the_servers_clock_was_set_a_worker_stops_everything(
    store_on, machines, server, given, keep_in, moved
):
    machine, _ = machines
    store = store_on(machine)
    claims = WatchedClaim(store.claim_due, store.stop, ClockWatch(store.now, machine.steady))
    claims(store.now(), given.lease, 8, "w1")

    machine.seconds += 11
    server.says(given.noon + 11 * SECOND + moved)
    claims(store.now(), given.lease, 8, "w1")
    keep_in(store).delivery(due_at=given.noon - 48 * HOUR)

    assert claims(store.now(), given.lease, 8, "w1") == []
    because = f"it was set by {moved.total_seconds():+.0f} s"
    assert store.stops() == [Stop(Scope.CLOCK, "", "clock", because, store.now())]
