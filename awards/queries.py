"""What is read of editions, people and roles. Never writes."""

from datetime import datetime

from django.db.models import Q, QuerySet

from awards.actors import Actor
from awards.calendar import ACTS
from awards.models import Edition, RoleGrant, User


def public_editions() -> QuerySet[Edition]:
    """The editions whose call is out; rehearsals are never public."""
    return Edition.objects.filter(stage__in=ACTS["call.read"].stages).exclude(kind=Edition.Kind.REHEARSAL)


def editions_for(user: User) -> list[Edition]:
    """The editions a person can go to: public ones and those they hold a role in; under way first, then the newest."""
    theirs = Edition.objects.filter(rolegrant__user=user, rolegrant__until__isnull=True)
    found = public_editions().union(theirs)
    return sorted(found, key=lambda edition: (edition.stage in ACTS["archive"].stages, -edition.year, -edition.pk))


def live_grants(edition: Edition, now: datetime):
    """The roles in force in an edition at `now`."""
    return RoleGrant.objects.filter(edition=edition, since__lte=now).filter(Q(until__isnull=True) | Q(until__gt=now))


def actor_for(user: User, edition: Edition, now: datetime, *, address: str | None = None, device: str = "") -> Actor:
    """The person with the roles they hold in this edition at `now`. One query."""
    roles = live_grants(edition, now).filter(user=user).values_list("role", flat=True)
    return Actor(user, frozenset(roles), address=address, device=device[:200])
