"""judging/ranking.py: marks in, standings with their uncertainty out. Truth is invented throughout."""

import json
import math
import random
import re
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from judging import diagnostics, estimator
from judging.assignment import plan
from judging.problem import Problem, RankingError, official
from judging.ranking import fit

EXAMPLE = Path(__file__).parents[2] / "docs" / "adjusted-order.md"


def award(seed=1, entries=24, reviewers=8, k=4, top=6, digits=1, scale=10.0):
    """Problem and true qualities: severity as large as quality, spread and noise of their own."""
    rng = np.random.default_rng(seed)
    quality, severity = rng.standard_normal(entries), rng.standard_normal(reviewers)
    spread, noise = (
        np.exp(0.4 * rng.standard_normal(reviewers)),
        0.8 * np.exp(0.4 * rng.standard_normal(reviewers)),
    )
    ids = [f"e{n:02}" for n in range(entries)], [f"r{n:02}" for n in range(reviewers)]
    reviews = []
    for entry, reviewer in plan(*ids, k, set(), seed=seed).pairs:
        i, j = int(entry[1:]), int(reviewer[1:])
        felt = severity[j] + spread[j] * (quality[i] + noise[j] * rng.standard_normal())
        reviews.append((entry, reviewer, float(np.clip(round(55 + scale * felt, digits), 0, 100))))
    return Problem(top, *map(tuple, ids), tuple(reviews)), quality


def changed(problem, score=lambda e, r, s: s, keep=lambda e, r: True, **other):
    reviews = tuple((e, r, score(e, r, s)) for e, r, s in problem.reviews if keep(e, r))
    fields = {
        "top": problem.top,
        "entries": problem.entries,
        "reviewers": problem.reviewers,
        "reviews": reviews,
    }
    return Problem(**fields | other)


def codes(problem):
    return fit(problem).codes()


# ---- The arithmetic ----


def direct(i, j, y, w, n, r, ratio_q, ratio_b):
    """The additive model written out in full: y = μ + b + q + ε as one multivariate normal. (-2 log REML, q, b)"""
    z, u = np.eye(n)[i], np.eye(r)[j]
    v = np.diag(1 / w) + ratio_q * z @ z.T + ratio_b * u @ u.T
    inverse = np.linalg.inv(v)
    ones = np.ones(len(y))
    mu = ones @ inverse @ y / (ones @ inverse @ ones)
    rest = inverse @ (y - mu)
    rss = (y - mu) @ rest
    minus_2 = (len(y) - 1) * np.log(rss) + np.linalg.slogdet(v)[1] + np.log(ones @ inverse @ ones)
    return minus_2, mu, ratio_q * z.T @ rest, ratio_b * u.T @ rest, rss


@pytest.mark.parametrize("dense", [10**9, 0])
def test_every_cell_of_the_grid_is_the_mixed_model_solved_directly(dense, monkeypatch):
    monkeypatch.setattr(estimator, "DENSE", dense)
    rng = np.random.default_rng(4)
    pairs = np.array([(i, j) for i in range(9) for j in range(5) if rng.random() < 0.6])
    i, j = pairs.T
    y, w = rng.normal(0, 9, len(i)), rng.uniform(0.4, 1.6, len(i))
    cells = estimator.additive(estimator.Marks((9, 5), i, j, y, np.zeros(5, bool)), y, w)
    prior = [np.sqrt(g) / (1 + g) * np.gradient(np.log(g)) for g in (estimator.RATIO_Q, estimator.RATIO_B)]
    logs, means = np.zeros((12, 11)), []
    for g, ratio_q in enumerate(estimator.RATIO_Q):
        for h, ratio_b in enumerate(estimator.RATIO_B):
            minus_2, mu, q, b, rss = direct(i, j, y, w, 9, 5, ratio_q, ratio_b)
            logs[g, h] = -minus_2 / 2 + np.log(prior[0][g] * prior[1][h])
            means.append((mu, q, b, rss))
            assert math.isclose(cells.parts[g][8][h], rss, rel_tol=1e-9)
    weight = np.exp(logs - logs.max())
    weight = (weight / weight.sum()).ravel()
    np.testing.assert_allclose(cells.weight.ravel(), weight, rtol=1e-6, atol=1e-12)
    np.testing.assert_allclose(cells.mu, sum(p * m[0] for p, m in zip(weight, means, strict=True)), rtol=1e-8)
    np.testing.assert_allclose(cells.q, sum(p * m[1] for p, m in zip(weight, means, strict=True)), rtol=1e-7)
    np.testing.assert_allclose(cells.b, sum(p * m[2] for p, m in zip(weight, means, strict=True)), rtol=1e-7)


