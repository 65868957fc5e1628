"""A database in a transaction, and the keys to what is sealed in it.

Whoever keeps a person's content seals it here, and whoever reads it opens it here, with the table, the column and the
row that it is kept in. Persons and certificates stand in every other column, and in every question, as keyed hashes.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gateway.errors import Erased, Tampered
from gateway.identity import CertificateId, PersonIdentity
from gateway.vault.data_keys import DataKey, Place, key_id_of
from gateway.vault.key_encryption import Wrapped

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gateway.store.sql.database import Database
    from gateway.store.sql.rows import Row
    from gateway.vault.blind_index import BlindIndex
    from gateway.vault.erasures import ErasureList
    from gateway.vault.keyring import KeyRing

KEY_OF_PERSON = "p.key, p.wrapped_by, p.wrapped, p.number"
"""The columns of the person p by which their key is had; all are null where they were joined to nobody."""

_KEY_OF_PERSON = f"SELECT {KEY_OF_PERSON} FROM person p WHERE p.token = ?"  # noqa: S608 - a constant

_KEY = "SELECT wrapped_by, wrapped FROM person WHERE key = ?"

_WRAPS = "SELECT wrapped_by FROM index_key"

_NAME = "SELECT name FROM certificate WHERE token = ?"

_ADD_NAME = "INSERT INTO certificate (token, name) VALUES (?, ?)"

_ADD_PERSON = "INSERT INTO person (token, key, wrapped_by, wrapped, number) VALUES (?, ?, ?, ?, ?)"

_BETWEEN = "\x1f"
"""What stands between the two parts of a certificate's id: XML cannot hold it."""


@dataclass(frozen=True, slots=True)
class Keys:
    """What opens what is kept."""

    ring: KeyRing
    index: BlindIndex
    erasures: ErasureList
    """Which data keys were destroyed."""


def refuse_anothers(id_: str, number: bytes) -> None:
    """Return if a person's key is the one that sealed the number beside it.

    Raises:
        Tampered: It is another's: what was sealed with it would be lost with that person.
    """
    if key_id_of(number) != id_:
        raise Tampered("The key that is kept for somebody is another's")


