"""The ledger: every chain verifies, and whoever changes a row by hand is named, however much power they have.

The tests live on a copy of the test database of their own, so that an intruder from outside sees committed rows.
"""

import contextlib
import hashlib
import json
import os
from io import StringIO

import psycopg2
import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from announcements.demo.cast import make_people
from announcements.demo.entries import settle_entries, write_entries
from announcements.demo.screening import assign, score
from announcements.demo.setup import set_up_edition
from announcements.demo.story import works_of_2024
from awards.database import SUPERUSER, Server, home_folder
from awards.services.stages import begin_due_stage
from judging.sheets.models import Chain, ClosedPart, LedgerEntry, Mark
from tests.conftest import SMALL_CAST
from tests.copies import database

CHAIN = "2030/screening"


@pytest.fixture
def own_database(empty_database, django_db_blocker):
    """A copy of the empty database; what is written there is committed, and all is gone afterwards."""
    with django_db_blocker.unblock(), database(f"jangwon_ledger_{os.getpid()}", empty_database) as copy:
        connection.close()
        before, connection.settings_dict["NAME"] = connection.settings_dict["NAME"], copy
        try:
            yield copy
        finally:
            connection.close()
            connection.settings_dict["NAME"] = before


@pytest.fixture
def marked(own_database, small_times, settings, tmp_path):
    """A screening in which every reviewer has handed in every sheet."""
    settings.MEDIA_ROOT = tmp_path
    people, _passwords = make_people(only=SMALL_CAST, password="correct horse battery")
    works = [work for work in works_of_2024() if work.lead in ("entrant1", "entrant3", "entrant4")]
    story = set_up_edition(slug="2030", people=people, times=small_times, works=works, kind="demo", finalists=2)
    story.edition = begin_due_stage(edition=story.edition, now=small_times.submission_opens)
    write_entries(story=story)
    settle_entries(story=story)
    assign(story=story)
    story.edition = begin_due_stage(edition=story.fresh(), now=small_times.screening_opens)
    score(story=story)
    return story


@pytest.fixture
def intruder(own_database):
    """Somebody with full access to the database server, past every trigger."""
    with contextlib.closing(psycopg2.connect(Server(home_folder()).url(SUPERUSER, own_database))) as outside:
        outside.autocommit = True
        cursor = outside.cursor()
        cursor.execute("SET session_replication_role = replica")
        yield cursor


def verify(*arguments: str) -> list[str]:
    """The lines of verify_ledger; the last is "failed" where its exit code is not 0."""
    out = StringIO()
    try:
        call_command("verify_ledger", *arguments, stdout=out)
    except CommandError:
        out.write("failed")
    return out.getvalue().splitlines()


def faults(*arguments: str) -> list[str]:
    *lines, last = verify(*arguments)
    found = [line.removeprefix("fault: ") for line in lines if line.startswith("fault: ")]
    assert bool(found) == (last == "failed")
    return found


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def test_every_way_of_changing_it_is_named(marked, intruder):
    """One story, several intrusions, each undone again: building the story is what takes time."""
    head = Chain.objects.get(round__kind="screening").head
    length = LedgerEntry.objects.filter(chain__round__kind="screening").count()
    lines = verify("--head", head)
    assert f"{CHAIN}: {length} rows, head {head}" in lines
    assert lines[-1] == "The ledger fits. The head was found."
    assert faults("--head", "0" * 64) == [f"no chain has a row with the hash {'0' * 64}"]
    call_command("check_invariants", stdout=StringIO())

    for tamper in (_mark, _open_part, _closed_part, _kind_of_mark, _last_row, _middle_row, _rewritten_end):
        tamper(intruder)
    assert faults() == []


def _mark(intruder):
    mark = Mark.objects.select_related("sheet__assessor", "sheet__entry", "criterion").first()
    intruder.execute("UPDATE sheets_mark SET points = points - 1 WHERE id = %s", [mark.pk])
    assert faults() == [
        f"{CHAIN}: mark of assessor {mark.sheet.assessor.number} on entry {mark.sheet.entry.public_id}, criterion "
        f"{mark.criterion.code}: the ledger says {(mark.points, mark.version)}, "
        f"the table {(mark.points - 1, mark.version)}"
    ]
    intruder.execute("UPDATE sheets_mark SET points = points + 1 WHERE id = %s", [mark.pk])


def _a_mark_row() -> LedgerEntry:
    return LedgerEntry.objects.filter(kind="mark").order_by("pk").first()


