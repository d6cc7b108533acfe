"""What is read of the reviewers' window: one's own queue, and for managers who has done how much, never values."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from awards.actors import Actor
from awards.canonical import canonical, digest
from awards.models import Edition
from entries.models import Entry
from entries.queries import accepted, page_of
from judging.screening.models import AssignmentPlan
from judging.screening.progress import WORDS, progress_of
from judging.sheets.models import Assessor, Criterion, HeldMark, Mark, Recusal, Round, ScoreSheet
from judging.sheets.queries import (
    counted_sheets,
    criteria_of,
    live_recusals,
    live_sheets,
    rule_conflicts,
    sheet_with_marks,
    visible_to,
)

PAGE = 50
LONG = ("entry__summary", "entry__answers", "entry__counting__content")  # texts that no list shows
NOTHING = {"sheets": 0, "begun": 0, "handed_in": 0}


@dataclass(slots=True)
class QueueRow:
    """One entry of a reviewer's queue. `points` by criterion, None where a mark is missing; `total` if none is."""

    entry: Entry
    sheet: ScoreSheet | None
    progress: str
    points: list[int | None]

    @property
    def word(self):
        return WORDS[self.progress][0]

    @property
    def colour(self) -> str:
        return WORDS[self.progress][1]

    @property
    def total(self) -> int | None:
        return sum(self.points) if self.points and None not in self.points else None


def own_sheet(actor: Actor, edition: Edition) -> QuerySet[ScoreSheet]:
    """The actor's own screening sheets, those that were taken off their list too, so that a refusal can say why."""
    return (
        ScoreSheet.objects.filter(round__edition=edition, round__kind="screening", assessor__user=actor.user)
        .select_related("assessor", "round", "entry__counting__track")
        .prefetch_related("round__criterion_set")
    )


def queue(actor: Actor, round: Round) -> list[QueueRow]:
    """The actor's sheets in the order they were given, then the entries they are recused from. Three queries."""
    criteria = criteria_of(round)
    sheets = sheet_with_marks(visible_to(actor, round)).select_related("entry__counting__track").defer(*LONG)
    rows = [_row(sheet, criteria) for sheet in sheets.order_by("pk")]
    listed = {row.entry.pk for row in rows}
    barred = live_recusals(round).filter(assessor__user=actor.user, assessor__ended_at__isnull=True)
    for recusal in barred.select_related("entry__counting__track").defer(*LONG).order_by("entry"):
        if recusal.entry_id not in listed:
            rows.append(QueueRow(recusal.entry, None, "recused", []))
    return rows


def _row(sheet: ScoreSheet, criteria: list[Criterion]) -> QueueRow:
    marks = {mark.criterion_id: mark.points for mark in sheet.marks}
    points = [marks.get(criterion.pk) for criterion in criteria]
    given = len([value for value in points if value is not None])
    return QueueRow(sheet.entry, sheet, progress_of(sheet.state, sheet.recused, given, len(criteria)), points)


def held_of(sheet: ScoreSheet) -> list[HeldMark]:
    """What its author typed that did not enter the sheet: late, or a conflict that is still open."""
    return list(HeldMark.objects.filter(sheet=sheet, settled_at__isnull=True))


def presence(sheets: QuerySet[ScoreSheet], by: str) -> dict[int, dict]:
    """`sheets`, `begun` and `handed_in` (counts) by "entry" or "assessor", without looking at a value. One query."""
    marked = Exists(Mark.objects.filter(sheet=OuterRef("pk"), points__isnull=False))
    counts = {
        "sheets": Count("pk"),
        "begun": Count("pk", filter=Q(marked=True)),
        "handed_in": Count("pk", filter=Q(state="handed_in")),
    }
    rows = sheets.filter(recused=False).annotate(marked=marked).order_by().values(by).annotate(**counts)
    return {row.pop(by): row for row in rows}


def reviewers_progress(round: Round) -> list[Assessor]:
    """The live reviewers, each with `done` (presence). Two queries."""
    reviewers = list(Assessor.objects.filter(round=round, ended_at__isnull=True).select_related("user__office"))
    done = presence(live_sheets(round), "assessor")
    for reviewer in reviewers:
        reviewer.done = done.get(reviewer.pk, NOTHING)
    return reviewers


