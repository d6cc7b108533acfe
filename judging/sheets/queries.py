"""What is read of rounds, assessors, recusals and sheets. Never writes, never ranks.

`visible_to` is the one answer to whose sheets a person may see with their values.
"""

import json
from collections import defaultdict

from django.db.models import Exists, OuterRef, Prefetch, QuerySet

from awards.actors import Actor
from awards.models import Edition, Office
from awards.offices import line_of_command, same_office
from entries.models import Author, Entry
from judging.sheets.models import Assessor, Criterion, LedgerEntry, Mark, Recusal, Round, ScoreSheet
from judging.sheets.states import COUNTED


def round_of(edition: Edition, kind: str) -> Round | None:
    """The edition's round with its edition and criteria; two queries."""
    found = Round.objects.filter(edition=edition, kind=kind).prefetch_related("criterion_set").first()
    if found:
        found.edition = edition
    return found


def assessor_of(round: Round, actor: Actor) -> Assessor | None:
    """The actor as an assessor of this round, or None."""
    if actor.user is None:
        return None
    return Assessor.objects.filter(round=round, user=actor.user, ended_at__isnull=True).select_related("user").first()


def live_recusals(round: Round) -> QuerySet[Recusal]:
    """Recusals that bar: proposed and confirmed ones."""
    return Recusal.objects.filter(assessor__round=round).exclude(state=Recusal.State.DISMISSED)


def with_recusal(sheets: QuerySet[ScoreSheet]) -> QuerySet[ScoreSheet]:
    """Sheets annotated with `recused`: whether a recusal bars the pair."""
    barred = Recusal.objects.filter(assessor=OuterRef("assessor"), entry=OuterRef("entry")).exclude(
        state=Recusal.State.DISMISSED
    )
    return sheets.annotate(recused=Exists(barred))


def live_sheets(round: Round) -> QuerySet[ScoreSheet]:
    """The round's sheets that were not taken away from their assessor, with `recused`."""
    return with_recusal(
        ScoreSheet.objects.filter(round=round, removed_at__isnull=True, assessor__ended_at__isnull=True)
    )


def counted_sheets(round: Round) -> QuerySet[ScoreSheet]:
    """The sheets that count: handed in or sealed, pair not recused. A reserve's count is the panel's to say."""
    return live_sheets(round).filter(state__in=COUNTED, recused=False)


def visible_to(actor: Actor, round: Round) -> QuerySet[ScoreSheet]:
    """Sheets whose marks this person may see now: their own; nobody sees another's while a round is open."""
    return live_sheets(round).filter(assessor__user=actor.user) if actor.user else ScoreSheet.objects.none()


def sheet_with_marks(sheets: QuerySet[ScoreSheet]) -> QuerySet[ScoreSheet]:
    """Adds the marks of each sheet as `marks` (a list), in one query more."""
    return sheets.prefetch_related(Prefetch("mark_set", Mark.objects.all(), to_attr="marks"))


def criteria_of(round: Round) -> list[Criterion]:
    return list(round.criterion_set.all())


def totals_by_entry(round: Round) -> dict[int, list[int]]:
    """Each entry's counted totals: the sums of complete counted sheets. Two queries."""
    needed = len(criteria_of(round))
    totals = defaultdict(list)
    for sheet in sheet_with_marks(counted_sheets(round)):
        points = [mark.points for mark in sheet.marks if mark.points is not None]
        if len(points) == needed:
            totals[sheet.entry_id].append(sum(points))
    return dict(totals)


def office_levels() -> dict[int, str]:
    return dict(Office.objects.values_list("pk", "level"))


def rule_conflicts(round: Round, entries: QuerySet[Entry]) -> dict[tuple[int, int], str]:
    """(assessor id, entry id) -> basis ("author", "office", "line") for every pair barred by rule.

    Tests the offices at submission and today's. A fixed number of queries.
    """
    levels, level = office_levels(), round.edition.recusal_level
    people, paths = defaultdict(set), defaultdict(set)
    authors = Author.objects.filter(entry__in=entries, accepted_at__isnull=False, left_at__isnull=True)
    authors = authors.select_related("user__office")
    for author in authors:
        people[author.entry_id].add(author.user_id)
        if author.user.office:
            paths[author.entry_id].add(author.user.office.path)
    for entry in entries.select_related("counting"):
        for person in json.loads(entry.counting.content)["people"] if entry.counting else []:
            paths[entry.pk].add(person["office_path"])
    found = {}
    for assessor in Assessor.objects.filter(round=round, ended_at__isnull=True).select_related("user__office"):
        office = assessor.user.office
        for entry_id in people.keys() | paths.keys():
            near = [path for path in paths[entry_id] if path and office]
            if assessor.user_id in people[entry_id]:
                basis = Recusal.Basis.AUTHOR
            elif any(same_office(office.path, path, levels, level) for path in near):
                basis = Recusal.Basis.OFFICE
            elif any(line_of_command(office.path, path, levels) for path in near):
                basis = Recusal.Basis.LINE
            else:
                continue
            found[assessor.pk, entry_id] = str(basis)
    return found


LEDGER_PAGE = 50


def ledger_page(edition: Edition, before: int | None) -> tuple[list[dict], int | None]:
    """The newest rows of an edition's chains before a key, and the key to go on from (None: no more).

    Values of marks are left out: the auditor sees that they are there (RULES: People and roles).
    """
    rows = (
        LedgerEntry.objects.filter(chain__edition=edition).select_related("chain__round", "closedpart").order_by("-pk")
    )
    if before:
        rows = rows.filter(pk__lt=before)
    found = list(rows[: LEDGER_PAGE + 1])
    page = [
        {
            "pk": row.pk,
            "chain": row.chain,
            "position": row.position,
            "kind": row.kind,
            "hash": row.hash,
            "at": row.closedpart.at if hasattr(row, "closedpart") else None,
            "assessor": json.loads(row.open_part).get("assessor", ""),
        }
        for row in found[:LEDGER_PAGE]
    ]
    return page, page[-1]["pk"] if len(found) > LEDGER_PAGE else None
