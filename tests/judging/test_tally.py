"""The official rule of a final, by hand-worked examples and by properties (RULES.md, "The panel" 4-6)."""

import json
import re
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from judging.tally import (
    Criterion,
    Final,
    GraphRefused,
    Judge,
    Mark,
    Quorum,
    TallyError,
    Vote,
    final_json,
    from_json,
    standing,
    tally,
    to_json,
    voters,
)

RULES_PAGE = Path(__file__).parents[2] / "docs" / "rules.md"
BLOCKS = [json.loads(text) for text in re.findall(r"^```json\n(.*?)^```", RULES_PAGE.read_text("utf-8"), re.S | re.M)]


def make(rows, *, points=100, **changes):
    """A final of one criterion from {finalist: totals of J1, J2 …}; None is a sheet that is missing."""
    judges = [f"J{number + 1}" for number in range(max(len(row) for row in rows.values()))]
    marks = [Mark(judge, finalist, "all", total) for finalist, row in rows.items()
             for judge, total in zip(judges, row, strict=False) if total is not None]
    values = {
        "rule": "trimmed", "criteria": (Criterion("all", points),), "judges": tuple(Judge(id) for id in judges),
        "finalists": tuple(rows), "marks": tuple(marks), "prizes": (("gold", 1),), "quorum": Quorum(1, 0),
    }
    return Final(**(values | changes))


def make_sheets(sheets, **changes):
    """A final of criteria a, b, c … from {finalist: [[marks of J1], [marks of J2] …]}, by rule mean."""
    count = len(next(iter(sheets.values()))[0])
    criteria = tuple(Criterion("abcdef"[at], 50 - 10 * at) for at in range(count))
    marks = tuple(Mark(f"J{at + 1}", finalist, criterion.id, mark) for finalist, rows in sheets.items()
                  for at, row in enumerate(rows) for criterion, mark in zip(criteria, row, strict=True))
    rows = {finalist: [0] * len(rows) for finalist, rows in sheets.items()}
    return make(rows, **({"rule": "mean", "criteria": criteria, "marks": marks} | changes))


# The page of rules, and single numbers


def test_the_page_of_rules_has_examples():
    assert len(BLOCKS) == 14


@pytest.mark.parametrize("at", range(0, len(BLOCKS), 2))
def test_an_example_of_the_page_of_rules_comes_out_as_written(at):
    assert to_json(tally(from_json(BLOCKS[at]))) == BLOCKS[at + 1]


def test_five_totals_lose_one_highest_and_one_lowest():
    result = tally(make({"A": [70, 80, 80, 91, 100]}))
    assert result.scores == {"A": Fraction(251, 3)}
    assert result.details["A"].dropped == ("J1", "J5")
    assert result.details["A"].untrimmed == Fraction(421, 5)
    assert result.details["A"].sum == 421


def test_four_totals_are_not_trimmed():
    assert tally(make({"A": [70, 80, 91, 100]})).scores == {"A": Fraction(341, 4)}


def test_of_several_equal_extremes_one_only_is_dropped():
    assert tally(make({"A": [60, 60, 90, 90, 90]})).scores == {"A": Fraction(240, 3)}
    assert tally(make({"A": [80] * 5})).details["A"].dropped == ("J1", "J5")


def test_the_number_to_trim_from_is_the_final_s_own():
    assert tally(make({"A": [10, 20, 60]}, trim_from=3)).scores == {"A": Fraction(20)}


def test_the_mean_never_trims():
    assert tally(make({"A": [0, 80, 80, 80, 100]}, rule="mean")).scores == {"A": Fraction(68)}


def test_a_sheet_that_lacks_a_criterion_counts_nowhere():
    final = make_sheets({"A": [[50, 40], [30, 20], [10, 10]]})
    final = replace(final, marks=tuple(mark for mark in final.marks if mark != Mark("J2", "A", "b", 20)))
    result = tally(final)
    assert result.scores == {"A": Fraction(55)}
    assert result.details["A"].not_counted == {"J2": "incomplete"}
    assert result.details["A"].criteria == {"a": Fraction(30), "b": Fraction(25)}


def test_nobody_s_zero_is_a_mark_and_a_missing_sheet_is_not():
    result = tally(make({"A": [0, 0], "B": [None, None]}))
    assert result.scores == {"A": 0, "B": None}
    assert result.order == (("A",),)
    assert result.prizes == {"A": "gold"}
    assert result.quorum == {"A": True, "B": False}
    assert to_json(result)["scores"] == {"A": "0/1"}


