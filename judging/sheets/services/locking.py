"""Reads and locks what one mark needs, in as few and as plain statements as can be: they run at every mark.

The ORM would take more time to write these statements than the database to answer them. Never writes.
"""

import json
import uuid
from typing import NamedTuple

from django.db import connection

from awards.models import Edition
from entries.models import Entry
from judging.sheets.models import Assessor, Round, ScoreSheet


def _columns(model, *left_out: str) -> tuple[str, ...]:
    return tuple(field.attname for field in model._meta.concrete_fields if field.attname not in left_out)


# Long texts that no mark depends on stay in the database.
_PARTS = {
    "sheet": (ScoreSheet, _columns(ScoreSheet)),
    "assessor": (Assessor, _columns(Assessor)),
    "round": (Round, _columns(Round)),
    "edition": (Edition, _columns(Edition, "call", "call_en")),
    "entry": (Entry, _columns(Entry, "summary", "answers", "versions")),
}
_LOCK = f"""
    SELECT EXISTS (SELECT FROM sheets_recusal WHERE assessor_id = sheet.assessor_id AND entry_id = sheet.entry_id
                                                AND state <> 'dismissed'),
           {", ".join(f"{part}.{column}" for part, (_model, columns) in _PARTS.items() for column in columns)}
    FROM sheets_scoresheet sheet
    JOIN sheets_assessor assessor ON assessor.id = sheet.assessor_id
    JOIN sheets_round round ON round.id = sheet.round_id
    JOIN awards_edition edition ON edition.id = round.edition_id
    JOIN entries_entry entry ON entry.id = sheet.entry_id
    WHERE sheet.id = %s
    FOR UPDATE OF sheet
    FOR KEY SHARE OF edition
"""


def locked_sheet(sheet: ScoreSheet) -> ScoreSheet:
    """The sheet's row, locked, with assessor, round, edition and entry as they are now, and `recused`. One query.

    The edition is locked against a move of its stage: whoever closes waits for the marks under way, and a mark that
    comes after sees the closed stage.
    """
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, [sheet.pk])
        recused, *row = cursor.fetchone()
    values, made = iter(row), {}
    for part, (model, columns) in _PARTS.items():
        made[part] = model.from_db(connection.alias, columns, [next(values) for _column in columns])
    found = made["sheet"]
    found.versions, found.recused = json.loads(found.versions), recused
    found.assessor, found.round, found.entry = made["assessor"], made["round"], made["entry"]
    found.round.edition = made["edition"]
    return found


class Place(NamedTuple):
    """Where a value goes, as it is now: the criterion and its mark on the sheet (None: no such criterion, no mark),
    whether an older value is `held` for its author's choice, whether the round's rules are `frozen`, and what was
    answered to the same write before."""

    criterion: int | None
    out_of: int | None
    mark: int | None
    version: int | None
    present: int | None
    held: bool
    frozen: bool
    written_sheet: int | None
    status: int | None
    answer: dict | None


_PLACE = """
    SELECT criterion.id, criterion.points, mark.id, mark.version, mark.points,
           EXISTS (SELECT FROM sheets_heldmark
                   WHERE sheet_id = %(sheet)s AND field = %(field)s AND why = 'stale' AND settled_at IS NULL),
           EXISTS (SELECT FROM sheets_rulesnapshot WHERE round_id = %(round)s),
           write.sheet_id, write.status, write.answer
    FROM (VALUES (1)) AS one
    LEFT JOIN sheets_criterion criterion ON criterion.round_id = %(round)s AND criterion.code = %(field)s
    LEFT JOIN sheets_mark mark ON mark.sheet_id = %(sheet)s AND mark.criterion_id = criterion.id
    LEFT JOIN sheets_scoringwrite write ON write.id = %(write)s
"""


def place_of(sheet: ScoreSheet, field: str, write: uuid.UUID) -> Place:
    """Reads a field's place on a locked sheet; `field` may be any text that the database can hold. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_PLACE, {"sheet": sheet.pk, "round": sheet.round_id, "field": field, "write": str(write)})
        *row, answer = cursor.fetchone()
    return Place(*row, json.loads(answer) if answer else None)
