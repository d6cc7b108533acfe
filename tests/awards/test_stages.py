"""Stages move one by one; windows open by themselves, to the second, if nothing is missing."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from announcements.demo.entries import settle_entries, write_entries
from announcements.demo.screening import assign
from awards.calendar import STAGES
from awards.decisions import IllegalMove, Invalid, Refused
from awards.models import Edition, StageMove, WindowChange
from awards.services.stages import begin_due_stage, begin_stage, extend_window, move_stage

TICK = timedelta(microseconds=1)


def stages_kept(story):
    return list(StageMove.objects.filter(edition=story.edition).values_list("old", "new", "actor__username"))


def test_the_window_opens_to_the_second_for_whoever_looks(story, turn_clock, as_user):
    client = as_user("manager")
    turn_clock(story.times.submission_opens - TICK)
    client.get("/2030/setup/")
    assert story.fresh().stage == "drafting"
    turn_clock(story.times.submission_opens)
    client.get("/2030/setup/")
    assert story.fresh().stage == "submission"
    assert stages_kept(story) == [("drafting", "submission", None)]


def test_a_window_stays_shut_while_something_is_missing(story, turn_clock, as_user):
    story.edition.prizegrade_set.all().delete()
    turn_clock(story.times.submission_opens + timedelta(hours=1))
    page = as_user("manager").get("/2030/setup/").content.decode()
    assert story.fresh().stage == "drafting"
    assert stages_kept(story) == []
    assert "Prize grades and their counts are set" in page or "상격" in page


def test_it_opens_late_once_nothing_is_missing_any_more(story, turn_clock):
    late = story.times.submission_opens + timedelta(hours=5)
    Edition.objects.filter(pk=story.edition.pk).update(call="")
    assert begin_due_stage(edition=story.fresh(), now=late).stage == "drafting"
    Edition.objects.filter(pk=story.edition.pk).update(call="공고")
    assert begin_due_stage(edition=story.fresh(), now=late).stage == "submission"


def test_screening_opens_by_itself_when_all_is_settled(story, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    begin_due_stage(edition=story.edition, now=story.times.submission_opens)
    story.fresh()
    write_entries(story=story)
    assert begin_due_stage(edition=story.fresh(), now=story.times.screening_opens).stage == "submission"
    settle_entries(story=story)
    assign(story=story)
    assert begin_due_stage(edition=story.fresh(), now=story.times.screening_opens - TICK).stage == "submission"
    assert begin_due_stage(edition=story.fresh(), now=story.times.screening_opens).stage == "screening"
    assert [new for _old, new, _actor in stages_kept(story)] == ["submission", "screening"]


def test_beginning_by_hand_keeps_who_it_was(story, now):
    begin_stage(edition=story.edition, to="submission", actor=story.actor("manager", now), now=now)
    assert stages_kept(story) == [("drafting", "submission", "manager")]


@pytest.mark.parametrize("to", [stage for stage in STAGES if stage != "submission"])
def test_no_stage_is_skipped(story, now, to):
    with pytest.raises(IllegalMove):
        move_stage(edition=story.edition, to=to, actor=story.actor("manager", now), now=now)


@pytest.mark.parametrize("stage", ["selection", "finalists", "panel", "result", "winners"])
def test_stages_of_later_apps_are_not_begun_by_hand(story, now, stage):
    before = STAGES[STAGES.index(stage) - 1]
    Edition.objects.filter(pk=story.edition.pk).update(stage=before)
    with pytest.raises(IllegalMove):
        begin_stage(edition=story.fresh(), to=stage, actor=story.actor("manager", now), now=now)


def test_archiving_is_a_managers_act(story, now):
    Edition.objects.filter(pk=story.edition.pk).update(stage="winners")
    assert (
        begin_stage(edition=story.fresh(), to="archived", actor=story.actor("manager", now), now=now).stage
        == "archived"
    )


@pytest.mark.parametrize("name", ["auditor", "operator", "reviewer1", "outsider"])
def test_nobody_else_begins_a_stage(story, now, name):
    with pytest.raises(Refused):
        begin_stage(edition=story.edition, to="submission", actor=story.actor(name, now), now=now)


def test_what_is_missing_is_named(story, now):
    story.edition.track_set.all().delete()
    with pytest.raises(Invalid) as refused:
        begin_stage(edition=story.edition, to="submission", actor=story.actor("manager", now), now=now)
    assert "부문" in str(refused.value) or "track" in str(refused.value)


def test_the_kind_of_an_edition_is_set_once(story):
    story.edition.kind = "demo"
    with pytest.raises(IntegrityError, match="kind"), transaction.atomic():
        story.edition.save()
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE awards_edition SET kind = 'rehearsal'")


def test_the_database_refuses_a_stage_twice(story, now):
    begin_stage(edition=story.edition, to="submission", actor=story.actor("manager", now), now=now)
    with pytest.raises(IntegrityError), transaction.atomic():
        StageMove.objects.create(edition=story.edition, old="drafting", new="submission", at=now)


@pytest.fixture
def window(story):
    begin_due_stage(edition=story.edition, now=story.times.submission_opens)
    return story.fresh().window_set.get(stage="submission")


def test_a_window_is_extended_with_a_reason(story, window):
    now, later = story.times.submission_opens, window.closes + timedelta(days=1)
    actor = story.actor("manager", now)
    extend_window(window=window, closes=later, reason="전산 장애", actor=actor, now=now)
    assert story.fresh().windows()["submission"].closes == later
    kept = WindowChange.objects.get()
    assert (kept.closes, kept.reason, kept.actor.username) == (later, "전산 장애", "manager")


@pytest.mark.parametrize(
    ("stage", "hours", "reason", "fields"),
    [
        ("submission", -1, "사유", {"closes"}),
        ("submission", 0, "사유", {"closes"}),
        ("submission", 1, " ", {"reason"}),
        ("screening", 1, "사유", {""}),
    ],
)
def test_a_deadline_never_closes_early_and_never_without_a_reason(story, window, stage, hours, reason, fields):
    window = story.edition.window_set.get(stage=stage)
    now = story.times.submission_opens
    with pytest.raises(Invalid) as refused:
        extend_window(
            window=window,
            closes=window.closes + timedelta(hours=hours),
            reason=reason,
            actor=story.actor("manager", now),
            now=now,
        )
    assert set(refused.value.errors) == fields
    assert WindowChange.objects.count() == 0


@pytest.mark.parametrize("name", ["auditor", "operator", "entrant1"])
def test_only_managers_extend(story, window, name):
    now = story.times.submission_opens
    with pytest.raises(Refused):
        extend_window(
            window=window,
            closes=window.closes + timedelta(days=1),
            reason="사유",
            actor=story.actor(name, now),
            now=now,
        )
