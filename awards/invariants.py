"""What must always hold of editions, windows, roles and people. `check()` yields a line per fault. Reads only."""

from collections.abc import Iterator
from datetime import timedelta

from django.db.models import F

from awards.calendar import MOVES
from awards.models import Edition, Office, RoleGrant, StageMove, WindowChange

# In real editions `at`, passed in, and `recorded_at`, set by the database, are the same moment (RULES: The ledger).
CLOCKS_AGREE = timedelta(seconds=60)


def check() -> Iterator[str]:
    """Every fault of every edition, and of the tree of offices."""
    for edition in Edition.objects.order_by("pk"):
        for fault in (*_stages(edition), *_windows(edition), *_roles(edition)):
            yield f"{edition.slug}: {fault}"
    yield from _offices()


def clocks_disagree(rows, real: str):
    """Rows of real editions (`real`: the path to the edition) whose `at` is not when they were recorded."""
    rows = rows.filter(**{f"{real}__kind": Edition.Kind.REAL})
    early, late = F("recorded_at") - CLOCKS_AGREE, F("recorded_at") + CLOCKS_AGREE
    return rows.exclude(at__range=(early, late))


def _stages(edition: Edition) -> Iterator[str]:
    stage = "drafting"
    for move in StageMove.objects.filter(edition=edition).order_by("pk"):
        if move.old != stage or move.new not in MOVES[move.old]:
            yield f"the move from {move.old} to {move.new} does not follow from {stage}"
        stage = move.new
    if stage != edition.stage:
        yield f"its stage is {edition.stage}, its moves lead to {stage}"
    for move in clocks_disagree(StageMove.objects.filter(edition=edition), "edition"):
        yield f"the move to {move.new} was recorded at another moment than it says"


def _windows(edition: Edition) -> Iterator[str]:
    submission = edition.windows().get("submission")
    if submission and StageMove.objects.filter(edition=edition, new="screening", at__lt=submission.closes).exists():
        yield "screening began before submission had closed"
    for window in edition.window_set.all():
        last = WindowChange.objects.filter(window=window).order_by("pk").last()
        if last and last.closes != window.closes:
            yield f"the {window.stage} window closes at another moment than its last extension says"
    for change in clocks_disagree(WindowChange.objects.filter(window__edition=edition), "window__edition"):
        yield f"an extension of the {change.window.stage} window was recorded at another moment than it says"


def _roles(edition: Edition) -> Iterator[str]:
    live = list(RoleGrant.objects.filter(edition=edition, until__isnull=True).select_related("user"))
    sides: dict[str, set[str]] = {}
    for grant in live:
        sides.setdefault(grant.user.username, set()).add(grant.side)
        if grant.since and not grant.appointed and grant.confirmed_by_id in (None, grant.asked_by_id, grant.user_id):
            yield f"{grant.user.username} is {grant.role} without a second person"
    for username, found in sides.items():
        if len(found) > 1:
            yield f"{username} stands on two sides"


def _offices() -> Iterator[str]:
    paths = {}
    for office in Office.objects.order_by("path"):
        paths[office.pk] = office.path
        if office.path != f"{paths.get(office.parent_id, '/')}{office.pk}/":
            yield f"office {office.pk}: its path is not that of the office above it"
