"""What is read of a final: running order, presence of marks, the release's state, the signed result. Never writes.

Presence says whether a sheet has marks, never which: values are read in judging.panel.export alone.
"""

import json
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q, QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from awards.actors import Actor
from awards.canonical import digest
from awards.models import Edition
from entries.models import Entry
from judging.panel.models import Panel, Release, Result, Slot, Unsealing, Vote
from judging.panel.states import ON_STAGE
from judging.selection.queries import finalists
from judging.sheets.models import Assessor, Chain, Recusal, Round, ScoreSheet
from judging.sheets.queries import criteria_of, live_recusals, live_sheets

SLOT_LABELS = {
    "waiting": _("Waiting"),
    "presenting": _("Presenting"),
    "questions": _("Questions"),
    "marking": _("Marking"),
    "closed": _("Closed"),
    "withdrawn": _("Withdrawn"),
}
PRESENCE_LABELS = {
    "none": _("No marks yet"),
    "partial": _("Some marks"),
    "complete": _("All marks"),
    "sealed": _("Sealed"),
    "recused": _("Recused"),
}


def panel_of(edition: Edition) -> Panel | None:
    """The edition's drawn final with its round and edition, or None before the draw."""
    return Panel.objects.filter(round__edition=edition).select_related("round__edition", "drawn_by").first()


def finalist_entries(edition: Edition) -> QuerySet[Entry]:
    """What the final's round is about, also before the draw (judging.sheets.subjects)."""
    return Entry.objects.filter(pk__in=finalists(edition).values("entry")).select_related("counting")


def judges_of(round: Round) -> QuerySet[Assessor]:
    """The panel's judges and reserves, with their accounts."""
    return Assessor.objects.filter(round=round, ended_at__isnull=True).select_related("user")


def visible_to(actor: Actor, edition: Edition, now: datetime) -> QuerySet[Slot]:
    """The running order, for those who run, watch or judge the final; nobody else's before it is told."""
    if not actor.has("operator", "manager", "auditor", "judge"):
        return Slot.objects.none()
    return Slot.objects.filter(panel__round__edition=edition).select_related("finalist__entry__counting")


def places(panel: Panel) -> list["Place"]:
    """The running order; one query."""
    slots = Slot.objects.filter(panel=panel).select_related("finalist__entry__counting__track")
    return [Place(slot) for slot in slots.defer("finalist__entry__answers", "finalist__entry__counting__content")]


class Place:
    """A slot with what pages show of it: title and lead as submitted, label, clock."""

    def __init__(self, slot: Slot):
        self.slot, self.entry = slot, slot.finalist.entry
        self.public_id, self.position, self.state = slot.public_id, slot.position, slot.state
        self.title, self.lead = self.entry.counting.title, self.entry.counting.lead

    @property
    def label(self) -> str:
        return SLOT_LABELS[self.state]

    @property
    def on_stage(self) -> bool:
        return self.state in ON_STAGE

    def seconds(self, round: Round) -> int:
        """How long the present state may last, in seconds; 0 where no clock runs."""
        allowed = {"presenting": "talk", "questions": "question", "marking": "marking"}.get(self.state)
        return getattr(round, f"{allowed}_seconds") if allowed else 0

    def ends_at(self, round: Round) -> datetime:
        return self.slot.changed_at + timedelta(seconds=self.seconds(round))


def on_stage(order: list[Place]) -> Place | None:
    """Who is on stage now."""
    return next((place for place in order if place.on_stage), None)


def next_up(order: list[Place]) -> Place | None:
    """The first who has not been on stage yet."""
    return next((place for place in order if place.state == "waiting"), None)


@dataclass(slots=True)
class Cell:
    """Whether one judge has marked one entry."""

    judge: Assessor
    place: Place
    state: str
    sheet: ScoreSheet | None = None

    @property
    def label(self) -> str:
        return PRESENCE_LABELS[self.state]


@dataclass(slots=True)
class Seat:
    """One judge and where they stand with all finalists."""

    judge: Assessor
    cells: list[Cell]

    @property
    def counts(self) -> bool:
        """A judge, or a reserve who was called in."""
        return not self.judge.reserve or self.judge.called_at is not None

    @property
    def sealed(self) -> bool:
        """Whether every sheet that they have to give is sealed."""
        due = [cell for cell in self.cells if cell.state != "recused" and cell.place.state != "withdrawn"]
        return bool(due) and all(cell.state == "sealed" for cell in due)

    @property
    def sealed_any(self) -> bool:
        return any(cell.state == "sealed" for cell in self.cells)


