"""Marks in, standings with their uncertainty out: the adjusted order that stands, as advice, beside the
official one.

Pure (numpy, scipy): ids and numbers, nothing of Django or of ours. Floating point, so it only ever advises:
what decides is the exact arithmetic of `judging.tally`. It never invents a mark (missing is absent, recused
is absent, neither is 0) and never sees who is behind an id. Web processes never import this module,
`judging.diagnostics`, numpy or scipy (39 → 90 MB each): only the worker and the commands do, and pages read
stored results.

The model: y_ij = μ + b_j + a_j q_i + ε_ij. q is an entry's quality, N(0, τ²); b a reviewer's severity, N(0,
ω²), in points above (+) or below (-) the panel; a a reviewer's spread, N(1, 0.2²); ε scaled by the reviewer's
own noise s_j with the tails of a t with ν degrees. In turn: an additive fit averaged over a grid of τ²/σ² and
ω²/σ² (Patterson and Thompson 1971; Henderson 1975), EM sweeps for a, b, s and robust weights (Platt and
Burges 2012; Ge, Welling and Ghahramani 2013; Tan et al. 2021), and the additive fit again on the scores freed
of spread and noise. The two additive fits are averaged by how far the marks speak for the second beyond what
chance would (`estimator.fit`), and draws from both give P(top N) (Heyard, Ott, Salanti and Egger 2022,
"Rethinking the Funding Line at the Swiss National Science Foundation"). docs/adjusted-order.md explains it
without formulas.
"""

from collections import Counter
from dataclasses import dataclass, field, replace
from fractions import Fraction

import numpy as np

from judging import estimator
from judging.problem import Arrays, Problem, RankingError, alpha, as_arrays, components, official, warnings

FAIR = (0.6, 1.5)  # spread outside is flagged
NOISY = 1.5  # noise above so many times the pooled noise is flagged
NINETY = 1.645  # standard deviations either side that hold the middle 90 %
SMALL_BATCH = 5  # a reviewer with fewer reviews is flagged


@dataclass(frozen=True)
class Reviewer:
    """How one reviewer marks: `severity` ± `sd` points above (+) or below (-) the panel, `spread` (1 is the
    panel's), `noise` in points (None where nothing was fitted), `n` reviews, `flags` of "severity" (more than
    two sd), "spread", "noise", "batch", "constant"."""

    severity: float | None
    sd: float | None
    spread: float | None
    noise: float | None
    n: int
    flags: tuple[str, ...] = ()


@dataclass(frozen=True)
class Move:
    """Why an entry's adjusted score differs from the plain mean of its marks: `by` {reviewer: points}, `pull`
    points towards the average of all entries because of few or contradictory reviews. Together they are the
    whole difference."""

    by: dict[str, float]
    pull: float


@dataclass(frozen=True)
class Standing:
    """What `fit` answers; every mapping is by id, best official score first, and holds ranked entries only.

    `official` exact scores (means, if no others were given); `adjusted` points; `interval` the middle 90 % of
    each adjusted score; `p_top` P(among the top N), {} where it can't be said; `above` {(i, j): P(i above j)}
    where official and adjusted order disagree about the cut line (i is in by the adjusted order, j by the
    official one); `icc` of a single review, `icc_free` with severity taken out, `alpha` Krippendorff's (None
    where undefined); `components` the pieces that no reviewer connects, largest first; `unranked` entries
    without a review, which block the closing; `warnings` (code, text).
    """

    top: int
    official: dict[str, Fraction]
    adjusted: dict[str, float]
    reviewers: dict[str, Reviewer]
    components: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]
    unranked: tuple[str, ...]
    warnings: tuple[tuple[str, str], ...]
    seed: int
    nu: float
    alpha: float | None
    icc: float | None = None
    icc_free: float | None = None
    p_top: dict[str, float] = field(default_factory=dict)
    interval: dict[str, tuple[float, float]] = field(default_factory=dict)
    above: dict[tuple[str, str], float] = field(default_factory=dict)
    moves: dict[str, Move] = field(default_factory=dict)

    def codes(self) -> list[str]:
        return [code for code, _ in self.warnings]

    def finalists(self) -> list[str]:
        """The first `top` of the adjusted order (ties by official score, then id: only for comparing
        fits)."""
        return sorted(self.adjusted, key=lambda e: (-self.adjusted[e], -self.official[e], e))[: self.top]

    def official_finalists(self) -> list[str]:
        """The first `top` of the official order; a tie on the line is cut by id, so look at the scores
        too."""
        return sorted(self.official, key=lambda e: (-self.official[e], e))[: self.top]


