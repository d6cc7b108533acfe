"""Real objects of a told award for the parts of its addresses: {"part": id} and {"url_name:part": id}."""

from announcements.models import DocumentFile, Preparation
from awards.models import Contact, Edition, RoleGrant, Track
from entries.models import Attachment, Author, Entry, Question
from judging.panel.models import Slot, Vote
from judging.screening.models import AssignmentPlan
from judging.selection.models import Selection
from judging.sheets.models import Assessor, Criterion, Recusal, ScoreSheet


def _first(rows, field: str = "public_id") -> str | None:
    return rows.values_list(field, flat=True).first()


def objects_of(story) -> dict[str, str]:
    """Ids of what the stage has: the entry is entrant1's, the sheet reviewer1's, the seat the reserve's."""
    edition: Edition = story.edition
    entry = Entry.objects.filter(edition=edition, author__user__username="entrant1").order_by("pk")
    found = {
        "edition": edition.slug,
        "entry": _first(entry),
        "file": _first(Attachment.objects.filter(entry__in=entry)),
        "author": _first(Author.objects.filter(entry__in=entry)),
        "kind": "panel",
        "announcement_prepare:kind": "finalists" if edition.stage == "selection" else "winners",
        "stage": "submission",
        "part": "tracks",
        "item": _first(Track.objects.filter(edition=edition)),
        "way": "up",
        "contact": _first(Contact.objects.filter(edition=edition)),
        "grant": _first(RoleGrant.objects.filter(edition=edition, user__username="operator")),
        "question": _first(Question.objects.filter(edition=edition)),
        "code": _first(Criterion.objects.filter(round__edition=edition, round__kind="panel"), "code"),
        "language:code": "en",
        "assessor": _first(Assessor.objects.filter(round__edition=edition, user__username="reserve")),
        "recusal": _first(Recusal.objects.filter(assessor__round__edition=edition)),
        "sheet": _first(ScoreSheet.objects.filter(assessor__user__username="reviewer1", entry__in=entry)),
        "plan": _first(AssignmentPlan.objects.filter(round__edition=edition)),
        "slot": _first(Slot.objects.filter(panel__round__edition=edition)),
        "state": "presenting",
        "selection": _first(Selection.objects.filter(edition=edition).order_by("-pk")),
        "document": _first(DocumentFile.objects.filter(edition=edition)),
        "vote": _first(Vote.objects.filter(panel__round__edition=edition)),
        "preparation": _first(Preparation.objects.filter(edition=edition).order_by("-pk")),
    }
    return {part: value for part, value in found.items() if value}