def test_the_weights_of_a_large_award_add_up_all_the_same():
    rng = np.random.default_rng(1)
    i, j, y = np.repeat(np.arange(5000), 4), rng.integers(0, 6, 20_000), rng.normal(0, 1e4, 20_000)
    cells = estimator.additive(estimator.Marks((5000, 6), i, j, y, np.zeros(6, bool)), y, np.ones(20_000))
    assert abs(cells.weight.sum() - 1) < 1e-14


def test_draws_scatter_about_the_means_as_the_posterior_says():
    problem, _ = award(3)
    standing = fit(problem, 1)
    other = fit(problem, 2)
    differences = [abs(standing.p_top[e] - other.p_top[e]) for e in standing.p_top]
    assert 0 < max(differences) < 5 * math.sqrt(0.5 / estimator.DRAWS)
    for entry, (low, high) in standing.interval.items():
        assert low < standing.adjusted[entry] < high


def test_the_adjusted_order_finds_more_of_the_best_than_the_mean():
    gained = []
    for seed in range(40):
        problem, quality = award(seed, entries=37, reviewers=10, top=8)
        best = {f"e{n:02}" for n in np.argsort(-quality)[:8]}
        standing = fit(problem, with_draws=False)
        gained.append(len(best & set(standing.finalists())) - len(best & set(standing.official_finalists())))
    assert np.mean(gained) > 0.2


# ---- What changes nothing ----


def test_the_same_question_gives_the_same_digits():
    problem, _ = award(5)
    assert fit(problem, 7) == fit(problem, 7)


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 10**6))
def test_labels_and_the_order_of_the_input_change_no_digit(seed):
    problem, _ = award(seed % 7)
    rng = random.Random(seed)
    entries, reviewers, reviews = (
        rng.sample(of, len(of)) for of in (problem.entries, problem.reviewers, problem.reviews)
    )
    to = dict(zip(problem.entries, rng.sample(problem.entries, len(entries)), strict=True))
    whom = dict(zip(problem.reviewers, rng.sample(problem.reviewers, len(reviewers)), strict=True))
    renamed = Problem(
        problem.top, tuple(entries), tuple(reviewers), tuple((to[e], whom[r], s) for e, r, s in reviews)
    )
    one, other = fit(problem, 3), fit(renamed, 3)
    assert {to[e]: score for e, score in one.adjusted.items()} == other.adjusted
    assert {to[e]: p for e, p in one.p_top.items()} == other.p_top
    assert {whom[r]: who for r, who in one.reviewers.items()} == other.reviewers


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 50), st.integers(-15, 15))
def test_a_constant_for_one_reviewer_of_a_complete_panel_leaves_the_order_alone(seed, c):
    problem, _ = award(seed, entries=12, reviewers=6, k=6, top=4, scale=5.0)
    if not all(15 <= s <= 85 for _, _, s in problem.reviews):
        problem = changed(problem, lambda e, r, s: min(85.0, max(15.0, s)))
    moved = changed(problem, lambda e, r, s: round(s + c, 1) if r == "r02" else s)
    one, other = fit(problem).adjusted, fit(moved).adjusted
    assert sorted(one, key=one.get) == sorted(other, key=other.get)
    shift = {round(other[e] - one[e], 6) for e in one}
    assert shift == {round(c / 6, 6)}


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 23))
def test_the_chances_add_up_to_the_places(seed, top):
    problem, _ = award(seed, top=top)
    p = fit(problem).p_top
    assert math.fsum(p.values()) == top
    assert all(0 <= chance <= 1 for chance in p.values())


def test_entries_with_the_same_marks_have_the_same_chance():
    problem, _ = award(2)
    marks = {r: s for e, r, s in problem.reviews if e == "e00"}
    twin = tuple(("twin", r, s) for r, s in marks.items())
    problem = changed(problem, entries=(*problem.entries, "twin"), reviews=problem.reviews + twin)
    standing = fit(problem)
    assert standing.p_top["twin"] == standing.p_top["e00"]
    assert math.isclose(standing.adjusted["twin"], standing.adjusted["e00"])


