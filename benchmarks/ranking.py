"""How well the adjusted order finds the truly best, how honest its P are, and what it costs.

    OMP_NUM_THREADS=1 nice -n 19 python -m benchmarks.ranking [--reps 400] [--only finding needed …]

Truth is synthetic throughout; "±" is one Monte-Carlo standard error; repetition r of a table uses seed r, so
that methods are compared on the same awards.
"""

import argparse
import resource
import subprocess
import sys
import time
from dataclasses import dataclass, replace

import numpy as np

from judging import estimator
from judging.assignment import plan
from judging.diagnostics import HEAVY_TAILS, extra_reviews
from judging.problem import Problem
from judging.ranking import fit

ENTRIES, REVIEWERS, EACH, TOP = 37, 10, 4, 8
CRITERIA = np.array([0.3, 0.3, 0.2, 0.2])
SIZES = ((37, 10), (300, 40), (1_000, 100), (10_000, 300), (10_000, 1_000))


# ---- Awards that never were ----


@dataclass(frozen=True)
class Scenario:
    """How reviewers mark, in units of the spread of true quality τ: severity ω, noise σ, log-SD of spread and
    noise.

    `df` tails of the noise (0: normal), `halo` share of the noise that all criteria have in common, `marks`
    whole 1–10 by criterion with floor and ceiling (else one total that is cut at 0 and 100).
    """

    severity: float = 1.0
    noise: float = 1.0
    spread: float = 0.0
    noises: float = 0.0
    df: int = 0
    halo: float = 1.0
    marks: bool = False


SCENARIOS = {
    "additive": Scenario(),
    "no severity": Scenario(severity=0.0),
    "severity and spread": Scenario(spread=0.3),
    "1-10 with ceiling": Scenario(marks=True),
    "heavy tails": Scenario(df=3),
    "halo": Scenario(marks=True, halo=0.5),
    "realistic": Scenario(noise=0.75, spread=0.5, noises=0.6, df=5, halo=0.5, marks=True),
}


class Award:
    """One award with known qualities; `score(i, j)` is what reviewers j would say of entries i (once
    each)."""

    def __init__(self, scenario: Scenario, seed: int, entries: int = ENTRIES, reviewers: int = REVIEWERS):
        self.rng, self.scenario = np.random.default_rng(seed), scenario
        normal = self.rng.standard_normal
        self.quality = normal(entries)
        self.severity = scenario.severity * normal(reviewers)
        self.spread = np.exp(scenario.spread * normal(reviewers))
        self.noise = scenario.noise * np.exp(scenario.noises * normal(reviewers))
        self.best = set(np.argsort(-self.quality)[:TOP].tolist())

    def score(self, i: np.ndarray, j: np.ndarray) -> np.ndarray:
        """Totals out of 100. Who spreads more spreads noise too; the criteria's weighted noise has SD
        `noise`."""
        has, rng = self.scenario, self.rng
        common = (
            rng.standard_t(has.df, len(i)) / np.sqrt(has.df / (has.df - 2))
            if has.df
            else rng.standard_normal(len(i))
        )
        own = rng.standard_normal((len(i), 4)) * np.sqrt((1 - has.halo) / (CRITERIA @ CRITERIA))
        error = (np.sqrt(has.halo) * common[:, None] + own) * self.noise[j][:, None]
        felt = self.severity[j][:, None] + self.spread[j][:, None] * (self.quality[i][:, None] + error)
        if has.marks:
            return np.clip(np.rint(6 + 1.1 * felt), 1, 10) @ CRITERIA * 10
        return np.clip(60 + 11 * (felt @ CRITERIA), 0, 100)


