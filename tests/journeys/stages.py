"""A world in which one situation comes about, on whatever way."""

from __future__ import annotations

import uuid
from dataclasses import replace
from functools import cached_property, partial
from typing import TYPE_CHECKING

import orjson
from asking import EMPLOYERS_TOKEN, PERSONNUMMER
from fastapi.testclient import TestClient
from situations import BEFORE, THEN, a_consent
from worlds import EMPLOYER, SETS, TOKEN, World, certificate

from gateway.commands.serve import web
from gateway.decisions import ConsentRecord
from gateway.identity import PersonIdentity
from gateway.store.sqlite import SqliteStore

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import httpx
    from situations import Situation
    from worlds import Agency

    from gateway.deliveries import Delivery
    from gateway.parts import Intake
    from gateway.settings import Settings


class Stage(World):
    """A world in which one situation comes about; what takes time to load is shared with other worlds."""

    def __init__(self, intake: Intake, agencies: dict[str, Agency], settings: Settings, situation: Situation) -> None:
        self.time = BEFORE
        self.settings = settings
        self.situation = situation
        self.person = PersonIdentity(situation.person)
        self.agency = agencies[situation.kind]
        self.set_name = SETS[situation.kind]
        self.gateway = replace(intake, store=SqliteStore(settings.database), now=lambda: self.time)

    @cached_property
    def http(self) -> TestClient:
        return TestClient(web(self.gateway, self.settings), raise_server_exceptions=False)

    @property
    def folder(self) -> Path:
        return self.settings.database.parent

    def begin(self) -> None:
        """Give a consent that permits it, and hand in the certificate."""
        self._keep("first", 1, a_consent(self.situation.kind, self.situation.person, **self.situation.first))
        self.receive()

    def receive(self) -> None:
        self.hand_in(certificate(person=self.situation.person))

    def come_about(self, plan: Callable | None = None) -> None:
        """Let the situation be there: what was permitted before is changed into it."""
        self.time = THEN
        store, consents = self.gateway.store, list(self.situation.consents)
        # The setting is read at a start; here it is as if the gateway had been started with it.
        object.__setattr__(self.gateway, "routing", replace(self.gateway.routing, retired=self.situation.retired))
        if store.consents_about(self.person):
            about_the_same = consents and _number(consents[0]) == self.person.digits
            draft = a_consent(self.situation.kind, self.situation.person, status="draft")
            self._keep("first", 2, consents.pop(0) if about_the_same else draft, plan)
        for consent in consents:
            self._keep(str(uuid.uuid4()), 1, consent, plan)
        if self.situation.known:
            store.mark_person(self.person, self.situation.known, plan or self._plan, self.time)

    def _keep(self, id_: str, version: int, consent: dict, plan: Callable | None = None) -> None:
        """Keep a consent as it is: one that intake would refuse today may have been kept before."""
        record = ConsentRecord(id_, version, PersonIdentity(_number(consent)), orjson.dumps(consent), self.time)
        store = self.gateway.store
        if version == 1:
            store.add_consent(record, plan or self._plan)
        else:
            store.change_consent(record, plan or self._plan, None)

    @property
    def _plan(self) -> Callable:
        return partial(self.gateway.routing.plan, self.time)

    @property
    def delivery(self) -> Delivery | None:
        """The delivery of the recipient's set."""
        return self._found(is_notice=False)

    @property
    def notice(self) -> Delivery | None:
        """What tells the recipient that the set is revoked."""
        return self._found(is_notice=True)

    def _found(self, *, is_notice: bool) -> Delivery | None:
        found = [
            one
            for one in self.gateway.store.deliveries()
            if (one.set_name, one.is_notice) == (self.set_name, is_notice)
        ]
        return found[0] if found else None

    def asked(self, method: str, address: str, **more: object) -> httpx.Response:
        token = EMPLOYERS_TOKEN if self.situation.kind == EMPLOYER else TOKEN
        return self.http.request(method, address, headers={"Authorization": f"Bearer {token}"}, **more)

    def searched(self, count: int = 50) -> httpx.Response:
        form = {"patient.identifier": f"{PERSONNUMMER}|{self.person.digits}", "_count": str(count)}
        return self.asked("POST", "/fhir/Bundle/_search", data=form)


def _number(consent: dict) -> str:
    return consent["patient"]["identifier"]["value"]
