"""What is read for announcements and public pages. Before a release nothing of it exists for anybody else.

`announced` is the one way to what was told.
"""

import json

from announcements import records
from announcements.models import Announcement, DocumentFile, Preparation
from awards.canonical import canonical, digest
from awards.models import Edition
from entries.models import Entry
from judging.panel.models import Result
from judging.selection.models import Finalist, Selection


def announced(edition: Edition, kind: str) -> Announcement | None:
    """The announcement that stands: the last of its kind. Rehearsals are never public."""
    if not edition.is_public:
        return None
    return Announcement.objects.filter(edition=edition, kind=kind).order_by("number").last()


def record_of(told: Announcement | Preparation) -> dict:
    """The record as it was released or prepared."""
    return json.loads(told.record)


def open_preparation(edition: Edition, kind: str) -> Preparation | None:
    return Preparation.objects.filter(edition=edition, kind=kind, ended_at__isnull=True).first()


def latest_documents(edition: Edition) -> dict[str, DocumentFile]:
    """The last row of each document's name; one query."""
    rows = DocumentFile.objects.filter(edition=edition).order_by("name", "-id").distinct("name")
    return {row.name: row for row in rows.select_related("asked_by")}


def compose(edition: Edition, kind: str) -> str | None:
    """The canonical record of what would be announced now, or None while it has not been decided."""
    selection = Selection.objects.filter(edition=edition, state="confirmed").first()
    if selection is None:
        return None
    chosen = Finalist.objects.filter(selection=selection, reserve_position__isnull=True, withdrawn_at__isnull=True)
    cases = [
        records.case(finalist.entry.public_id, json.loads(finalist.entry.counting.content), finalist.entry.invented)
        for finalist in chosen.select_related("entry__counting").order_by("entry_id")
    ]
    head = records.edition_head(edition, Entry.objects.filter(edition=edition, state="accepted").count())
    if kind == "finalists":
        return canonical(records.finalists_record(head, cases, digest(selection.standings)))
    result = Result.objects.filter(panel__round__edition=edition).first()
    if result is None:
        return None
    grades = list(edition.prizegrade_set.values_list("name", "name_en", "count"))
    prizes = json.loads(result.content)["prizes"]
    signed = {"digest": result.digest, "ledger_head": result.ledger_head}
    return canonical(records.winners_record(head, cases, grades, prizes, signed))


def fate(edition: Edition, entry: Entry) -> str:
    """How an entry fared, as far as it was told: a prize grade, "finalist", "not_chosen" or "" (not told yet)."""
    winners, finalists = announced(edition, "winners"), announced(edition, "finalists")
    if winners:
        for prize in record_of(winners)["prizes"]:
            if any(case["entry"] == entry.public_id for case in prize["winners"]):
                return prize["grade"]
    if finalists and entry.state == "accepted":
        names = {case["entry"] for case in record_of(finalists)["finalists"]}
        return "finalist" if entry.public_id in names else "not_chosen"
    return ""


def audiences(edition: Edition, preparation: Preparation) -> list[dict]:
    """Who will see what at the release, for the preview: each {"audience", "names"}, the names being people."""
    record = record_of(preparation)
    groups = [case for prize in record.get("prizes", []) for case in prize["winners"]] or record.get("finalists", [])
    chosen = {case["entry"] for case in groups}
    leads = [
        (version_lead(entry), entry.public_id in chosen)
        for entry in Entry.objects.filter(edition=edition, state="accepted").select_related("counting").order_by("pk")
    ]
    return [
        {"audience": "public", "names": [f"{case['person']['office']} {case['person']['name']}" for case in groups]},
        {"audience": "chosen", "names": [name for name, is_chosen in leads if is_chosen]},
        {"audience": "others", "names": [name for name, is_chosen in leads if not is_chosen]},
    ]


def version_lead(entry: Entry) -> str:
    """Office and name of an entry's lead as they were at submission."""
    person = records.person_line(json.loads(entry.counting.content))
    return f"{person['office']} {person['name']} {person['title']}".strip()