class Vaulted:
    """A connection in a transaction; whatever it needs of the vault, it asks for once."""

    def __init__(self, db: Database, keys: Keys) -> None:
        self.execute = db.execute
        self.executemany = db.executemany
        self._keys = keys
        self._by_id: dict[str, DataKey] = {}
        self._by_person: dict[str, DataKey] = {}
        self._people: dict[str, PersonIdentity] = {}
        self._certificates: dict[str, CertificateId] = {}

    def token(self, person: PersonIdentity) -> str:
        """Return what stands for a person."""
        return self._keys.index.of("person", person.digits)

    def token_of_second_name(self, person: PersonIdentity) -> str:
        """Return what stands for a person where the log names them anew, because an older version did not know them."""
        return self._keys.index.of("second name", person.digits)

    def tokens(self, certificate: CertificateId) -> tuple[str, str]:
        """Return what stands for the two parts of a certificate's id; the second stands for both."""
        root, extension = certificate.root, certificate.extension
        return self._keys.index.of("root", root), self._keys.index.of("certificate", root, extension)

    def token_of_receipt(self, reference: str) -> str:
        """Return what stands for what a recipient calls what it took."""
        return self._keys.index.of("receipt", reference)

    def person(self, token: str) -> PersonIdentity:
        """Return whom a token stands for, or raise Erased."""
        if token not in self._people:
            self._people[token] = self._kept_person(token, *self._there(_KEY_OF_PERSON, token))
        return self._people[token]

    def certificate(self, token: str) -> CertificateId:
        """Return the certificate, which has come, that a token stands for, or raise Erased."""
        if token not in self._certificates:
            self._certificates[token] = self._kept_certificate(token, *self._there(_NAME, token))
        return self._certificates[token]

    def recognise(self, person: PersonIdentity, certificate: CertificateId) -> None:
        """Take it that both are known: whoever asks has read them here before."""
        self._people[self.token(person)] = person
        _, token = self.tokens(certificate)
        self._certificates[token] = certificate

    def take_key(self, person: PersonIdentity, kept: Sequence[Any]) -> None:
        """Take a person's key from the token and the columns of KEY_OF_PERSON, read with something else.

        There may be none. Where it is another's it is not taken: somebody may have changed whom it was read by.
        """
        token, *key = kept
        if token == self.token(person):
            self._by_person[person.digits] = self._kept_key(*key)

    def take_person(self, token: str, kept: Sequence[Any]) -> None:
        """Take whom a token stands for from the columns of KEY_OF_PERSON, read with something else; likewise."""
        if token not in self._people and kept[0] is not None:
            self._people[token] = self._kept_person(token, *kept)

    def take_certificate(self, token: str, name: bytes | None) -> None:
        """Take the certificate that a token stands for from its name, read with something else; likewise."""
        if token not in self._certificates and name is not None:
            self._certificates[token] = self._kept_certificate(token, name)

    def certificate_if_there(self, token: str) -> CertificateId | None:
        """Return the certificate that a token stands for; None where it is erased, or cannot be opened."""
        try:
            return self.certificate(token)
        except (Erased, Tampered):
            return None

    def keep_certificate(self, certificate: CertificateId, person: PersonIdentity) -> None:
        """Keep which certificate its token stands for."""
        _, token = self.tokens(certificate)
        name = _BETWEEN.join((certificate.root, certificate.extension)).encode()
        self.execute(_ADD_NAME, (token, self.sealed(name, person, "certificate", "name", token)))

    def sealed(self, content: bytes, person: PersonIdentity, *place: str) -> bytes:
        """Return content, sealed with the key of the person that it is about, for its table, column and row."""
        return self._key_of(person).seal(content, Place(*place))

    def sealed_text(self, content: str, person: PersonIdentity, *place: str) -> str:
        """Return a text, sealed, as a text."""
        return base64.b64encode(self.sealed(content.encode(), person, *place)).decode()

    def opened(self, sealed: bytes, *place: str) -> bytes:
        """Return what was sealed for a table, column and row.

        Raises:
            Erased: It was taken away.
            Tampered: It was changed, or was put there from somewhere else, or its key is gone.
        """
        if not sealed:
            raise Erased("It has been erased")
        return self._key(key_id_of(sealed)).open(sealed, Place(*place))

    def opened_text(self, sealed: str, *place: str) -> str:
        """Return a text that was sealed; raise as `opened` does."""
        try:
            return self.opened(base64.b64decode(sealed, validate=True), *place).decode()
        except ValueError:
            raise Tampered("What is kept is not sealed") from None

    def _there(self, asked: str, token: str) -> Row:
        """Return the row of what a token stands for, or raise Erased."""
        row: Row | None = self.execute(asked, (token,)).fetchone()
        if row is None:
            raise Erased("It has been erased")
        return row

    def _key_of(self, person: PersonIdentity) -> DataKey:
        """Return a person's key; a new one for whom there is nothing yet."""
        known = self._by_person.get(person.digits)
        if known is None:
            known = self._by_person[person.digits] = self._kept_key_of(person)
        return known

    def _kept_person(self, token: str, id_: str, by: str, wrapped: bytes, number: bytes) -> PersonIdentity:
        self._kept_key(id_, by, wrapped, number)
        return PersonIdentity(self.opened(number, "person", "number", token).decode())

    def _kept_certificate(self, token: str, name: bytes) -> CertificateId:
        parts = self.opened(name, "certificate", "name", token).decode().split(_BETWEEN)
        return CertificateId(*parts)

    def _kept_key(self, id_: str, by: str, wrapped: bytes, number: bytes) -> DataKey:
        refuse_anothers(id_, number)
        return self._by_id.get(id_) or self._open(id_, Wrapped(by, wrapped))

    def _kept_key_of(self, person: PersonIdentity) -> DataKey:
        token = self.token(person)
        kept = self.execute(_KEY_OF_PERSON, (token,)).fetchone()
        if kept is not None:
            return self._kept_key(*kept)
        # By the key that the database says, not by what a process knows of the file: a rotation changes both.
        [(by,)] = self.execute(_WRAPS)
        key, made = self._keys.ring.make_data_key(by)
        number = key.seal(person.digits.encode(), Place("person", "number", token))
        self.execute(_ADD_PERSON, (token, key.id, *made, number))
        return key

    def _key(self, id_: str) -> DataKey:
        known = self._by_id.get(id_)
        if known is None:
            row = self.execute(_KEY, (id_,)).fetchone()
            if row is None:
                raise Tampered("The key to what is kept is gone")
            known = self._open(id_, Wrapped(*row))
        return known

    def _open(self, id_: str, wrapped: Wrapped) -> DataKey:
        key = self._by_id[id_] = self._keys.ring.data_key(id_, wrapped)
        return key
