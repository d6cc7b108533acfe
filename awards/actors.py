"""Who is acting, with the roles they hold in the edition at hand. Decides nothing: permissions do."""

from dataclasses import dataclass

from awards.models import User


@dataclass(frozen=True, slots=True)
class Actor:
    """A person as seen by one edition at one moment.

    `user` is None for nobody (not signed in) and for acts of the schedule; `address` is the network address and
    `device` the browser's own words, kept in the closed part of the ledger.
    """

    user: User | None
    roles: frozenset[str] = frozenset()
    address: str | None = None
    device: str = ""

    def has(self, *roles: str) -> bool:
        """Whether the actor holds one of these roles now."""
        return not self.roles.isdisjoint(roles)

    @property
    def is_staff(self) -> bool:
        """On the managing side, or auditing: somebody who may see the whole edition's work."""
        return self.has("manager", "auditor")


NOBODY = Actor(None)
