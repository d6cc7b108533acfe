"""A final of three finalists, two prizes of one each, seven judges and a reserve, from before the draw to its close.

The selection is laid down as rows and the stage set, so that these tests stand on the final alone; the entries and
all of the final itself go through their services.
"""

import json
import uuid
from datetime import timedelta

import pytest

from announcements.demo.entries import settle_entries, write_entries
from awards.canonical import digest
from awards.models import Edition
from entries.models import Entry
from judging.panel.services import closing, draw, running, sealing
from judging.selection.models import Finalist, Selection
from judging.sheets.models import Assessor, ScoreSheet
from judging.sheets.queries import criteria_of, round_of
from judging.sheets.services.assessors import accept_pledge
from judging.sheets.services.marking import save_field


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    """Attachments of this test's entries go where the test ends."""
    settings.MEDIA_ROOT = tmp_path / "files"


class Day:
    """The day of the final: the story, and short words for what its people do."""

    def __init__(self, story):
        self.story, self.now = story, story.times.final_starts
        self.entries: list[Entry] = []

    @property
    def edition(self):
        return self.story.fresh()

    @property
    def round(self):
        return round_of(self.edition, "panel")

    def actor(self, name):
        return self.story.actor(name, self.now)

    def later(self, **delta):
        self.now += timedelta(**delta)
        return self.now

    def draw(self, seed="장원 2030"):
        self.panel = draw.draw_order(edition=self.edition, seed=seed, actor=self.actor("operator"), now=self.now)
        return self.panel

    def version(self):
        self.panel.refresh_from_db()
        return self.panel.version

    def slots(self):
        return list(self.panel.slot_set.select_related("finalist__entry"))

    def move(self, slot, to, by="operator", seen=None, reason=""):
        return running.move_slot(
            edition=self.edition,
            public_id=slot.public_id,
            to=to,
            seen=self.version() if seen is None else seen,
            actor=self.actor(by),
            now=self.later(seconds=1),
            reason=reason,
        )

    def play(self, states=("presenting", "questions", "marking", "closed")):
        """Takes every finalist over the stage."""
        for slot in self.slots():
            for state in states:
                self.move(slot, state)

    def sheet(self, judge, entry):
        return ScoreSheet.objects.select_related("assessor", "round__edition").get(
            round=self.round, assessor__user=self.story.people[judge], entry=entry
        )

    def mark(self, judge, entry, points, based_on=0):
        """A judge's marks on one entry, in the order of the criteria (None: leave it out)."""
        sheet = self.sheet(judge, entry)
        for criterion, value in zip(criteria_of(self.round), points, strict=True):
            if value is not None:
                answer = save_field(
                    sheet=sheet,
                    field=criterion.code,
                    value=str(value),
                    based_on=based_on,
                    write=uuid.uuid4(),
                    actor=self.actor(judge),
                    now=self.later(seconds=1),
                )
                assert answer.status == 200

    def mark_all(self, marks):
        """marks: entry index -> total-like list of points by criterion, the same of every judge and the reserve."""
        for judge in self.story.judges:
            for index, points in marks.items():
                self.mark(judge, self.entries[index], points)

    def seal(self, *judges):
        return [
            sealing.seal_sheets(edition=self.edition, actor=self.actor(judge), now=self.later(seconds=1))
            for judge in judges or [*self.story.judges]
        ]

    def close(self):
        return closing.close_panel(edition=self.edition, actor=self.actor("judge1"), now=self.later(seconds=1))


def _stage(story, stage):
    Edition.objects.filter(pk=story.edition.pk).update(stage=stage)
    story.fresh()


@pytest.fixture
def day(story):
    """The stage is "finalists": chosen, announced, nothing drawn."""
    day = Day(story)
    _stage(story, "submission")
    written = write_entries(story=story)
    settle_entries(story=story)
    day.entries = list(Entry.objects.filter(pk__in=[entry.pk for entry in written]).order_by("pk"))
    manager, manager2 = story.people["manager"], story.people["manager2"]
    selection = Selection.objects.create(
        edition=story.edition,
        state="confirmed",
        standings="{}",
        digest=digest("{}"),
        proposed_by=manager,
        proposed_at=story.times.selected,
        confirmed_by=manager2,
        confirmed_at=story.times.selected,
    )
    for entry in day.entries:
        Finalist.objects.create(selection=selection, entry=entry)
    story.edition.prizegrade_set.exclude(name__in=["최우수상", "우수상"]).delete()
    story.edition.prizegrade_set.update(count=1)
    _stage(story, "finalists")
    for assessor in Assessor.objects.filter(round__edition=story.edition, round__kind="panel").select_related("user"):
        accept_pledge(assessor=assessor, actor=day.actor(assessor.user.username), now=story.times.selected)
    return day


@pytest.fixture
def drawn(day):
    """The running order is drawn: the stage is "panel"."""
    day.draw()
    return day


@pytest.fixture
def marked(drawn):
    """Everybody has presented and every judge has marked: 85, 80 and 75 of 100; nobody has sealed."""
    drawn.play()
    drawn.mark_all({0: (26, 26, 17, 16), 1: (24, 24, 16, 16), 2: (22, 23, 15, 15)})
    return drawn


@pytest.fixture
def closed(marked):
    """All sealed and closed: the stage is "result"."""
    marked.seal()
    marked.close()
    return marked


def answer_of(release):
    """What a computed release says."""
    return json.loads(release.outcome)["answer"]
