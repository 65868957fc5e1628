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

_ELSEWHERE = {
    TYPES: (
        "code codeSystem codeSystemName codeSystemVersion cv date datePeriod displayName end extension format high ii"
        " low originalText partialDate pq pqInterval root start timePeriod timestamp unit value"
    ),
    RESPONDER: "RegisterCertificate intyg svarPa",
    EXTENSION_3_2: "kallaAdressuppgifter legitimeratYrke underskrift",
}
_HOME = {name: namespace for namespace, names in _ELSEWHERE.items() for name in names.split()}
"""Names that stand in another namespace than CORE; none stands in two."""


@lru_cache(maxsize=1024)
def name_of(tag: str) -> str:
    """Return the local name of an element of the certificate domain; any other's begins with `{*}`.

    An element is of the domain in the namespace that the schema gives its name, and in no other.
    """
    namespace, _, local = tag.rpartition("}")
    return local if namespace[1:] == _HOME.get(local, CORE) else foreign_name(tag)


@lru_cache(maxsize=1024)
def foreign_name(tag: str) -> str:
    """Return the name of an element that no schema of ours knows where it stands: it begins with `{*}`."""
    local = tag.rpartition("}")[2]
    return f"{{*}}{local}" if _WORD.fullmatch(local) else "{*}"
