"""What a gateway of each earlier version kept: for each step of the tables, rows in those that came with it."""

from __future__ import annotations

from gateway.store.sqlite.schema import _VERSION_11, _VERSION_12
from gateway.store.sqlite.schema.audit import ANCHOR, AUDIT, STAMPS, WITNESSES
from gateway.store.sqlite.schema.first import FIRST
from gateway.store.sqlite.schema.flow import CLOCK, ENDPOINTS, FLOW
from gateway.store.sqlite.schema.notices import NOTICES, TOLD
from gateway.store.sqlite.schema.vault import ERASURE

PERSON, SOMEBODY_ELSE, AGENCY = "191212121212", "199002222397", "2021005521"
CERTIFICATE = "0f2a7c1e-2b44-4f0e-9a55-6f4f7d1c0b11"

ROWS = (
    (
        FIRST[0],
        """
        INSERT INTO message (number, id, root, extension, kind, person, sender, received_at, problems, content)
        VALUES (1, 'm1', 'SE2321000016-1003', '0f2a7c1e-2b44-4f0e-9a55-6f4f7d1c0b11', 'LISJP/1', '191212121212',
            'SE1', 7, '[["6.2","okänd"]]', CAST('<intyg/>' AS BLOB));
        INSERT INTO information_set
            (id, message, name, withheld, sections, person, signed_at, hold, kept_at, problems, body)
        VALUES ('s1', 'm1', 'sickness_benefit', '', '6', '191212121212', '2026-03-02', '', 7, '[]',
            CAST('{"text":"kept"}' AS BLOB));
        INSERT INTO consent (number, id, version, person, recorded_at, resource)
        VALUES (1, 'c1', 1, '191212121212', 7, '{"status":"active"}');
        INSERT INTO delivery
            (number, id, message, person, set_name, kind, organisation, state, reason, due_at, attempts, fence)
        VALUES (1, 'd1', 'm1', '191212121212', 'sickness_benefit', 'forsakringskassan', '2021005521', 'DELIVERED',
            '', NULL,
            1, 1);
        INSERT INTO attempt (delivery, number, started_at, consent, rule, ended_at, outcome, reason, reference)
        VALUES ('d1', 1, 8, 'Consent/c1/_history/1', 'provision', 9, 'DELIVERED', '', 'FK-7');
        INSERT INTO log (at, event, message, delivery, detail) VALUES (7, 'message.accepted', 'm1', '', 'LISJP/1');
        """,
    ),
    (
        FIRST[1],
        """
        INSERT INTO remark (message, signature, reason, fingerprint, notes)
        VALUES ('m1', 'absent', '', '', '[["6.1","udda"]]');
        """,
    ),
    (
        FIRST[2],
        """
        INSERT INTO decision (number, at, way, delivery, message, set_name, organisation, permitted, reason, consent,
            rule, withheld, since, until)
        VALUES (1, 8, 'send', 'd1', 'm1', 'sickness_benefit', '2021005521', TRUE, 'permitted', 'Consent/c1/_history/1',
            'provision', '', NULL, NULL);
        """,
    ),
    (
        FIRST[6],
        """
        INSERT INTO edition (message, name, number) VALUES ('m1', 'sickness_benefit', 2);
        INSERT INTO earlier_set (id, message, name, edition, withheld, sections, hold, kept_at, replaced_at, problems,
            body)
        VALUES ('s0', 'm1', 'sickness_benefit', 1, '', '6', '', 6, 7, '[]', CAST('{"text":"before"}' AS BLOB));
        INSERT INTO operation (key, at) VALUES ('k1', 7);
        """,
    ),
    (
        FIRST[7],
        """
        INSERT INTO answer (delivery, attempt, status, sha256, body)
        VALUES ('d1', 1, 201, 'a hash', CAST('taken' AS BLOB));
        """,
    ),
    (FIRST[8], "INSERT INTO person_status (person, status) VALUES ('199002222397', 'deceased');"),
    (
        FLOW,
        """
        INSERT INTO recipient (organisation, failures, width, not_before, openings, cause, reason, since)
        VALUES ('2021005521', 1, NULL, NULL, 0, NULL, NULL, NULL);
        INSERT INTO stop (number, scope, name, by_whom, because, since, lifted_by)
        VALUES (1, 'organisation', '2021005521', 'Anna', 'fel adress', 7, '');
        """,
    ),
    (
        _VERSION_11,
        """
        INSERT INTO revocation (number, id, root, extension, person, sender, received_at, content)
        VALUES (1, 'r1', 'SE2321000016-1003', 'to-come', '191212121212', 'SE1', 7, CAST('<makulering/>' AS BLOB));
        """,
    ),
    (
        _VERSION_12,
        """
        INSERT INTO relation (message, number, kind, root, extension)
        VALUES ('m1', 1, 'FRLANG', 'SE2321000016-1003', 'earlier');
        """,
    ),
    (CLOCK, "UPDATE clock SET latest = 9;"),
    (
        ENDPOINTS,
        """
        INSERT INTO endpoint (organisation, url, wanted, approved_by)
        VALUES ('2021005521', 'https://fk.example/in', '', 'Anna');
        """,
    ),
    (
        NOTICES,
        """
        INSERT INTO delivery
            (number, id, message, person, set_name, kind, organisation, state, reason, attempts, fence, began_at,
            is_notice)
        VALUES (2, 'd2', 'm1', '191212121212', 'sickness_benefit', 'forsakringskassan', '2021005521', 'DEAD',
            'rejected',
            1, 1, 8, TRUE);
        INSERT INTO attempt (delivery, number, started_at, consent, rule, ended_at, outcome, reason, reference)
        VALUES ('d2', 1, 8, 'Consent/c1/_history/1', 'provision', 9, 'RETRY_WAIT', 'not-known-there', '');
        INSERT INTO notice (delivery, id, problems, body) VALUES ('d2', 'n1', '[]', CAST('notice' AS BLOB));
        INSERT INTO reading (message, organisation, bundle, set_name)
        VALUES ('m1', '2021005521', 's0', 'sickness_benefit');
        """,
    ),
    (AUDIT, "INSERT INTO checkpoint (number, size, at, note) VALUES (1, 1, 7, 'signed');"),
    (ANCHOR, "UPDATE anchor SET at = 9;"),
    (TOLD, "INSERT INTO told (bundle, variant, earlier) VALUES ('t1', 's1', '[]');"),
    (STAMPS, "INSERT INTO stamp (number, size, at, answer) VALUES (1, 1, 7, CAST('stamped' AS BLOB));"),
    (
        ERASURE,
        """
        INSERT INTO erasure_wish (person, by_whom) SELECT MIN(token), 'Anna' FROM person;
        INSERT INTO destroyed_key (key, at) VALUES ('a key that is no more', 7);
        """,
    ),
    (
        WITNESSES,
        """
        INSERT INTO cosignature (number, witness, size, line, at) VALUES (1, 'a witness', 1, 'a line', 7);
        INSERT INTO witnessed (origin, size, note, at) VALUES ('another log', 1, 'signed', 7);
        """,
    ),
)
"""The step, by the statements that lead to it → what was kept from then on."""
