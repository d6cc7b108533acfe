"""Who may draw, run the room, seal, close, vote and release. Each answer is a Decision; nothing here writes.

`seat` is the actor's own Assessor row of the panel round (judging.sheets.queries.assessor_of), or None.
"""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from awards.actors import Actor
from awards.decisions import ALLOWED, UNRELATED, Decision, forbidden, not_now
from awards.models import Edition
from awards.permissions import allows, both, has_role
from judging.panel.models import Release, Unsealing, Vote
from judging.sheets.models import Assessor

STEPS = ("compute", "recount", "approve", "sign")
DONE = {"compute": "computed_at", "recount": "recounted_at", "approve": "approved_at", "sign": "signed_at"}


def can_draw(actor: Actor, edition: Edition, now: datetime) -> Decision:
    """Operator or a manager, between the announcement of the finalists and the final."""
    return both(has_role(actor, "operator", "manager"), allows(edition, "panel.prepare", now))


def can_watch(actor: Actor, edition: Edition, now: datetime) -> Decision:
    """Sees the running order and who has marked, never a value."""
    return has_role(actor, "operator", "manager", "auditor")


def can_run(actor: Actor, edition: Edition, now: datetime) -> Decision:
    """The operator moves the running order and its clock while the final lasts."""
    return both(has_role(actor, "operator"), allows(edition, "panel.run", now))


def is_judge(actor: Actor, seat: Assessor | None) -> Decision:
    """Sits on this panel, as a judge or as its reserve."""
    if seat is not None and actor.user is not None and seat.user_id == actor.user.pk:
        return ALLOWED
    return forbidden(_("Only the judges of this final open this page.")) if actor.roles else UNRELATED


def is_chair(actor: Actor, seat: Assessor | None) -> Decision:
    decision = is_judge(actor, seat)
    if decision and not seat.chair:
        return forbidden(_("Only the chair of the panel does this."))
    return decision


def can_seal(actor: Actor, seat: Assessor | None, edition: Edition, now: datetime) -> Decision:
    """A judge seals their own sheets until the chair closes the panel (RULES, "The panel" 7)."""
    return both(is_judge(actor, seat), allows(edition, "panel.mark", now))


def can_chair(actor: Actor, seat: Assessor | None, edition: Edition, now: datetime) -> Decision:
    """The chair calls in a reserve, leaves grades unawarded and closes, until the panel is closed."""
    return both(is_chair(actor, seat), allows(edition, "panel.run", now))


def can_settle_unsealing(actor: Actor, unsealing: Unsealing, edition: Edition, now: datetime) -> Decision:
    """The auditor agrees to open a sealed sheet again, or refuses."""
    decision = both(has_role(actor, "auditor"), allows(edition, "panel.run", now))
    if decision and unsealing.settled_at:
        return not_now(_("This request has been settled already."))
    return decision


def can_hold_vote(actor: Actor, seat: Assessor | None, edition: Edition, now: datetime) -> Decision:
    """The chair opens and counts votes on ties, between the closing of the panel and the signature."""
    return both(is_chair(actor, seat), allows(edition, "result.release", now))


def can_vote(actor: Actor, seat: Assessor | None, vote: Vote, entitled: set[str], now: datetime) -> Decision:
    """Judges and called reserves recused from none of the tied (`entitled`: their numbers), while the vote is open."""
    decision = is_judge(actor, seat)
    if not decision:
        return decision
    if seat.number not in entitled:
        return forbidden(_("You have no vote here: you are recused from one of the entries, or a reserve."))
    if vote.closed_at:
        return not_now(_("This vote has been counted already."), "too_late")
    return allows(seat.round.edition, "result.release", now)


def can_open_step(
    step: str, actor: Actor, seat: Assessor | None, edition: Edition, release: Release | None, now: datetime
) -> Decision:
    """Whether somebody may look at a step's own page of the release: its own person alone, once it is its turn.

    `release`: the panel's live one. Nobody else sees anything before the signature (RULES, "The panel" 8).
    """
    who = {
        "compute": has_role(actor, "manager"),
        "recount": has_role(actor, "manager"),
        "approve": has_role(actor, "auditor"),
        "sign": is_chair(actor, seat),
    }[step]
    decision = both(who, allows(edition, "result.read", now))
    if not decision:
        return decision
    if release is None:
        return ALLOWED if step == "compute" else not_now(_("The result has not been computed yet."), "too_early")
    computed_it = release.computed_by_id == actor.user.pk
    if step == "compute" and not computed_it:
        return forbidden(_("Another manager has computed the result: it is shown to them alone."))
    if step == "recount" and computed_it:
        return forbidden(_("You have computed the result yourself: another manager recounts."))
    if step == "recount" and release.recounted_by_id not in (None, actor.user.pk):
        return forbidden(_("Another manager has recounted."))
    before = STEPS[max(STEPS.index(step) - 1, 0)]
    if step != "compute" and not getattr(release, DONE[before]):
        return not_now(_("The step before this one has not been done yet."), "too_early")
    return ALLOWED


def can_take_step(
    step: str, actor: Actor, seat: Assessor | None, edition: Edition, release: Release | None, now: datetime
) -> Decision:
    """Whether somebody may do a step now. Computing may be repeated until the recount (after a vote on a tie)."""
    decision = both(can_open_step(step, actor, seat, edition, release, now), allows(edition, "result.release", now))
    if not decision or release is None:
        return decision
    if getattr(release, DONE["recount" if step == "compute" else step]):
        return not_now(_("This step has been done already."), "too_late")
    return decision
