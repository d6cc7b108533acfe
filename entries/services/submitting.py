"""Submits and withdraws entries: the only writer of versions and, with settling, of an entry's state."""

import secrets
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from awards.actors import Actor
from awards.canonical import canonical, digest
from awards.decisions import Invalid, ensure
from awards.models import Office
from entries.models import Author, Entry, EntryVersion, Question
from entries.permissions import can_submit, can_withdraw
from entries.queries import lead_label, live_files, people_on, questions_of
from entries.services.drafting import answer_field, locked_entry
from entries.states import check_move

_SIGNS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # no 0, O, 1, I: receipts are read out on the telephone


def missing(entry: Entry, questions: list[Question]) -> dict[str, str]:
    """What is still missing before the working copy can be submitted: a message for each field."""
    errors = {}
    if entry.track_id is None:
        errors["track"] = _("Choose a track.")
    if not entry.title.strip():
        errors["title"] = _("Write a title.")
    if not entry.summary.strip():
        errors["summary"] = _("Write a summary.")
    for question in questions:
        if question.required and not entry.answers.get(question.public_id, "").strip():
            errors[answer_field(question)] = _("Answer “%(question)s”.") % {"question": question.label}
    return errors


def content_of(entry: Entry, questions: list[Question]) -> dict:
    """The working copy in the shape of a submitted version (EntryVersion), people as they are today."""
    people = [author for author in people_on(entry) if author.accepted_at]
    offices = _office_names(people)
    return {
        "title": entry.title.strip(),
        "summary": entry.summary.strip(),
        "track": entry.track.name if entry.track else "",
        "answers": [
            {
                "question": question.public_id,
                "text": question.text,
                "class": question.data_class,
                "answer": entry.answers.get(question.public_id, "").strip(),
            }
            for question in questions
        ],
        "people": [_person(author, offices) for author in people],
        "files": [
            {"file": file.public_id, "name": file.name, "sha256": file.sha256, "size": file.size}
            for file in live_files(entry)
        ],
    }


def _person(author: Author, offices: dict[int, str]) -> dict:
    user = author.user
    return {
        "user": user.public_id,
        "part": author.part,
        "name": user.name,
        "grade": user.grade,
        "title": user.title,
        "office": offices.get(user.office_id, ""),
        "office_path": user.office.path if user.office else "",
    }


def _office_names(people: list[Author]) -> dict[int, str]:
    """Each person's office as it is written out: from the customs house down, without the agency above it."""
    paths = {author.user.office_id: author.user.office.path for author in people if author.user.office}
    lines = {office: [int(part) for part in path.strip("/").split("/")] for office, path in paths.items()}
    known = Office.objects.filter(pk__in={pk for line in lines.values() for pk in line}).in_bulk()
    return {
        office: " ".join(known[pk].name for pk in line if known[pk].level != "root") or known[office].name
        for office, line in lines.items()
    }


def _new_receipt(entry: Entry) -> str:
    """e.g. 2024-7K3M9Q: random, so that it tells neither order nor number of the entries."""
    while True:
        receipt = f"{entry.edition.year}-" + "".join(secrets.choice(_SIGNS) for _sign in range(6))
        if not EntryVersion.objects.filter(receipt=receipt).exists():
            return receipt


def _next_receipt(entry: Entry) -> tuple[int, str]:
    """The number and receipt of the next version: the first one's receipt, then with -2, -3 … behind it."""
    first = EntryVersion.objects.filter(entry=entry, number=1).values_list("receipt", flat=True).first()
    if first is None:
        return 1, _new_receipt(entry)
    number = entry.counting.number + 1
    return number, f"{first}-{number}"


@transaction.atomic
def submit_entry(*, entry: Entry, actor: Actor, now: datetime) -> EntryVersion:
    """Makes the working copy the version that counts; where nothing has changed since, the present one is the answer.

    Raises Refused, or Invalid with a line for each missing part.
    """
    locked = locked_entry(entry, actor)
    questions = questions_of(locked.edition)
    parts = content_of(locked, questions)
    content = canonical(parts)
    if locked.my_part == "lead" and locked.state == "submitted" and locked.counting.digest == digest(content):
        return locked.counting
    ensure(can_submit(actor, locked, now))
    if errors := missing(locked, questions):
        raise Invalid(errors)
    check_move(locked.state, "submitted")
    number, receipt = _next_receipt(locked)
    version = EntryVersion.objects.create(
        entry=locked,
        number=number,
        receipt=receipt,
        title=locked.title.strip(),
        track=locked.track,
        lead=lead_label(parts),
        content=content,
        digest=digest(content),
        submitted_by=actor.user,
        at=now,
    )
    locked.state, locked.counting = "submitted", version
    locked.save(update_fields=["state", "counting"])
    return version


@transaction.atomic
def withdraw_entry(*, entry: Entry, actor: Actor, now: datetime) -> Entry:
    """Withdraws an entry for good; what was submitted is kept but counts no more. A repeat changes nothing."""
    locked = locked_entry(entry, actor)
    if locked.state == "withdrawn" and locked.my_part == "lead":
        return locked
    ensure(can_withdraw(actor, locked, now))
    check_move(locked.state, "withdrawn")
    locked.state, locked.changed_at = "withdrawn", now
    locked.save(update_fields=["state", "changed_at"])
    return locked
