"""What a committee asks about a standing before it decides: whose seat hangs on one reviewer, whom to ask
next.

Pure (`judging.ranking` and what it needs). It proposes and never picks: every target is computed from marks,
P and recusals. Web processes never import it; the worker stores `report`.
"""

from collections import Counter
from dataclasses import asdict
from fractions import Fraction

from judging.problem import Problem, official
from judging.ranking import Standing, fit

BORDERLINE = 0.1  # p(1-p) above it: P(top N) between 0.11 and 0.89
HEAVY_TAILS = 4.0  # ν of the refit that doubts outlying marks
SEATS = 2  # seats that change when one reviewer is left out: more is worth a look (0.63 to 0.68 is normal)


def leave_one_out(problem: Problem, standing: Standing) -> dict[str, dict]:
    """{reviewer: {"in", "out": finalists by the adjusted order who change without them, "flag"}}."""
    usual, found = set(standing.finalists()), {}
    for name in sorted({reviewer for _, reviewer, _ in problem.reviews}):
        rest = tuple(review for review in problem.reviews if review[1] != name)
        without = fit(_with(problem, rest), standing.seed, nu=standing.nu, with_draws=False).finalists()
        new, gone = sorted(set(without) - usual), sorted(usual - set(without))
        found[name] = {"in": new, "out": gone, "flag": len(gone) > SEATS}
    return found


def doubtful_seats(problem: Problem, standing: Standing) -> dict[str, list[str]]:
    """Finalists who change in a refit that doubts outlying marks: those "out" may owe the seat to one
    reviewer."""
    usual = set(standing.finalists())
    other = set(fit(problem, standing.seed, nu=HEAVY_TAILS, with_draws=False).finalists())
    return {"in": sorted(other - usual), "out": sorted(usual - other)}


def extra_reviews(
    problem: Problem, standing: Standing, budget: int | None = None, capacity: dict[str, int] | None = None
) -> list[dict]:
    """One round of extra reviews: [{"entry", "p", "reviewer"}], the most open entry first, one review each.

    Without `budget`: the borderline list. With it: so many entries by p(1-p), whether borderline or not. The
    reviewer is not recused, has not scored the entry, has room (`capacity`: most reviews in all) and is the
    least loaded, this round counted; None when nobody is left.
    """
    load = Counter(reviewer for _, reviewer, _ in problem.reviews)
    used = {(entry, reviewer) for entry, reviewer, _ in problem.reviews} | problem.conflicts
    chances = sorted(standing.p_top.items(), key=lambda pair: (-_open(pair[1]), pair[0]))
    if budget is None:
        chances = [(entry, p) for entry, p in chances if _open(p) > BORDERLINE]
    rounds: list[dict] = []
    for entry, p in chances:
        able = [
            name
            for name in problem.reviewers
            if (entry, name) not in used
            and (capacity is None or load[name] < capacity.get(name, len(load) + 10**9))
        ]
        reviewer = min(able, key=lambda name: (load[name], name), default=None)
        if budget is not None and (reviewer is None or len(rounds) == budget):
            continue
        load[reviewer] += 1
        rounds.append({"entry": entry, "p": p, "reviewer": reviewer})
    return rounds


def bridges(problem: Problem, standing: Standing) -> list[dict]:
    """Reviews that would join the pieces: [{"entry", "reviewer"}], one for each piece beside the largest.

    Either a reviewer of the piece scores an entry of the largest, or one of the largest scores an entry of
    the piece; {"entry": None, "reviewer": None} where recusals forbid all of them.
    """
    load = Counter(reviewer for _, reviewer, _ in problem.reviews)
    count = Counter(entry for entry, _, _ in problem.reviews)
    proposed = []
    for entries, reviewers in standing.components[1:]:
        main_entries, main_reviewers = standing.components[0]
        able = [(e, r) for e in main_entries for r in reviewers if (e, r) not in problem.conflicts]
        able += [(e, r) for e in entries for r in main_reviewers if (e, r) not in problem.conflicts]
        entry, reviewer = min(
            able, key=lambda pair: (load[pair[1]], count[pair[0]], pair), default=(None, None)
        )
        load[reviewer] += 1
        proposed.append({"entry": entry, "reviewer": reviewer})
    return proposed


def smallest_flip(problem: Problem) -> dict | None:
    """The least change of marks on one entry that draws it level across the cut line of the official mean.

    {"entry", "change": exact points in the sum of its totals, + or -, "reviews": over how many,
    "level_with"}; 0 is a tie on the line; None where there is no line. Marks stay within 0 to 100 because
    both means are within.
    """
    means = official(problem)
    if len(means) <= problem.top:
        return None
    names = list(means)
    count = Counter(entry for entry, _, _ in problem.reviews)
    last, first = names[problem.top - 1], names[problem.top]
    ways = [(count[e] * (means[last] - means[e]), e, last, 1) for e in names[problem.top :]]
    ways += [(count[e] * (means[e] - means[first]), e, first, -1) for e in names[: problem.top]]
    points, entry, other, sign = min(ways, key=lambda way: (way[0], way[1]))
    return {"entry": entry, "change": sign * points, "reviews": count[entry], "level_with": other}


def report(problem: Problem, seed: int = 0, *, scores: dict[str, Fraction] | None = None) -> dict:
    """Everything about the standing as plain JSON (exact numbers as "n/d"), for the worker to store; `scores`
    as in `fit`.

    The fields of Standing, `above` as [[i, j, p]], `warnings` as [{"code", "text"}], and "finalists",
    "official_finalists", "leave_one_out", "doubtful_seats", "borderline", "bridges", "smallest_flip".
    """
    standing = fit(problem, seed, scores=scores)
    flip = smallest_flip(problem)
    fitted = bool(standing.moves)
    return asdict(standing) | {
        "official": {entry: _written(mean) for entry, mean in standing.official.items()},
        "interval": {entry: list(ends) for entry, ends in standing.interval.items()},
        "above": [[i, j, p] for (i, j), p in standing.above.items()],
        "reviewers": {
            name: asdict(who) | {"flags": list(who.flags)} for name, who in standing.reviewers.items()
        },
        "components": [{"entries": list(e), "reviewers": list(r)} for e, r in standing.components],
        "unranked": list(standing.unranked),
        "warnings": [{"code": code, "text": text} for code, text in standing.warnings],
        "finalists": standing.finalists(),
        "official_finalists": standing.official_finalists(),
        "leave_one_out": leave_one_out(problem, standing) if fitted else {},
        "doubtful_seats": doubtful_seats(problem, standing) if fitted else {"in": [], "out": []},
        "borderline": extra_reviews(problem, standing),
        "bridges": bridges(problem, standing),
        "smallest_flip": flip and flip | {"change": _written(flip["change"])},
    }


def _with(problem: Problem, reviews: tuple) -> Problem:
    return Problem(problem.top, problem.entries, problem.reviewers, reviews, problem.conflicts)


def _open(p: float) -> float:
    return p * (1 - p)


def _written(value: Fraction) -> str:
    return f"{value.numerator}/{value.denominator}"
