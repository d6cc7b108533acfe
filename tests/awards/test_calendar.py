"""Stages, windows and what they allow, to the second."""

from datetime import UTC, datetime, timedelta

import pytest

from awards.calendar import ACTS, MOVES, STAGES, Interval, allows, due_stage

OPENS = datetime(2030, 3, 1, 9, tzinfo=UTC)
CLOSES = OPENS + timedelta(days=10)
WINDOWS = {"submission": Interval(OPENS, CLOSES), "screening": Interval(CLOSES, CLOSES + timedelta(days=5))}
TICK = timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("now", "state"), [(OPENS - TICK, "before"), (OPENS, "open"), (CLOSES - TICK, "open"), (CLOSES, "after")]
)
def test_a_window_holds_its_opening_and_not_its_close(now, state):
    assert WINDOWS["submission"].state(now) == state


@pytest.mark.parametrize(
    ("act", "stage", "now", "code"),
    [
        ("entry.write", "submission", OPENS - TICK, "too_early"),
        ("entry.write", "submission", OPENS, "ok"),
        ("entry.write", "submission", CLOSES - TICK, "ok"),
        ("entry.write", "submission", CLOSES, "too_late"),
        ("entry.write", "drafting", OPENS, "too_early"),
        ("entry.write", "screening", OPENS, "too_late"),
        ("entry.settle", "submission", CLOSES - TICK, "too_early"),
        ("entry.settle", "submission", CLOSES, "ok"),
        ("screening.mark", "screening", CLOSES, "ok"),
        ("screening.mark", "screening", CLOSES + timedelta(days=5), "too_late"),
        ("setup", "drafting", OPENS, "ok"),
        ("setup", "submission", OPENS, "too_late"),
        ("result.read", "panel", OPENS, "too_early"),
        ("result.read", "archived", OPENS, "ok"),
    ],
)
def test_an_act_is_refused_with_the_direction(act, stage, now, code):
    assert allows(act, stage, WINDOWS, now).code == code


def test_an_act_in_a_window_needs_the_window():
    assert allows("entry.write", "submission", {}, OPENS).code == "too_early"


def test_stages_follow_each_other_one_by_one():
    assert [MOVES[stage] for stage in STAGES] == [*({following} for following in STAGES[1:]), set()]


def test_every_act_names_stages_that_there_are():
    assert {stage for act in ACTS.values() for stage in act.stages} <= set(STAGES)


@pytest.mark.parametrize(
    ("stage", "now", "due"),
    [
        ("drafting", OPENS - TICK, None),
        ("drafting", OPENS, "submission"),
        ("drafting", CLOSES + timedelta(days=99), "submission"),
        ("submission", CLOSES - TICK, None),
        ("submission", CLOSES, "screening"),
        ("screening", CLOSES + timedelta(days=99), None),
        ("archived", CLOSES, None),
    ],
)
def test_only_windows_begin_stages_by_themselves(stage, now, due):
    assert due_stage(stage, WINDOWS, now) == due
