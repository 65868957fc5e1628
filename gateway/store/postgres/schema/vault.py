"""What the vault is kept in: the key of each person, and the key of the index."""

from __future__ import annotations

WRAPPING = ("CREATE INDEX person_by_wrapping ON person (wrapped_by)",)

VAULT = (
    """
    CREATE TABLE index_key (
        id BIGINT PRIMARY KEY CHECK (id = 1),
        wrapped_by TEXT NOT NULL,
        wrapped BYTEA NOT NULL,
        covered BIGINT NOT NULL DEFAULT 0
    )
    """,
    # `token` stands for the person everywhere else; the number itself is here, sealed, and nowhere else.
    """
    CREATE TABLE person (
        token TEXT PRIMARY KEY,
        key TEXT NOT NULL UNIQUE,
        wrapped_by TEXT NOT NULL,
        wrapped BYTEA NOT NULL,
        number BYTEA NOT NULL
    )
    """,
    # Likewise of a certificate that has come: `token` stands for it as `extension` everywhere else.
    "CREATE TABLE certificate (token TEXT PRIMARY KEY, name BYTEA NOT NULL)",
)

_NAMING = ("message", "information_set", "consent", "delivery", "revocation", "person_status")

SEALED_ONLY = (
    # A process of an older version may be connected still: what it would write in clear is refused. The number of a
    # person has 12 digits; what is sealed begins with its form, and is 60 signs long at least where it is a text.
    """
    CREATE FUNCTION refuse_clear() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        RAISE EXCEPTION 'nothing is kept in clear';
    END $$
    """,
    *(
        f"CREATE TRIGGER nobody_is_in_clear_in_{table} BEFORE INSERT ON {table} FOR EACH ROW"
        " WHEN (length(NEW.person) = 12) EXECUTE FUNCTION refuse_clear()"
        for table in _NAMING
    ),
    r"""
    CREATE TRIGGER no_answer_is_in_clear BEFORE INSERT ON answer FOR EACH ROW
        WHEN (substr(NEW.body, 1, 1) <> '\x01'::bytea) EXECUTE FUNCTION refuse_clear()
    """,
    """
    CREATE TRIGGER no_receipt_is_in_clear BEFORE UPDATE OF reference ON attempt FOR EACH ROW
        WHEN (length(NEW.reference) BETWEEN 1 AND 59) EXECUTE FUNCTION refuse_clear()
    """,
    # What was written before this is looked for once more.
    "UPDATE index_key SET covered = 0",
)

ERASURE = (
    # Of whom somebody has asked that they be erased: it takes another to do it.
    "CREATE TABLE erasure_wish (person TEXT PRIMARY KEY, by_whom TEXT NOT NULL)",
    # What the erasure list tells too, which is another on each machine.
    "CREATE TABLE destroyed_key (key TEXT PRIMARY KEY, at BIGINT NOT NULL)",
    # What a consent said before it was erased; empty of one that is there.
    "ALTER TABLE consent ADD COLUMN status TEXT NOT NULL DEFAULT ''",
    # One that was erased is moved to another database as it is.
    "DROP TRIGGER no_answer_is_in_clear ON answer",
    r"""
    CREATE TRIGGER no_answer_is_in_clear BEFORE INSERT ON answer FOR EACH ROW
        WHEN (length(NEW.body) > 0 AND substr(NEW.body, 1, 1) <> '\x01'::bytea) EXECUTE FUNCTION refuse_clear()
    """,
)

ANSWERS = (
    # A hash without a key tells whoever has the database what was answered, by trying what that may have been.
    "ALTER TABLE answer DROP COLUMN sha256",
    # What held it has to be cleared away.
    "UPDATE index_key SET covered = 2 WHERE covered = 1",
)
