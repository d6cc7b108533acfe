"""The question that `judging.ranking` answers: marks checked, put in an order that labels don't reach, looked
over.

Pure (numpy). It fits nothing and changes no mark; what is wrong is refused with the place named, what is odd
is told as a warning. Web processes never import it: numpy comes with it.
"""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from numbers import Real

import numpy as np

from judging import estimator

FEW_REVIEWERS, FEW_REVIEWS = 3, 20  # at or below, and below: too little data for any model


class RankingError(ValueError):
    """The marks make no sense; the message names the place."""


@dataclass(frozen=True)
class Problem:
    """Marks of one round. `reviews` are (entry, reviewer, total in points out of 100); `top` is the places.

    `conflicts` (entry, reviewer) are recusals, used only to say whom to ask next. Raises RankingError for
    unknown or repeated ids, the same pair twice, a review by a recused reviewer, a score that is no number
    from 0 to 100.
    """

    top: int
    entries: tuple[str, ...]
    reviewers: tuple[str, ...]
    reviews: tuple[tuple[str, str, Real | Decimal], ...]
    conflicts: frozenset[tuple[str, str]] = frozenset()

    def __post_init__(self):
        if isinstance(self.top, bool) or not isinstance(self.top, int) or self.top < 1:
            raise RankingError(f"top: {self.top!r} is not a whole number from 1 up")
        entries, reviewers = _names("entries", self.entries), _names("reviewers", self.reviewers)
        for entry, reviewer in sorted(self.conflicts):
            if entry not in entries or reviewer not in reviewers:
                raise RankingError(f"conflicts: ({entry!r}, {reviewer!r}): no such entry or reviewer")
        seen: set[tuple[str, str]] = set()
        for place, (entry, reviewer, score) in enumerate(self.reviews):
            if entry not in entries:
                raise RankingError(f"reviews[{place}].entry: {entry!r}: no such entry")
            if reviewer not in reviewers:
                raise RankingError(f"reviews[{place}].reviewer: {reviewer!r}: no such reviewer")
            if (entry, reviewer) in seen:
                raise RankingError(f"reviews[{place}]: {reviewer!r} scored {entry!r} twice")
            if (entry, reviewer) in self.conflicts:
                raise RankingError(f"reviews[{place}]: {reviewer!r} is recused from {entry!r}")
            if isinstance(score, bool) or not isinstance(score, Real | Decimal) or not 0 <= score <= 100:
                raise RankingError(f"reviews[{place}].score: {score!r} is not a number from 0 to 100")
            seen.add((entry, reviewer))


def _names(what: str, ids: Iterable[str]) -> set[str]:
    seen: set[str] = set()
    for place, name in enumerate(ids):
        if not isinstance(name, str):
            raise RankingError(f"{what}[{place}]: {name!r} is not a text")
        if name in seen:
            raise RankingError(f"{what}[{place}]: {name!r} stands there twice")
        seen.add(name)
    if not seen:
        raise RankingError(f"{what}: none")
    return seen


@lru_cache(65_536)
def exact(score: Real | Decimal) -> Fraction:
    """A mark as the fraction that its digits say: 84.1 is 841/10, not the nearest binary number."""
    return Fraction(str(score)) if isinstance(score, float) else Fraction(score)


def official(problem: Problem) -> dict[str, Fraction]:
    """{entry: exact mean of its reviews}, highest first; entries without a review are absent."""
    marks: dict[str, list[Fraction]] = {}
    for entry, _, score in problem.reviews:
        marks.setdefault(entry, []).append(exact(score))
    means = {entry: sum(of, Fraction(0)) / len(of) for entry, of in marks.items()}
    return dict(sorted(means.items(), key=lambda pair: (-pair[1], pair[0])))


def _numbered(keys: dict[str, Hashable]) -> dict[str, int]:
    rank = {key: n for n, key in enumerate(sorted(set(keys.values())))}
    return {name: rank[key] for name, key in keys.items()}


@dataclass(frozen=True)
class Arrays:
    """The marks as arrays; whom their numbers mean; `twins` (N,) the same number for entries with the same
    marks."""

    marks: estimator.Marks
    entries: list[str]
    reviewers: list[str]
    twins: np.ndarray


