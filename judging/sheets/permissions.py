"""Who may score, declare, and settle recusals. Each answer is a Decision; nothing here writes."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from awards.actors import Actor
from awards.decisions import ALLOWED, UNRELATED, Decision, forbidden, not_now
from awards.permissions import allows, both, has_role
from judging.sheets.models import Assessor, Recusal, Round, ScoreSheet


def can_set_up_round(actor: Actor, round: Round, now: datetime) -> Decision:
    """Managers change a round's rule and criteria until its first mark freezes them."""
    decision = both(has_role(actor, "manager"), allows(round.edition, f"setup.{round.kind}", now))
    if decision and round.rulesnapshot_set.exists():
        return not_now(_("The rules of this round are frozen: the first mark has been given."))
    return decision


def can_manage_assessors(actor: Actor, round: Round, now: datetime) -> Decision:
    """Managers choose assessors until the final begins."""
    return both(has_role(actor, "manager"), allows(round.edition, f"setup.{round.kind}", now))


def can_declare(actor: Actor, assessor: Assessor, now: datetime) -> Decision:
    """Assessors pledge and declare conflicts for themselves."""
    if actor.user != assessor.user:
        return UNRELATED
    return allows(assessor.round.edition, f"{assessor.round.kind}.declare", now)


def can_recuse(actor: Actor, round: Round, now: datetime) -> Decision:
    """Managers propose what the rule demands until the round is over."""
    return both(has_role(actor, "manager"), allows(round.edition, f"{round.kind}.recuse", now))


def can_settle(actor: Actor, round: Round, now: datetime) -> Decision:
    """Managers settle recusals until the decision on the round is told; a release computes and compares anew."""
    return both(has_role(actor, "manager"), allows(round.edition, f"{round.kind}.settle_recusal", now))


def can_settle_recusal(actor: Actor, recusal: Recusal, now: datetime) -> Decision:
    """As `can_settle`, for a recusal that is still open."""
    decision = can_settle(actor, recusal.assessor.round, now)
    if decision and recusal.state != Recusal.State.PROPOSED:
        return not_now(_("This recusal has been settled already."))
    return decision


def can_read_sheet(actor: Actor, sheet: ScoreSheet, now: datetime) -> Decision:
    """The assessor reads an entry through its sheet, after the pledge, unless recused (needs sheet.recused)."""
    if actor.user is None or sheet.assessor.user_id != actor.user.pk:
        return UNRELATED
    if sheet.assessor.pledged_at is None:
        return forbidden(_("Read and accept the pledge first."))
    if sheet.recused:
        return forbidden(_("You are recused from this entry."))
    if sheet.removed_at or sheet.assessor.ended_at:
        return forbidden(_("This sheet has been taken off your list."))
    return allows(sheet.round.edition, f"{sheet.round.kind}.read", now)


def can_mark(actor: Actor, sheet: ScoreSheet, now: datetime) -> Decision:
    """Only the assessor ever sets a mark: on an open sheet of their own, while the round is open.

    A refusal with the code "too_late" means that the value is kept as late.
    """
    if actor.user is None or sheet.assessor.user_id != actor.user.pk:
        return UNRELATED
    if sheet.assessor.pledged_at is None:
        return forbidden(_("Read and accept the pledge first."))
    if sheet.recused:
        return forbidden(_("You are recused from this entry."))
    if sheet.removed_at or sheet.assessor.ended_at:
        return forbidden(_("This sheet has been taken off your list."))
    open_now = allows(sheet.round.edition, f"{sheet.round.kind}.mark", now)
    if not open_now:
        return open_now
    if sheet.state != "open":
        return not_now(_("This sheet has been handed in. Take it back to change it."))
    return ALLOWED
