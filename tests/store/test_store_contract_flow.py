"""What every store promises of recipients that are left alone, and of what a person has stopped."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from gateway.deliveries import NOT_KNOWN_THERE, Delivered, DeliveryState, Postponed, Returned, Stopped
from gateway.documents import Receipt
from gateway.errors import NotFound, SecondPersonNeeded
from gateway.identity import OrganisationNumber, RecipientKind
from gateway.standings import Cause, Incident, RecipientStanding, Standing
from gateway.stops import Scope, Stop

SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
OTHERS = [OrganisationNumber("5561234567"), OrganisationNumber("2120009994"), OrganisationNumber("2021002114")]


@pytest.fixture
def judged(store, given, keep):
    """Has a recipient stand so."""

    def judged(organisation, standing):
        waiting = store.claim_due(given.noon, given.lease, 1000, "judge")
        assert waiting == []
        tried = keep.tried(organisation=organisation)
        assert store.record(tried, Stopped("refused"), given.noon, lambda _: standing)

    return judged


def _events(store, *names):
    return [(entry.event, entry.detail) for entry in store.log() if entry.event in names]


def _stop(given, scope, name="", by="Anna", because="fel adress"):
    return Stop(scope, name, by, because, given.noon)


def test_how_a_recipient_stands_is_judged_with_each_outcome_and_kept(open_store, given, keep):
    store = open_store()
    tried = keep.tried()
    incident = Incident(Cause.FAILING, "HTTP 500", given.noon)
    standing = Standing(5, 1, given.noon + SECOND, 1, incident)
    asked = []

    store.record(tried, Stopped("refused"), given.noon, lambda before: asked.append(before) or standing)

    assert asked == [Standing()]
    assert open_store().recipients() == [RecipientStanding(given.agency, standing, 0, 0)]
    assert store.incidents() == {"failing": 1}
    told = f"{given.agency} failing HTTP 500"
    assert _events(store, "incident.opened", "incident.closed") == [("incident.opened", told)]


def test_an_incident_is_noted_when_it_begins_and_when_it_ends_and_not_between(store, given, keep):
    incident = Incident(Cause.FAILING, "HTTP 500", given.noon)
    for standing in (Standing(5, 1, None, 1, incident), Standing(6, 1, None, 2, incident), Standing()):
        store.record(keep.tried(), Delivered(Receipt("")), given.noon, lambda _, after=standing: after)

    assert [event for event, _ in _events(store, "incident.opened", "incident.closed")] == [
        "incident.opened",
        "incident.closed",
    ]
    assert store.incidents() == {}


def test_what_a_late_worker_says_judges_nobody(store, given, keep):
    tried = keep.tried()
    store.take_back("w1", given.noon)

    assert store.record(tried, Stopped("refused"), given.noon, lambda _: Standing(failures=1)) is False

    assert [one.standing for one in store.recipients()] == [Standing()]


def test_a_recipient_that_is_left_alone_is_not_tried_and_the_others_are(store, given, keep, judged):
    judged(given.agency, Standing(not_before=given.noon + SECOND))
    waiting, other = keep.delivery(), keep.delivery(organisation=OTHERS[0])

    assert [one.id for one in keep.claim()] == [other.id]
    assert store.delivery(waiting.id)[0] == waiting
    assert [one.id for one in keep.claim(given.noon + SECOND)] == [waiting.id]


def test_no_more_are_under_way_at_a_recipient_than_may_be_whoever_claims(given, keep, judged):
    judged(given.agency, Standing(width=2))
    kept = [keep.delivery(due_at=given.noon - n * SECOND, set_name=f"s{n % 2}").id for n in range(5)]

    assert [one.id for one in keep.claim(worker="w1")] == [kept[4], kept[3]]
    assert keep.claim(worker="w2") == []
    assert [one.id for one in keep.claim(given.noon + given.lease, worker="w2")] == [kept[2], kept[1]]


def test_a_recipient_that_has_closed_its_address_keeps_what_waits_for_it(store, given, keep):
    tried = keep.tried(attempts=2)
    incident = Incident(Cause.GONE, "HTTP 410", given.noon)

    store.record(tried, Returned("HTTP 410"), given.noon, lambda _: Standing(width=0, incident=incident))

    delivery, [attempt] = store.delivery(tried.id)
    assert (delivery.state, delivery.reason, delivery.attempts) == (DeliveryState.READY, "HTTP 410", 2)
    assert (attempt.outcome, attempt.reason) == ("READY", "HTTP 410")
    assert keep.claim(given.noon + timedelta(days=99)) == []


def test_a_person_has_a_recipient_tried_again_with_one_delivery(store, given, keep, judged):
    incident = Incident(Cause.GONE, "HTTP 410", given.noon)
    judged(given.agency, Standing(width=0, incident=incident))
    kept = [keep.delivery() for _ in range(3)]

    store.reopen(given.agency, "Anna", given.noon)

    assert store.recipients() == [RecipientStanding(given.agency, Standing(width=1, incident=incident), 3, 0)]
    assert len(keep.claim()) == 1
    assert _events(store, "operator.action") == [("operator.action", f"reopen {given.agency} by Anna")]
    assert {one.id for one in kept} >= {one.id for one in keep.claim(given.noon + given.lease)}


def test_only_what_is_left_alone_can_be_tried_again(store, given, keep):
    keep.delivery()

    with pytest.raises(NotFound):
        store.reopen(given.agency, "Anna", given.noon)


def test_each_recipient_gets_its_turn_however_much_waits_for_one(given, keep):
    for n in range(50):
        keep.delivery(due_at=given.noon - timedelta(hours=1) + n * SECOND)
    few = [keep.delivery(organisation=organisation) for organisation in OTHERS]

    claimed = keep.claim(limit=8)

    assert {one.id for one in few} <= {one.id for one in claimed}
    assert [one.due_at - given.lease for one in claimed] == [given.noon] * 8
    assert sum(one.organisation == given.agency for one in claimed) == 5


def test_who_has_many_under_way_waits_for_who_has_few(given, keep):
    for _ in range(10):
        keep.delivery()
    keep.claim(limit=4)
    other = [keep.delivery(organisation=OTHERS[0]) for _ in range(10)]

    claimed = keep.claim(limit=4)

    assert {one.id for one in claimed} < {one.id for one in other}


def test_what_waits_is_taken_as_it_fell_due_whatever_set_it_is(given, keep):
    kept = [keep.delivery(due_at=given.noon - n * SECOND, set_name=f"s{n % 3}").id for n in range(7)]

    assert [one.id for one in keep.claim(limit=5)] == kept[:1:-1]


@pytest.mark.parametrize(
    ("scope", "name"),
    [
        (Scope.EVERYTHING, ""),
        (Scope.WORKERS, ""),
        (Scope.ORGANISATION, "2021005521"),
        (Scope.KIND, "forsakringskassan"),
        (Scope.SET, "sickness_benefit"),
    ],
)
def test_a_stop_holds_back_what_it_is_about_in_claim_and_attempt(store, given, keep, scope, name):
    """F19."""
    waiting, claimed = keep.delivery(due_at=given.noon + SECOND), keep.claimed()

    store.stop(_stop(given, scope, name))

    assert store.authorise(claimed, lambda *_: given.permit(), given.noon, given.address) is None
    returned, attempts = store.delivery(claimed.id)
    assert (returned.state, returned.reason, returned.attempts, attempts) == (DeliveryState.READY, "stopped", 0, [])
    assert keep.claim(given.noon + SECOND) == []
    store.lift(scope, name, "Bo", given.noon)
    if scope is not Scope.WORKERS:
        assert keep.claim(given.noon + SECOND) == []
        store.lift(scope, name, "Cilla", given.noon)
    assert [one.id for one in keep.claim(given.noon + SECOND)] == [claimed.id, waiting.id]


@pytest.mark.parametrize("width", [None, 0])
def test_what_was_claimed_before_its_recipient_was_left_alone_waits_with_the_rest(store, given, keep, width):
    kept = [keep.delivery() for _ in range(2)]
    first, second = keep.claim()
    after = Standing(width=width, not_before=None if width == 0 else given.noon + SECOND)
    store.authorise(first, lambda *_: given.permit(), given.noon, given.address)
    store.record(first, Stopped("refused"), given.noon, lambda _: after)

    assert store.authorise(second, lambda *_: given.permit(), given.noon, given.address) is None

    delivery, attempts = store.delivery(second.id)
    assert (delivery.state, delivery.reason, attempts) == (DeliveryState.READY, "recipient-left-alone", [])
    assert {one.id for one in kept} == {first.id, second.id}


@pytest.fixture
def failed(store, given, keep):
    """Keeps a delivery of which one attempt has failed, and that waits for the next."""

    def failed(**special):
        tried = keep.tried(**special)
        store.record(tried, Postponed(given.noon + SECOND, "HTTP 503"), given.noon)
        return tried

    return failed


def test_the_time_that_a_delivery_was_stopped_is_not_counted_against_it(store, given, failed):
    stopped, other = failed(), failed(kind=RecipientKind("employer"), organisation=OTHERS[0])
    store.stop(replace(_stop(given, Scope.KIND, "forsakringskassan"), since=given.noon + HOUR))

    for name in ("Bo", "Cilla"):
        store.lift(Scope.KIND, "forsakringskassan", name, given.noon + 40 * DAY)

    assert store.delivery(stopped.id)[0].began_at == given.noon + 40 * DAY - HOUR
    assert [store.delivery(one.id)[0].attempts for one in (stopped, other)] == [1, 1]
    assert store.delivery(other.id)[0].began_at == given.noon


def test_the_time_without_an_anchor_is_not_counted_against_it_either(store, given, failed):
    stopped = failed()
    store.anchor_within(HOUR, given.noon)
    store.claim_due(given.noon + 2 * HOUR, given.lease, 1, "w1")

    store.note_anchored(given.noon + 40 * DAY, given.noon + 40 * DAY)

    assert store.delivery(stopped.id)[0].began_at == given.noon + 40 * DAY - 2 * HOUR


def test_b03_a_stop_moves_on_the_time_in_which_a_notice_has_to_become_known_and_begins_no_new_one(store, given, keep):
    store.record(keep.tried(), Postponed(given.noon + HOUR, NOT_KNOWN_THERE), given.noon + SECOND)
    store.stop(replace(_stop(given, Scope.ORGANISATION, given.agency.digits), since=given.noon + 20 * HOUR))
    for name in ("Bo", "Cilla"):
        store.lift(Scope.ORGANISATION, given.agency.digits, name, given.noon + 50 * HOUR)

    [again] = keep.claim(given.noon + 50 * HOUR)
    store.authorise(again, lambda *_: given.permit(), given.noon + 50 * HOUR, given.address)
    store.record(again, Postponed(given.noon + 54 * HOUR, NOT_KNOWN_THERE), given.noon + 51 * HOUR)

    since = given.noon + 30 * HOUR + SECOND
    assert (again.not_known_since, store.delivery(again.id)[0].not_known_since) == (since, since)


def test_of_two_stops_that_overlap_no_time_is_left_out_twice(store, given, failed):
    stopped = failed()
    store.stop(_stop(given, Scope.ORGANISATION, given.agency.digits))
    store.stop(replace(_stop(given, Scope.WORKERS), since=given.noon + 10 * DAY))

    for scope, name, by, days in (
        (Scope.ORGANISATION, given.agency.digits, "Bo", 20),
        (Scope.ORGANISATION, given.agency.digits, "Cilla", 20),
        (Scope.WORKERS, "", "Bo", 30),
    ):
        store.lift(scope, name, by, given.noon + days * DAY)

    assert store.delivery(stopped.id)[0].began_at == given.noon + 30 * DAY


def test_what_waits_for_a_recipient_that_is_tried_again_has_all_its_attempts_before_it(store, given, keep, failed):
    waiting, other = failed(), failed(organisation=OTHERS[0])
    gone = Standing(width=0, incident=Incident(Cause.GONE, "HTTP 410", given.noon))
    store.record(keep.tried(), Returned("HTTP 410"), given.noon, lambda _: gone)

    store.reopen(given.agency, "Anna", given.noon + 40 * DAY)

    after, untouched = store.delivery(waiting.id)[0], store.delivery(other.id)[0]
    assert (after.state, after.attempts, after.began_at) == (DeliveryState.RETRY_WAIT, 0, None)
    assert (untouched.attempts, untouched.began_at) == (1, given.noon)


def test_a_stop_between_two_tries_ends_the_attempt(store, given, keep):
    tried = keep.tried()
    store.stop(_stop(given, Scope.ORGANISATION, given.agency.digits))

    assert store.authorise(tried, lambda *_: given.permit(), given.noon, given.address) is None

    delivery, [attempt] = store.delivery(tried.id)
    assert (delivery.state, attempt.outcome, attempt.reason) == (DeliveryState.READY, "READY", "stopped")


@pytest.mark.parametrize(
    ("scope", "name"),
    [(Scope.ORGANISATION, "5561234567"), (Scope.KIND, "employer"), (Scope.SET, "another_set")],
)
def test_a_stop_holds_back_nothing_else(store, given, keep, scope, name):
    kept = keep.delivery()
    store.stop(_stop(given, scope, name))

    [claimed] = keep.claim()

    assert claimed.id == kept.id
    assert store.authorise(claimed, lambda *_: given.permit(), given.noon, given.address)


def test_f19_it_takes_two_persons_to_lift_a_stop(store, given):
    stop = _stop(given, Scope.SET, "sickness_benefit")
    assert store.stop(stop) == stop

    assert store.lift(Scope.SET, "sickness_benefit", "Anna", given.noon) is False
    assert store.stops() == [replace(stop, lifted_by="Anna")]
    with pytest.raises(SecondPersonNeeded):
        store.lift(Scope.SET, "sickness_benefit", " anna ", given.noon)
    assert store.lift(Scope.SET, "sickness_benefit", "Bo", given.noon) is True

    assert store.stops() == []
    with pytest.raises(NotFound):
        store.lift(Scope.SET, "sickness_benefit", "Bo", given.noon)
    assert [detail for _, detail in _events(store, "operator.action")] == [
        "stop set sickness_benefit Anna: fel adress",
        "ask-to-lift set sickness_benefit Anna",
        "lift set sickness_benefit Bo",
    ]


def test_who_stops_what_is_stopped_already_changes_nothing(store, given):
    first = store.stop(_stop(given, Scope.EVERYTHING))

    assert store.stop(_stop(given, Scope.EVERYTHING, by="Bo", because="annat")) == first
    assert store.stops() == [first]


def test_a_pause_takes_one_person_to_end(store, given):
    store.stop(_stop(given, Scope.WORKERS))

    assert store.lift(Scope.WORKERS, "", "Anna", given.noon) is True


@pytest.mark.parametrize(
    ("scope", "name", "is_read"),
    [
        (Scope.EVERYTHING, "", False),
        (Scope.ORGANISATION, "2021005521", False),
        (Scope.KIND, "forsakringskassan", False),
        (Scope.SET, "sickness_benefit", False),
        (Scope.WORKERS, "", True),
        (Scope.ORGANISATION, "5561234567", True),
        (Scope.KIND, "employer", True),
        (Scope.SET, "another_set", True),
    ],
)
def test_what_is_stopped_is_not_there_for_who_reads(store, given, keep, scope, name, is_read):
    keep.message()
    store.stop(_stop(given, scope, name))

    read = store.read_sets(
        given.person,
        ["sickness_benefit"],
        lambda _, sets: [(kept, given.permit()) for kept in sets],
        given.reader,
        given.noon,
    )

    assert bool(read) is is_read


def test_a_recipient_of_one_kind_is_stopped_and_another_is_not(store, given, keep):
    keep.delivery()
    other = keep.delivery(kind=RecipientKind("employer"), organisation=OTHERS[0])

    store.stop(_stop(given, Scope.KIND, "forsakringskassan"))

    assert [one.id for one in keep.claim()] == [other.id]