def as_arrays(problem: Problem) -> Arrays:
    """Arrays with entries and reviewers in an order that follows from the marks alone; needs one review at
    least.

    So neither the order of the input nor the labels reach the arithmetic or the draws (labels part only those
    whom the marks can't part: twins).
    """
    by_entry: dict[str, list] = {}
    by_reviewer: dict[str, list] = {}
    for entry, reviewer, score in problem.reviews:
        by_entry.setdefault(entry, []).append((float(score), reviewer))
        by_reviewer.setdefault(reviewer, []).append((float(score), entry))
    of_reviewer = dict.fromkeys(by_reviewer, 0)
    for _ in range(2):
        of_entry = _numbered(
            {e: tuple(sorted((s, of_reviewer[r]) for s, r in m)) for e, m in by_entry.items()}
        )
        of_reviewer = _numbered(
            {r: tuple(sorted((s, of_entry[e]) for s, e in m)) for r, m in by_reviewer.items()}
        )
    entries = sorted(by_entry, key=lambda e: (of_entry[e], e))
    reviewers = sorted(by_reviewer, key=lambda r: (of_reviewer[r], r))
    at, who = {e: n for n, e in enumerate(entries)}, {r: n for n, r in enumerate(reviewers)}
    rows = sorted((at[e], who[r], float(s)) for e, r, s in problem.reviews)
    i, j, y = (np.array(column) for column in zip(*rows, strict=True))
    constant = np.array(
        [len(m) >= 3 and len({s for s, _ in m}) == 1 for m in (by_reviewer[r] for r in reviewers)]
    )
    marks = estimator.Marks((len(entries), len(reviewers)), i, j, y, constant)
    return Arrays(marks, entries, reviewers, np.array([of_entry[e] for e in entries]))


def components(problem: Problem) -> tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]:
    """Pieces (entries, reviewers) of the graph of reviews, most entries first."""
    links: dict[tuple[str, str], list] = {}
    for entry, reviewer, _ in problem.reviews:
        links.setdefault(("e", entry), []).append(("r", reviewer))
        links.setdefault(("r", reviewer), []).append(("e", entry))
    seen: set = set()
    pieces = []
    for start in sorted(links):
        if start not in seen:
            piece, frontier = {start}, [start]
            while frontier:
                fresh = set(links[frontier.pop()]) - piece
                piece |= fresh
                frontier += fresh
            seen |= piece
            pieces.append(tuple(tuple(sorted(name for kind, name in piece if kind == k)) for k in "er"))
    return tuple(sorted(pieces, key=lambda piece: (-len(piece[0]), piece)))


def warnings(problem: Problem, means: dict[str, Fraction], pieces: tuple) -> list[tuple[str, str]]:
    """(code, text) of all that is odd about the marks: docs/adjusted-order.md says what each leads to."""
    unranked = [entry for entry in problem.entries if entry not in means]
    marks: dict[str, list[Real]] = {}
    seen: dict[str, int] = dict.fromkeys(means, 0)
    for entry, reviewer, score in problem.reviews:
        marks.setdefault(reviewer, []).append(score)
        seen[entry] += 1
    told = []
    if unranked:
        told.append(("unranked", f"entries without a review, not ranked: {', '.join(unranked)}"))
    if not means:
        return told
    if len(means) <= problem.top:
        told.append(("all_pass", f"{len(means)} ranked entries for {problem.top} places: all pass"))
    if len(set().union(*marks.values())) == 1:
        return [*told, ("all_equal", "all scores are equal: nothing tells the entries apart")]
    if len(marks) <= FEW_REVIEWERS or len(problem.reviews) < FEW_REVIEWS:
        size = f"{len(marks)} reviewers, {len(problem.reviews)} reviews"
        told.append(("too_little", f"too little data ({size}): the official rule alone, no adjustment"))
    if max(seen.values()) == 1:
        told.append(("one_each", "one review each: severity and quality can't be told apart, no chances"))
    if len(pieces) > 1:
        shown = "; ".join(", ".join(entries) for entries, _ in pieces)
        told.append(("disconnected", f"no reviewer connects these {len(pieces)} groups of entries: {shown}"))
    for name in problem.reviewers:
        if len(set(marks.get(name, ()))) == 1 and len(marks[name]) >= 3:
            told.append(("constant", f"{name} gave the same score to all {len(marks[name])} entries"))
    line = list(means.values())[problem.top - 1 : problem.top + 1]
    if len(line) == 2 and line[0] == line[1]:
        told.append(("tie", "the official scores tie on the line"))
    return told


def alpha(problem: Problem) -> float | None:
    """Krippendorff's alpha for interval data over entries with two or more reviews; None where undefined."""
    marks: dict[str, list[float]] = {}
    for entry, _, score in problem.reviews:
        marks.setdefault(entry, []).append(float(score))
    units = [np.array(of) for of in marks.values() if len(of) > 1]
    if not units:
        return None
    pooled = np.concatenate(units)
    expected = 2 * pooled.var(ddof=1)
    observed = sum(2 * len(of) * of.var(ddof=1) for of in units) / len(pooled)
    return float(1 - observed / expected) if expected > 0 else None
