"""The demonstration's final: draw, every finalist on stage, marks, seals, the close, and the release by four people.

Before it runs: the finalists are announced and the panel has pledged. All within final_starts … final_ends.
"""

import uuid
from datetime import datetime, timedelta

from entries.models import Author
from judging.panel.export import export_marks
from judging.panel.models import Panel, Slot
from judging.panel.queries import finalist_entries, panel_of
from judging.panel.services.closing import close_panel
from judging.panel.services.draw import draw_order
from judging.panel.services.release import approve_result, compute_result, recount_result, sign_result
from judging.panel.services.running import move_slot
from judging.panel.services.sealing import seal_sheets
from judging.sheets.models import ScoreSheet
from judging.sheets.queries import criteria_of, live_sheets, round_of
from judging.sheets.services.assessors import propose_rule_recusals, settle_recusal
from judging.sheets.services.marking import save_field
from judging.tally import from_json, tally

from .story import Story, Work

NAMESPACE = uuid.UUID("6a616e67-776f-6e00-8000-000000000000")


def _share(story: Story, parts: float) -> datetime:
    """A moment of the final: 0 is its start, 1 its end."""
    return story.times.final_starts + (story.times.final_ends - story.times.final_starts) * parts


def draw(*, story: Story) -> Panel:
    """A manager confirms the recusals that the rule demands; then the operator draws, and the final begins."""
    now = story.times.final_starts
    edition, manager = story.fresh(), story.actor("manager", now)
    round = round_of(edition, "panel")
    for recusal in propose_rule_recusals(round=round, entries=finalist_entries(edition), actor=manager, now=now):
        settle_recusal(recusal=recusal, confirm=True, actor=manager, now=now)
    panel = draw_order(edition=edition, seed=f"장원 {edition.slug}", actor=story.actor("operator", now), now=now)
    story.fresh()
    return panel


def run(*, story: Story) -> Panel:
    """Every finalist presents, every judge marks and seals, the chair closes."""
    edition = story.fresh()
    panel = panel_of(edition)
    slots = list(Slot.objects.filter(panel=panel).select_related("finalist__entry"))
    leads = dict(
        Author.objects.filter(entry__edition=edition, part="lead", left_at=None).values_list(
            "entry_id", "user__username"
        )
    )
    works = {work.lead: work for work in story.works}
    for place, slot in enumerate(slots):
        begun = _share(story, 0.8 * place / len(slots))
        _present(
            story,
            slot,
            begun,
            _share(story, 0.8 / len(slots)) - story.times.final_starts,
            works[leads[slot.finalist.entry_id]],
        )
    sealed = _share(story, 0.85)
    for name in story.judges:
        seal_sheets(edition=edition, actor=story.actor(name, sealed), now=sealed)
    closed = _share(story, 0.88)
    panel = close_panel(edition=edition, actor=story.actor("judge1", closed), now=closed)
    story.fresh()
    return panel


def _present(story: Story, slot: Slot, begun: datetime, length: timedelta, work: Work) -> None:
    """One finalist: talk, questions, marks, closed."""
    for share, state in ((0.0, "presenting"), (0.5, "questions"), (0.75, "marking"), (0.95, "closed")):
        now = begun + length * share
        if state == "closed":
            _mark(story, slot, begun + length * 0.8, work)
        move_slot(
            edition=story.edition,
            public_id=slot.public_id,
            to=state,
            seen=Panel.objects.get(pk=slot.panel_id).version,
            actor=story.actor("operator", now),
            now=now,
        )


def _mark(story: Story, slot: Slot, now: datetime, work: Work) -> None:
    """Every judge who is not recused types all their marks on one finalist."""
    sheets: list[ScoreSheet] = list(
        live_sheets(round_of(story.edition, "panel"))
        .filter(entry=slot.finalist.entry, recused=False)
        .select_related("assessor__user", "round")
    )
    for sheet in sheets:
        name = sheet.assessor.user.username
        actor = story.actor(name, now)
        for criterion in criteria_of(sheet.round):
            save_field(
                sheet=sheet,
                field=criterion.code,
                value=str(story.panel_mark(work, name, criterion.points)),
                based_on=0,
                write=uuid.uuid5(NAMESPACE, f"{sheet.public_id} {criterion.code}"),
                actor=actor,
                now=now,
            )


def release(*, story: Story) -> None:
    """One manager computes, the other adds the sheets up, the auditor approves, the chair signs."""
    edition = story.fresh()
    at = [_share(story, share) for share in (0.9, 0.92, 0.94, 0.96)]
    compute_result(edition=edition, actor=story.actor("manager", at[0]), now=at[0])
    details = tally(from_json(export_marks(edition))).details
    sums = {entry: detail.sum for entry, detail in details.items()}
    recount_result(edition=edition, sums=sums, actor=story.actor("manager2", at[1]), now=at[1])
    approve_result(edition=edition, actor=story.actor("auditor", at[2]), now=at[2])
    sign_result(edition=edition, actor=story.actor("judge1", at[3]), now=at[3])
    story.fresh()