def test_without_a_counted_sheet_there_is_no_quorum_even_where_none_is_asked_for():
    assert tally(make({"A": [None]}, quorum=Quorum(0, 0))).quorum == {"A": False}


def test_quorum_asks_for_sheets_and_for_external_ones():
    judges = (Judge("J1"), Judge("J2"), Judge("J3", external=True))
    rows = {"A": [50, 50, None], "B": [50, None, 50], "C": [None, None, 50]}
    assert tally(make(rows, judges=judges, quorum=Quorum(2, 1))).quorum == {"A": False, "B": True, "C": False}


def test_a_reserve_counts_once_called_and_not_for_whom_they_are_recused_from():
    judges = (Judge("J1"), Judge("J2", external=True, reserve=True))
    rows = {"A": [50, 100], "B": [50, 100]}
    assert tally(make(rows, judges=judges)).scores == {"A": 50, "B": 50}
    called = make(rows, judges=judges, called_reserves=("J2",), recused=(("J2", "B"),), quorum=Quorum(2, 1))
    assert tally(called).scores == {"A": 75, "B": 50}
    assert tally(called).quorum == {"A": True, "B": False}
    assert tally(called).details["B"].not_counted == {"J2": "recused"}


# Centring


def test_in_a_complete_panel_severity_is_the_judge_s_average_less_the_panel_s():
    result = tally(make({"A": [90, 60], "B": [70, 40]}, rule="centred_trimmed"))
    assert result.severities == {"J1": 15, "J2": -15}
    assert result.scores == {"A": 75, "B": 55}


def test_with_recusals_severities_are_the_least_squares_solution():
    """Each of three judges marks two of three finalists. With q_i the mean of total less severity on i, the equations
    are 2 b_j - b_j/2 - b_j/2 - (b_k + b_l)/2 = r_j, r_j the sum of j's totals less the finalists' means. As the three
    b add up to 0 that is 3/2 b_j = r_j. J1: (90 - 85) + (70 - 72.5) = 5/2; J2: -5 - 5 = -10; J3: 5/2 + 5 = 15/2."""
    rows = {"A": [90, 80, None], "B": [70, None, 75], "C": [None, 60, 70]}
    result = tally(make(rows, rule="centred_trimmed"))
    assert result.severities == {"J1": Fraction(5, 3), "J2": Fraction(-20, 3), "J3": Fraction(5)}
    assert result.scores == {
        "A": Fraction(90 + 80) / 2 - (Fraction(5, 3) - Fraction(20, 3)) / 2,
        "B": Fraction(70 + 75) / 2 - (Fraction(5, 3) + 5) / 2,
        "C": Fraction(60 + 70) / 2 - (Fraction(-20, 3) + 5) / 2,
    }


def test_severities_in_pieces_are_refused_under_centring_alone():
    rows = {"A": [90, None, 80], "B": [None, 70, None], "C": [None, None, None]}
    with pytest.raises(GraphRefused, match="J1, J3, A / J2, B") as refused:
        tally(make(rows, rule="centred_trimmed"))
    assert refused.value.pieces == [["J1", "J3", "A"], ["J2", "B"]]
    assert tally(make(rows)).scores == {"A": 85, "B": 70, "C": None}


def test_who_has_no_counted_sheet_is_no_piece_of_the_graph():
    rows = {"A": [90, 80, None], "B": [None, None, None]}
    result = tally(make(rows, rule="centred_trimmed"))
    assert result.severities == {"J1": 5, "J2": -5}
    assert result.scores == {"A": 85, "B": None}


def test_a_final_without_any_sheet_has_an_empty_result_under_every_rule():
    for rule in ("mean", "trimmed", "centred_trimmed"):
        result = tally(make({"A": [None], "B": [None]}, rule=rule))
        assert (result.order, result.prizes, result.unresolved) == ((), {}, ())


# Prizes and ties


def test_prizes_go_down_the_grades_and_ties_inside_a_grade_stand():
    rows = {"A": [50], "B": [90], "C": [70], "D": [70], "E": [60]}
    result = tally(make(rows, prizes=(("gold", 1), ("silver", 2), ("bronze", 1))))
    assert result.order == (("B",), ("C", "D"), ("E",), ("A",))
    assert result.prizes == {"B": "gold", "C": "silver", "D": "silver", "E": "bronze"}
    assert result.decided_by == {}


def test_with_fewer_finalists_than_prizes_the_last_places_stay_unawarded():
    result = tally(make({"A": [50], "B": [50]}, prizes=(("gold", 2), ("silver", 3), ("bronze", 4))))
    assert result.prizes == {"A": "gold", "B": "gold"}
    assert result.decided_by == {}


