"""Every store there is, and messages, sets, consents and deliveries to fill one with."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import orjson
import pytest

from gateway.decisions import ConsentRecord, Decision
from gateway.deliveries import Delivery, DeliveryState
from gateway.documents import Envelope, InformationSet, Message, Signature, SignatureState
from gateway.errors import Problem
from gateway.identity import (
    CertificateId,
    CertificateKind,
    DeliveryId,
    MessageId,
    OrganisationNumber,
    PersonIdentity,
    RecipientKind,
)
from gateway.store.port import Reader
from gateway.store.postgres import PostgresStore
from gateway.store.sqlite import SqliteStore


@pytest.fixture
def address(postgres_server):
    """Where a PostgreSQL store is that keeps nothing yet."""
    return postgres_server.new_store()


@pytest.fixture
def key_file(postgres_server, tmp_path):
    """The key to what the PostgreSQL stores seal."""
    return postgres_server.copy_key(tmp_path / "vault-key")


@pytest.fixture(params=["sqlite", "postgres"])
def make_store(request, tmp_path):
    """Makes a store on the same database each time."""
    if request.param == "sqlite":
        return lambda: SqliteStore(tmp_path / "samsyn.db")
    address, key_file = map(request.getfixturevalue, ("address", "key_file"))
    return lambda: PostgresStore(address, key_file)


@pytest.fixture
def open_store(make_store):
    """Opens a store on the same database each time."""
    opened = []

    def open_it():
        opened.append(make_store())
        return opened[-1]

    yield open_it
    for store in opened:
        store.close()


@pytest.fixture
def store(open_store):
    return open_store()


@dataclass(frozen=True)
class Given:
    """What a test begins with; whatever it does not name is the same each time."""

    noon = datetime(2026, 3, 2, 12, 0, 0, 123456, tzinfo=UTC)
    lease = timedelta(seconds=30)
    person = PersonIdentity("191212121212")
    somebody_else = PersonIdentity("199002222397")
    agency = OrganisationNumber("2021005521")
    address = "fk.example:443"
    reader = Reader("2021005521", "forsakringskassan")
    certificate = CertificateId("SE2321000016-1003", "0f2a7c1e-2b44-4f0e-9a55-6f4f7d1c0b11")

    def message(self, **changes):
        values = {
            "id": MessageId(str(uuid.uuid4())),
            "certificate": self.certificate,
            "kind": CertificateKind("LISJP", 1),
            "person": self.person,
            "content": b"<certificate/>",
            "received_at": self.noon,
            "signature": Signature(SignatureState.ABSENT),
            "problems": (Problem("6.2", "Koden är okänd"),),
        } | changes
        envelope = Envelope(values.pop("content"), "SE2321000016-SENDER", values.pop("received_at"))
        return Message(envelope=envelope, **values)

    def another_certificate(self):
        return CertificateId("SE2321000016-1003", str(uuid.uuid4()))

    def set_for(self, message, name="sickness_benefit", **changes):
        values = {
            "id": str(uuid.uuid4()),
            "name": name,
            "person": message.person,
            "certificate": message.certificate,
            "signed_at": "2026-03-02T11:55:00+01:00",
            "sections": frozenset({"28", "6", "32"}),
            "withheld": frozenset(),
            "body": b'{"resourceType":"Bundle"}',
        }
        return InformationSet(**values | changes)

    def delivery_of(self, message, **changes):
        values = {
            "id": DeliveryId(str(uuid.uuid4())),
            "message": message.id,
            "certificate": message.certificate,
            "person": message.person,
            "set_name": "sickness_benefit",
            "kind": RecipientKind("forsakringskassan"),
            "organisation": self.agency,
            "state": DeliveryState.READY,
            "reason": "",
            "due_at": self.noon,
        }
        return Delivery(**values | changes)

    def consent(self, resource=None, **changes):
        said = resource or {"resourceType": "Consent", "status": "active", "provision": {"type": "permit"}}
        values = {
            "id": "c1",
            "version": 1,
            "person": self.person,
            "content": orjson.dumps(said),
            "recorded_at": self.noon,
        }
        return ConsentRecord(**values | changes)

    def permit(self, **changes):
        values = {"reason": "permitted", "consent": "Consent/c1/_history/1", "rule": "provision"}
        return Decision(permitted=True, **values | changes)

    def refusal(self, reason="no-active-consent", **changes):
        return Decision(permitted=False, reason=reason, **changes)

    @staticmethod
    def plan(*deliveries):
        """A plan that asks for these, whatever it is told."""
        return lambda _consents, _sets, _deliveries: deliveries

    @staticmethod
    def never_the_same(_old, _new):
        return False

    def accept(self, store, message, sets=(), plan=None):
        """Hand in a message that says the same as no other."""
        return store.accept(message, sets, plan or self.plan(), self.never_the_same)


@pytest.fixture
def given():
    return Given()


class Keeper:
    """Fills a store in one call where a test is about something else."""

    def __init__(self, store, given):
        self.store = store
        self.given = given

    def message(self, *deliveries, sets=None, **changes):
        """Keep a message with one set; return it. A delivery is named by what is special about it."""
        message = self.given.message(**changes)
        sets = [self.given.set_for(message)] if sets is None else [given_set(message) for given_set in sets]
        planned = [self.given.delivery_of(message, **special) for special in deliveries]
        assert self.given.accept(self.store, message, sets, self.given.plan(*planned))
        return message

    def delivery(self, sets=None, **special):
        """Keep a message with one set and one delivery; return the delivery."""
        message = self.message(special, sets=sets, certificate=self.given.another_certificate())
        [delivery] = self.store.message(message.id)[1]
        return delivery

    def claim(self, at=None, worker="w1", limit=10):
        return self.store.claim_due(at or self.given.noon, self.given.lease, limit, worker)

    def claimed(self, **special):
        """Keep a delivery that is due, and claim it."""
        kept = self.delivery(**special)
        [claimed] = self.claim()
        assert claimed.id == kept.id
        return claimed

    def at_it(self, delivery):
        """Return a delivery that somebody holds as who holds it sees it."""
        return self.store.delivery(delivery.id)[0]

    def tried(self, **special):
        """Keep a delivery, claim it and begin an attempt."""
        claimed = self.claimed(**special)
        assert self.store.authorise(claimed, lambda *_: self.given.permit(), self.given.noon, self.given.address)
        return claimed


@pytest.fixture
def keep_in(given):
    """Returns the keeper of a store."""
    return lambda store: Keeper(store, given)


@pytest.fixture
def keep(store, keep_in):
    return keep_in(store)


@pytest.fixture
def read(store, given):
    """Says whether the agency finds anything at a moment."""

    def read(at):
        def choose(_consents, sets):
            return [(kept, given.permit()) for kept in sets]

        return bool(store.read_sets(given.person, ["sickness_benefit"], choose, given.reader, at))

    return read
