"""An edition in its submission window, with the entries of the small cast to work on."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from announcements.demo.entries import small_pdf


@pytest.fixture(autouse=True)
def own_files(settings, tmp_path):
    """Files go to a folder of the test."""
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def open_story(story, turn_clock):
    """The small edition a day after its submission window opened; the clock stands there."""
    story.edition.stage = "submission"
    story.edition.save(update_fields=["stage"])
    turn_clock(story.times.submission_opens + timedelta(days=1))
    return story


@pytest.fixture
def now(open_story):
    return open_story.times.submission_opens + timedelta(days=1)


@pytest.fixture
def pdf():
    """`pdf()` is a small real PDF; `pdf(name, bytes)` anything else."""
    return lambda name="보고서.pdf", data=None: SimpleUploadedFile(
        name, small_pdf("test") if data is None else data, "application/pdf"
    )


@pytest.fixture
def draft(open_story, now):
    """`draft("entrant1")` is a draft of that person with every required part filled in."""
    from entries.services.drafting import answer_field, create_entry, save_draft

    def make(name: str = "entrant1", title: str = "제목"):
        actor = open_story.actor(name, now)
        entry = create_entry(edition=open_story.edition, actor=actor, now=now)
        values = {"track": open_story.edition.track_set.first().public_id, "title": title, "summary": "요약"}
        values |= {answer_field(question): "답변" for question in open_story.edition.question_set.all()}
        return save_draft(entry=entry, values=values, based_on={}, actor=actor, now=now)

    return make


@pytest.fixture
def submitted(open_story, now, draft, pdf):
    """`submitted("entrant1")` is a submitted entry of that person, with a file."""
    from entries.services.attaching import attach_file
    from entries.services.submitting import submit_entry

    def make(name: str = "entrant1", title: str = "제목"):
        actor, entry = open_story.actor(name, now), draft(name, title)
        attach_file(entry=entry, upload=pdf(), actor=actor, now=now)
        submit_entry(entry=entry, actor=actor, now=now)
        entry.refresh_from_db()
        entry.edition = open_story.edition
        return entry

    return make


@pytest.fixture
def closed(open_story, turn_clock):
    """Call it to turn the clock to the very moment at which the submission window closes."""
    return lambda: turn_clock(open_story.times.submission_closes)
