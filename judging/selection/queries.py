"""What is read for the decision who goes to the final: official standings, the live decision, finalists, reserves.

`standings` computes by judging.tally from the frozen rules and the counted sheets, exactly. Never writes.
"""

import json
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from django.db.models import QuerySet

from awards.actors import Actor
from awards.canonical import canonical
from awards.models import Edition, User
from awards.offices import ancestor_at
from awards.permissions import allows
from entries.models import Author, Entry
from entries.queries import accepted, content
from judging import tally
from judging.selection.models import Finalist, Selection
from judging.sheets.models import Chain, Criterion, Round, RuleSnapshot
from judging.sheets.queries import counted_sheets, office_levels, round_of, sheet_with_marks


@dataclass(frozen=True, slots=True)
class Line:
    """One entry in the official order. `rank` and `score` are None without a counted sheet.

    `side` of the cut line: "above", "on_line", "below", "" without a score. `totals`: its counted totals, falling.
    """

    entry: Entry
    rank: int | None
    score: Fraction | None
    totals: list[int]
    side: str

    @property
    def sheets(self) -> int:
        return len(self.totals)

    @property
    def shown(self) -> str:
        """The score to two decimals, half up; it decides nothing."""
        return "" if self.score is None else two_decimals(self.score)


@dataclass(frozen=True, slots=True)
class Standings:
    """The official order of a screening on its frozen rules. `size`: how many finalists are to be chosen."""

    lines: list[Line]
    official: tally.Standing
    size: int
    rule: str
    trim_from: int
    rules_digest: str
    ledger_head: str


def two_decimals(score: Fraction) -> str:
    """A score as it is shown: two decimals, half up."""
    hundredths = int(score * 100 + Fraction(1, 2))
    return f"{hundredths // 100}.{hundredths % 100:02d}"


def _totals(round: Round, criteria: list[dict]) -> dict[int, list[int]]:
    """Each entry's totals of complete counted sheets, by the criteria of the frozen rules."""
    codes = dict(Criterion.objects.filter(round=round).values_list("pk", "code"))
    wanted, totals = {criterion["id"] for criterion in criteria}, defaultdict(list)
    for sheet in sheet_with_marks(counted_sheets(round)):
        marks = {codes[mark.criterion_id]: mark.points for mark in sheet.marks if mark.points is not None}
        if wanted <= marks.keys():
            totals[sheet.entry_id].append(sum(marks[code] for code in wanted))
    return totals


def standings(edition: Edition) -> Standings | None:
    """The official order of all accepted entries, or None while no mark has frozen the rules."""
    round = round_of(edition, "screening")
    snapshot = RuleSnapshot.objects.filter(round=round).last() if round else None
    if snapshot is None:
        return None
    rules = json.loads(snapshot.content)
    entries = {entry.public_id: entry for entry in accepted(edition).order_by("pk")}
    by_entry = _totals(round, rules["criteria"])
    totals = {public_id: sorted(by_entry.get(entry.pk, []), reverse=True) for public_id, entry in entries.items()}
    rankable = sum(1 for given in totals.values() if given)
    size = min(rules["finalists"], rankable)
    official = tally.standing(totals, rule=rules["rule"], trim_from=rules["trim_from"], cut=size)
    sides = {name: side for side in ("above", "on_line", "below") for name in getattr(official, side)}
    lines = [
        Line(entries[name], place.rank, place.score, totals[name], sides[name])
        for place in official.places
        for name in place.entries
    ]
    lines += [Line(entries[name], None, None, [], "") for name, score in official.scores.items() if score is None]
    head = Chain.objects.filter(edition=edition, round=round).values_list("head", flat=True).first() or ""
    return Standings(lines, official, size, rules["rule"], rules["trim_from"], snapshot.digest, head)


def snapshot_of(found: Standings, chosen: list[str], reserves: list[str], reasons: dict[str, str]) -> str:
    """The canonical JSON that a decision keeps: the standings it was made on, and what was chosen and why."""
    return canonical(
        {
            "rules": found.rules_digest,
            "ledger_head": found.ledger_head,
            "size": found.size,
            "standings": [
                {
                    "entry": line.entry.public_id,
                    "version": line.entry.counting.digest,
                    "title": line.entry.counting.title,
                    "rank": line.rank,
                    "score": line.score,
                    "totals": line.totals,
                    "side": line.side,
                }
                for line in found.lines
            ],
            "finalists": sorted(chosen),
            "reserves": reserves,
            "reasons": reasons,
        }
    )


def visible_to(actor: Actor, edition: Edition, now: datetime) -> QuerySet[Selection]:
    """The decisions of an edition that the actor may see: all of them for managers and the auditor, else none."""
    found = Selection.objects.filter(edition=edition).select_related(
        "edition", "proposed_by__office", "confirmed_by__office", "undone_by__office"
    )
    return found if actor.is_staff and allows(edition, "selection.read", now) else found.none()


def live_selection(edition: Edition) -> Selection | None:
    """The proposal or decision that stands."""
    return Selection.objects.filter(edition=edition).exclude(state="undone").first()


def confirmed_selection(edition: Edition) -> Selection | None:
    """The decision that two people have taken, or None."""
    return Selection.objects.filter(edition=edition, state="confirmed").first()


def finalists(edition: Edition) -> QuerySet[Finalist]:
    """The finalists of the confirmed decision who have not withdrawn, in no order that tells anything."""
    return (
        Finalist.objects.filter(
            selection__edition=edition,
            selection__state="confirmed",
            reserve_position__isnull=True,
            withdrawn_at__isnull=True,
        )
        .select_related("entry__counting__track")
        .order_by("entry_id")
    )


def reserves(edition: Edition) -> QuerySet[Finalist]:
    """The reserve list of the confirmed decision, first to move up first."""
    return (
        Finalist.objects.filter(
            selection__edition=edition,
            selection__state="confirmed",
            reserve_position__isnull=False,
            withdrawn_at__isnull=True,
        )
        .select_related("entry__counting__track")
        .order_by("reserve_position")
    )


def members(selection: Selection) -> list[Finalist]:
    """Finalists, then reserves, of one decision in whatever state."""
    rows = Finalist.objects.filter(selection=selection).select_related("entry__counting__track")
    return sorted(rows, key=lambda row: (row.reserve_position or 0, row.entry_id))


def interests(edition: Edition, user: User, entries: list[Entry]) -> list[Entry]:
    """Those of the entries that somebody from the user's own office (at the edition's level) is an author of.

    Tests the offices at submission and today's. Two queries.
    """
    levels, level = office_levels(), edition.recusal_level
    own = ancestor_at(user.office.path, levels, level) if user.office else None
    if own is None:
        return []
    paths = defaultdict(set)
    for entry in entries:
        paths[entry.pk] |= {person["office_path"] for person in content(entry.counting)["people"]}
    authors = Author.objects.filter(entry__in=entries, left_at__isnull=True, user__office__isnull=False)
    for entry_id, path in authors.values_list("entry_id", "user__office__path"):
        paths[entry_id].add(path)
    return [entry for entry in entries if any(ancestor_at(path, levels, level) == own for path in paths[entry.pk])]