def fit(
    problem: Problem,
    seed: int = 0,
    *,
    nu: float = estimator.NU,
    with_draws: bool = True,
    scores: dict[str, Fraction] | None = None,
) -> Standing:
    """The standing of `problem`. The same problem, seed and machine give the same digits; labels and the
    order of the input change nothing. `with_draws=False` leaves out P, intervals and severity's sd (refits
    for comparison). `scores`: the official scores where the frozen rule is not the mean (the trimmed mean,
    say).
    """
    means, pieces = official(problem), components(problem)
    if scores is not None:
        if set(scores) != set(means):
            raise RankingError("scores: not those of the entries with a review")
        means = dict(sorted(scores.items(), key=lambda pair: (-pair[1], pair[0])))
    unranked = tuple(e for e in problem.entries if e not in means)
    counts = Counter(reviewer for _, reviewer, _ in problem.reviews)
    standing = Standing(
        top=problem.top,
        official=means,
        adjusted={entry: float(mean) for entry, mean in means.items()},
        reviewers={
            r: Reviewer(None, None, None, None, counts[r], _flags(counts[r])) for r in problem.reviewers
        },
        components=pieces,
        unranked=unranked,
        warnings=tuple(warnings(problem, means, pieces)),
        seed=seed,
        nu=nu,
        alpha=alpha(problem),
    )
    if "all_equal" in standing.codes():
        return replace(standing, p_top=dict.fromkeys(means, min(1.0, problem.top / len(means))))
    if means and "too_little" not in standing.codes():
        standing = _fitted(standing, as_arrays(problem), with_draws)
    if "all_pass" in standing.codes():
        standing = replace(standing, p_top=dict.fromkeys(means, 1.0))
    return standing


def _fitted(standing: Standing, arrays: Arrays, with_draws: bool) -> Standing:
    """`standing` with all that the model says."""
    marks, (size_n, size_r) = arrays.marks, arrays.marks.size
    removed, level, first = np.zeros(size_r), marks, None
    if len(marks.y) == size_n * size_r:
        # Complete panel: a reviewer's average is their severity, whatever the model; taking it off first
        # makes it exact that a constant added to all marks of one reviewer leaves the order alone.
        removed = np.bincount(marks.j, marks.y, size_r) / size_n - marks.y.mean()
        level = replace(marks, y=marks.y - removed[marks.j])
        first = estimator.additive(marks, marks.y - marks.y.mean(), marks.base)
    found = estimator.fit(level, standing.nu)
    first = first or found.first
    adjusted = dict(zip(arrays.entries, found.adjusted.tolist(), strict=True))
    standing = replace(
        standing,
        adjusted={entry: adjusted[entry] for entry in standing.official},
        moves=_moves(standing, arrays, found),
        icc=first.icc,
        icc_free=first.icc_free,
    )
    sd = None
    if with_draws:
        standing, sd = _with_chances(standing, arrays, found)
    described = _described(standing, arrays, found, found.severity + removed, sd)
    return replace(standing, reviewers=standing.reviewers | described)


def _with_chances(standing: Standing, arrays: Arrays, found: estimator.Fit) -> tuple[Standing, np.ndarray]:
    """`standing` with P, intervals and inversions; the SD of every reviewer's severity (in the panel's
    unit)."""
    order = {entry: place for place, entry in enumerate(arrays.entries)}
    inside, outside = set(standing.finalists()), set(standing.official_finalists())
    raised, sunk = inside - outside, outside - inside
    pairs = [(i, j) for i in standing.official if i in raised for j in standing.official if j in sunk]
    places = np.array([(order[i], order[j]) for i, j in pairs], int).reshape(-1, 2)
    p, spread, sd, above = estimator.chances(found, standing.seed, min(standing.top, len(order)), places)
    p = (np.bincount(arrays.twins, p) / np.bincount(arrays.twins))[
        arrays.twins
    ]  # the same marks, the same chance
    chance, half = p.tolist(), (NINETY * spread).tolist()
    if "one_each" not in standing.codes():
        standing = replace(standing, p_top={entry: chance[order[entry]] for entry in standing.official})
    interval = {e: (score - half[order[e]], score + half[order[e]]) for e, score in standing.adjusted.items()}
    return replace(standing, interval=interval, above=dict(zip(pairs, above.tolist(), strict=True))), sd


def _described(standing, arrays: Arrays, found: estimator.Fit, severity, sd) -> dict[str, Reviewer]:
    described = {}
    for j, name in enumerate(arrays.reviewers):
        b, a, s, n = float(severity[j]), float(found.a[j]), float(found.s[j]), standing.reviewers[name].n
        own = None if sd is None else float(sd[j])
        flags = _flags(n, b, own, a, s / found.pooled) + ("constant",) * bool(arrays.marks.constant[j])
        described[name] = Reviewer(b, own, a, s, n, flags)
    return described


def _flags(n, severity=0.0, sd=None, spread=1.0, noise=1.0) -> tuple[str, ...]:
    told = {
        "severity": sd is not None and abs(severity) > 2 * sd,
        "spread": not FAIR[0] <= spread <= FAIR[1],
        "noise": noise > NOISY,
        "batch": n < SMALL_BATCH,
    }
    return tuple(flag for flag, yes in told.items() if yes)


def _moves(standing: Standing, arrays: Arrays, found: estimator.Fit) -> dict[str, Move]:
    """Split adjusted - mean into what each reviewer's severity, spread and noise explain, and the pull of the
    rest.

    `fair` is a mark in the panel's unit with its reviewer's severity taken off: what the panel would have
    given.
    """
    marks, n = arrays.marks, np.bincount(arrays.marks.i)
    i, fair, share = marks.i, found.fair, found.share
    average, plain = np.bincount(i, share * fair), np.bincount(i, fair) / n
    by = (fair - marks.y) / n[i] + (share - 1 / n[i]) * (fair - plain[i])
    pull = (found.adjusted - average).tolist()
    moves = {entry: Move({}, pull[place]) for place, entry in enumerate(arrays.entries)}
    for place, reviewer, points in zip(i, marks.j, by.tolist(), strict=True):
        moves[arrays.entries[place]].by[arrays.reviewers[reviewer]] = points
    return {entry: moves[entry] for entry in standing.official}