def test_a_grade_left_unawarded_has_no_line_of_its_own():
    rows = {"A": [90], "B": [80], "C": [70]}
    none = tally(make(rows, prizes=(("gold", 0), ("silver", 1), ("bronze", 0), ("fourth", 1))))
    assert none.prizes == {"A": "silver", "B": "fourth"}
    tied = tally(make({"A": [90], "B": [90]}, prizes=(("gold", 0), ("silver", 1))))
    assert (tied.decided_by, tied.unresolved) == ({"1|2": "vote"}, (("A", "B"),))


def test_the_line_under_the_last_prize_is_a_line():
    result = tally(make({"A": [90], "B": [80], "C": [80]}, prizes=(("gold", 2),), screening={"B": 1, "C": 2}))
    assert result.decided_by == {"2|3": "screening"}
    assert result.prizes == {"A": "gold", "C": "gold"}


def test_a_tie_is_first_split_by_the_untrimmed_mean():
    rows = {"A": [60, 80, 80, 80, 90], "B": [70, 80, 80, 80, 85]}
    result = tally(make(rows))
    assert result.scores == {"A": 80, "B": 80}
    assert (result.decided_by, result.prizes) == ({"1|2": "untrimmed"}, {"B": "gold"})
    assert result.steps[0].values == {"A": 78, "B": 79}


def test_under_centring_the_untrimmed_mean_is_centred_as_well():
    """J2 is 20 severer than J1 and is recused from B; C ties the two together. 80 - 10 against (70 + 50) / 2 = 60."""
    rows = {"A": [70, 50], "B": [80, None], "C": [60, 40]}
    result = tally(make(rows, rule="centred_trimmed"))
    assert {finalist: detail.untrimmed for finalist, detail in result.details.items()} == {"A": 60, "B": 70, "C": 50}


def test_then_by_the_criteria_most_points_first_and_the_given_order_among_equals():
    sheets = {"A": [[10, 20, 5], [10, 20, 5]], "B": [[10, 5, 20], [10, 5, 20]]}
    assert tally(make_sheets(sheets)).decided_by == {"1|2": "criterion:b"}
    equal = tuple(Criterion(id, 50) for id in "acb")
    result = tally(make_sheets(sheets, criteria=equal))
    assert (result.decided_by, result.prizes) == ({"1|2": "criterion:c"}, {"B": "gold"})


def test_a_criterion_is_compared_by_the_counted_judges_mean_without_trimming():
    low = [[0, 40], [20, 20], [20, 20], [20, 20], [40, 0]]
    high = [[20, 20], [20, 20], [20, 20], [20, 20], [21, 19]]
    result = tally(make_sheets({"A": low, "B": high}, rule="trimmed"))
    assert result.steps[0].rule == "criterion:a"
    assert result.steps[0].values == {"A": 20, "B": Fraction(101, 5)}


def test_then_by_judges_who_preferred_one_among_those_counted_on_both():
    rows = {"A": [81, 81, 70, None], "B": [80, 80, 72, None]}
    result = tally(make(rows, judges=tuple(Judge(f"J{at}") for at in range(1, 5))))
    assert result.decided_by == {"1|2": "head_to_head"}
    assert result.steps[0].values == {"A": 1, "B": -1}
    # J1 is recused from A, so J1's opinion of B compares nothing.
    rows = {"A": [100, 80, 70], "B": [75, 74, 76]}
    recused = tally(make(rows, recused=(("J1", "A"),), screening={"A": 1, "B": 2}))
    assert (recused.decided_by, recused.prizes) == ({"1|2": "screening"}, {"B": "gold"})


def test_head_to_head_is_summed_over_all_who_are_still_tied():
    cycle = make({"A": [80, 80, 83], "B": [81, 81, 81], "C": [79, 82, 82]})
    assert tally(cycle).decided_by == {"1|2": "vote"}  # each beats one and loses to one: 0, 0, 0


def test_the_rules_never_start_again_after_a_split():
    """A beats C by 4 judges to 1, B beats C and B beats A by 3 to 2: A has 3 - 1, B has 1 + 1, C has -4. That leaves
    A and B on the line. Between them alone B would win head to head, but the next rule is what comes."""
    rows = {"A": [52, 52, 52, 52, 42], "B": [53, 53, 51, 44, 49], "C": [50] * 5}
    result = tally(make(rows, rule="mean", screening={"A": 3, "B": 2, "C": 1}))
    assert result.steps[0].values == {"A": 2, "B": 2, "C": -4}
    assert result.decided_by == {"1|2": "screening"}
    assert result.prizes == {"A": "gold"}


