"""Who may do what to an edition and its people. Each answer is a Decision; nothing here writes."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from awards import calendar
from awards.actors import Actor
from awards.decisions import ALLOWED, UNRELATED, Decision, forbidden, not_now
from awards.models import Edition, RoleGrant

_REASONS = {
    "too_early": _("It is too early for this: the stage or its window has not been reached yet."),
    "too_late": _("It is too late for this: the stage or its window is over."),
}


def allows(edition: Edition, act: str, now: datetime) -> Decision:
    """Whether the edition's stage and windows allow an act (a key of calendar.ACTS), with the reason in words."""
    decision = calendar.allows(act, edition.stage, edition.windows(), now)
    return decision if decision else not_now(_REASONS[decision.code], decision.code)


def has_role(actor: Actor, *roles: str) -> Decision:
    """Allowed with one of the roles; 403 with another role in the edition; 404 with none."""
    if actor.has(*roles):
        return ALLOWED
    if not actor.roles:
        return UNRELATED
    names = ", ".join(str(RoleGrant.Role(role).label) for role in roles)
    return forbidden(_("This needs another role: %(roles)s.") % {"roles": names})


def both(*decisions: Decision) -> Decision:
    """The first refusal, or allowed."""
    return next((decision for decision in decisions if not decision), ALLOWED)


def can_set_up(actor: Actor, edition: Edition, now: datetime, act: str = "setup") -> Decision:
    """Managers change the edition's data while the stage still allows it (`act`: a "setup…" key of ACTS)."""
    return both(has_role(actor, "manager"), allows(edition, act, now))


def can_see_setup(actor: Actor, edition: Edition, now: datetime) -> Decision:
    return has_role(actor, "manager", "auditor")


def can_move_stage(actor: Actor, edition: Edition, now: datetime) -> Decision:
    """Managers begin a stage by hand, where no later app's own act does."""
    return has_role(actor, "manager")


def can_manage_people(actor: Actor, edition: Edition, now: datetime) -> Decision:
    return both(has_role(actor, "manager"), allows(edition, "setup.people", now))


def can_confirm_role(actor: Actor, grant: RoleGrant, now: datetime) -> Decision:
    """A second manager confirms: never the one who asked, never the person concerned (RULES: People and roles)."""
    decision = can_manage_people(actor, grant.edition, now)
    if not decision:
        return decision
    if grant.state != "asked":
        return not_now(_("This role has been settled already."))
    if actor.user == grant.asked_by:
        return forbidden(_("You asked for this role yourself: a second manager confirms it."))
    if actor.user == grant.user:
        return forbidden(_("Nobody confirms their own role."))
    return ALLOWED


def can_end_role(actor: Actor, grant: RoleGrant, now: datetime) -> Decision:
    decision = can_manage_people(actor, grant.edition, now)
    if decision and actor.user == grant.user:
        return forbidden(_("Nobody ends their own role: ask another manager."))
    return decision


def can_send_mail_again(actor: Actor, edition: Edition, now: datetime) -> Decision:
    """A manager sends again what was given up."""
    return has_role(actor, "manager")
