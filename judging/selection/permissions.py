"""Who may see the standings and decide who goes to the final. Each answer is a Decision.

Before the announcement nobody but managers and the auditor gets any hint: the answers to all others depend on
their roles alone, never on how far the decision is.
"""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from awards.actors import Actor
from awards.decisions import Decision, forbidden, not_now
from awards.models import Edition
from awards.permissions import allows, both, has_role
from judging.selection.models import Selection


def can_read(actor: Actor, edition: Edition, now: datetime) -> Decision:
    """Managers and the auditor see standings and decision from the selection on."""
    return both(has_role(actor, "manager", "auditor"), allows(edition, "selection.read", now))


def can_propose(actor: Actor, edition: Edition, live: Selection | None, now: datetime) -> Decision:
    """A manager proposes while no other proposal stands."""
    decision = both(has_role(actor, "manager"), allows(edition, "selection.decide", now))
    if decision and live:
        return not_now(_("A decision stands already. Undo it before you propose another one."))
    return decision


def can_confirm(actor: Actor, selection: Selection, now: datetime) -> Decision:
    """A second manager confirms, never the one who proposed (RULES: Selection)."""
    decision = both(has_role(actor, "manager"), allows(selection.edition, "selection.decide", now))
    if decision and selection.state != "proposed":
        return not_now(_("This decision has been settled already."))
    if decision and selection.proposed_by_id == actor.user.pk:
        return forbidden(_("You proposed this yourself: a second manager confirms it."))
    return decision


def can_undo(actor: Actor, selection: Selection, now: datetime) -> Decision:
    """A manager undoes a proposal or a decision before it is announced."""
    decision = both(has_role(actor, "manager"), allows(selection.edition, "selection.decide", now))
    if decision and selection.state == "undone":
        return not_now(_("This decision has been undone already."))
    return decision
