"""The reviewers' window as it is played: recusals confirmed, sheets assigned, every mark typed and handed in."""

from datetime import datetime, timedelta
from uuid import uuid4

from entries.queries import accepted
from judging.screening.services import apply_plan, ask_plan
from judging.screening.tasks import compute_plan
from judging.sheets.models import Recusal, Round, ScoreSheet
from judging.sheets.queries import criteria_of, round_of
from judging.sheets.services.assessors import propose_rule_recusals, settle_recusal
from judging.sheets.services.marking import save_field, settle_sheet

from .setup import pledge
from .story import Story


def assign(*, story: Story, k: int = 0, now: datetime | None = None) -> int:
    """Between submission and screening: recusals by rule proposed and confirmed, the plan made and applied.

    Returns how many sheets there are. `k`: reviews an entry, 0 for all.
    """
    now = now or story.times.settled + timedelta(hours=1)
    edition = story.fresh()
    round, manager = round_of(edition, "screening"), story.actor("manager", now)
    propose_rule_recusals(round=round, entries=accepted(edition), actor=manager, now=now)
    proposed = Recusal.objects.filter(assessor__round=round, state="proposed")
    for recusal in proposed:
        settle_recusal(recusal=recusal, confirm=True, actor=manager, now=now)
    plan = compute_plan(ask_plan(round=round, k=k, actor=manager, now=now))
    pledge(story=story, round="screening", now=now + timedelta(hours=1))
    return apply_plan(plan=plan, actor=manager, now=now)


def score(*, story: Story, reviewers: list[str] | None = None, hand_in: bool = True) -> int:
    """Inside the window: every reviewer (or those named) types each mark of each sheet and hands it in.

    Returns how many sheets were filled in. The edition must be in screening.
    """
    edition = story.fresh()
    round = round_of(edition, "screening")
    works = {work.title: work for work in story.works}
    opens, closes = story.times.screening_opens, story.times.screening_closes
    filled = 0
    for number, name in enumerate(reviewers or story.reviewers):
        sheets = _sheets(round, name)
        step = (closes - opens - timedelta(hours=8)) / max(len(sheets), 1)
        actor = story.actor(name, opens + timedelta(hours=1))
        for place, sheet in enumerate(sheets):
            now = opens + timedelta(hours=1, minutes=7 * number) + place * step
            work = works[sheet.entry.counting.title]
            for minute, criterion in enumerate(criteria_of(round)):
                points = story.screening_mark(work, name, criterion.points)
                save_field(
                    sheet=sheet,
                    field=criterion.code,
                    value=str(points),
                    based_on=0,
                    write=uuid4(),
                    actor=actor,
                    now=now + timedelta(minutes=minute),
                )
            if hand_in:
                settle_sheet(sheet=sheet, state="handed_in", actor=actor, now=now + timedelta(minutes=20))
            filled += 1
    return filled


def _sheets(round: Round, name: str) -> list[ScoreSheet]:
    own = ScoreSheet.objects.filter(round=round, assessor__user__username=name, removed_at__isnull=True, state="open")
    return list(own.select_related("entry__counting").order_by("pk"))
