"""Makes accounts, offices and role grants. Never decides what a role may do."""

from datetime import datetime

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils.translation import gettext as _

from awards import contributions
from awards.actors import Actor
from awards.decisions import Invalid, ensure
from awards.models import Edition, Office, RoleGrant, User
from awards.permissions import can_confirm_role, can_end_role, can_manage_people


@transaction.atomic
def create_office(*, name: str, level: str, parent: Office | None = None, name_en: str = "") -> Office:
    """An office below `parent`; only the root (the agency) has none."""
    office = Office.objects.create(name=name, name_en=name_en, level=level, parent=parent, path=f"new {name}")
    office.path = f"{parent.path if parent else '/'}{office.pk}/"
    office.save(update_fields=["path"])
    return office


def create_user(
    *,
    username: str,
    name: str,
    office: Office | None,
    grade: str = "",
    title: str = "",
    email: str = "",
    password_hash: str = "",
) -> User:
    """An account; without a password (given as Django's encoded hash) nobody logs in until its owner has set one."""
    user = User(username=username, name=name, office=office, grade=grade, title=title, email=email)
    user.password = password_hash or make_password(None)
    user.save()
    return user


def _check_role(edition: Edition, user: User, role: str, now: datetime) -> None:
    """Raises Invalid when the person already has the role, stands on another side, or is an author."""
    # The person's row is locked so that becoming an author and getting a role can't happen at the same time.
    User.objects.select_for_update().get(pk=user.pk)
    live = RoleGrant.objects.filter(edition=edition, user=user, until__isnull=True)
    if live.filter(role=role).exists():
        raise Invalid({"user": _("%(name)s already has this role, or it has been asked for.") % {"name": user.called}})
    if other := live.exclude(side=RoleGrant.SIDES[role]).first():
        raise Invalid(
            {
                "user": _("%(name)s is %(role)s in this edition: nobody stands on two sides.")
                % {"name": user.called, "role": other.get_role_display()}
            }
        )
    if reason := contributions.role_refusal(edition, user, role, now):
        raise Invalid({"user": reason})


@transaction.atomic
def ask_role(*, edition: Edition, user: User, role: str, actor: Actor, now: datetime) -> RoleGrant:
    """A manager asks for a role for somebody else; a second manager confirms it."""
    ensure(can_manage_people(actor, edition, now))
    if user == actor.user:
        raise Invalid({"user": _("Nobody grants a role to themselves: ask another manager.")})
    _check_role(edition, user, role, now)
    return RoleGrant.objects.create(
        edition=edition, user=user, role=role, side=RoleGrant.SIDES[role], asked_by=actor.user, asked_at=now
    )


@transaction.atomic
def confirm_role(*, grant: RoleGrant, actor: Actor, now: datetime) -> RoleGrant:
    """The second person's yes: from now the role is in force."""
    grant = RoleGrant.objects.select_for_update().select_related("edition", "user").get(pk=grant.pk)
    ensure(can_confirm_role(actor, grant, now))
    User.objects.select_for_update().get(pk=grant.user_id)
    if reason := contributions.role_refusal(grant.edition, grant.user, grant.role, now):
        raise Invalid({"": reason})
    grant.confirmed_by, grant.since = actor.user, now
    grant.save(update_fields=["confirmed_by", "since"])
    return grant


@transaction.atomic
def end_role(*, grant: RoleGrant, reason: str, actor: Actor, now: datetime) -> RoleGrant:
    """Ends a role, or withdraws one that was asked for; the row stays."""
    grant = RoleGrant.objects.select_for_update().get(pk=grant.pk)
    ensure(can_end_role(actor, grant, now))
    if grant.until:
        return grant
    if not reason.strip():
        raise Invalid({"reason": _("Write the reason: it is kept and shown.")})
    grant.until, grant.ended_by, grant.end_reason = now, actor.user, reason.strip()
    grant.save(update_fields=["until", "ended_by", "end_reason"])
    return grant


@transaction.atomic
def appoint(*, edition: Edition, user: User, role: str, now: datetime) -> RoleGrant:
    """The first managers and the auditor, named by whoever runs the server (`manage.py appoint`), nobody else."""
    if role not in ("manager", "auditor"):
        raise Invalid({"role": _("Only managers and the auditor are appointed by command.")})
    _check_role(edition, user, role, now)
    return RoleGrant.objects.create(
        edition=edition, user=user, role=role, side=RoleGrant.SIDES[role], appointed=True, asked_at=now, since=now
    )
