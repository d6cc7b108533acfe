"""Who may watch the reviewers' window, plan who reviews what, and close it. Each answer is a Decision."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from awards.actors import Actor
from awards.decisions import Decision, forbidden, not_now
from awards.models import Edition
from awards.permissions import allows, both, has_role
from judging.screening.models import AssignmentPlan


def can_watch(actor: Actor, edition: Edition, now: datetime) -> Decision:
    """The managing side and the auditor see who has done how much: presence, never values."""
    return has_role(actor, "manager", "operator", "auditor")


def can_review(actor: Actor, edition: Edition, now: datetime) -> Decision:
    """Reviewers have a queue of their own."""
    return has_role(actor, "reviewer")


def can_see_plan(actor: Actor, edition: Edition, now: datetime) -> Decision:
    return has_role(actor, "manager", "auditor")


def can_plan(actor: Actor, edition: Edition, now: datetime) -> Decision:
    """Managers plan once no entry can come any more, until screening ends."""
    decision = both(has_role(actor, "manager"), allows(edition, "screening.assign", now))
    if decision and not allows(edition, "screening.read", now):
        return allows(edition, "entry.settle", now)
    return decision


def can_apply_plan(actor: Actor, plan: AssignmentPlan, handed_in: bool, now: datetime) -> Decision:
    """As `can_plan`; after the first sheet was handed in not by the one who asked for it (RULES: Stages)."""
    decision = can_plan(actor, plan.round.edition, now)
    if decision and plan.state != "planned":
        return not_now(_("This plan is not open any more. Ask for a new one."))
    if decision and handed_in and plan.asked_by_id == actor.user.pk:
        return forbidden(_("Sheets have been handed in already: a second manager applies a new assignment."))
    return decision


def can_close(actor: Actor, edition: Edition, now: datetime) -> Decision:
    """Managers end screening after its window has closed."""
    return both(has_role(actor, "manager"), allows(edition, "screening.close", now))
