"""A release that may be sent: what it says is of no matter to an adapter."""

from __future__ import annotations

from gateway.documents import InformationSet, Release
from gateway.identity import CertificateId, OrganisationNumber, PersonIdentity

BODY = b'{"resourceType": "Bundle",\n "text": "\xc3\xa5\xc3\xa4\xc3\xb6 \\u00e5"}'
RELEASE = Release(
    InformationSet(
        id="3f0c9f5c-3c43-5a5c-9a87-0d54b6a4c0de",
        name="a-set",
        person=PersonIdentity("199002222397"),
        certificate=CertificateId("SE2321000016-1", "0"),
        signed_at="",
        sections=frozenset(),
        withheld=frozenset(),
        body=BODY,
    ),
    OrganisationNumber("2021005521"),
    "Consent/1/_history/1",
    "a-key",
)