# ---- Reasons ----


def test_the_moves_of_an_entry_are_its_whole_change():
    problem, _ = award(9)
    standing = fit(problem)
    for entry, move in standing.moves.items():
        assert set(move.by) == {r for e, r, _ in problem.reviews if e == entry}
        change = standing.adjusted[entry] - float(standing.official[entry])
        assert math.isclose(sum(move.by.values()) + move.pull, change, abs_tol=1e-9)


def test_a_harsh_reviewer_is_seen_as_harsh_and_their_entries_are_raised():
    problem, _ = award(11)
    harsh = changed(problem, lambda e, r, s: max(0.0, s - 25) if r == "r03" else s)
    one, other = fit(problem), fit(harsh)
    assert other.reviewers["r03"].severity < one.reviewers["r03"].severity - 15
    assert "severity" in other.reviewers["r03"].flags
    for entry in (e for e, r, _ in problem.reviews if r == "r03"):
        assert other.moves[entry].by["r03"] > one.moves[entry].by["r03"]


def test_alpha_is_krippendorffs():
    """Krippendorff 2011, "Computing Krippendorff's Alpha-Reliability", example C with interval data: 0.849."""
    table = ["123321412***", "1233224125*3", "*3332342251*", "12332441251*"]
    reviews = tuple(
        (f"u{u:02}", f"o{o}", int(value))
        for o, row in enumerate(table)
        for u, value in enumerate(row)
        if value != "*"
    )
    problem = Problem(1, tuple(f"u{u:02}" for u in range(12)), tuple(f"o{o}" for o in range(4)), reviews)
    assert round(fit(problem).alpha, 3) == 0.849


# ---- Edges ----


def test_an_entry_without_a_review_is_not_ranked_and_said():
    problem, _ = award(1)
    problem = changed(problem, keep=lambda e, r: e != "e05")
    standing = fit(problem)
    assert standing.unranked == ("e05",)
    assert "unranked" in standing.codes()
    assert not any("e05" in found for found in (standing.official, standing.adjusted, standing.p_top))


def test_no_review_at_all():
    standing = fit(Problem(2, ("가", "나"), ("김",), ()))
    assert (standing.official, standing.adjusted, standing.p_top) == ({}, {}, {})
    assert standing.codes() == ["unranked"]


def test_all_scores_equal_leaves_everybody_the_same_chance():
    problem, _ = award(1)
    standing = fit(changed(problem, lambda e, r, s: 70))
    assert set(standing.p_top.values()) == {6 / 24}
    assert set(standing.adjusted.values()) == {70.0}
    assert "all_equal" in standing.codes() and not standing.moves


@pytest.mark.parametrize("keep", [lambda e, r: r < "r03", lambda e, r: e < "e04"])
def test_too_little_data_leaves_the_official_rule_alone(keep):
    problem, _ = award(1, top=2)
    standing = fit(changed(problem, keep=keep))
    assert "too_little" in standing.codes()
    assert standing.adjusted == {entry: float(mean) for entry, mean in standing.official.items()}
    assert standing.p_top == {}


def test_one_review_each_shows_no_chances():
    problem, _ = award(1, k=1)
    standing = fit(problem)
    assert "one_each" in standing.codes() and "disconnected" in standing.codes()
    assert standing.p_top == {} and len(standing.adjusted) == 24


def test_fewer_entries_than_places_all_pass():
    problem, _ = award(1, top=30)
    standing = fit(problem)
    assert "all_pass" in standing.codes()
    assert set(standing.p_top.values()) == {1.0}


def test_two_groups_that_no_reviewer_connects():
    problem, _ = award(1)
    halves = changed(problem, keep=lambda e, r: (e < "e12") == (r < "r04"))
    standing = fit(halves)
    assert "disconnected" in standing.codes()
    assert len(standing.components) == len(diagnostics.bridges(halves, standing)) + 1 > 1
    bridge = diagnostics.bridges(halves, standing)[0]
    joined = changed(halves, reviews=(*halves.reviews, (bridge["entry"], bridge["reviewer"], 50)))
    assert len(fit(joined).components) == len(standing.components) - 1


