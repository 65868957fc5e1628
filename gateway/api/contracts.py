"""The contracts of the RIV-TA side: where each is called, and what its messages are named."""

from __future__ import annotations

from typing import NamedTuple

from gateway.reading.namespaces import RESPONDER, REVOKE_RESPONDER


class Contract(NamedTuple):
    """One contract that is taken in."""

    name: str
    version: str
    """As the address writes it; its major number names the WSDL."""
    responder: str
    """The namespace of its messages."""

    @property
    def path(self) -> str:
        """Where it is called."""
        return f"/riv-ta/{self.name}/{self.version}"

    @property
    def action(self) -> str:
        """The SOAPAction of its only operation."""
        return f"{self.responder}:{self.name}"

    @property
    def wsdl(self) -> str:
        """The file that describes it."""
        return f"{self.name}-{self.version.partition('.')[0]}.wsdl"


REGISTER = Contract("RegisterCertificate", "3.0", RESPONDER)
REVOKE = Contract("RevokeCertificate", "2.0", REVOKE_RESPONDER)
CONTRACTS = (REGISTER, REVOKE)


def contract_at(path: str) -> Contract | None:
    """Return the contract that is called at an address."""
    return next((one for one in CONTRACTS if path == one.path), None)
