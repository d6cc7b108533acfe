"""Which sheets of a final count, and what each finalist's sheets say (RULES.md, "The panel" 4).

Part of `judging.tally`, which see. It never fills in a mark that is missing, and never rounds.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from judging.tally_input import Final, TallyError


class GraphRefused(TallyError):
    """Judges' severities can't be compared: the `pieces` have no counted sheet in common (RULES.md 4)."""

    def __init__(self, pieces: Sequence[Sequence[str]]):
        self.pieces = pieces
        named = " / ".join(", ".join(piece) for piece in pieces)
        super().__init__("marks", f"centred_trimmed is refused: no counted sheet joins these pieces: {named}")


@dataclass(frozen=True)
class Detail:
    """How one finalist's number came about, judge by judge (keys are judges, in their given order)."""

    totals: dict[str, int]  # counted totals
    not_counted: dict[str, str]  # why a judge's sheet does not count: reserve, recused, incomplete
    values: dict[str, Fraction]  # the totals, less the judge's severity if centred
    dropped: tuple[str, ...]  # the judges whose lowest and highest value were dropped, in this order
    criteria: dict[str, Fraction]  # mean of the counted marks, by criterion

    @property
    def score(self) -> Fraction | None:
        """The mean of what was not dropped; None without a counted sheet."""
        return mean_of(value for judge, value in self.values.items() if judge not in self.dropped)

    @property
    def untrimmed(self) -> Fraction | None:
        """The mean of all values."""
        return mean_of(self.values.values())

    @property
    def sum(self) -> int:
        """The sum of the counted totals, as a second person adds it up from the signed sheets."""
        return sum(self.totals.values())


def _sheets(final: Final, finalist: str) -> tuple[dict[str, dict[str, int]], dict[str, str]]:
    """The counted sheets of one finalist by judge, and why the others' don't count."""
    sheets, reasons = {judge.id: {} for judge in final.judges}, {}
    for mark in final.marks:
        if mark.finalist == finalist:
            sheets[mark.judge][mark.criterion] = mark.points
    for judge in final.judges:
        if judge.reserve and judge.id not in final.called_reserves:
            reasons[judge.id] = "reserve"
        elif (judge.id, finalist) in final.recused:
            reasons[judge.id] = "recused"
        elif len(sheets[judge.id]) < len(final.criteria):
            reasons[judge.id] = "incomplete"
    return {judge: sheet for judge, sheet in sheets.items() if judge not in reasons}, reasons


def counted_totals(final: Final) -> dict[str, dict[str, int]]:
    """The counted totals of each finalist by judge."""
    return {finalist: {judge: sum(sheet.values()) for judge, sheet in _sheets(final, finalist)[0].items()}
            for finalist in final.finalists}


def detail_of(final: Final, finalist: str, severities: Mapping[str, Fraction]) -> Detail:
    """The counted sheets of one finalist, less the judges' severities, trimmed by the final's rule."""
    sheets, reasons = _sheets(final, finalist)
    totals = {judge: sum(sheet.values()) for judge, sheet in sheets.items()}
    values = {judge: total - severities.get(judge, Fraction(0)) for judge, total in totals.items()}
    dropped = dropped_keys(values, final.rule, final.trim_from)
    criteria = {}
    if sheets:
        criteria = {row.id: mean_of(sheet[row.id] for sheet in sheets.values()) for row in final.criteria}
    return Detail(totals, reasons, values, dropped, criteria)


def mean_of(values: Iterable[Fraction | int]) -> Fraction | None:
    """The exact mean; None of nothing."""
    values = list(values)
    return sum(values, Fraction(0)) / len(values) if values else None


def dropped_keys(values: Mapping[Any, Fraction | int], rule: str, trim_from: int) -> tuple:
    """The keys of one lowest and one highest value; which of several equal ones makes no difference."""
    if rule == "mean" or len(values) < trim_from:
        return ()
    ranked = sorted(values, key=values.__getitem__)
    return ranked[0], ranked[-1]


def severities_of(totals: Mapping[str, Mapping[str, int]]) -> dict[str, Fraction]:
    """b_j of total_ij = q_i + b_j by exact least squares with Σ b_j = 0, of the judges with a counted sheet.

    With the q_i eliminated, the normal equations L b = r leave one constant open. Adding 1 to each cell of L
    picks the solution whose sum is 0, and makes the matrix positive definite where the graph is in one piece,
    so that no pivot is 0.
    """
    judges = list(dict.fromkeys(judge for sheets in totals.values() for judge in sheets))
    _refuse_pieces(totals, judges)
    at = {judge: number for number, judge in enumerate(judges)}
    rows = [[Fraction(1)] * len(judges) + [Fraction(0)] for _ in judges]
    for sheets in totals.values():
        mean = mean_of(sheets.values())
        for judge, total in sheets.items():
            row = rows[at[judge]]
            row[at[judge]] += 1
            row[-1] += total - mean
            for other in sheets:
                row[at[other]] -= Fraction(1, len(sheets))
    for number, row in enumerate(rows):
        row[:] = [cell / row[number] for cell in row]
        for other in rows:
            if other is not row:
                other[:] = [cell - other[number] * own for cell, own in zip(other, row, strict=True)]
    return {judge: rows[number][-1] for judge, number in at.items()}


def _refuse_pieces(totals: Mapping[str, Mapping[str, int]], judges: Sequence[str]) -> None:
    pieces, left = [], list(judges)
    while left:
        piece, finalists = [left[0]], []
        for judge in piece:  # grows while it is walked
            for finalist, sheets in totals.items():
                if judge in sheets and finalist not in finalists:
                    finalists.append(finalist)
                    piece += [other for other in sheets if other not in piece]
        pieces.append(piece + finalists)
        left = [judge for judge in left if judge not in piece]
    if len(pieces) > 1:
        raise GraphRefused(pieces)
