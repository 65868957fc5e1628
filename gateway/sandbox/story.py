"""Something to see: a few certificates and consents of published test persons, posted as senders post them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import orjson

from gateway.rules import HOME

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx

    from gateway.settings import RecipientSetting

SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
_PERSONS = {"everyone": "199002222397", "agency alone": "196101182381", "nobody": "200001252386"}
"""Who has agreed to share with whom: numbers of the series that Skatteverket publishes for tests."""


def tell(client: httpx.Client, recipients: tuple[RecipientSetting, ...]) -> None:
    """Post the certificates and consents.

    Args:
        client: Speaks to the gateway.
        recipients: Whom the consents name.
    """
    for consent in _consents(recipients):
        answer = client.post(
            "/fhir/Consent", content=orjson.dumps(consent), headers={"Content-Type": "application/fhir+json"}
        )
        answer.raise_for_status()
    for content in _certificates():
        answer = client.post(
            "/riv-ta/RegisterCertificate/3.0", content=content, headers={"Content-Type": "text/xml; charset=utf-8"}
        )
        answer.raise_for_status()


def _consents(recipients: tuple[RecipientSetting, ...]) -> Iterator[dict[str, Any]]:
    organisations = {one.kind: one.organisation for one in recipients}
    for name, kind in (
        ("sjukskrivningsunderlag", "forsakringskassan"),
        ("arbetsgivaruppgift-bas", "employer"),
        ("kommununderlag", "municipality"),
        ("arbetsformedlingsunderlag", "arbetsformedlingen"),
    ):
        sample = HOME / "mappings" / "information_sets" / name / "samples" / "consent.json"
        consent = orjson.loads(sample.read_bytes())
        for who in ("everyone", "agency alone") if kind == "forsakringskassan" else ("everyone",):
            given = orjson.loads(orjson.dumps(consent))
            given["patient"]["identifier"]["value"] = _PERSONS[who]
            given["provision"]["actor"][0]["reference"]["identifier"]["value"] = organisations[kind]
            yield given


def _certificates() -> Iterator[bytes]:
    samples = HOME / "mappings" / "certificates"
    for who, file in (
        ("everyone", "lisjp/2/samples/full.xml"),
        ("agency alone", "lisjp/1/samples/full.xml"),
        ("nobody", "lisjp/2/samples/minimal.xml"),
        ("everyone", "af00251/1/samples/full.xml"),
    ):
        yield enveloped(re.sub(rb"\d{12}", _PERSONS[who].encode(), (samples / file).read_bytes(), count=1))


def enveloped(message: bytes) -> bytes:
    """Return a RegisterCertificate message in a SOAP envelope, with the logical address of nobody in particular."""
    payload = message.partition(b"?>")[2] if message.startswith(b"<?xml") else message
    header = b'<a:LogicalAddress xmlns:a="urn:riv:itintegration:registry:1">SE2021005521-1</a:LogicalAddress>'
    return (
        f'<s:Envelope xmlns:s="{SOAP}">'.encode()
        + b"<s:Header>"
        + header
        + b"</s:Header><s:Body>"
        + payload
        + b"</s:Body></s:Envelope>"
    )
