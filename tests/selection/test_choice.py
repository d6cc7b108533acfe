"""Which picks need a written reason: the official order against choices, by hand."""

from judging.selection.choice import near_line, reasons_needed
from judging.tally import standing

TOTALS = {"a": [90], "b": [80], "c": [70], "d": [70], "e": [60], "f": []}


def order(cut, totals=TOTALS):
    return standing(totals, rule="mean", trim_from=5, cut=cut)


def test_the_official_order_needs_no_reason():
    assert reasons_needed(order(2), ["a", "b"], ["c", "d", "e"]) == {}
    assert reasons_needed(order(2), ["a", "b"], ["d", "c", "e"]) == {}


def test_a_pick_from_below_and_the_one_it_passes_over():
    assert reasons_needed(order(2), ["a", "e"], []) == {"b": "passed_over", "e": "departs"}


def test_a_tie_on_the_line_is_explained_by_the_one_chosen():
    assert reasons_needed(order(3), ["a", "b", "c"], ["d", "e"]) == {"c": "tied"}


def test_a_tie_on_the_line_cant_be_passed_over():
    assert reasons_needed(order(3), ["a", "b", "e"], []) == {"c": "tie", "d": "tie", "e": "departs"}


def test_a_tie_above_or_below_the_line_stands():
    assert reasons_needed(order(4), ["a", "b", "c", "d"], []) == {}
    assert reasons_needed(order(1), ["a"], ["b", "d", "c"]) == {}


def test_the_reserve_list_follows_the_order_or_says_why():
    assert reasons_needed(order(2), ["a", "b"], ["e"]) == {"e": "reserve"}
    assert reasons_needed(order(2), ["a", "b"], ["e", "c", "d"]) == {"e": "reserve"}
    assert reasons_needed(order(2), ["a", "b"], ["c", "e"]) == {"e": "reserve"}


def test_an_entry_passed_over_above_the_line_need_not_lead_the_reserve_list():
    assert reasons_needed(order(1), ["b"], ["c"]) == {"a": "passed_over", "b": "departs"}
    assert reasons_needed(order(1), ["b"], ["a"]) == {"a": "passed_over", "b": "departs"}


def test_near_the_line_are_three_places_each_way_with_their_ties():
    totals = {name: [100 - 10 * place] for place, name in enumerate("abcdefghi")}
    assert near_line(order(4, totals)) == set("bcdefg")
    assert near_line(order(4, totals | {"h": [40]})) == set("bcdefgh")
    assert near_line(order(2)) == set("abcde")
