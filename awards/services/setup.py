"""Writes what managers set up: the edition's data, its windows while drafting, ordered lists, accounts, offices.

Never moves a stage and never changes a window whose stage has begun: services.stages does.
"""

from datetime import datetime

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import transaction
from django.db.models import Max, Model, ProtectedError, QuerySet
from django.utils.translation import gettext as _

from awards.actors import Actor
from awards.calendar import Interval
from awards.canonical import canonical, digest
from awards.decisions import Invalid, ensure
from awards.models import Contact, Edition, Office, PrizeGrade, Track, User, Window
from awards.permissions import can_manage_people, can_set_up
from awards.services.people import create_office, create_user
from awards.services.records import record_access
from awards.services.stages import lock_edition

# Each ordered list of an edition: its rows and the act (calendar.ACTS) that changes them. Prizes belong to the rules
# of the final; whom to ask may change as long as people do.
PARTS = {
    "tracks": (Track, "setup"),
    "prizes": (PrizeGrade, "setup.panel"),
    "contacts": (Contact, "setup.people"),
}


def save_checked(row: Model, whole: str = "") -> None:
    """Saves a row that its model finds valid, else raises Invalid; `whole`: the field for errors about the whole."""
    try:
        row.full_clean()
    except ValidationError as error:
        raise Invalid(
            {
                whole if field == NON_FIELD_ERRORS else field: " ".join(messages)
                for field, messages in error.message_dict.items()
            }
        ) from error
    row.save()


def seen_now(row: Model) -> str:
    """What a form's author is looking at: a digest of the row, or the version where it keeps one."""
    if isinstance(row, Edition):
        return str(row.version)
    fields = row._meta.concrete_fields
    return digest(canonical({field.name: str(getattr(row, field.attname)) for field in fields}))


def ensure_seen(row: Model, seen: str | None) -> None:
    """Raises Invalid when somebody has changed the row since `seen`; None asks nothing."""
    if seen is not None and seen != seen_now(row):
        words = _(
            "Somebody else changed this while you were writing. What you typed is still here: compare, then save."
        )
        raise Invalid({"": words})


@transaction.atomic
def change_edition(*, edition: Edition, values: dict, seen: str | None = None, actor: Actor, now: datetime) -> Edition:
    """Writes fields of an edition (names to values) while it is being drafted."""
    edition = lock_edition(edition)
    ensure(can_set_up(actor, edition, now))
    ensure_seen(edition, seen)
    for name, value in values.items():
        setattr(edition, name, value)
    edition.version += 1
    save_checked(edition)
    return edition


@transaction.atomic
def change_schedule(
    *,
    edition: Edition,
    windows: dict[str, Interval | None],
    values: dict,
    seen: str | None = None,
    actor: Actor,
    now: datetime,
) -> Edition:
    """Writes the windows (None takes one away) and the dates of the final and of the finalists' announcement."""
    _ensure_order(windows, values)
    edition = change_edition(edition=edition, values=values, seen=seen, actor=actor, now=now)
    for stage, interval in windows.items():
        if interval is None:
            Window.objects.filter(edition=edition, stage=stage).delete()
            continue
        times = {"opens": interval.opens, "closes": interval.closes}
        Window.objects.update_or_create(edition=edition, stage=stage, defaults=times)
    return edition


def _ensure_order(windows: dict[str, Interval | None], values: dict) -> None:
    """Raises Invalid unless submission, screening, finalists and final follow each other (RULES: Stages)."""
    errors = {}
    for stage, interval in windows.items():
        if interval and interval.closes <= interval.opens:
            errors[f"{stage}_closes"] = _("The end must come after the beginning.")
    submission, screening = windows.get("submission"), windows.get("screening")
    last = screening or submission
    if submission and screening and screening.opens < submission.closes:
        errors["screening_opens"] = _("Screening opens only after submission has closed.")
    starts, ends, announced = values.get("final_starts"), values.get("final_ends"), values.get("finalists_on")
    if starts and last and starts < last.closes:
        errors["final_starts"] = _("The final comes after screening has closed.")
    if ends and not starts:
        errors["final_starts"] = _("Say when the final starts.")
    elif ends and ends <= starts:
        errors["final_ends"] = _("The final must end after it starts.")
    if announced and last and announced < last.closes.date():
        errors["finalists_on"] = _("The finalists are announced after screening has closed.")
    if errors:
        raise Invalid(errors)


