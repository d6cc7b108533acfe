"""`manage.py rank FILE.json … [--out DIR]`: the adjusted order of judging/ranking.py for marks in a file.

It never touches the database, so it can be asked before there is an award.
"""

from typing import Any

from judging.problem import Problem
from judging.ranking import fit
from judging.sheets.management.answers import AnswerCommand, member, pairs


class Command(AnswerCommand):
    """{"top", "entries", "reviewers", "reviews": [{"entry", "reviewer", "score"}], "conflicts"?, "seed"?} →
    standing."""

    help = (
        "Rank entries from JSON files, with uncertainty (docs/adjusted-order.md); the database is not used."
    )

    def answer(self, data: Any) -> dict:
        problem, seed = _problem(data)
        standing = fit(problem, seed)
        return {
            "official": {entry: float(mean) for entry, mean in standing.official.items()},
            "adjusted": standing.adjusted,
            "p_top": standing.p_top,
            "reviewers": {
                name: {"severity": who.severity, "spread": who.spread, "noise": who.noise, "n": who.n}
                for name, who in standing.reviewers.items()
            },
            "icc": standing.icc,
            "warnings": [f"{code}: {text}" for code, text in standing.warnings],
            "seed": seed,
        }


def _problem(data: Any) -> tuple[Problem, int]:
    top = member(data, "top", int)
    entries, reviewers = (tuple(member(data, name, list)) for name in ("entries", "reviewers"))
    reviews = []
    for place, review in enumerate(member(data, "reviews", list)):
        where = f"reviews[{place}]."
        names = [member(review, name, str, where=where) for name in ("entry", "reviewer")]
        reviews.append((*names, member(review, "score", (int, float), where=where)))
    seed = member(data, "seed", int, default=0)
    if seed < 0:
        raise ValueError(f"seed: {seed} is below 0")
    return Problem(top, entries, reviewers, tuple(reviews), frozenset(pairs(data, "conflicts"))), seed
