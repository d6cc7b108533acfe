"""Begins drafts and saves them as typed. Never touches what was submitted."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import IntegerField, OuterRef, Subquery, Value
from django.utils.translation import gettext as _

from awards.actors import Actor
from awards.canonical import moment
from awards.decisions import Invalid, Refused, ensure, forbidden
from awards.models import Edition, RoleGrant, Track, User
from entries.models import Author, Entry, Question
from entries.permissions import HAS_A_PART, can_create, can_write
from entries.queries import with_part
from entries.words import clean_line, clean_text

TITLE_LIMIT, SUMMARY_LIMIT = 200, 1000  # characters
ANSWER = "answer_"  # what the fields of questions begin with; the question's public id follows


@dataclass(frozen=True, slots=True)
class Answer:
    """What a saving client is told: HTTP status and a JSON body. Status 200 means committed."""

    status: int
    body: dict


def answer_field(question: Question) -> str:
    """The name of a question's field."""
    return f"{ANSWER}{question.public_id}"


def locked_entry(entry: Entry, actor: Actor, field: str = "") -> Entry:
    """The entry's row, locked, with `my_part` and `limit`: that of the question behind `field`, or None.

    Its edition is the caller's own object, whose windows are known already. Nothing is joined: a row that was waited
    for is read anew, those joined to it are not.
    """
    rows = with_part(Entry.objects.select_for_update(of=("self",)), actor)
    limit = Question.objects.filter(edition=OuterRef("edition"), public_id=field.removeprefix(ANSWER)).values("limit")
    asked = Subquery(limit) if field.startswith(ANSWER) else Value(None, IntegerField())
    locked = rows.annotate(limit=asked).get(pk=entry.pk)
    locked.edition = entry.edition
    return locked


def lock_person(edition: Edition, user: User) -> None:
    """Locks the person's row and refuses those with a role, so that nobody becomes author and assessor at once."""
    User.objects.select_for_update().get(pk=user.pk)
    if RoleGrant.objects.filter(edition=edition, user=user, until__isnull=True).exists():
        raise Refused(forbidden(HAS_A_PART))


@transaction.atomic
def create_entry(*, edition: Edition, actor: Actor, now: datetime, invented: bool = False) -> Entry:
    """Begins a draft with the actor as its lead; a draft of theirs that is still untouched is given back instead.

    `invented` marks what a demonstration makes up.
    """
    ensure(can_create(actor, edition, now))
    lock_person(edition, actor.user)
    untouched = Entry.objects.filter(
        edition=edition, state="draft", versions={}, attachment__isnull=True, invented=invented,
        author__user=actor.user, author__part="lead", author__left_at__isnull=True,
    ).first()  # fmt: skip
    if untouched:
        return untouched
    entry = Entry.objects.create(edition=edition, invented=invented, created_at=now, changed_at=now)
    Author.objects.create(entry=entry, user=actor.user, part=Author.Part.LEAD, added_at=now, accepted_at=now)
    return entry


def _within(field: str, text: str, limit: int) -> str:
    if len(text) > limit:
        over = len(text) - limit
        raise Invalid(
            {
                field: _("%(over)d characters too many: at most %(limit)d. Shorten the text; it is not saved yet.")
                % {"over": over, "limit": limit}
            }
        )
    return text


def _present(entry: Entry, field: str) -> str:
    if field == "track":
        return entry.track.public_id if entry.track else ""
    if field in ("title", "summary"):
        return getattr(entry, field)
    return entry.answers.get(field.removeprefix(ANSWER), "")


def _put(entry: Entry, field: str, value: str, limit: int | None) -> str:
    """Sets one field of the (unsaved) entry to what was typed, made plain; gives back what is kept."""
    if field == "track":
        entry.track = Track.objects.filter(edition=entry.edition, public_id=value).first() if value else None
        if value and entry.track is None:
            raise Invalid({field: _("Choose one of the tracks of this edition.")})
        return value
    if field == "title":
        entry.title = _within(field, clean_line(value), TITLE_LIMIT)
        return entry.title
    if field == "summary":
        entry.summary = _within(field, clean_text(value), SUMMARY_LIMIT)
        return entry.summary
    if limit is None:
        raise Invalid({field: _("This form has no such field.")})
    text = _within(field, clean_text(value), limit)
    entry.answers[field.removeprefix(ANSWER)] = text
    return text


def _change(entry: Entry, field: str, value: str, based_on: int, limit: int | None) -> bool:
    """Puts a value in its field if its author saw the newest one; returns whether a conflict was found instead."""
    present, version = _present(entry, field), entry.versions.get(field, 0)
    kept = _put(entry, field, value, limit)
    if kept == present:
        return False
    if based_on != version:
        return True
    entry.versions[field] = version + 1
    return False


@transaction.atomic
def save_field(*, entry: Entry, field: str, value: str, based_on: int, actor: Actor, now: datetime) -> Answer:
    """Saves one field as typed: "track" (a public id), "title", "summary" or "answer_<question's public id>".

    `based_on` is the version that its author was looking at (0: none yet). A stale value changes nothing and is
    answered with 409 "conflict" and the newer one; a repeat of what is there already gets 200. Raises Refused or
    Invalid, and then keeps nothing.
    """
    locked = locked_entry(entry, actor, field)
    ensure(can_write(actor, locked, now))
    present, before = _present(locked, field), locked.versions.get(field, 0)
    if _change(locked, field, value, based_on, locked.limit):
        return Answer(409, {"code": "conflict", "field": field, "version": before, "value": present})
    if locked.versions.get(field, 0) != before:
        locked.changed_at = now
        column = "answers" if field.startswith(ANSWER) else field
        locked.save(update_fields=[column, "versions", "changed_at"])
    kept = {"field": field, "version": locked.versions.get(field, 0), "value": _present(locked, field)}
    return Answer(200, kept | {"at": moment(now)})


@transaction.atomic
def save_draft(
    *, entry: Entry, values: Mapping[str, str], based_on: Mapping[str, int], actor: Actor, now: datetime
) -> Entry:
    """Saves the whole form at once, for a browser that runs no script; all of it or nothing.

    Raises Invalid with a line for each field that is too long or that somebody else has changed meanwhile.
    """
    locked = locked_entry(entry, actor)
    ensure(can_write(actor, locked, now))
    limits = {answer_field(q): q.limit for q in Question.objects.filter(edition=locked.edition)}
    before, errors = dict(locked.versions), {}
    for field, value in values.items():
        present = _present(locked, field)
        try:
            if _change(locked, field, value, based_on.get(field, 0), limits.get(field)):
                errors[field] = _(
                    "Somebody else changed this meanwhile; it now reads: “%(text)s”. "
                    "Save again to put your text in its place."
                ) % {"text": present}
        except Invalid as invalid:
            errors |= invalid.errors
    if errors:
        raise Invalid(errors)
    if locked.versions != before:
        locked.changed_at = now
        locked.save(update_fields=["track", "title", "summary", "answers", "versions", "changed_at"])
    return locked
