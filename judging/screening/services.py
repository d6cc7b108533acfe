"""Plans who reviews what, applies a plan in one act, and ends screening. Never sets a mark, never looks at one."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from awards.actors import Actor
from awards.decisions import Invalid, ensure
from awards.models import Edition
from awards.services.stages import lock_edition, move_stage
from entries.queries import accepted
from judging.screening.models import AssignmentPlan
from judging.screening.permissions import can_apply_plan, can_close, can_plan
from judging.screening.queries import has_handed_in, question_of, unsettled_by_rule
from judging.sheets import ledger
from judging.sheets.models import Assessor, Round
from judging.sheets.queries import counted_sheets, live_recusals, live_sheets, round_of
from judging.sheets.services.assessors import assign_sheets, propose_rule_recusals
from judging.sheets.services.marking import settle_sheet


@transaction.atomic
def ask_plan(*, round: Round, k: int, actor: Actor, now: datetime) -> AssignmentPlan:
    """Asks for a plan with `k` reviews an entry (0: by every reviewer who is not recused).

    Proposes the recusals that the rule demands first. A plan asked for before is dropped. The caller hands the new
    one to the worker (tasks.plan_reviews). Raises Refused, or Invalid when there is nobody or nothing to plan for.
    """
    ensure(can_plan(actor, round.edition, now))
    round = Round.objects.select_for_update(of=("self",)).select_related("edition").get(pk=round.pk)
    propose_rule_recusals(round=round, entries=accepted(round.edition), actor=actor, now=now)
    question = question_of(round)
    if not question.entries:
        raise Invalid({"": _("There is no accepted entry yet.")})
    if not question.reviewers:
        raise Invalid({"": _("There is no reviewer yet.")})
    if not 0 <= k <= len(question.reviewers):
        most = {"most": len(question.reviewers)}
        raise Invalid({"k": _("Type a number from 0 to %(most)d, the number of reviewers.") % most})
    AssignmentPlan.objects.filter(round=round, state__in=["asked", "planned"]).update(state="dropped")
    return AssignmentPlan.objects.create(round=round, content={"k": k}, asked_by=actor.user, asked_at=now)


@transaction.atomic
def store_plan(*, plan: AssignmentPlan, question: str, answer: dict | None, message: str = "") -> AssignmentPlan:
    """Keeps what the worker computed: `answer` as AssignmentPlan.content, or None and a `message` why not.

    `question` is the digest of what it was computed from. A plan dropped meanwhile stays dropped.
    """
    plan = AssignmentPlan.objects.select_for_update().get(pk=plan.pk)
    if plan.state == "asked":
        plan.state, plan.message = ("failed", message) if answer is None else ("planned", "")
        plan.content = plan.content | {"question": question} | (answer or {})
        plan.save(update_fields=["state", "message", "content"])
    return plan


@transaction.atomic
def apply_plan(*, plan: AssignmentPlan, actor: Actor, now: datetime) -> int:
    """Gives every reviewer the sheets of the plan that they lack, in one act. Returns how many; repeats give 0.

    Raises Refused, or Invalid while a recusal by rule is unconfirmed or when the plan's ground has changed.
    """
    round = Round.objects.select_for_update(of=("self",)).select_related("edition").get(pk=plan.round_id)
    plan = AssignmentPlan.objects.select_for_update().get(pk=plan.pk)
    plan.round = round
    if plan.state == "applied" and plan.applied_by == actor.user:
        return 0
    ensure(can_apply_plan(actor, plan, has_handed_in(round), now))
    if unsettled_by_rule(round):
        raise Invalid({"": _("First confirm the recusals by rule.")})
    if question_of(round).digest != plan.content["question"]:
        raise Invalid({"": _("Entries, reviewers or recusals have changed since. Ask for a new plan.")})
    entries = {entry.public_id: entry for entry in accepted(round.edition)}
    assessors = {assessor.public_id: assessor for assessor in Assessor.objects.filter(round=round)}
    have = set(live_sheets(round).values_list("entry__public_id", "assessor__public_id"))
    pairs = [tuple(pair) for pair in plan.content["pairs"] if tuple(pair) not in have]
    made = assign_sheets(
        round=round, pairs=[(assessors[assessor], entries[entry]) for entry, assessor in pairs], actor=actor, now=now
    )
    plan.state, plan.applied_by, plan.applied_at = "applied", actor.user, now
    plan.save(update_fields=["state", "applied_by", "applied_at"])
    given: dict[str, list[str]] = {}
    for entry, assessor in pairs:
        given.setdefault(assessors[assessor].number, []).append(entry)
    ledger.append(
        edition=round.edition,
        round=round,
        kind="assigned",
        open_part={"plan": plan.public_id, "sheets": {number: sorted(own) for number, own in given.items()}},
        actor=actor,
        now=now,
    )
    return made


@transaction.atomic
def hand_in_sheets(*, sheets: list, actor: Actor, now: datetime) -> int:
    """Hands several of one's own sheets in, all or none. Raises Refused, or Invalid naming the first that can't be."""
    for sheet in sheets:
        try:
            settle_sheet(sheet=sheet, state="handed_in", actor=actor, now=now)
        except Invalid as invalid:
            reason = "; ".join(map(str, invalid.errors.values()))
            raise Invalid({"": f"{sheet.entry.counting.title}: {reason}"}) from invalid
    return len(sheets)


@transaction.atomic
def begin_selection(*, edition: Edition, actor: Actor, now: datetime) -> Edition:
    """Ends screening after its window: from now values are seen by those who decide, and nothing more counts.

    Raises Refused, IllegalMove, or Invalid naming what is missing (an entry without a counted sheet).
    """
    edition = lock_edition(edition)
    ensure(can_close(actor, edition, now))
    edition = move_stage(edition=edition, to="selection", actor=actor, now=now)
    round = round_of(edition, "screening")
    ledger.append(
        edition=edition,
        round=round,
        kind="closed",
        open_part={"sheets": counted_sheets(round).count(), "recusals": live_recusals(round).count()},
        actor=actor,
        now=now,
    )
    return edition