def test_a_lower_line_begins_with_the_groups_that_the_higher_one_left():
    """Five tie over 1|2 and 3|4. On a: A | B C | D E. 1|2 is free; on 3|4 B C and D E are apart already."""
    sheets = {"A": [[30, 10]], "B": [[20, 20]], "C": [[20, 20]], "D": [[15, 25]], "E": [[15, 25]]}
    result = tally(make_sheets(sheets, prizes=(("gold", 1), ("silver", 2))))
    assert result.decided_by == {"1|2": "criterion:a"}
    assert [step.freed for step in result.steps] == [("1|2", "3|4")]
    assert result.prizes == {"A": "gold", "B": "silver", "C": "silver"}


def test_a_lower_line_starts_with_the_first_rule_on_the_group_that_still_straddles_it():
    """On a: A | B C D E. For 1|2 that is enough; on 2|3 the four go on with b, where all are equal, then screening."""
    sheets = {"A": [[30, 10]], "B": [[20, 20]], "C": [[20, 20]], "D": [[20, 20]], "E": [[20, 20]]}
    screening = {"A": 1, "B": 2, "C": 5, "D": 4, "E": 3}
    result = tally(make_sheets(sheets, prizes=(("gold", 1), ("silver", 1)), screening=screening))
    assert result.decided_by == {"1|2": "criterion:a", "2|3": "screening"}
    assert result.prizes == {"A": "gold", "C": "silver"}


def test_screening_is_passed_over_where_one_of_the_tied_has_no_score():
    assert tally(make({"A": [80], "B": [80]}, screening={"A": 90})).decided_by == {"1|2": "vote"}


def test_the_rules_for_ties_are_the_final_s_own():
    sheets = {"A": [[30, 10]], "B": [[20, 20]]}
    own = make_sheets(sheets, ties=("criterion:b", "untrimmed", "vote"))
    assert (tally(own).decided_by, tally(own).prizes) == ({"1|2": "criterion:b"}, {"B": "gold"})
    assert tally(make_sheets(sheets, ties=())).decided_by == {"1|2": "vote"}


def test_a_tie_over_two_lines_waits_for_the_vote_once_and_all_others_have_their_grade():
    rows = {"A": [80], "B": [90], "C": [80], "D": [80], "E": [70], "F": [60]}
    prizes = (("gold", 2), ("silver", 1), ("bronze", 2))
    final = make(rows, prizes=prizes)
    open_ = tally(final)
    assert open_.decided_by == {"2|3": "vote", "3|4": "vote"}
    assert open_.unresolved == (("A", "C", "D"),)
    assert open_.prizes == {"B": "gold", "E": "bronze"}

    first = replace(final, votes=(Vote("2|3", ("D", "C", "A"), ("C",)),))
    assert tally(first).unresolved == (("A", "D"),)
    assert tally(first).prizes == {"B": "gold", "C": "gold", "E": "bronze"}

    both = tally(replace(first, votes=(*first.votes, Vote("3|4", ("A", "D"), ("D",)))))
    assert both.decided_by == {"2|3": "vote", "3|4": "vote"}
    assert (both.unresolved, both.prizes["D"], both.prizes["A"]) == ((), "silver", "bronze")


def test_a_vote_on_a_lower_line_is_refused_while_the_same_tie_is_open_above():
    final = make({"A": [80], "B": [80], "C": [80]}, prizes=(("gold", 1), ("silver", 1)))
    with pytest.raises(TallyError, match=r"^votes\[0\]: answers no tie"):
        tally(replace(final, votes=(Vote("2|3", ("A", "B", "C"), ("A", "B")),)))


def test_a_vote_that_leaves_the_line_straddled_is_followed_by_another():
    final = make({"A": [80], "B": [80], "C": [80]}, votes=(Vote("1|2", ("A", "B", "C"), ("A", "C")),))
    assert (tally(final).unresolved, tally(final).prizes) == ((("A", "C"),), {})
    final = replace(final, votes=(*final.votes, Vote("1|2", ("A", "C"), ("C",))))
    assert (tally(final).unresolved, tally(final).prizes) == ((), {"C": "gold"})


def test_a_stale_vote_decides_nothing_and_is_refused():
    with pytest.raises(TallyError, match=r"^votes\[0\]: answers no tie"):
        tally(make({"A": [90], "B": [80]}, votes=(Vote("1|2", ("A", "B"), ("B",)),)))


