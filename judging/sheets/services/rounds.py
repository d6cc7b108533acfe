"""Writes a round's rule and criteria, until its first mark freezes them. Never touches a mark or a snapshot."""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from awards.actors import Actor
from awards.decisions import Invalid, ensure
from awards.services.setup import ensure_seen, place_last, save_checked, swap_with_neighbour
from judging.sheets.models import Criterion, Round
from judging.sheets.permissions import can_set_up_round


def _locked(round: Round, actor: Actor, now: datetime) -> Round:
    """The round's row, locked (the first mark locks it too), if the actor may change it now."""
    edition = round.edition
    round = Round.objects.select_for_update().get(pk=round.pk)
    round.edition = edition
    ensure(can_set_up_round(actor, round, now))
    return round


def _criteria(round: Round, actor: Actor, now: datetime) -> QuerySet[Criterion]:
    return Criterion.objects.filter(round=_locked(round, actor, now))


@transaction.atomic
def change_round(*, round: Round, values: dict, seen: str | None = None, actor: Actor, now: datetime) -> Round:
    """Writes rule, counts, quorum and times of a round."""
    round = _locked(round, actor, now)
    ensure_seen(round, seen)
    for name, value in values.items():
        setattr(round, name, value)
    save_checked(round)
    return round


@transaction.atomic
def add_criterion(*, round: Round, values: dict, actor: Actor, now: datetime) -> Criterion:
    """Adds a criterion at the end."""
    rows = _criteria(round, actor, now)
    criterion = Criterion(round=round, position=place_last(rows), **values)
    save_checked(criterion, "name")
    return criterion


@transaction.atomic
def change_criterion(
    *, criterion: Criterion, values: dict, seen: str | None = None, actor: Actor, now: datetime
) -> Criterion:
    """Writes name, guide and points of a criterion."""
    criterion = _criteria(criterion.round, actor, now).filter(pk=criterion.pk).first()
    if criterion is None:
        raise Invalid({"": _("Somebody else has deleted this in the meantime.")})
    ensure_seen(criterion, seen)
    for name, value in values.items():
        setattr(criterion, name, value)
    save_checked(criterion, "name")
    return criterion


@transaction.atomic
def move_criterion(*, criterion: Criterion, up: bool, actor: Actor, now: datetime) -> None:
    """Moves a criterion one place."""
    swap_with_neighbour(_criteria(criterion.round, actor, now), criterion, up)


@transaction.atomic
def delete_criterion(*, criterion: Criterion, actor: Actor, now: datetime) -> None:
    """Takes a criterion off a round; one already gone is no error."""
    _criteria(criterion.round, actor, now).filter(pk=criterion.pk).delete()
