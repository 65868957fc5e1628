"""The port: what those need who let others fetch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from gateway.documents import InformationSet
    from gateway.identity import PersonIdentity
    from gateway.store.port.kept import Choose, KeptSet, Reader


class Pulling(Protocol):
    """What those need who let others fetch."""

    def kept_sets(self, person: PersonIdentity, names: Sequence[str]) -> Sequence[KeptSet]:
        """Return what is known of the sets of these names about this person, oldest first."""

    def find_set(self, id_: str) -> KeptSet:
        """Return what is known of the set variant with this Bundle id, of any edition.

        Raises:
            NotFound: There is no such set.
        """

    def has_got(self, organisation: str, bundle: str) -> bool:
        """Say whether an organisation has been sent, may have been sent or has read the Bundle with this id."""

    def read_sets(
        self,
        person: PersonIdentity,
        names: Sequence[str],
        choose: Choose,
        reader: Reader,
        at: datetime,
    ) -> Sequence[InformationSet]:
        """Return the variants that are chosen and permitted; keep each decision and log each reading with them.

        They are read, and returned, in the order of their certificates: what is read of one that comes after another
        tells of what was read of that one, in the same breath too.

        Args:
            person: Whom the sets are about.
            names: The sets that may be chosen from.
            choose: Given the person's consents and what is known of the sets of these names, oldest first, says which
                are wanted, and the decision on each: those that permit it and those that do not.
            reader: Who reads. Of what is stopped for it, nothing is there to choose from.
            at: When.

        A decision that permits nothing yields nothing, nor does a variant on hold. What is revoked is read by nobody:
        that it was chosen is logged (`access.denied`). A denial is kept, and this logged, where the same has not been
        in the last 24 hours: a caller that asks again and again fills no disk. Whatever is found, something is written,
        so that time does not tell what may not be had from what is not there.
        """