def test_who_votes_is_recused_from_none_of_the_tied():
    judges = (Judge("J1"), Judge("J2"), Judge("J3", reserve=True), Judge("J4", reserve=True))
    final = make({"A": [80], "B": [80], "C": [80]}, judges=judges, called_reserves=("J4",), recused=(("J2", "B"),))
    assert voters(final, ["A", "B"]) == ("J1", "J4")
    assert voters(final, iter(["A", "C"])) == ("J1", "J2", "J4")


# The official order of a screening


def test_a_standing_gives_rank_and_tie_as_one_value_and_the_cut_line():
    totals = {"A": [80, 90], "B": [85], "C": [], "D": [100], "E": [Fraction(85)], "F": [70]}
    result = standing(totals, rule="mean", trim_from=5, cut=2)
    assert [(place.rank, place.entries) for place in result.places] == [(1, ("D",)), (2, ("A", "B", "E")), (5, ("F",))]
    assert (result.above, result.on_line, result.below, result.open_places) == (("D",), ("A", "B", "E"), ("F",), 1)
    assert result.scores["C"] is None


def test_a_standing_without_a_tie_on_the_line_has_nobody_on_it():
    totals = {"A": [80], "B": [70], "C": [60]}
    result = standing(totals, rule="mean", trim_from=5, cut=2)
    assert (result.above, result.on_line, result.below, result.open_places) == (("A", "B"), (), ("C",), 0)
    assert standing(totals, rule="mean", trim_from=5, cut=9).above == ("A", "B", "C")
    assert standing(totals, rule="mean", trim_from=5, cut=0).below == ("A", "B", "C")


def test_a_standing_trims_as_a_final_does():
    assert standing({"A": [70, 80, 80, 91, 100]}, rule="trimmed", trim_from=5, cut=1).scores == {"A": Fraction(251, 3)}
    with pytest.raises(TallyError, match="centred_trimmed"):
        standing({}, rule="centred_trimmed", trim_from=5, cut=1)


# What is refused, and where


def document(**changes):
    """The JSON of a small final that is in order."""
    return final_json(make({"A": [80, 70], "B": [60, 90]}, points=90)) | changes


MARK = {"judge": "J1", "finalist": "A", "criterion": "all", "points": 80}


@pytest.mark.parametrize(("changes", "message"), [
    ({"rule": "median"}, "rule: 'median' is none of trimmed, mean, centred_trimmed"),
    ({"rule": 1}, "rule: 1 is not text"),
    ({"criteria": []}, "criteria: there is none"),
    ({"criteria": {}}, "criteria: {} is not a list"),
    ({"criteria": [{"id": "all", "points": 0}]}, "criteria[0].points: 0 is less than 1"),
    ({"criteria": [{"id": "all"}]}, "criteria[0].points: is missing"),
    ({"criteria": [{"id": "all", "points": 9}] * 2}, "criteria[1].id: all stands here a second time"),
    ({"judges": [{"id": "J1"}, {"id": "J1"}]}, "judges[1].id: J1 stands here a second time"),
    ({"judges": [{"id": ""}]}, "judges[0].id: is empty"),
    ({"judges": [{"id": ["J1"]}]}, "judges[0].id: ['J1'] is not text"),
    ({"judges": [{"id": "J1", "external": 1}]}, "judges[0].external: 1 is not true or false"),
    ({"judges": [{"id": "J1", "extern": True}]}, "judges[0].extern: is not known here"),
    ({"called_reserves": ["J9"]}, "called_reserves[0]: 'J9' is no judge of this final"),
    ({"called_reserves": ["J1"]}, "called_reserves[0]: 'J1' is no reserve of this final"),
    ({"finalists": ["A", "B", "A"]}, "finalists[2]: A stands here a second time"),
    ({"finalists": ["A", 2]}, "finalists[1]: 2 is not text"),
    ({"marks": [MARK, MARK]}, "marks[1]: a mark of the same judge, finalist and criterion stands here a second time"),
    ({"marks": [MARK | {"points": 91}]}, "marks[0].points: 91 is more than 90, the points of criterion all"),
    ({"marks": [MARK | {"points": -1}]}, "marks[0].points: -1 is less than 0"),
    ({"marks": [MARK | {"points": 30.0}]}, "marks[0].points: 30.0 is not a whole number"),
    ({"marks": [MARK | {"points": True}]}, "marks[0].points: True is not a whole number"),
    ({"marks": [MARK | {"points": "8"}]}, "marks[0].points: '8' is not a whole number"),
    ({"marks": [MARK | {"points": None}]}, "marks[0].points: None is not a whole number"),
    ({"marks": [MARK | {"judge": "J9"}]}, "marks[0].judge: 'J9' is no judge of this final"),
    ({"marks": [MARK, MARK | {"finalist": "Z"}]}, "marks[1].finalist: 'Z' is no finalist of this final"),
    ({"marks": [MARK | {"criterion": "x"}]}, "marks[0].criterion: 'x' is no criterion of this final"),
    ({"recused": [["J9", "A"]]}, "recused[0][0]: 'J9' is no judge of this final"),
    ({"recused": [["A", "J1"]]}, "recused[0][0]: 'A' is no judge of this final"),
    ({"recused": [["J1", "Z"]]}, "recused[0][1]: 'Z' is no finalist of this final"),
    ({"recused": [["J1"]]}, "recused[0]: has 1 parts, not 2"),
    ({"screening": {"Z": "1/2"}}, "screening.Z: 'Z' is no finalist of this final"),
    ({"screening": {"A": "1/0"}}, "screening.A: '1/0' is not a fraction such as 250/3"),
    ({"screening": {"A": 83.5}}, "screening.A: 83.5 is not text"),
    ({"prizes": [["gold", -1]]}, "prizes[0][1]: -1 is less than 0"),
    ({"prizes": [["gold", 1], ["gold", 1]]}, "prizes[1][0]: gold stands here a second time"),
    ({"prizes": {"gold": 1}}, "prizes: {'gold': 1} is not a list"),
    ({"quorum": {"sheets": -1}}, "quorum.sheets: -1 is less than 0"),
    ({"quorum": {"external": -1}}, "quorum.external: -1 is less than 0"),
    ({"trim_from": 2}, "trim_from: 2 is less than 3"),
    ({"ties": ["lot"]}, "ties[0]: 'lot' is no rule for ties of this final"),
    ({"ties": ["vote", "untrimmed"]}, "ties[0]: vote must be the last rule"),
    ({"votes": [{"line": "2|3", "tied": ["A", "B"], "chosen": ["A"]}]}, "votes[0].line: '2|3' is no prize line of this "
                                                                       "final"),
    ({"votes": [{"line": "1|2", "tied": ["A", "B"], "chosen": ["A", "B"]}]},
     "votes[0].chosen: must be some of the tied, not none and not all of them"),
    ({"votes": [{"line": "1|2", "tied": ["A", "B"], "chosen": ["A"]}] * 2},
     "votes[1]: a vote on the same tie stands here a second time"),
    ({"recusals": []}, "recusals: is not known here"),
])
def test_what_cannot_be_is_refused_with_its_place(changes, message):
    with pytest.raises(TallyError) as refused:
        from_json(document(**changes))
    assert str(refused.value) == message


