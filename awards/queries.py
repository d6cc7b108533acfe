"""What is read of editions, people and roles. Never writes."""

from datetime import datetime

from django.db.models import Q

from awards.actors import Actor
from awards.models import Edition, RoleGrant, User


def live_grants(edition: Edition, now: datetime):
    """The roles in force in an edition at `now`."""
    return RoleGrant.objects.filter(edition=edition, since__lte=now).filter(Q(until__isnull=True) | Q(until__gt=now))


def actor_for(user: User, edition: Edition, now: datetime, *, address: str | None = None, device: str = "") -> Actor:
    """The person with the roles they hold in this edition at `now`. One query."""
    roles = live_grants(edition, now).filter(user=user).values_list("role", flat=True)
    return Actor(user, frozenset(roles), address=address, device=device[:200])
