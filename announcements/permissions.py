"""Who may prepare and release what is told. Each answer is a Decision."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from announcements.documents.facts import available
from announcements.models import Preparation
from awards.actors import Actor
from awards.decisions import ALLOWED, UNRELATED, Decision, forbidden, not_now
from awards.models import Edition
from awards.permissions import allows, both, has_role


def is_at_work(actor: Actor) -> Decision:
    """Whether somebody holds any role in the edition."""
    return ALLOWED if actor.roles else UNRELATED


def can_see_preparations(actor: Actor, edition: Edition, now: datetime) -> Decision:
    """Before the release an announcement exists for the managers and the auditor alone."""
    return has_role(actor, "manager", "auditor")


def can_prepare(actor: Actor, edition: Edition, kind: str, now: datetime) -> Decision:
    return both(has_role(actor, "manager"), allows(edition, f"announce.{kind}", now))


def can_release(actor: Actor, preparation: Preparation, now: datetime) -> Decision:
    """A second manager releases: never the one who prepared."""
    decision = can_prepare(actor, preparation.edition, preparation.kind, now)
    if not decision:
        return decision
    if preparation.ended_at:
        return not_now(_("This announcement has been released or dropped already."))
    if actor.user == preparation.prepared_by:
        return forbidden(_("You prepared this announcement: a second manager releases it."))
    return ALLOWED


def can_see_documents(actor: Actor, edition: Edition, now: datetime) -> Decision:
    """Documents are for the managers and the auditor; those with marks ask for a reason at the download."""
    return has_role(actor, "manager", "auditor")


def can_make_documents(actor: Actor, edition: Edition, now: datetime) -> Decision:
    """Managers, once something has been announced: documents are made of records alone."""
    decision = has_role(actor, "manager")
    if decision and not available(edition):
        return not_now(_("Nothing has been announced yet, so there is nothing to make documents of."), "too_early")
    return decision


def can_read_ledger(actor: Actor, edition: Edition, now: datetime) -> Decision:
    return has_role(actor, "auditor")
