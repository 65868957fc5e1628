"""The port: what those need who take in revocations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from collections.abc import Set as AbstractSet

    from gateway.deliveries import Delivery
    from gateway.identity import DeliveryId
    from gateway.revocations import Revocation, RevocationState

Cancel: TypeAlias = "Callable[[Sequence[Delivery], AbstractSet[DeliveryId]], Iterable[Delivery]]"
"""Says which deliveries stand otherwise now that their certificate is revoked, given all of them and those of which an
attempt was taken or may have been."""


class Revoking(Protocol):
    """What those need who take in revocations."""

    def revoke(self, revocation: Revocation, cancel: Cancel, *, keep_early: bool) -> RevocationState:
        """Keep a revocation, and the certificate's deliveries as they stand because of it.

        Where the certificate has not come, the revocation is kept all the same, unless `keep_early` is false: `accept`
        then keeps the certificate, and leaves none of its deliveries due. A second one changes nothing.

        Raises:
            CertificateConflict: The certificate is about somebody else; nothing was kept.
            UnknownCertificate: The certificate has not come, and `keep_early` is false; nothing was kept.
        """
