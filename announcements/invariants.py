"""What must always hold of announcements; `check()` yields a line per fault."""

from collections.abc import Iterator

from announcements.models import Announcement
from awards.calendar import STAGES


def check() -> Iterator[str]:
    """Nothing is told before its stage; what is told has two people behind it and a text that fits its digest."""
    for told in Announcement.objects.select_related("edition"):
        if STAGES.index(told.edition.stage) < STAGES.index(told.kind):
            yield f"{told.edition.slug}: {told.kind} announced while the edition is in {told.edition.stage}"
        if told.prepared_by_id == told.released_by_id:
            yield f"{told.edition.slug}: {told.kind} was prepared and released by one person"