def test_constant_marks_weigh_next_to_nothing_and_are_flagged():
    problem, _ = award(6)
    low, high = (fit(changed(problem, lambda e, r, s, c=c: c if r == "r01" else s)) for c in (20, 95))
    assert "constant" in low.codes() and "constant" in low.reviewers["r01"].flags
    assert max(abs(low.adjusted[e] - high.adjusted[e]) for e in low.adjusted) < 1.0


def test_everybody_constant():
    problem, _ = award(6)
    standing = fit(changed(problem, lambda e, r, s: 50 + int(r[1:])))
    assert math.isclose(math.fsum(standing.p_top.values()), 6)
    assert all(math.isfinite(score) for score in standing.adjusted.values())


def test_marks_without_noise():
    """Every reviewer sees the same and says so, but for severity: nothing is left over, nothing breaks."""
    problem, quality = award(6)
    exact = changed(problem, lambda e, r, s: float(round(50 + 3 * quality[int(e[1:])] + int(r[1:]), 6)))
    standing = fit(exact)
    assert set(standing.finalists()) == {f"e{n:02}" for n in np.argsort(-quality)[:6]}


def test_a_tie_on_the_line_is_told():
    reviews = tuple(
        (e, f"r{n}", s) for e, s in zip("가나다라마", (90, 80, 80, 60, 50), strict=True) for n in range(4)
    )
    assert "tie" in codes(Problem(2, tuple("가나다라마"), ("r0", "r1", "r2", "r3"), reviews))


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"reviews": (("가", "김", 50), ("가", "김", 60))}, r"reviews\[1\]: '김' scored '가' twice"),
        ({"reviews": (("가", "김", math.nan),)}, r"reviews\[0\]\.score: nan is not a number from 0 to 100"),
        ({"reviews": (("가", "김", 100.5),)}, r"reviews\[0\]\.score: 100.5"),
        ({"reviews": (("가", "김", -1),)}, r"reviews\[0\]\.score: -1"),
        ({"reviews": (("가", "김", "50"),)}, r"reviews\[0\]\.score: '50'"),
        ({"reviews": (("가", "김", True),)}, r"reviews\[0\]\.score: True"),
        ({"reviews": (("다", "김", 50),)}, r"reviews\[0\]\.entry: '다'"),
        ({"reviews": (("가", "최", 50),)}, r"reviews\[0\]\.reviewer: '최'"),
        (
            {"reviews": (("가", "김", 50),), "conflicts": frozenset({("가", "김")})},
            r"reviews\[0\]: '김' is recused",
        ),
        ({"conflicts": frozenset({("가", "최")})}, r"conflicts: \('가', '최'\)"),
        ({"entries": ("가", "가")}, r"entries\[1\]: '가' stands there twice"),
        ({"reviewers": ()}, "reviewers: none"),
        ({"top": 0}, "top: 0"),
    ],
)
def test_nonsense_is_refused_with_its_place(change, place):
    with pytest.raises(RankingError, match=place):
        Problem(**{"top": 1, "entries": ("가", "나"), "reviewers": ("김", "이"), "reviews": ()} | change)


def test_the_official_score_is_the_exact_mean_of_the_digits_that_were_typed():
    problem = Problem(
        1, ("가",), ("김", "이", "박"), (("가", "김", 84.1), ("가", "이", 84), ("가", "박", Fraction(1, 3)))
    )
    assert official(problem) == {"가": Fraction(5053, 90)}


def test_another_official_rule_moves_the_line_and_not_the_adjusted_scores():
    problem, _ = award(4)
    means = official(problem)
    lowest_first = {entry: 100 - mean for entry, mean in means.items()}
    standing, usual = fit(problem, scores=lowest_first), fit(problem)
    assert standing.adjusted == usual.adjusted and standing.p_top == usual.p_top
    assert standing.official_finalists() == sorted(means, key=lambda e: (means[e], e))[:6]
    assert {i for i, _ in standing.above} == set(usual.finalists()) - set(standing.official_finalists())
    with pytest.raises(RankingError, match="scores: not those"):
        fit(problem, scores={"e00": Fraction(1)})


# ---- What a committee asks ----


def test_leaving_a_reviewer_out_says_whose_seats_change():
    problem, _ = award(4)
    standing = fit(problem)
    found = diagnostics.leave_one_out(problem, standing)
    assert set(found) == set(problem.reviewers)
    for name, seats in found.items():
        rest = fit(changed(problem, keep=lambda e, r, name=name: r != name), with_draws=False)
        assert set(standing.finalists()) - set(seats["out"]) | set(seats["in"]) == set(rest.finalists())
        assert seats["flag"] == (len(seats["out"]) > 2)


