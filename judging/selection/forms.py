"""The form in which finalists and reserves are chosen: a row for each entry of the official order."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from awards.decisions import Invalid
from entries.words import clean_text
from judging.selection.services import Choice


@dataclass(slots=True)
class Row:
    """One entry of the official order, with what was typed for it and what is wrong with that."""

    name: str
    title: str
    track: str
    lead: str
    rank: int | None
    score: str
    sheets: int
    side: str
    tied: bool = False
    cut: bool = False
    finalist: bool = False
    reserve: str = ""
    reason: str = ""
    error: str = ""


def read_rows(rows: list[Row], post) -> None:
    """Puts what was posted into the rows, as it was typed."""
    chosen = set(post.getlist("finalist"))
    for row in rows:
        row.finalist = row.name in chosen
        row.reserve = post.get(f"reserve_{row.name}", "").strip()
        row.reason = clean_text(post.get(f"reason_{row.name}", ""))


def choice_of(rows: list[Row], minutes: str) -> Choice:
    """The choice that the rows hold. Raises Invalid by row where a place on the reserve list can't be read."""
    errors, places = {}, {}
    for row in rows:
        if not row.reserve:
            continue
        place = int(row.reserve) if row.reserve.isdecimal() and len(row.reserve) < 5 else 0
        if place < 1:
            errors[row.name] = _("Type a whole number from 1 up, or leave it empty.")
        elif place in places:
            errors[row.name] = _("This place on the reserve list has been given to another entry already.")
        else:
            places[place] = row.name
    if errors:
        raise Invalid(errors)
    return Choice(
        [row.name for row in rows if row.finalist],
        [places[place] for place in sorted(places)],
        {row.name: row.reason for row in rows},
        clean_text(minutes),
    )
