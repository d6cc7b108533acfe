"""A small edition in its screening window: three entries, three reviewers, nine sheets. Built by the story's steps."""

from datetime import timedelta
from uuid import uuid4

import pytest

from announcements.demo import entries, screening
from awards.services.stages import begin_due_stage
from judging.sheets.models import ScoreSheet
from judging.sheets.queries import criteria_of, round_of
from judging.sheets.services.marking import save_field, settle_sheet


@pytest.fixture(autouse=True)
def own_files(settings, tmp_path):
    """Files go to a folder of the test."""
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def settled(story, turn_clock):
    """Three accepted entries; submission has closed, nobody has been given anything. The clock stands there."""
    times = story.times
    story.edition = begin_due_stage(edition=story.fresh(), now=times.submission_opens)
    entries.write_entries(story=story)
    entries.settle_entries(story=story)
    turn_clock(times.settled + timedelta(hours=1))
    return story


@pytest.fixture
def open_story(settled, turn_clock):
    """The screening window a day after it opened; every reviewer has pledged and has all three entries."""
    screening.assign(story=settled)
    settled.edition = begin_due_stage(edition=settled.fresh(), now=settled.times.screening_opens)
    assert settled.edition.stage == "screening"
    turn_clock(settled.times.screening_opens + timedelta(days=1))
    return settled


class Desk:
    """Short words for what reviewers do; `now` is a day after the window opened."""

    def __init__(self, story):
        self.story, self.now = story, story.times.screening_opens + timedelta(days=1)
        self.round = round_of(story.edition, "screening")
        self.codes = [criterion.code for criterion in criteria_of(self.round)]

    def sheet(self, name="reviewer1", place=0) -> ScoreSheet:
        """A reviewer's sheet, in the order of their queue."""
        own = ScoreSheet.objects.filter(round=self.round, assessor__user__username=name).order_by("pk")
        return own.select_related("entry", "assessor")[place]

    def save(self, sheet, field, value, based_on=0, write=None, by="reviewer1", now=None):
        now = now or self.now
        return save_field(
            sheet=sheet,
            field=field,
            value=value,
            based_on=based_on,
            write=write or uuid4(),
            actor=self.story.actor(by, now),
            now=now,
        )

    def fill(self, sheet, values=("24", "20", "15", "16"), by="reviewer1"):
        for code, value in zip(self.codes, values, strict=True):
            assert self.save(sheet, code, value, by=by).status == 200
        return sheet

    def hand_in(self, sheet, by="reviewer1", now=None):
        now = now or self.now
        return settle_sheet(sheet=sheet, state="handed_in", actor=self.story.actor(by, now), now=now)

    def give(self, name, place, values):
        """Fills a sheet in and hands it in."""
        return self.hand_in(self.fill(self.sheet(name, place), values, by=name), by=name)


@pytest.fixture
def desk(open_story):
    return Desk(open_story)
