"""What the last version that sealed nothing kept, with something in every table; and what nobody may read of it."""

from __future__ import annotations

from gateway.deliveries import Delivered
from gateway.documents import Envelope, Receipt, Relation
from gateway.errors import Problem
from gateway.heard import Heard
from gateway.identity import CertificateId
from gateway.notices import Notice
from gateway.revocations import Revocation

ID = "0f2a7c1e-2b44-4f0e-9a55-6f4f7d1c0b11"
SECRETS = ["191212121212", "199002222397", "Tolvansson", "epikondylit", ID, "SE2321000016-1003", "FK-kvittens-7"]

_PLAIN = """
INSERT INTO message VALUES (1, 'm1', 'SE2321000016-1003', '{id}', 'LISJP/1', '191212121212', 'SE1', 0,
    '[["6.2","epikondylit"]]', CAST('<intyg>Tolvansson: epikondylit</intyg>' AS BLOB));
INSERT INTO remark VALUES ('m1', 'absent', '', '', '[["6.1","epikondylit"]]');
INSERT INTO relation VALUES ('m1', 1, 'FRLANG', 'SE2321000016-1003', 'earlier-{id}');
INSERT INTO information_set VALUES ('s1', 'm1', 'sickness_benefit', '', '6', '191212121212', '2026-03-02', '', 0,
    '[["6.2","epikondylit"]]', CAST('{{"text":"epikondylit"}}' AS BLOB));
INSERT INTO earlier_set VALUES ('s0', 'm1', 'sickness_benefit', 1, '', '6', '', 0, 0, '[["6.2","epikondylit"]]',
    CAST('{{"text":"epikondylit"}}' AS BLOB));
INSERT INTO consent (number, id, version, person, recorded_at, resource)
    VALUES (1, 'c1', 1, '191212121212', 0, '{{"patient":"Tolvansson"}}');
INSERT INTO consent (number, id, version, person, recorded_at, resource)
    VALUES (2, 'c2', 1, '199002222397', 0, '{{"patient":"Tolvansson"}}');
INSERT INTO delivery (number, id, message, person, set_name, kind, organisation, state, reason, attempts, fence)
    VALUES (1, 'd1', 'm1', '191212121212', 'sickness_benefit', 'forsakringskassan', '2021005521', 'DELIVERED', '',
    1, 1);
INSERT INTO attempt (delivery, number, started_at, consent, rule, ended_at, outcome, reference, bundle)
    VALUES ('d1', 1, 0, 'Consent/c1/_history/1', '', 1, 'DELIVERED', 'FK-kvittens-7', 's1');
INSERT INTO answer VALUES ('d1', 1, 200, '', CAST('Tolvansson' AS BLOB));
INSERT INTO notice VALUES ('d1', 'n1', '[["","epikondylit"]]', CAST('epikondylit' AS BLOB));
INSERT INTO revocation VALUES (1, 'r1', 'SE2321000016-1003', '{id}', '191212121212', 'SE1', 0,
    CAST('Tolvansson' AS BLOB));
INSERT INTO person_status VALUES ('199002222397', 'deceased');
INSERT INTO log (at, event, message, delivery, detail) VALUES (0, 'message.accepted', 'm1', '', '');
"""

_LATER = """
INSERT INTO message VALUES (11, 'm11', 'SE2321000016-1003', 'later-{id}', 'LISJP/1', '191212121212', 'SE1', 0, '[]',
    CAST('<intyg>Tolvansson: epikondylit</intyg>' AS BLOB));
INSERT INTO consent (number, id, version, person, recorded_at, resource)
    VALUES (11, 'c11', 1, '191212121212', 0, '{{"patient":"Tolvansson"}}');
INSERT INTO person_status VALUES ('199002222397', 'deceased');
"""


def plain(bytes_="BLOB"):
    """Return the statements that keep it, in the words of a database that calls bytes so."""
    return _PLAIN.format(id=ID).replace("BLOB", bytes_)


def later(bytes_="BLOB"):
    """Return what a process of that version writes that goes on after what was kept is sealed: of people known."""
    return _LATER.format(id=ID).replace("BLOB", bytes_)


def take_in_and_send(keep):
    """Have a store take in all of that, and send it; return the message."""
    store, given = keep.store, keep.given
    certificate = CertificateId("SE2321000016-1003", ID)
    store.add_consent(given.consent(resource={"patient": "Tolvansson"}), given.plan())
    message = given.message(
        content=b"<intyg>Tolvansson: epikondylit</intyg>",
        problems=(Problem("6.2", "epikondylit"),),
        notes=(Problem("6.2", "epikondylit"),),
        relations=(Relation("FRLANG", CertificateId("SE2321000016-1003", f"earlier-{ID}")),),
    )
    kept = given.set_for(message, body=b'{"text":"epikondylit"}', problems=(Problem("6.2", "epikondylit"),))
    given.accept(store, message, [kept], given.plan(given.delivery_of(message)))
    [claimed] = keep.claim()
    assert store.authorise(claimed, lambda *_: given.permit(), given.noon, given.address)
    heard = Heard(200, {}, b"Tolvansson 191212121212")
    assert store.record(claimed, Delivered(Receipt("FK-kvittens-7")), given.noon, heard=heard)
    notice = given.delivery_of(message, id="n1", is_notice=True)
    store.revoke(
        Revocation("r1", certificate, message.person, Envelope(b"Tolvansson", "SE1", given.noon)),
        lambda _before, _gone: [],
        lambda _had: Notice("b1", notice, b"epikondylit", (Problem("", "epikondylit"),)),
        keep_early=True,
    )
    return message
