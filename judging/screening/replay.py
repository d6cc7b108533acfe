"""Checks that who reviews what follows from the ledger. Reads only; registered with judging.sheets.ledger."""

from collections.abc import Iterator

from awards.models import Edition
from judging.sheets.models import Round, ScoreSheet


def replay(edition: Edition, round: Round | None, rows: list[dict]) -> Iterator[str]:
    """Yields a line for every screening sheet that was never assigned, or was assigned and is not there."""
    if round is None or round.kind != "screening":
        return
    told = {
        (number, entry)
        for row in rows
        if row["kind"] == "assigned"
        for number, entries in row["sheets"].items()
        for entry in entries
    }
    there = set(ScoreSheet.objects.filter(round=round).values_list("assessor__number", "entry__public_id"))
    for number, entry in sorted(told ^ there):
        what = "is not there" if (number, entry) in told else "was never assigned"
        yield f"sheet of assessor {number} on entry {entry} {what}"