def _open_part(intruder):
    row = _a_mark_row()
    content = json.loads(row.open_part)
    changed = row.open_part.replace(f'"points":{content["points"]}', '"points":1')
    intruder.execute("UPDATE sheets_ledgerentry SET open_part = %s WHERE id = %s", [changed, row.pk])
    first, *others = faults()
    assert first == f"{CHAIN} row {row.position}: its hash does not fit its content"
    assert len(others) == 1 and "mark of assessor" in others[0]
    intruder.execute("UPDATE sheets_ledgerentry SET open_part = %s WHERE id = %s", [row.open_part, row.pk])


def _closed_part(intruder):
    part = ClosedPart.objects.get(entry=_a_mark_row())
    intruder.execute("UPDATE sheets_closedpart SET content = '{}' WHERE entry_id = %s", [part.pk])
    assert faults() == [f"{CHAIN} row {part.entry.position}: its closed part was changed"]
    # Without its closed part the chain verifies: it may be deleted after its retention period.
    intruder.execute("DELETE FROM sheets_closedpart WHERE entry_id = %s", [part.pk])
    assert faults() == []
    values = [part.pk, part.content, part.at, part.recorded_at]
    intruder.execute("INSERT INTO sheets_closedpart (entry_id, content, at, recorded_at) VALUES (%s,%s,%s,%s)", values)


def _kind_of_mark(intruder):
    """A mark that the ledger knows is taken out of the table."""
    mark = Mark.objects.first()
    columns = ("id", "sheet_id", "criterion_id", "points", "out_of", "version", "at")
    values = [getattr(mark, column) for column in columns]
    intruder.execute("DELETE FROM sheets_mark WHERE id = %s", [mark.pk])
    (fault,) = faults()
    assert fault.endswith("the table None")
    intruder.execute(f"INSERT INTO sheets_mark ({', '.join(columns)}) VALUES (%s,%s,%s,%s,%s,%s,%s)", values)


def _without(intruder, row: LedgerEntry):
    """Takes a row of the ledger away, and puts it back afterwards."""
    part = ClosedPart.objects.get(entry=row)
    columns = [field.column for field in row._meta.concrete_fields]
    values = [getattr(row, field.attname) for field in row._meta.concrete_fields]
    intruder.execute("DELETE FROM sheets_ledgerentry WHERE id = %s", [row.pk])
    found = faults()
    marks = ", ".join(["%s"] * len(columns))
    intruder.execute(f"INSERT INTO sheets_ledgerentry ({', '.join(columns)}) VALUES ({marks})", values)
    assert part.content == ClosedPart.objects.get(pk=part.pk).content
    return found


def _last_row(intruder):
    row = LedgerEntry.objects.filter(chain__round__kind="screening").order_by("pk").last()
    found = _without(intruder, row)
    assert found[0].startswith(f"{CHAIN}: the chain says {row.position} rows")


def _middle_row(intruder):
    row = _a_mark_row()
    found = _without(intruder, row)
    assert found[:2] == [
        f"{CHAIN} row {row.position + 1}: row {row.position} is missing",
        f"{CHAIN} row {row.position + 1}: does not follow the row before it",
    ]


def _rewritten_end(intruder):
    """An intruder who recomputes the hashes is found by the head that was printed and signed, and by nothing else."""
    chain = Chain.objects.get(round__kind="screening")
    row = LedgerEntry.objects.filter(chain=chain).order_by("pk").last()
    content = json.loads(row.open_part) | {"nonce": "0" * 32}
    changed = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    fresh = sha256(row.previous + sha256(changed) + row.closed_digest)
    update = "UPDATE sheets_ledgerentry SET open_part = %s, hash = %s WHERE id = %s"
    intruder.execute(update, [changed, fresh, row.pk])
    intruder.execute("UPDATE sheets_chain SET head = %s WHERE id = %s", [fresh, chain.pk])
    assert faults() == []
    assert faults("--head", chain.head) == [f"no chain has a row with the hash {chain.head}"]
    intruder.execute(update, [row.open_part, row.hash, row.pk])
    intruder.execute("UPDATE sheets_chain SET head = %s WHERE id = %s", [chain.head, chain.pk])


def test_an_empty_ledger_fits(db):
    assert verify() == ["The ledger fits."]


def test_invariants_name_what_does_not_hold(story):
    story.edition.stage = "screening"
    story.edition.save(update_fields=["stage"])
    out = StringIO()
    with pytest.raises(CommandError, match="1 faults"):
        call_command("check_invariants", stdout=out)
    assert out.getvalue() == "awards: 2030: its stage is screening, its moves lead to drafting\n"


def test_invariants_say_how_many_checks_ran(story):
    out = StringIO()
    call_command("check_invariants", stdout=out)
    count, words = out.getvalue().strip().split(" ", 1)
    assert (int(count) >= 5, words) == (True, "checks ran, no faults.")
