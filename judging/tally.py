"""The official rule of a final: marks in, exact scores, prizes and ties out (RULES.md, "The panel" 4-6).

The live final, the official order of the screening and a recount on paper (`manage.py tally`) all decide by
this code, so it computes with whole numbers and fractions only, and the same input in another order gives the
same result. It never rounds, never draws lots, never treats a missing mark as zero, never reads a clock or a
database, and knows nothing of Django or of the award's models. docs/rules.md tells the rules in prose, with
examples worked by hand that are run as tests.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from judging.tally_input import (
    LEAST_TRIM_FROM,
    RULES,
    TIES,
    Criterion,
    Final,
    Judge,
    Mark,
    Quorum,
    TallyError,
    Vote,
    final_json,
    from_json,
    least,
    plain,
)
from judging.tally_sheets import (
    Detail,
    GraphRefused,
    counted_totals,
    detail_of,
    dropped_keys,
    mean_of,
    severities_of,
)
from judging.tally_ties import Step, decide_lines, split_by

__all__ = [
    "LEAST_TRIM_FROM",
    "RULES",
    "TIES",
    "Criterion",
    "Detail",
    "Final",
    "GraphRefused",
    "Judge",
    "Mark",
    "Outcome",
    "Place",
    "Quorum",
    "Standing",
    "Step",
    "TallyError",
    "Vote",
    "final_json",
    "from_json",
    "standing",
    "tally",
    "to_json",
    "voters",
]


@dataclass(frozen=True)
class Outcome:
    """The result of a final, and how it came about. Equal entries stand in the given order of finalists.

    `order` groups by equal score, before any tie is split. `decided_by` has the lines that a tie still
    straddled when their turn came; one freed while a higher line was decided is in `freed` of that step.
    """

    scores: dict[str, Fraction | None]
    order: tuple[tuple[str, ...], ...]
    prizes: dict[str, str]
    decided_by: dict[str, str]
    unresolved: tuple[tuple[str, ...], ...]
    quorum: dict[str, bool]
    details: dict[str, Detail]
    severities: dict[str, Fraction]  # empty unless centred
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class Place:
    """Rank and tie as one value: `rank` is 1 more than the number of entries with a higher score."""

    rank: int
    score: Fraction
    entries: tuple[str, ...]


@dataclass(frozen=True)
class Standing:
    """The official order of a screening. Entries without a total have no score and no place.

    `above` the cut line are those who are in whatever happens; `on_line` are tied across it and share
    `open_places`; `below` are out. Where no tie straddles the line, `on_line` is empty.
    """

    scores: dict[str, Fraction | None]
    places: tuple[Place, ...]
    above: tuple[str, ...]
    on_line: tuple[str, ...]
    below: tuple[str, ...]
    open_places: int


def tally(final: Final) -> Outcome:
    """The result of a final by its own rule.

    Raises GraphRefused (centred_trimmed only), and TallyError for a vote that answers no open tie.
    """
    totals = counted_totals(final)
    severities = severities_of(totals) if final.rule == "centred_trimmed" else {}
    details = {finalist: detail_of(final, finalist, severities) for finalist in final.finalists}
    scores = {finalist: detail.score for finalist, detail in details.items()}
    order = split_by([finalist for finalist in final.finalists if scores[finalist] is not None], scores)
    groups, decided_by, unresolved, steps = decide_lines(final, order, details)
    return Outcome(
        scores=scores,
        order=tuple(order),
        prizes=_prizes(final, groups, unresolved),
        decided_by=decided_by,
        unresolved=unresolved,
        quorum={finalist: _has_quorum(final, sheets) for finalist, sheets in totals.items()},
        details=details,
        severities=severities,
        steps=steps,
    )


def standing(
    totals: Mapping[str, Sequence[Fraction | int]], *, rule: str, trim_from: int, cut: int
) -> Standing:
    """The official order of a screening by *mean* or *trimmed*, and its cut line (RULES.md, Selection).

    `totals` has each entry's handed-in totals; `cut` is the number of finalists. Equal entries stand in the
    order of `totals`. Raises TallyError for another rule or a nonsensical number.
    """
    if rule not in ("mean", "trimmed"):
        raise TallyError("rule", f"{rule!r} is no rule of a screening: mean or trimmed")
    least(trim_from, LEAST_TRIM_FROM, "trim_from")
    least(cut, 0, "cut")
    scores = {}
    for entry, given in totals.items():
        values = dict(enumerate(given))
        dropped = dropped_keys(values, rule, trim_from)
        scores[entry] = mean_of(value for key, value in values.items() if key not in dropped)
    places, sides, done = [], {"above": (), "on_line": (), "below": ()}, 0
    for group in split_by([entry for entry in totals if scores[entry] is not None], scores):
        places.append(Place(done + 1, scores[group[0]], group))
        side = "below" if done >= cut else "above" if done + len(group) <= cut else "on_line"
        sides[side] += group
        done += len(group)
    open_places = cut - len(sides["above"]) if sides["on_line"] else 0
    return Standing(scores, tuple(places), **sides, open_places=open_places)


def voters(final: Final, tied: Iterable[str]) -> tuple[str, ...]:
    """The judges and called reserves who are recused from none of the tied, so vote on them (RULES.md 6)."""
    tied = set(tied)
    recused = {judge for judge, finalist in final.recused if finalist in tied}
    return tuple(judge.id for judge in final.judges if judge.id not in recused
                 and (not judge.reserve or judge.id in final.called_reserves))


def to_json(outcome: Outcome) -> dict:
    """The answer of `manage.py tally`: "n/d" in lowest terms; who has no score is not in `scores`."""
    names = ("scores", "order", "prizes", "decided_by", "unresolved", "quorum")
    answer = {name: plain(getattr(outcome, name)) for name in names}
    answer["scores"] = {finalist: score for finalist, score in answer["scores"].items() if score is not None}
    return answer


def _has_quorum(final: Final, judges: Iterable[str]) -> bool:
    counted = [judge for judge in final.judges if judge.id in judges]
    external = sum(judge.external for judge in counted)
    return bool(counted) and len(counted) >= final.quorum.sheets and external >= final.quorum.external


def _prizes(final: Final, groups: Iterable[tuple[str, ...]], unresolved: Sequence[tuple]) -> dict[str, str]:
    """Who gets what; a group that waits for no vote lies within one grade, or has no prize."""
    prizes, place = {}, 0
    for group in groups:
        place += len(group)
        grade = next((grade for last, grade in final.grades().items() if place <= last), None)
        if grade and group not in unresolved:
            prizes.update(dict.fromkeys(group, grade))
    return prizes