@pytest.mark.parametrize("data", [None, [], "final", 3])
def test_what_is_no_object_is_no_final(data):
    with pytest.raises(TallyError, match="^the final: .* is not an object$"):
        from_json(data)


@pytest.mark.parametrize("key", ["rule", "criteria", "judges", "finalists", "marks", "prizes"])
def test_a_key_without_a_default_must_be_there(key):
    data = document()
    del data[key]
    with pytest.raises(TallyError, match=f"^{key}: is missing$"):
        from_json(data)


def test_a_final_made_by_our_own_code_is_checked_as_well():
    with pytest.raises(TallyError, match=r"^marks\[0\].points: 101 is more than 100, the points of criterion all$"):
        make({"A": [101]})


def test_a_huge_number_of_prizes_costs_nothing():
    assert tally(make({"A": [80]}, prizes=(("gold", 10**18),))).prizes == {"A": "gold"}


# Properties. Few points make ties likely, which is where a rule goes wrong.


@st.composite
def finals(draw, rules=("trimmed", "mean", "centred_trimmed"), complete=False):
    judges = tuple(Judge(f"J{at}", external=draw(st.booleans()), reserve=not complete and at > 4)
                   for at in range(draw(st.integers(1, 6))))
    finalists = tuple(f"F{at}" for at in range(draw(st.integers(1, 7))))
    criteria = (Criterion("use", 3), Criterion("effect", 2), Criterion("new", 1))[: draw(st.integers(1, 3))]
    pairs = [(judge.id, finalist) for judge in judges for finalist in finalists]
    recused = () if complete else tuple(draw(st.lists(st.sampled_from(pairs), unique=True, max_size=5)))
    missing = () if complete else draw(st.lists(st.sampled_from(pairs), unique=True, max_size=3))
    marks = tuple(Mark(*pair, criterion.id, draw(st.integers(0, criterion.points)))
                  for pair in pairs for criterion in criteria if not (pair in missing and criterion.id == "use"))
    called = tuple(judge.id for judge in judges if judge.reserve and draw(st.booleans()))
    counts = draw(st.lists(st.integers(0, 3), min_size=1, max_size=3))
    screening = {finalist: Fraction(draw(st.integers(0, 2)), 3) for finalist in finalists if draw(st.booleans())}
    final = Final(
        draw(st.sampled_from(rules)), criteria, judges, finalists, marks,
        tuple((f"grade {at}", count) for at, count in enumerate(counts)), called, recused, screening,
        Quorum(draw(st.integers(0, 5)), draw(st.integers(0, 2))), draw(st.integers(3, 6)),
    )
    try:
        tally(final)
    except GraphRefused:
        final = replace(final, rule="trimmed")
    return final


