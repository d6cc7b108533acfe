"""judging/assignment.py: who reviews what."""

import itertools
import random
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from judging.assignment import AssignmentError, plan

ROOT = Path(__file__).parents[2]


def names(letter, size):
    return [f"{letter}{n:02}" for n in range(size)]


def pieces(pairs):
    """Pieces of the graph of reviews, counted the plain way."""
    groups = []
    for entry, reviewer in pairs:
        touched = [g for g in groups if ("e", entry) in g or ("r", reviewer) in g]
        groups = [g for g in groups if g not in touched]
        groups.append({("e", entry), ("r", reviewer)}.union(*touched))
    return len(groups)


def meetings(found):
    panels = {}
    for entry, reviewer in found.pairs:
        panels.setdefault(entry, []).append(reviewer)
    return Counter(pair for panel in panels.values() for pair in itertools.combinations(sorted(panel), 2))


@pytest.mark.parametrize(
    ("entries", "reviewers", "k"),
    [(37, 10, 4), (9, 10, 2), (10, 9, 2), (48, 7, 3), (300, 40, 4), (37, 10, 10)],
)
def test_every_entry_gets_k_reviews_evenly_and_in_one_piece(entries, reviewers, k):
    rng, conflicts = random.Random(entries), set()
    if k < reviewers - 1:
        conflicts = {(f"e{n:02}", f"r{rng.randrange(reviewers):02}") for n in range(entries)}
    found = plan(names("e", entries), names("r", reviewers), k, conflicts)
    assert set(Counter(entry for entry, _ in found.pairs).values()) == {k}
    assert Counter(reviewer for _, reviewer in found.pairs) == Counter(found.load)
    assert max(found.load.values()) - min(found.load.values()) <= 1
    assert not conflicts & set(found.pairs)
    assert found.components == pieces(found.pairs) == 1
    assert found.unmet == []
    assert found.pairs == sorted(set(found.pairs))


def test_reviewers_meet_each_other_about_equally_often():
    found = plan(names("e", 37), names("r", 10), 4, set())
    least = (37 * 6) ** 2 / 45  # every two reviewers meet equally often
    assert sum(n * n for n in meetings(found).values()) < 1.03 * least


def test_k_0_is_everybody_but_the_recused():
    found = plan(["가", "나"], ["김", "이", "박"], 0, {("가", "이")})
    assert found.pairs == [("가", "김"), ("가", "박"), ("나", "김"), ("나", "박"), ("나", "이")]
    assert found.unmet == []


def test_k_0_with_everybody_recused_says_so():
    assert plan(["가", "나"], ["김"], 0, {("가", "김")}).unmet == [
        {"entry": "가", "lacks": 1, "because": ["김"]}
    ]


def test_what_recusals_forbid_is_named():
    found = plan(["가", "나"], ["김", "이", "박"], 2, {("가", "이"), ("가", "박")})
    assert found.unmet == [{"entry": "가", "lacks": 1, "because": ["박", "이"]}]
    assert ("가", "김") in found.pairs


def test_a_capacity_is_kept_and_what_it_costs_is_spread():
    found = plan(names("e", 6), names("r", 3), 2, set(), capacity={"r00": 1, "r01": 2})
    assert found.load == {"r00": 1, "r01": 2, "r02": 6}
    assert [(one["lacks"], one["because"]) for one in found.unmet] == [(1, [])] * 3


def test_a_free_reviewer_is_reached_through_others():
    """Only r1 may score e0; whoever else it was given to must pass their entries on."""
    conflicts = {("e0", "r0"), ("e0", "r2"), ("e1", "r2")}
    found = plan(["e0", "e1", "e2"], ["r0", "r1", "r2"], 1, conflicts, capacity={"r0": 1, "r1": 1, "r2": 1})
    assert found.pairs == [("e0", "r1"), ("e1", "r0"), ("e2", "r2")]


def test_an_ill_reviewers_scored_sheets_stay_and_the_rest_is_planned_anew():
    entries, reviewers = names("e", 37), names("r", 10)
    first = plan(entries, reviewers, 4, set())
    kept = {(entry, reviewer) for entry, reviewer in first.pairs if entry < "e12"}
    again = plan(entries, reviewers, 4, set(), kept=kept, capacity={"r03": 0})
    assert kept <= set(again.pairs)
    assert {pair for pair in again.pairs if pair[1] == "r03"} == {pair for pair in kept if pair[1] == "r03"}
    assert set(Counter(entry for entry, _ in again.pairs).values()) == {4}
    others = [n for name, n in again.load.items() if name != "r03"]
    assert max(others) - min(others) <= 1


def test_more_kept_reviews_than_k_all_stay():
    kept = {("가", "김"), ("가", "이"), ("가", "박")}
    found = plan(["가", "나"], ["김", "이", "박"], 2, set(), kept=kept)
    assert kept <= set(found.pairs) and found.unmet == []


def test_islands_of_kept_reviews_are_joined():
    entries, reviewers = names("e", 8), names("r", 4)
    kept = {(e, r) for e in entries[:3] for r in reviewers[:2]} | {
        (e, r) for e in entries[5:] for r in reviewers[2:]
    }
    assert plan(entries, reviewers, 2, set(), kept=kept).components == 1


