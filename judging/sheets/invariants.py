"""What must always hold of rounds, sheets and the ledger. `check()` yields a line per fault. Reads only.

That live tables follow from the ledger is judging.sheets.ledger.verify's to say (`manage.py verify_ledger`).
"""

import json
from collections.abc import Iterator

from django.db.models import F

from awards.canonical import digest
from awards.invariants import clocks_disagree
from judging.sheets.models import Assessor, Chain, ClosedPart, Mark, Round, RuleSnapshot, ScoreSheet
from judging.sheets.states import COUNTED


def check() -> Iterator[str]:
    """Every fault of every round, named by its edition."""
    for round in Round.objects.select_related("edition").prefetch_related("criterion_set").order_by("pk"):
        for fault in (*_rules(round), *_sheets(round), *_assessors(round)):
            yield f"{round.edition.slug}/{round.kind}: {fault}"
    for part in clocks_disagree(ClosedPart.objects.select_related("entry__chain__edition"), "entry__chain__edition"):
        yield f"{part.entry.chain.edition.slug}: row {part.entry.position} was recorded at another moment than it says"


def _rules(round: Round) -> Iterator[str]:
    snapshots = list(RuleSnapshot.objects.filter(round=round))
    for snapshot in snapshots:
        if digest(snapshot.content) != snapshot.digest:
            yield f"the digest of its rules no. {snapshot.number} does not fit their content"
    if [snapshot.number for snapshot in snapshots] != list(range(1, len(snapshots) + 1)):
        yield "its rule snapshots have gaps"
    marked = Mark.objects.filter(sheet__round=round).exists()
    if marked and not snapshots:
        yield "it has marks, but its rules are not frozen"
    if marked and not Chain.objects.filter(round=round, length__gt=0).exists():
        yield "it has marks, but no chain in the ledger"
    if not snapshots:
        return
    frozen = json.loads(snapshots[-1].content)["criteria"]
    if sum(criterion["points"] for criterion in frozen) != 100:
        yield "the points of its frozen criteria do not add up to 100"
    live = {criterion.code: criterion.points for criterion in round.criterion_set.all()}
    if live != {criterion["id"]: criterion["points"] for criterion in frozen}:
        yield "its criteria are not those that were frozen"


def _sheets(round: Round) -> Iterator[str]:
    sheets = ScoreSheet.objects.filter(round=round, removed_at__isnull=True)
    for sheet in sheets.exclude(assessor__round=round):
        yield f"sheet {sheet.public_id} belongs to an assessor of another round"
    for sheet in sheets.exclude(entry__edition=round.edition):
        yield f"sheet {sheet.public_id} is about an entry of another edition"
    for sheet in sheets.filter(
        state__in=COUNTED, entry__author__user=F("assessor__user"), entry__author__left_at__isnull=True
    ):
        yield f"sheet {sheet.public_id} counts, but its assessor is an author of the entry"
    for mark in Mark.objects.filter(sheet__round=round).exclude(out_of=F("criterion__points")).select_related("sheet"):
        yield f"a mark on sheet {mark.sheet.public_id} is out of {mark.out_of}, its criterion is not"
    for mark in Mark.objects.filter(sheet__round=round).exclude(criterion__round=round).select_related("sheet"):
        yield f"a mark on sheet {mark.sheet.public_id} is on a criterion of another round"


def _assessors(round: Round) -> Iterator[str]:
    for sheet in ScoreSheet.objects.filter(round=round, state__in=COUNTED, assessor__pledged_at__isnull=True):
        yield f"sheet {sheet.public_id} counts, but its assessor has not pledged"
    numbers = list(Assessor.objects.filter(round__edition=round.edition).values_list("number", flat=True))
    if len(set(numbers)) != len(numbers):
        yield "two assessors of the edition have one number"
