"""Checks that announcements follow from the ledger. Reads only; registered with judging.sheets.ledger."""

from collections.abc import Iterator

from announcements.models import Announcement
from awards.canonical import digest
from awards.models import Edition


def replay(edition: Edition, round, rows: list[dict]) -> Iterator[str]:
    """Yields a line for every announcement that the edition's chain does not name, or names otherwise."""
    if round is not None:
        return
    told = {(row["announcement"], row["number"]): row["digest"] for row in rows if row["kind"] == "announcement"}
    live = {}
    for announcement in Announcement.objects.filter(edition=edition):
        live[announcement.kind, announcement.number] = announcement.digest
        if digest(announcement.record) != announcement.digest:
            yield f"announcement of {announcement.kind} {announcement.number}: its text is not the released one"
    for key in sorted(told.keys() | live.keys()):
        if told.get(key) != live.get(key):
            yield f"announcement of {key[0]} {key[1]}: the ledger and the table differ"
