"""What must always hold of the decisions who goes to the final. Reads only; yields a line per fault."""

import json
from collections.abc import Iterator

from awards.canonical import digest
from judging.selection.models import Finalist, Selection
from judging.selection.queries import standings
from judging.selection.services import stands_as_kept


def check() -> Iterator[str]:
    """Live decisions keep the standings they were made on, choose as many as they must, and name a second person."""
    for selection in Selection.objects.exclude(state="undone").select_related("edition"):
        name = f"{selection.edition.slug}: selection {selection.public_id}"
        kept = json.loads(selection.standings)
        rows = list(Finalist.objects.filter(selection=selection).select_related("entry"))
        chosen = sorted(row.entry.public_id for row in rows if row.reserve_position is None)
        if selection.digest != digest(selection.standings):
            yield f"{name}: the digest is not that of its standings"
        if chosen != kept["finalists"] or len(chosen) != kept["size"]:
            yield f"{name}: it has {len(chosen)} finalists, decided were {len(kept['finalists'])} of {kept['size']}"
        if selection.state == "confirmed" and selection.confirmed_by_id in (None, selection.proposed_by_id):
            yield f"{name}: no second person has confirmed it"
        if any(row.entry.edition_id != selection.edition_id for row in rows):
            yield f"{name}: a finalist of another edition"
        found = standings(selection.edition)
        if found is None or not stands_as_kept(selection, found):
            yield f"{name}: the standings of today are not those it was made on"