def sets(outcome):
    """An outcome without the order of equal entries."""
    answer = to_json(outcome)
    answer["order"] = [set(group) for group in answer["order"]]
    answer["unresolved"] = [set(group) for group in answer["unresolved"]]
    return answer


few = settings(max_examples=60, deadline=None, database=None)


@few
@given(finals(), st.randoms(use_true_random=False))
def test_the_order_of_judges_finalists_criteria_marks_and_recusals_changes_nothing(final, random):
    def shuffled(items):
        return tuple(random.sample(items, len(items)))

    other = replace(final, judges=shuffled(final.judges), finalists=shuffled(final.finalists),
                    criteria=shuffled(final.criteria), marks=shuffled(final.marks), recused=shuffled(final.recused),
                    screening=dict(shuffled(list(final.screening.items()))))
    assert sets(tally(other)) == sets(tally(final))


@few
@given(finals(), st.data())
def test_marks_that_do_not_count_change_nothing(final, data):
    called = {judge.id for judge in final.judges if not judge.reserve} | set(final.called_reserves)
    points = {criterion.id: criterion.points for criterion in final.criteria}
    marks = tuple(
        mark if mark.judge in called and (mark.judge, mark.finalist) not in final.recused
        else replace(mark, points=data.draw(st.integers(0, points[mark.criterion])))
        for mark in final.marks if data.draw(st.booleans()) or mark.judge in called
        and (mark.judge, mark.finalist) not in final.recused
    )
    assert to_json(tally(replace(final, marks=marks))) == to_json(tally(final))


@few
@given(finals(rules=("centred_trimmed",), complete=True), st.data())
def test_a_judge_severer_by_a_constant_changes_no_order_in_a_complete_panel_that_is_centred(final, data):
    judge = data.draw(st.sampled_from(final.judges)).id
    wide = replace(final, criteria=tuple(replace(row, points=row.points + 50) for row in final.criteria))
    shift = data.draw(st.integers(1, 50))
    marks = tuple(replace(mark, points=mark.points + shift) if (mark.judge, mark.criterion) == (judge, "use") else mark
                  for mark in final.marks)
    before, after = tally(wide), tally(replace(wide, marks=marks))
    assert after.order == before.order
    assert all(after.scores[one] - before.scores[one] == Fraction(shift, len(final.judges)) for one in final.finalists)


@few
@given(finals())
def test_no_more_prizes_than_there_are_and_never_against_the_scores(final):
    result = tally(final)
    counts, ranks = dict(final.prizes), [grade for grade, _ in final.prizes]
    for grade in ranks:
        assert list(result.prizes.values()).count(grade) <= counts[grade]
    for one, grade in result.prizes.items():
        for other, score in result.scores.items():
            if score is not None and score > result.scores[one]:
                waiting = any(other in group for group in result.unresolved)
                assert waiting or ranks.index(result.prizes[other]) <= ranks.index(grade)
    if not result.unresolved:
        ranked = sum(score is not None for score in result.scores.values())
        assert len(result.prizes) == min(ranked, sum(counts.values()))
    waiting = [one for group in result.unresolved for one in group]
    assert len(waiting) == len(set(waiting)) and not set(waiting) & set(result.prizes)
    assert bool(waiting) == ("vote" in result.decided_by.values())


@few
@given(finals(), st.data())
def test_votes_resolve_every_line_and_leave_the_scores_alone(final, data):
    result = start = tally(final)
    while result.unresolved:
        tied = result.unresolved[0]
        chosen = tuple(data.draw(st.lists(st.sampled_from(tied), min_size=1, max_size=len(tied) - 1, unique=True)))
        final, result = vote_on(final, tied, chosen)
    assert result.scores == start.scores
    assert len(result.prizes) == min(sum(map(len, start.order)), sum(count for _, count in final.prizes))


