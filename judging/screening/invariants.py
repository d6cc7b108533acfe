"""What must always hold of the reviewers' window. Reads only; yields a line per fault."""

from collections.abc import Iterator

from awards.calendar import ACTS
from judging.screening.models import AssignmentPlan
from judging.screening.queries import uncounted
from judging.sheets.models import Mark, Round, ScoreSheet
from judging.sheets.queries import counted_sheets


def check() -> Iterator[str]:
    """Counted sheets are complete and within their window; no assessor scores an entry twice; plans say who applied."""
    for round in Round.objects.filter(kind="screening").select_related("edition").prefetch_related("criterion_set"):
        yield from _of_round(round)
    for plan in AssignmentPlan.objects.filter(state="applied", applied_by__isnull=True):
        yield f"plan {plan.public_id} is applied, but nobody applied it"


def _of_round(round: Round) -> Iterator[str]:
    name, criteria = round.edition.slug, {criterion.pk for criterion in round.criterion_set.all()}
    counted = {sheet.pk: sheet for sheet in counted_sheets(round)}
    marked: dict[int, set[int]] = {pk: set() for pk in counted}
    for sheet, criterion in Mark.objects.filter(sheet__in=counted, points__isnull=False).values_list(
        "sheet_id", "criterion_id"
    ):
        marked[sheet].add(criterion)
    window = round.edition.windows().get("screening")
    for pk, sheet in counted.items():
        if marked[pk] != criteria:
            yield f"{name}: sheet {sheet.public_id} counts without being complete"
        if window and not window.opens <= sheet.settled_at < window.closes:
            yield f"{name}: sheet {sheet.public_id} was handed in outside the window"
    for sheet in ScoreSheet.objects.filter(round=round, state="sealed"):
        yield f"{name}: screening sheet {sheet.public_id} is sealed, which only a judge's is"
    if round.edition.stage in ACTS["screening.values"].stages:
        for entry in uncounted(round):
            yield f"{name}: entry {entry.public_id} went to selection without a counted sheet"
