"""The demonstration's submission: each lead writes, attaches and submits; then a manager accepts."""

from datetime import timedelta

from django.core.files.uploadedfile import SimpleUploadedFile

from entries.models import Entry, Question
from entries.services.attaching import attach_file
from entries.services.drafting import answer_field, create_entry, save_draft
from entries.services.settling import accept_entries
from entries.services.submitting import submit_entry

from .story import Story, Work


def small_pdf(line: str) -> bytes:
    """A one-page PDF, always the same bytes for the same line. Its one font has no Hangul: ASCII only."""
    words = line.encode("ascii", "replace").replace(b"\\", b"").replace(b"(", b"").replace(b")", b"")
    drawing = b"BT /F1 20 Tf 60 760 Td (" + words + b") Tj ET"
    parts = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(drawing), drawing),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    text, places = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, start=1):
        places.append(len(text))
        text += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(parts) + 1, len(text))
    return text + b"xref\n0 %d\n0000000000 65535 f \n" % (len(parts) + 1) + table + end


def write_entries(*, story: Story) -> list[Entry]:
    """Every work is written, given a file and submitted by its lead, spread over the submission window."""
    questions = list(Question.objects.filter(edition=story.edition))
    tracks = {track.name: track.public_id for track in story.edition.track_set.all()}
    length = story.times.submission_closes - story.times.submission_opens
    return [
        _write(story, work, questions, tracks, story.times.submission_opens + length * place / (len(story.works) + 1))
        for place, work in enumerate(story.works, start=1)
    ]


def _write(story: Story, work: Work, questions: list[Question], tracks: dict[str, str], now) -> Entry:
    actor = story.actor(work.lead, now)
    entry = create_entry(edition=story.edition, actor=actor, now=now, invented=work.invented)
    values = {"track": tracks[work.track], "title": work.title, "summary": work.summary}
    values |= {answer_field(question): work.answers.get(question.text, "") for question in questions}
    save_draft(entry=entry, values=values, based_on={}, actor=actor, now=now + timedelta(minutes=1))
    pdf = SimpleUploadedFile("발표자료.pdf", small_pdf(f"Demonstration - {work.lead}"), "application/pdf")
    attach_file(entry=entry, upload=pdf, actor=actor, now=now + timedelta(minutes=2))
    submit_entry(entry=entry, actor=actor, now=now + timedelta(minutes=3))
    entry.refresh_from_db()
    return entry


def settle_entries(*, story: Story) -> list[Entry]:
    """A manager accepts all that was submitted, between the close and the opening of screening."""
    now = story.times.settled
    waiting = Entry.objects.filter(edition=story.edition, state="submitted")
    return accept_entries(edition=story.edition, entries=waiting, actor=story.actor("manager", now), now=now)
