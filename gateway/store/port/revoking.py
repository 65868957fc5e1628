"""The port: what those need who take in revocations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from collections.abc import Set as AbstractSet

    from gateway.deliveries import Delivery
    from gateway.identity import DeliveryId
    from gateway.notices import Had, Notice
    from gateway.revocations import Revocation, RevocationState

Cancel: TypeAlias = "Callable[[Sequence[Delivery], AbstractSet[DeliveryId]], Iterable[Delivery]]"
"""Says which deliveries stand otherwise now that their certificate is revoked, given all of them and those of which an
attempt was taken or may have been."""

Tell: TypeAlias = "Callable[[Had], Notice]"
"""Says what an organisation is told that has got a set of a certificate which is revoked now."""


class Revoking(Protocol):
    """What those need who take in revocations."""

    def revoke(self, revocation: Revocation, cancel: Cancel, tell: Tell, *, keep_early: bool) -> RevocationState:
        """Keep a revocation, the certificate's deliveries as they stand because of it, and what is told of it.

        Each organisation that has got a set of the certificate, or may have got it, is told; `authorise` lets no
        notice go before what it is about has come to its end, nor where it turns out that nothing was taken.

        Where the certificate has not come, the revocation is kept all the same, unless `keep_early` is false: `accept`
        then keeps the certificate, and leaves none of its deliveries due. A second one changes nothing.

        Raises:
            CertificateConflict: The certificate is about somebody else; nothing was kept.
            UnknownCertificate: The certificate has not come, and `keep_early` is false; nothing was kept.
        """