def test_two_worlds_that_recusals_part_stay_two():
    conflicts = {
        ("e0", "r1"),
        ("e0", "r3"),
        ("e1", "r1"),
        ("e1", "r3"),
        ("e2", "r0"),
        ("e2", "r2"),
        ("e3", "r0"),
    }
    found = plan(["e0", "e1", "e2", "e3"], ["r0", "r1", "r2", "r3"], 2, conflicts | {("e3", "r2")})
    assert found.components == 2 and found.unmet == []


def test_expertise_is_followed_where_the_load_allows():
    entries, reviewers = names("e", 12), names("r", 4)
    cost = {(e, r): 5.0 for n, e in enumerate(entries) for m, r in enumerate(reviewers) if n % 2 != m % 2}
    found = plan(entries, reviewers, 1, set(), cost=cost)
    assert not set(cost) & set(found.pairs) and set(found.load.values()) == {3}


def test_the_order_of_the_question_changes_nothing():
    entries, reviewers = names("e", 20), names("r", 6)
    conflicts = {("e03", "r01"), ("e07", "r02"), ("e11", "r05")}
    expected = plan(entries, reviewers, 3, conflicts, seed=5)
    assert plan(entries[::-1], reviewers[::-1], 3, set(sorted(conflicts)[::-1]), seed=5) == expected
    assert plan(entries, reviewers, 3, conflicts, seed=6) != expected


def test_hash_seeds_change_nothing():
    code = (
        "from judging.assignment import plan\n"
        "e, r = [f'e{n}' for n in range(30)], [f'r{n}' for n in range(8)]\n"
        "print(plan(e, r, 3, {(a, r[len(a)]) for a in e}, kept={('e1', 'r0')}, capacity={'r5': 4}))"
    )
    answers = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={"PYTHONHASHSEED": seed},
            cwd=ROOT,
            text=True,
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(answers) == 1


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"entries": ["가", "나", "가"]}, r"entries\[2\]: '가' stands there twice"),
        ({"reviewers": ["김", "김"]}, r"reviewers\[1\]: '김' stands there twice"),
        ({"entries": []}, "entries: none"),
        ({"reviewers": []}, "reviewers: none"),
        ({"entries": ["가", 3]}, r"entries\[1\]: 3 is not a text"),
        ({"k": 4}, "k: 4 is not a whole number from 0 to the 3 reviewers"),
        ({"k": -1}, "k: -1"),
        ({"k": True}, "k: True"),
        ({"conflicts": {("다", "김")}}, r"conflicts: \('다', '김'\): no such entry"),
        ({"conflicts": {("가", "최")}}, r"conflicts: \('가', '최'\): no such reviewer"),
        ({"kept": {("가", "최")}}, r"kept: \('가', '최'\): no such reviewer"),
        ({"kept": {("가", "김")}, "conflicts": {("가", "김")}}, r"kept: \('가', '김'\): recused"),
        ({"capacity": {"최": 3}}, "capacity: '최': no such reviewer"),
        ({"capacity": {"김": -1}}, "capacity: '김': -1 is not a whole number"),
    ],
)
def test_nonsense_is_refused_with_its_place(change, place):
    question = {"entries": ["가", "나"], "reviewers": ["김", "이", "박"], "k": 2, "conflicts": set()} | change
    with pytest.raises(AssignmentError, match=place):
        plan(**question)


def best_of_all(size, reviewers, k, conflicts, capacity):
    """(what is lacking, most even loads) over every possible plan."""
    ways = []
    for entry in range(size):
        able = [r for r in range(reviewers) if (entry, r) not in conflicts]
        ways.append([c for n in range(min(k, len(able)) + 1) for c in itertools.combinations(able, n)])
    answers = []
    for choice in itertools.product(*ways):
        load = Counter(r for panel in choice for r in panel)
        if all(load[r] <= capacity[r] for r in range(reviewers)):
            lacks = sorted((k - len(panel) for panel in choice), reverse=True)
            answers.append((sum(lacks), lacks, sum(n * n for n in load.values())))
    return min(answers)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_no_plan_gives_more_reviews_or_evener_loads(data):
    size, reviewers = data.draw(st.integers(1, 4)), data.draw(st.integers(1, 3))
    k = data.draw(st.integers(1, reviewers))
    conflicts = data.draw(
        st.sets(st.tuples(st.integers(0, size - 1), st.integers(0, reviewers - 1)), max_size=5)
    )
    capacity = data.draw(st.lists(st.integers(0, size), min_size=reviewers, max_size=reviewers))
    found = plan(
        names("e", size),
        names("r", reviewers),
        k,
        {(f"e{e:02}", f"r{r:02}") for e, r in conflicts},
        capacity={f"r{r:02}": n for r, n in enumerate(capacity)},
    )
    count = Counter(entry for entry, _ in found.pairs)
    lacks = sorted((k - count[entry] for entry in names("e", size)), reverse=True)
    got = (sum(lacks), lacks, sum(n * n for n in found.load.values()))
    assert got == best_of_all(size, reviewers, k, conflicts, capacity)
    assert sum(one["lacks"] for one in found.unmet) == sum(lacks)