def design(entries: int, reviewers: int, each: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Reviews as (entry, reviewer) numbers, by judging/assignment.py."""
    names = [[f"{n:06}" for n in range(size)] for size in (entries, reviewers)]
    found = plan(*names, each, set(), seed=seed).pairs
    return tuple(np.array(column) for column in zip(*((int(e), int(r)) for e, r in found), strict=True))


def problem_of(
    i: np.ndarray, j: np.ndarray, y: np.ndarray, entries: int = ENTRIES, reviewers: int = REVIEWERS
) -> Problem:
    names, people = [f"e{n:05}" for n in range(entries)], [f"r{n:05}" for n in range(reviewers)]
    rows = tuple((names[a], people[b], float(c)) for a, b, c in zip(i, j, y.round(6), strict=True))
    return Problem(TOP, tuple(names), tuple(people), rows)


# ---- Methods ----


def mean(i, j, y):
    return np.bincount(i, y) / np.bincount(i)


def trimmed(i, j, y):
    """Mean without the highest and the lowest."""
    high, low = np.full(i.max() + 1, -np.inf), np.full(i.max() + 1, np.inf)
    np.maximum.at(high, i, y)
    np.minimum.at(low, i, y)
    return (np.bincount(i, y) - high - low) / (np.bincount(i) - 2)


def z_score(i, j, y):
    """Each reviewer's marks less their average, over their SD."""
    n = np.bincount(j)
    centre = np.bincount(j, y) / n
    sd = np.sqrt(np.maximum(np.bincount(j, (y - centre[j]) ** 2) / (n - 1), 1e-9))
    return mean(i, j, (y - centre[j]) / sd[j])


def arrays(i, j, y):
    return estimator.Marks((i.max() + 1, j.max() + 1), i, j, y, np.zeros(j.max() + 1, bool))


def additive(i, j, y):
    marks = arrays(i, j, y)
    return estimator.additive(marks, y - y.mean(), marks.base).q


def adjusted(i, j, y, nu=estimator.NU):
    return estimator.fit(arrays(i, j, y), nu).adjusted


def freed(i, j, y):
    """The model with spread, noise and robust weights alone, however little speaks for them."""
    return estimator.fit(arrays(i, j, y), estimator.NU).second.q


METHODS = {
    "mean": mean,
    "trimmed mean": trimmed,
    "z-score": z_score,
    "additive": additive,
    "freed": freed,
    "adjusted": adjusted,
}


def found(award: Award, values: np.ndarray) -> int:
    return len(award.best & set(np.argsort(-values)[:TOP].tolist()))


def said(values) -> str:
    values = np.asarray(values, float)
    return f"{values.mean():.3f} ± {values.std(ddof=1) / np.sqrt(len(values)):.3f}"


# ---- Tables ----


def finding(reps: int) -> None:
    print(
        f"\n## Of the true top {TOP}, how many are found ({ENTRIES} entries, {REVIEWERS} reviewers, {EACH} each)\n"
    )
    print(
        "| scenario | "
        + " | ".join(METHODS)
        + " | mean of 9 reviews | adjusted less better of mean and z-score |"
    )
    print("|---" * (len(METHODS) + 3) + "|")
    for name, scenario in SCENARIOS.items():
        hits = []
        for seed in range(reps):
            award = Award(scenario, seed)
            i, j = design(ENTRIES, REVIEWERS, EACH, seed)
            y = award.score(i, j)
            row = [found(award, method(i, j, y)) for method in METHODS.values()]
            i, j = design(ENTRIES, REVIEWERS, 9, seed)
            hits.append([*row, found(award, mean(i, j, award.score(i, j)))])
        hits = np.array(hits)
        rival = hits[:, 0] if hits[:, 0].mean() > hits[:, 2].mean() else hits[:, 2]
        print(
            f"| {name} | "
            + " | ".join(said(column) for column in hits.T)
            + f" | {said(hits[:, 5] - rival)} |"
        )


def reviews_needed(reps: int) -> None:
    print(
        "\n## How many reviews the plain mean needs (realistic)\n\n| reviews each | mean finds |\n|---|---|"
    )
    for each in (4, 5, 6, 7, 8, 9):
        hits = []
        for seed in range(reps):
            award = Award(SCENARIOS["realistic"], seed)
            i, j = design(ENTRIES, REVIEWERS, each, seed)
            hits.append(found(award, mean(i, j, award.score(i, j))))
        print(f"| {each} | {said(hits)} |")


def adaptive(reps: int, rounds: int = 5) -> None:
    """3 reviews each, then the rest of 148 where p(1-p) is largest, in rounds; the P come from the real
    `fit`."""
    flat, sent, calm = [], [], []
    for seed in range(reps):
        award = Award(SCENARIOS["realistic"], seed)
        everyone = award.score(*(grid.ravel() for grid in np.indices((ENTRIES, REVIEWERS)))).reshape(
            ENTRIES, REVIEWERS
        )
        i, j = design(ENTRIES, REVIEWERS, EACH, seed)
        flat.append(found(award, adjusted(i, j, everyone[i, j])))
        calm.append(found(award, mean(i, j, everyone[i, j])))
        i, j = design(ENTRIES, REVIEWERS, EACH - 1, seed)
        left = ENTRIES
        for turn in range(rounds):
            problem = problem_of(i, j, everyone[i, j])
            asked = extra_reviews(problem, fit(problem, seed), budget=-(-left // (rounds - turn)))
            left -= len(asked)
            i = np.append(i, [int(one["entry"][1:]) for one in asked])
            j = np.append(j, [int(one["reviewer"][1:]) for one in asked])
        sent.append(found(award, adjusted(i, j, everyone[i, j])))
    print(f"\n## Extra reviews to the borderline (realistic, {ENTRIES * EACH} in all, {rounds} rounds)\n")
    print("| way | finds |\n|---|---|")
    print(f"| mean, {EACH} each | {said(calm)} |\n| adjusted, {EACH} each | {said(flat)} |")
    print(f"| adjusted, {EACH - 1} each and the rest to the borderline | {said(sent)} |")
    print(f"| gain of the borderline rounds | {said(np.array(sent) - flat)} |")


def normal_chances(values: np.ndarray, error: np.ndarray, seed: int) -> np.ndarray:
    """P(top) from independent normal errors: what a careful spreadsheet would say."""
    drawn = values + error * np.random.default_rng(seed).standard_normal((2000, len(values)))
    return np.bincount(np.argsort(-drawn, axis=1)[:, :TOP].ravel(), minlength=len(values)) / 2000


def alternatives(i, j, y, seed):
    """P(top) by other ways: mean with its pooled standard error, centred mean likewise, and the two models
    that the adjusted order averages."""
    answers = {}
    z = y - (np.bincount(j, y) / np.bincount(j))[j]
    for name, marks in (("mean and its standard error", y), ("centred mean and its standard error", z)):
        values, n = mean(i, j, marks), np.bincount(i)
        answers[name] = normal_chances(
            values, np.sqrt(((marks - values[i]) ** 2).sum() / (len(y) - len(n)) / n), seed
        )
    found = estimator.fit(arrays(i, j, y), estimator.NU)
    for name, trust in (("additive model alone", 0.0), ("spread and noise alone", 1.0)):
        answers[name] = estimator.chances(replace(found, trust=trust), seed, TOP, np.zeros((0, 2), int))[0]
    return answers


def calibration(reps: int) -> None:
    print("\n## Honesty of P(top 8): Brier score (less is better), and what was said against what was so\n")
    bins = np.array([0, 0.02, 0.1, 0.25, 0.5, 0.75, 0.9, 0.98, 1.0001])
    rows = []
    for name in ("additive", "severity and spread", "heavy tails", "realistic"):
        scores: dict[str, list[float]] = {}
        claimed, true = [], []
        for seed in range(reps):
            award = Award(SCENARIOS[name], seed)
            i, j = design(ENTRIES, REVIEWERS, EACH, seed)
            y = award.score(i, j)
            so = np.isin(np.arange(ENTRIES), list(award.best))
            told = fit(problem_of(i, j, y), seed).p_top
            p = np.array([told[f"e{n:05}"] for n in range(ENTRIES)])
            answers = alternatives(i, j, y, seed) | {"adjusted": p}
            for method, chance in answers.items():
                scores.setdefault(method, []).append(np.mean((chance - so) ** 2))
            claimed.append(p)
            true.append(so)
        best = min(np.mean(of) for method, of in scores.items() if method != "adjusted")
        told = " | ".join(f"{np.mean(of):.4f} ± {np.std(of) / np.sqrt(reps):.4f}" for of in scores.values())
        if not rows:
            print(
                "| scenario | "
                + " | ".join(scores)
                + " | adjusted : best other |\n"
                + "|---" * (len(scores) + 2)
                + "|"
            )
        print(f"| {name} | {told} | {np.mean(scores['adjusted']) / best:.3f} |")
        rows.append((name, np.concatenate(claimed), np.concatenate(true)))
    print(
        "\n| said | "
        + " | ".join(f"{name}: so" for name, _, _ in rows)
        + " |\n"
        + "|---" * (len(rows) + 1)
        + "|"
    )
    for low, high in zip(bins[:-1], bins[1:], strict=True):
        cells = []
        for _, p, so in rows:
            inside = (p >= low) & (p < high)
            cells.append(f"{p[inside].mean():.3f} → {so[inside].mean():.3f} (n={inside.sum()})")
        print(f"| {low:.2f}–{min(high, 1):.2f} | " + " | ".join(cells) + " |")


def strategic(reps: int) -> None:
    """One reviewer gives a favourite 99 and sinks its rivals by 20; the favourite is the truly 10th to 14th,
    who has no right to a seat; 4 reviews each."""
    print(
        "\n## One reviewer gives a favourite 99 and sinks rivals by 20 (realistic): favourite in the top 8\n"
    )
    print("| | mean | adjusted | adjusted, ν = 4 |\n|---|---|---|---|")
    ways = (mean, adjusted, lambda i, j, y: adjusted(i, j, y, HEAVY_TAILS))
    honest, bent = [], []
    for seed in range(reps):
        award = Award(SCENARIOS["realistic"], seed)
        i, j = design(ENTRIES, REVIEWERS, EACH, seed)
        y = award.score(i, j)
        ranks = np.argsort(-award.quality)
        favourite = ranks[9 + seed % 5]
        villain = j[np.flatnonzero(i == favourite)[seed % EACH]]
        false = y.copy()
        his = j == villain
        false[his & (i == favourite)] = 99
        rivals = his & np.isin(i, ranks[:14]) & (i != favourite)
        false[rivals] = np.maximum(0, false[rivals] - 20)
        for marks, seats in ((y, honest), (false, bent)):
            seats.append([favourite in np.argsort(-way(i, j, marks))[:TOP] for way in ways])
    for name, seats in (("honest", honest), ("strategic", bent)):
        print(f"| {name} | " + " | ".join(said(column) for column in np.array(seats).T) + " |")


def cost() -> None:
    """Each size in a process of its own, so that the peak of memory is its own."""
    print("\n## Time and peak memory on one core (4 reviews an entry; fit with P, checks and explanations)\n")
    print(
        "| entries / reviewers | assignment s | estimator, draws s | whole fit s | peak MB |\n|---|---|---|---|---|"
    )
    for entries, reviewers in SIZES:
        command = [sys.executable, "-m", "benchmarks.ranking", "--measure", str(entries), str(reviewers)]
        print(subprocess.run(command, check=True, capture_output=True, text=True).stdout, end="", flush=True)


def measure(entries: int, reviewers: int) -> None:
    clock = time.perf_counter
    start = clock()
    i, j = design(entries, reviewers, EACH, 1)
    assigned = clock() - start
    y = Award(SCENARIOS["realistic"], 1, entries, reviewers).score(i, j)
    problem = problem_of(i, j, y, entries, reviewers)
    best = [np.inf, np.inf]
    for _ in range(3 if entries <= 1000 else 1):
        start = clock()
        estimator.chances(estimator.fit(arrays(i, j, y), estimator.NU), 1, TOP, np.zeros((0, 2), int))
        best[0] = min(best[0], clock() - start)
        start = clock()
        fit(problem, 1)
        best[1] = min(best[1], clock() - start)
    unit = 2**20 if sys.platform == "darwin" else 2**10  # ru_maxrss: bytes there, kilobytes elsewhere
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit
    print(f"| {entries:,} / {reviewers:,} | {assigned:.3f} | {best[0]:.3f} | {best[1]:.3f} | {peak:.0f} |")


TABLES = {
    "finding": finding,
    "needed": reviews_needed,
    "adaptive": adaptive,
    "calibration": calibration,
    "strategic": strategic,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--reps", type=int, default=400)
    parser.add_argument("--only", nargs="+", choices=[*TABLES, "cost"], default=[*TABLES, "cost"])
    parser.add_argument("--measure", nargs=2, type=int, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.measure:
        return measure(*asked.measure)
    print(f"Synthetic truth, {asked.reps} awards a table, seeds 0–{asked.reps - 1}.")
    for name in asked.only:
        if name == "cost":
            cost()
        else:
            TABLES[name](asked.reps)
        sys.stdout.flush()


if __name__ == "__main__":
    main()