def test_the_refit_that_doubts_outlying_marks_names_the_seat_that_one_reviewer_gave():
    doubted = 0
    for seed in range(8):
        problem, quality = award(seed, entries=37, reviewers=10, top=8)
        favourite = f"e{np.argsort(-quality)[12]:02}"
        villain = next(r for e, r, _ in problem.reviews if e == favourite)
        rivals = {f"e{n:02}" for n in np.argsort(-quality)[:12]}
        bent = changed(problem, lambda e, r, s, v=villain, f=favourite, o=rivals: s if r != v else 99 if e == f else
                       max(0.0, s - 20) if e in o else s)  # fmt: skip
        doubted += favourite in diagnostics.doubtful_seats(bent, fit(bent))["out"]
    assert doubted >= 1


def test_extra_reviews_go_to_the_open_entries_and_to_able_reviewers():
    problem, _ = award(4)
    scored = {(e, r) for e, r, _ in problem.reviews}
    first = next(r for r in problem.reviewers if ("e00", r) not in scored)
    problem = changed(problem, conflicts=frozenset({("e00", first)}))
    standing = fit(problem)
    asked = diagnostics.extra_reviews(problem, standing)
    assert [one["entry"] for one in asked] == sorted(
        (e for e, p in standing.p_top.items() if p * (1 - p) > 0.1),
        key=lambda e: (-standing.p_top[e] * (1 - standing.p_top[e]), e),
    )
    assert not {(one["entry"], one["reviewer"]) for one in asked} & (scored | problem.conflicts)
    assert len(diagnostics.extra_reviews(problem, standing, budget=3)) == 3
    full = dict.fromkeys(problem.reviewers, 0)
    assert diagnostics.extra_reviews(problem, standing, budget=3, capacity=full) == []
    assert {one["reviewer"] for one in diagnostics.extra_reviews(problem, standing, capacity=full)} <= {None}


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10**6))
def test_the_smallest_flip_draws_level_and_nothing_smaller_does(seed):
    problem, _ = award(seed, entries=9, reviewers=4, k=3, top=3)
    flip = diagnostics.smallest_flip(problem)
    means = official(problem)
    moved = means[flip["entry"]] + flip["change"] / flip["reviews"]
    assert moved == means[flip["level_with"]]
    names = list(means)
    gaps = [3 * (means[i] - means[j]) for i in names[:3] for j in names[3:]]
    assert abs(flip["change"]) == min(gaps)


def test_the_report_is_plain_json():
    problem, _ = award(4)
    told = diagnostics.report(problem, 3)
    assert json.loads(json.dumps(told, allow_nan=False)) == told
    assert told["official"] == {e: f"{m.numerator}/{m.denominator}" for e, m in official(problem).items()}
    small = diagnostics.report(changed(problem, keep=lambda e, r: r < "r03"))
    assert json.loads(json.dumps(small, allow_nan=False)) == small and small["leave_one_out"] == {}


# ---- The worked example of docs/adjusted-order.md ----


def test_the_worked_example_is_what_the_page_says():
    text = EXAMPLE.read_text(encoding="utf-8")
    data = json.loads(re.search(r"```json\n(.*?)```", text, re.S)[1])
    reviews = tuple((r["entry"], r["reviewer"], r["score"]) for r in data["reviews"])
    standing = fit(Problem(data["top"], tuple(data["entries"]), tuple(data["reviewers"]), reviews))
    rows = dict(re.findall(r"^\| ([A-J]) \| (.*) \|$", text, re.M))
    assert list(rows) == list(standing.official)
    for entry, row in rows.items():
        mean, adjusted, p = (float(cell.strip(" *%")) for cell in row.split("|"))
        assert mean == round(float(standing.official[entry]), 2)
        assert abs(adjusted - standing.adjusted[entry]) <= 0.06
        assert abs(p - 100 * standing.p_top[entry]) <= 3
    people = dict(re.findall(r"^\| (R\d) \| ([-+\d.]+) \|", text, re.M))
    assert set(people) == set(standing.reviewers)
    for name, points in people.items():
        assert abs(float(points) - standing.reviewers[name].severity) <= 0.06