def presence(panel: Panel, order: list[Place]) -> list[Seat]:
    """Who has marked what: none, partial, complete, sealed or recused. Three queries, no value among them."""
    round, needed = panel.round, len(criteria_of(panel.round))
    given = Count("mark", filter=Q(mark__points__isnull=False))
    sheets = {(s.assessor_id, s.entry_id): s for s in live_sheets(round).annotate(given=given)}
    barred = set(live_recusals(round).values_list("assessor_id", "entry_id"))

    def state(pair):
        sheet = sheets.get(pair)
        if pair in barred:
            return "recused"
        if sheet is None or sheet.given == 0 and sheet.state == "open":
            return "none"
        if sheet.state == "sealed":
            return "sealed"
        return "complete" if sheet.given == needed else "partial"

    return [
        Seat(
            judge,
            [Cell(judge, p, state((judge.pk, p.entry.pk)), sheets.get((judge.pk, p.entry.pk))) for p in order],
        )
        for judge in judges_of(round)
    ]


def quorum_shortfalls(panel: Panel, seats: list[Seat], order: list[Place]) -> list[Place]:
    """The finalists for whom, as things stand, too few sheets that count are sealed (RULES, "The panel" 5)."""
    sealed, external = Counter(), Counter()
    for cell in (cell for seat in seats if seat.counts for cell in seat.cells):
        sealed[cell.place] += cell.state == "sealed"
        external[cell.place] += cell.state == "sealed" and cell.judge.external
    round = panel.round
    return [
        place
        for place in order
        if place.state != "withdrawn"
        and (sealed[place] < round.quorum_sheets or external[place] < round.quorum_external)
    ]


def board_tag(panel: Panel, now_stage: str) -> str:
    """What a live page's content depends on, as an ETag: all that it shows is in the ledger or counts `version`.

    One row of the chain and the panel's own; gives nothing of the ledger away.
    """
    head = Chain.objects.filter(round=panel.round_id).values_list("head", flat=True).first() or ""
    return f'"{digest(f"{head} {panel.version} {now_stage} {get_language()}")[:32]}"'


def stage_tag(panel: Panel, now_stage: str) -> str:
    """The same for what depends on the running order alone; no query."""
    return f'"{digest(f"{panel.pk} {panel.version} {now_stage} {get_language()}")[:32]}"'


def unsettled_recusals(round: Round) -> QuerySet[Recusal]:
    return live_recusals(round).filter(state=Recusal.State.PROPOSED).select_related("assessor__user", "entry__counting")


def open_unsealings(panel: Panel) -> QuerySet[Unsealing]:
    """Requests to open a sealed sheet again that wait for the auditor."""
    return Unsealing.objects.filter(sheet__round=panel.round, settled_at__isnull=True).select_related(
        "sheet__assessor__user", "sheet__entry__counting", "operator"
    )


def live_release(panel: Panel) -> Release | None:
    """The release under way or signed: the one that was not sent back."""
    return Release.objects.filter(panel=panel, returned_at__isnull=True).first()


def votes_of(panel: Panel) -> QuerySet[Vote]:
    return Vote.objects.filter(panel=panel)


def open_vote(panel: Panel) -> Vote | None:
    return votes_of(panel).filter(closed_at__isnull=True).first()


def entitled(panel: Panel, tied: list[str]) -> list[Assessor]:
    """Who votes on a tie: judges and called reserves recused from none of the tied (RULES, "The panel" 6)."""
    barred = set(live_recusals(panel.round).filter(entry__public_id__in=tied).values_list("assessor_id", flat=True))
    return [
        judge for judge in judges_of(panel.round) if judge.pk not in barred and (not judge.reserve or judge.called_at)
    ]


def result_of(edition: Edition) -> dict | None:
    """The signed result's content (judging.panel.services.release documents it), or None before the signature."""
    row = Result.objects.filter(panel__round__edition=edition).first()
    return json.loads(row.content) | {"digest": row.digest} if row else None
