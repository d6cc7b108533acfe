"""Checks that the decisions who goes to the final follow from the ledger. Reads only; registered with the ledger."""

from collections import defaultdict
from collections.abc import Iterator

from awards.canonical import digest
from awards.models import Edition
from judging.selection.models import Finalist, Selection
from judging.sheets.models import Round


def replay(edition: Edition, round: Round | None, rows: list[dict]) -> Iterator[str]:
    """Yields a line for every decision whose state, standings, finalists or reserves the chain does not lead to."""
    if round is not None:
        return
    told: dict[str, dict] = {}
    for row in rows:
        if row["kind"] == "selection":
            told[row["selection"]] = told.get(row["selection"], {}) | row
    live = {selection.public_id: selection for selection in Selection.objects.filter(edition=edition)}
    members = defaultdict(lambda: ([], []))
    rows = Finalist.objects.filter(selection__edition=edition).order_by("reserve_position")
    for selection, entry, position in rows.values_list("selection__public_id", "entry__public_id", "reserve_position"):
        members[selection][position is not None].append(entry)
    for name in sorted(told.keys() ^ live.keys()):
        yield f"selection {name} is {'not in the table' if name in told else 'not in the ledger'}"
    for name in sorted(told.keys() & live.keys()):
        row, selection = told[name], live[name]
        if row["state"] != selection.state:
            yield f"selection {name}: the ledger says {row['state']}, the table {selection.state}"
        if not row["digest"] == selection.digest == digest(selection.standings):
            yield f"selection {name}: the standings are not those that were decided on"
        finalists, reserves = members[name]
        if sorted(finalists) != row["finalists"]:
            yield f"selection {name}: the finalists are not those of the ledger"
        if reserves != row["reserves"]:
            yield f"selection {name}: the reserve list is not that of the ledger"
