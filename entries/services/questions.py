"""Writes the edition's questions while it is being drafted: before anybody has answered one."""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from awards.actors import Actor
from awards.decisions import Invalid, ensure
from awards.models import Edition
from awards.permissions import can_set_up
from awards.services.setup import ensure_seen, place_last, save_checked, swap_with_neighbour
from awards.services.stages import lock_edition
from entries.models import Question


def _locked(edition: Edition, actor: Actor, now: datetime) -> QuerySet[Question]:
    """The questions, their edition locked, if the actor may change them now."""
    edition = lock_edition(edition)
    ensure(can_set_up(actor, edition, now))
    return Question.objects.filter(edition=edition)


@transaction.atomic
def add_question(*, edition: Edition, values: dict, actor: Actor, now: datetime) -> Question:
    """Adds a question at the end."""
    question = Question(edition=edition, position=place_last(_locked(edition, actor, now)), **values)
    save_checked(question, "limit")
    return question


@transaction.atomic
def change_question(
    *, question: Question, values: dict, seen: str | None = None, actor: Actor, now: datetime
) -> Question:
    """Writes a question's words, kind, limit and class."""
    question = _locked(question.edition, actor, now).filter(pk=question.pk).first()
    if question is None:
        raise Invalid({"": _("Somebody else has deleted this in the meantime.")})
    ensure_seen(question, seen)
    for name, value in values.items():
        setattr(question, name, value)
    save_checked(question, "limit")
    return question


@transaction.atomic
def move_question(*, question: Question, up: bool, actor: Actor, now: datetime) -> None:
    """Moves a question one place."""
    swap_with_neighbour(_locked(question.edition, actor, now), question, up)


@transaction.atomic
def delete_question(*, edition: Edition, public_id: str, actor: Actor, now: datetime) -> None:
    """Takes a question off; one already gone is no error."""
    _locked(edition, actor, now).filter(public_id=public_id).delete()
