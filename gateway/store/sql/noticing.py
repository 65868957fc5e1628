"""What recipients are told of a set that they have got: kept with the revocation, and sent after what it is about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.deliveries import DeliveryState
from gateway.documents import InformationSet
from gateway.notices import Had
from gateway.store.sql.got import body_of, bundles_got, earlier_got, keep_told
from gateway.store.sql.keeping import put_deliveries
from gateway.store.sql.reading import variant
from gateway.store.sql.repeating import earlier_edition
from gateway.store.sql.rows import problems_of, stored_problems
from gateway.telling import told

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from gateway.deliveries import Delivery
    from gateway.notices import Notice
    from gateway.store.port import Tell
    from gateway.store.sql.rows import Row
    from gateway.store.sql.vaulted import Vaulted

_ADD = "INSERT INTO notice (delivery, id, problems, body) VALUES (?, ?, ?, ?)"

_NOTICE = "SELECT id, problems, body FROM notice WHERE delivery = ?"

_ON_ITS_WAY = "d.state IN ('READY', 'SENDING', 'RETRY_WAIT', 'UNKNOWN', 'HELD_ORDER') AND NOT d.is_notice"

_WAITS = f"""
SELECT 1 FROM delivery d WHERE d.message = ?1 AND d.organisation = ?2 AND d.set_name = ?3 AND {_ON_ITS_WAY}
UNION ALL
SELECT 1 FROM message m
JOIN relation r ON (r.root, r.extension) = (m.root, m.extension) AND r.kind IN ('ERSATT', 'KOMPLT')
JOIN delivery d ON d.message = r.message AND d.person = m.person
WHERE m.id = ?1 AND d.organisation = ?2 AND {_ON_ITS_WAY}
"""  # noqa: S608 - the parts are constants


def tell_those_who_have_it(db: Vaulted, deliveries: Sequence[Delivery], tell: Tell, at: datetime) -> None:
    """Keep a notice for each organisation that has got one of these deliveries' sets, or may have got it."""
    told = [tell(had) for had in _had(db, deliveries)]
    put_deliveries(db, at, (), [one.delivery for one in told])
    db.executemany(_ADD, [_row_of(db, one) for one in told])


def _row_of(db: Vaulted, notice: Notice) -> Row:
    person, row = notice.delivery.person, notice.delivery.id
    problems = db.sealed_text(stored_problems(notice.problems), person, "notice", "problems", row)
    return row, notice.id, problems, db.sealed(notice.body, person, "notice", "body", row)


def _had(db: Vaulted, deliveries: Sequence[Delivery]) -> Iterator[Had]:
    for one in deliveries:
        bundles = bundles_got(db, one)
        if bundles:
            yield Had(one, bundles, body_of(db, bundles[-1]))


def payload(
    db: Vaulted, delivery: Delivery, withheld: frozenset[str], *, edition: int, is_alone: bool
) -> InformationSet | None:
    """Return what a delivery is to bring: the notice, or the variant of its set that withholds just these sections.

    The set is that of the newest edition, unless an earlier one may have been taken and nobody knows yet. It tells of
    those earlier certificates and editions that its organisation has got.

    Args:
        db: The database.
        delivery: It is about to leave.
        withheld: The sections that it leaves out.
        edition: The newest edition of its set.
        is_alone: Whether its certificate comes after no other.
    """
    if not delivery.is_notice:
        is_first = edition == 1
        found = None if is_first else earlier_edition(db, delivery, withheld)
        found = found or variant(db, delivery.message, delivery.set_name, withheld)
        return found if is_first and is_alone else _with_earlier(db, delivery, found)
    id_, sealed, body = db.execute(_NOTICE, (delivery.id,)).fetchone()
    problems = problems_of(db.opened_text(sealed, "notice", "problems", delivery.id))
    return InformationSet(
        id=id_,
        name=delivery.set_name,
        person=delivery.person,
        certificate=delivery.certificate,
        signed_at="",
        sections=frozenset(),
        withheld=withheld,
        body=db.opened(body, "notice", "body", delivery.id),
        hold="profile" if problems else "",
        problems=problems,
    )


def _with_earlier(db: Vaulted, delivery: Delivery, found: InformationSet | None) -> InformationSet | None:
    if found is None or found.hold or delivery.organisation is None:
        return found
    organisation = delivery.organisation.digits
    earlier = earlier_got(db, delivery.message, organisation, delivery.set_name, found.edition)
    leaving = told(found, earlier)
    keep_told(db, found, leaving, earlier)
    return leaving


def turn_of_notice(db: Vaulted, delivery: Delivery) -> tuple[DeliveryState, str] | None:
    """Return where a notice goes that is not to be tried now, and why; None where it is its turn."""
    organisation = delivery.organisation.digits if delivery.organisation else ""
    if db.execute(_WAITS, (delivery.message, organisation, delivery.set_name)).fetchone() is not None:
        return DeliveryState.HELD_ORDER, "what-it-is-about-first"
    if not bundles_got(db, delivery):
        return DeliveryState.CANCELLED, "nobody-has-got-it"
    return None
