"""The namespaces of the certificate domain, and names within them.

Source: RIV-TA clinicalprocess:healthcond:certificate, RegisterCertificate 3 and RevokeCertificate 2 (RIV-TA Basic
Profile 2.1).
"""

from __future__ import annotations

import re
from functools import lru_cache

SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
SOAP_12 = "http://www.w3.org/2003/05/soap-envelope"
REGISTRY = "urn:riv:itintegration:registry:1"
RESPONDER = "urn:riv:clinicalprocess:healthcond:certificate:RegisterCertificateResponder:3"
REVOKE_RESPONDER = "urn:riv:clinicalprocess:healthcond:certificate:RevokeCertificateResponder:2"
CORE = "urn:riv:clinicalprocess:healthcond:certificate:3"
TYPES = "urn:riv:clinicalprocess:healthcond:certificate:types:3"
EXTENSION_3_2 = "urn:riv:clinicalprocess:healthcond:certificate:3.2"

_WORD = re.compile(r"[^\W\d]{1,40}")
"""What a foreign name may look like to be repeated: a name with digits in it may be a person's."""

_OURS = frozenset({RESPONDER, CORE, TYPES, EXTENSION_3_2})


@lru_cache(maxsize=1024)
def name_of(tag: str) -> str:
    """Return the local name of an element of the certificate domain; any other's begins with `{*}`."""
    namespace, _, local = tag.rpartition("}")
    if namespace[1:] in _OURS:
        return local
    return f"{{*}}{local}" if _WORD.fullmatch(local) else "{*}"