def vote_on(final, tied, chosen):
    """The final with a vote on the one line where it is accepted: the highest that the tied straddle."""
    accepted = []
    for line in final.lines().values():
        voted = replace(final, votes=(*final.votes, Vote(line, tied, chosen)))
        try:
            accepted.append((voted, tally(voted)))
        except TallyError as refused:
            assert refused.reason.startswith("answers no tie")
    assert len(accepted) == 1
    return accepted[0]


@few
@given(finals(rules=("mean", "trimmed")))
def test_a_score_lies_between_the_lowest_and_the_highest_total(final):
    for detail in tally(final).details.values():
        if detail.totals:
            assert min(detail.totals.values()) <= detail.score <= max(detail.totals.values())


@few
@given(finals(rules=("mean",)), st.data())
def test_a_higher_mark_never_lowers_the_score_under_the_mean(final, data):
    assume(final.marks)
    at = data.draw(st.integers(0, len(final.marks) - 1))
    mark = final.marks[at]
    points = {criterion.id: criterion.points for criterion in final.criteria}[mark.criterion]
    raised = replace(mark, points=data.draw(st.integers(mark.points, points)))
    before = tally(final).scores[mark.finalist]
    after = tally(replace(final, marks=final.marks[:at] + (raised,) + final.marks[at + 1:])).scores[mark.finalist]
    assert before == after is None or after >= before


@few
@given(finals(rules=("mean", "trimmed")))
def test_scores_equal_those_of_a_second_implementation(final):
    for finalist, score in tally(final).scores.items():
        totals = []
        for judge in final.judges:
            own = [mark.points for mark in final.marks if (mark.judge, mark.finalist) == (judge.id, finalist)]
            sits = judge.id in final.called_reserves if judge.reserve else True
            if sits and [judge.id, finalist] not in [list(pair) for pair in final.recused] \
                    and len(own) == len(final.criteria):
                totals.append(sum(own))
        totals.sort()
        if final.rule == "trimmed" and len(totals) >= final.trim_from:
            totals = totals[1:-1]
        assert score == (Fraction(sum(totals), len(totals)) if totals else None)


@few
@given(finals(rules=("centred_trimmed",)))
def test_severities_solve_the_normal_equations_exactly(final):
    result = tally(final)
    if final.rule != "centred_trimmed" or not result.severities:
        return
    assert sum(result.severities.values()) == 0
    quality = {finalist: detail.untrimmed for finalist, detail in result.details.items() if detail.totals}
    for judge, severity in result.severities.items():
        rest = [detail.totals[judge] - quality[finalist] - severity
                for finalist, detail in result.details.items() if judge in detail.totals]
        assert sum(rest) == 0


@few
@given(finals())
def test_lines_fall_as_a_second_implementation_of_the_ties_says(final):
    """Ties again, written differently: one key an entry for all but head_to_head, compared group by group."""
    result = tally(final)
    details = result.details

    def key(rule, entry, tied):
        if rule == "untrimmed":
            return details[entry].untrimmed
        if rule == "screening":
            return final.screening[entry] if all(one in final.screening for one in tied) else 0
        if rule == "head_to_head":
            return sum((total > details[other].totals[judge]) - (total < details[other].totals[judge])
                       for other in tied for judge, total in details[entry].totals.items()
                       if judge in details[other].totals)
        return details[entry].criteria[rule.split(":")[1]]

    rules = ["untrimmed", *(f"criterion:{row.id}" for row in final.criteria), "head_to_head", "screening"]
    groups, decided, open_groups = [set(group) for group in result.order], {}, []
    place = 0
    for _, count in final.prizes:
        place += count
        for rule in [*rules, "vote"] if count else []:
            starts = [sum(len(group) for group in groups[:at]) for at in range(len(groups))]
            found = [at for at, start in enumerate(starts) if start < place < start + len(groups[at])]
            if not found:
                break
            tied = groups[found[0]]
            decided[f"{place}|{place + 1}"] = rule
            if rule == "vote" or tied in open_groups:
                decided[f"{place}|{place + 1}"] = "vote"
                open_groups += [tied] if tied not in open_groups else []
                break
            keys = {entry: key(rule, entry, tied) for entry in tied}
            values = sorted(set(keys.values()), reverse=True)
            groups[found[0]:found[0] + 1] = [{entry for entry in tied if keys[entry] == value} for value in values]
    assert result.decided_by == decided
    assert [set(group) for group in result.unresolved] == open_groups


@few
@given(finals())
def test_json_and_back_is_the_same_final(final):
    text = json.dumps(final_json(final), ensure_ascii=False)
    assert from_json(json.loads(text)) == final
    assert final_json(from_json(json.loads(text))) == json.loads(text)
    assert json.loads(json.dumps(to_json(tally(final)))) == to_json(tally(final))
