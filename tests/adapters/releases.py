"""A release that may be sent: what it says is of no matter to an adapter."""

from __future__ import annotations

import uuid

from gateway.documents import InformationSet
from gateway.identity import CertificateId, OrganisationNumber, PersonIdentity
from gateway.permits import Errand, Release, address_of
from gateway.permits.mint import mint

BODY = b'{"resourceType": "Bundle",\n "text": "\xc3\xa5\xc3\xa4\xc3\xb6 \\u00e5"}'
SET = InformationSet(
    id="3f0c9f5c-3c43-5a5c-9a87-0d54b6a4c0de",
    name="a-set",
    person=PersonIdentity("199002222397"),
    certificate=CertificateId("SE2321000016-1", "0"),
    signed_at="",
    sections=frozenset(),
    withheld=frozenset(),
    body=BODY,
)


def a_release(endpoint: str) -> Release:
    """A release to this endpoint, with a permit that nobody has used."""
    errand = Errand(address_of(endpoint), f"delivery/{uuid.uuid4()}", "a-key")
    return mint(SET, OrganisationNumber("2021005521"), "Consent/1/_history/1", errand)