def coverage(round: Round, after: str) -> tuple[list[Entry], str]:
    """A page of the accepted entries with `done` (presence) and `recusals`, and the next key. Three queries."""
    page, following = page_of(accepted(round.edition).defer("counting__content"), after, PAGE)
    done = presence(live_sheets(round).filter(entry__in=page), "entry")
    barred = live_recusals(round).filter(entry__in=page, assessor__ended_at__isnull=True)
    recusals = Counter(barred.order_by().values_list("entry_id", flat=True))
    for entry in page:
        entry.done, entry.recusals = done.get(entry.pk, NOTHING), recusals[entry.pk]
    return page, following


def has_handed_in(round: Round) -> bool:
    return live_sheets(round).filter(state="handed_in").exists()


def uncovered(round: Round) -> QuerySet[Entry]:
    """Accepted entries that nobody has been given."""
    return accepted(round.edition).exclude(Exists(live_sheets(round).filter(recused=False, entry=OuterRef("pk"))))


def uncounted(round: Round) -> QuerySet[Entry]:
    """Accepted entries without any sheet that counts."""
    return accepted(round.edition).exclude(Exists(counted_sheets(round).filter(entry=OuterRef("pk"))))


def unsettled_by_rule(round: Round) -> int:
    """How many recusals that the rule demands are not confirmed yet."""
    confirmed = set(
        live_recusals(round).filter(state=Recusal.State.CONFIRMED).values_list("assessor_id", "entry_id")
    )
    return len(rule_conflicts(round, accepted(round.edition)).keys() - confirmed)


def latest_plan(round: Round) -> AssignmentPlan | None:
    """The plan asked for last, applied or not."""
    return AssignmentPlan.objects.filter(round=round).exclude(state="dropped").select_related("asked_by").first()


@dataclass(frozen=True, slots=True)
class Question:
    """What a plan is computed from; ids are public ids. `digest` tells whether the same would be asked now."""

    entries: list[str]
    reviewers: list[str]
    conflicts: set[tuple[str, str]]
    kept: set[tuple[str, str]]

    @property
    def digest(self) -> str:
        pairs = [sorted(map(list, pairs)) for pairs in (self.conflicts, self.kept)]
        return digest(canonical([self.entries, self.reviewers, *pairs]))


def question_of(round: Round) -> Question:
    """Accepted entries, live reviewers, recused pairs, and the sheets that are there already. Four queries."""
    pairs = ("entry__public_id", "assessor__public_id")
    live = live_recusals(round).filter(assessor__ended_at__isnull=True, entry__state="accepted")
    kept = live_sheets(round).filter(recused=False, entry__state="accepted")
    reviewers = Assessor.objects.filter(round=round, ended_at__isnull=True)
    return Question(
        sorted(accepted(round.edition).values_list("public_id", flat=True)),
        sorted(reviewers.values_list("public_id", flat=True)),
        set(live.values_list(*pairs)),
        set(kept.values_list(*pairs)),
    )


def plan_lines(plan: AssignmentPlan) -> dict:
    """A computed plan with people and entries for ids: `loads` [(reviewer, n)], `unmet` [(entry, lacks, who)]."""
    people = {
        assessor.public_id: assessor.user
        for assessor in Assessor.objects.filter(round=plan.round).select_related("user__office")
    }
    entries = {entry.public_id: entry for entry in accepted(plan.round.edition)} if plan.content["unmet"] else {}
    loads = sorted(((people[who], load) for who, load in plan.content["load"].items()), key=lambda row: row[0].name)
    unmet = [
        (entries.get(line["entry"]), line["lacks"], [people[who] for who in line["because"]])
        for line in plan.content["unmet"]
    ]
    return {"loads": loads, "unmet": unmet, "sheets": len(plan.content["pairs"])}


def window_times(edition: Edition, now: datetime) -> dict:
    """The screening window for the pages: its interval and its state at `now` ("" where none is set)."""
    window = edition.windows().get("screening")
    return {"window": window, "window_state": window.state(now) if window else ""}