def place_last(siblings: QuerySet) -> int:
    """The position after the last of these rows."""
    last = siblings.aggregate(last=Max("position"))["last"]
    return 0 if last is None else last + 1


def swap_with_neighbour(siblings: QuerySet, row: Model, up: bool) -> None:
    """Moves a row one place up or down; at the end of the list nothing happens."""
    rows = list(siblings)
    if row not in rows:  # deleted in the meantime
        return
    here = rows.index(row)
    there = here - 1 if up else here + 1
    if 0 <= there < len(rows):
        rows[here], rows[there] = rows[there], rows[here]
    for position, each in enumerate(rows):
        if each.position != position:
            each.position = position
            each.save(update_fields=["position"])


def _locked_part(edition: Edition, part: str, actor: Actor, now: datetime) -> QuerySet:
    """The rows of a list, its edition locked, if the actor may change them now."""
    model, act = PARTS[part]
    edition = lock_edition(edition)
    ensure(can_set_up(actor, edition, now, act))
    return model.objects.filter(edition=edition)


@transaction.atomic
def add_item(*, edition: Edition, part: str, values: dict, actor: Actor, now: datetime) -> Model:
    """Adds a track, prize grade or contact (`part`: a key of PARTS) at the end of its list."""
    rows = _locked_part(edition, part, actor, now)
    item = rows.model(edition=edition, position=place_last(rows), **values)
    save_checked(item, "name")
    return item


@transaction.atomic
def change_item(
    *, edition: Edition, part: str, item: Model, values: dict, seen: str | None = None, actor: Actor, now: datetime
) -> Model:
    """Writes a row of a list."""
    item = _locked_part(edition, part, actor, now).filter(pk=item.pk).first()
    if item is None:
        raise Invalid({"": _("Somebody else has deleted this in the meantime.")})
    ensure_seen(item, seen)
    for name, value in values.items():
        setattr(item, name, value)
    save_checked(item, "name")
    return item


@transaction.atomic
def move_item(*, edition: Edition, part: str, item: Model, up: bool, actor: Actor, now: datetime) -> None:
    """Moves a row of a list one place."""
    swap_with_neighbour(_locked_part(edition, part, actor, now), item, up)


@transaction.atomic
def delete_item(*, edition: Edition, part: str, item: Model, actor: Actor, now: datetime) -> None:
    """Takes a row off its list; one that entries use stays. A row already gone is no error."""
    rows = _locked_part(edition, part, actor, now)
    try:
        with transaction.atomic():
            rows.filter(pk=item.pk).delete()
    except ProtectedError as error:
        raise Invalid(
            {"": _("“%(name)s” can't be deleted: there are entries in it.") % {"name": item.label}}
        ) from error


@transaction.atomic
def register_person(*, edition: Edition, values: dict, actor: Actor, now: datetime) -> User:
    """A manager opens an account without a password: its owner alone sets one (RULES: People and roles)."""
    ensure(can_manage_people(actor, edition, now))
    if User.objects.filter(username=values["username"]).exists():
        raise Invalid({"username": _("This account name is taken.")})
    user = create_user(**values)
    record_access(edition=edition, actor=actor, action="entered", subject=f"user:{user.public_id}")
    return user


@transaction.atomic
def register_office(
    *, edition: Edition, name: str, level: str, parent: Office, name_en: str = "", actor: Actor, now: datetime
) -> Office:
    """A manager adds an office: bureaus and customs houses below the agency, divisions below those."""
    ensure(can_manage_people(actor, edition, now))
    parent = Office.objects.select_for_update().get(pk=parent.pk)
    if level == Office.Level.ROOT:
        raise Invalid({"level": _("There is one agency: choose another level.")})
    if (level == Office.Level.HOUSE) != (parent.level == Office.Level.ROOT):
        raise Invalid({"parent": _("Bureaus and customs houses stand below the agency, divisions below those.")})
    if Office.objects.filter(parent=parent, name=name).exists():
        raise Invalid({"name": _("There is an office of that name already.")})
    return create_office(name=name, name_en=name_en, level=level, parent=parent)
