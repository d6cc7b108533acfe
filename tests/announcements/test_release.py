"""An announcement is prepared in private, released by a second person in one act, and never changes."""

import pytest
from django.db import IntegrityError, transaction

from announcements.demo.selection import select
from announcements.models import Announcement, Preparation
from announcements.queries import announced, record_of
from announcements.services.release import drop_preparation, prepare_announcement, release_announcement
from awards.decisions import Invalid, Refused
from judging.selection.models import Finalist, Selection


@pytest.fixture
def decided(told):
    """The finalists are chosen and confirmed, nothing has been told."""
    story = told("selection")
    select(story=story)
    return story


@pytest.fixture
def prepared(decided):
    actor = decided.actor("manager", decided.now)
    return prepare_announcement(edition=decided.edition, kind="finalists", actor=actor, now=decided.now)


def release(story, preparation, name="manager2"):
    return release_announcement(preparation=preparation, actor=story.actor(name, story.now), now=story.now)


def test_nothing_can_be_prepared_before_it_is_decided(told):
    story = told("selection")
    with pytest.raises(Invalid):
        prepare_announcement(
            edition=story.edition, kind="finalists", actor=story.actor("manager", story.now), now=story.now
        )
    assert Preparation.objects.count() == 0


def test_the_one_who_prepared_does_not_release(decided, prepared):
    with pytest.raises(Refused) as refused:
        release(decided, prepared, "manager")
    assert refused.value.decision.status == 403
    assert Announcement.objects.count() == 0


@pytest.mark.parametrize("name", ["auditor", "operator", "judge1", "reviewer1", "entrant1", "outsider"])
def test_only_managers_release(decided, prepared, name):
    with pytest.raises(Refused):
        release(decided, prepared, name)
    assert decided.fresh().stage == "selection"


def test_a_release_tells_the_record_and_moves_the_stage(decided, prepared):
    told = release(decided, prepared)
    assert told.record == prepared.record
    assert decided.fresh().stage == "finalists"
    titles = [case["title"] for case in record_of(announced(decided.edition, "finalists"))["finalists"]]
    chosen = Finalist.objects.filter(selection__edition=decided.edition, reserve_position=None).order_by("entry")
    assert titles == [finalist.entry.title for finalist in chosen]


def test_a_second_release_of_the_same_changes_nothing(decided, prepared):
    release(decided, prepared)
    with pytest.raises(Refused) as refused:
        release(decided, prepared)
    assert refused.value.decision.status == 409
    assert Announcement.objects.count() == 1


def test_what_changed_since_the_preparation_is_not_told(decided, prepared):
    Selection.objects.filter(edition=decided.edition).update(state="undone")
    with pytest.raises(Invalid):
        release(decided, prepared)
    assert Announcement.objects.count() == 0


def test_a_dropped_preparation_can_not_be_released(decided, prepared):
    drop_preparation(preparation=prepared, actor=decided.actor("manager", decided.now), now=decided.now)
    with pytest.raises(Refused):
        release(decided, prepared)


def test_the_database_refuses_to_change_what_was_told(decided, prepared):
    told = release(decided, prepared)
    with pytest.raises(IntegrityError), transaction.atomic():
        Announcement.objects.filter(pk=told.pk).update(record="{}")
    with pytest.raises(IntegrityError), transaction.atomic():
        told.delete()
