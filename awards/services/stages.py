"""Moves an edition from stage to stage: the only writer of `Edition.stage` and of windows after set-up."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from awards import calendar, contributions
from awards.actors import NOBODY, Actor
from awards.decisions import IllegalMove, Invalid, ensure
from awards.models import Edition, StageMove, Window, WindowChange
from awards.permissions import can_move_stage, has_role


def lock_edition(edition: Edition) -> Edition:
    """The edition's row, locked until the transaction ends; the fresh one is to be used from here on."""
    return Edition.objects.select_for_update().get(pk=edition.pk)


@transaction.atomic
def move_stage(*, edition: Edition, to: str, actor: Actor, now: datetime) -> Edition:
    """Begins stage `to`, if it is the next one and its check list is complete; keeps a StageMove.

    Permission is the caller's: a later app's service that has asked its own, or `begin_stage` here. Raises
    IllegalMove, or Invalid naming what is missing.
    """
    edition = lock_edition(edition)
    if to not in calendar.MOVES[edition.stage]:
        raise IllegalMove("edition", edition.stage, to)
    missing = [check for check in contributions.stage_checks(edition, to, now) if not check.ok]
    if missing:
        raise Invalid({"": _("Not yet possible: %(what)s") % {"what": "; ".join(str(c.label) for c in missing)}})
    old, edition.stage = edition.stage, to
    edition.save(update_fields=["stage"])
    StageMove.objects.create(edition=edition, old=old, new=to, actor=actor.user, at=now)
    return edition


def begin_stage(*, edition: Edition, to: str, actor: Actor, now: datetime) -> Edition:
    """A manager begins the submission or screening stage ahead of its window, or archives the edition."""
    ensure(can_move_stage(actor, edition, now))
    if to not in (*calendar.OPENS_BY_ITSELF, "archived"):
        raise IllegalMove("edition", edition.stage, to)
    return move_stage(edition=edition, to=to, actor=actor, now=now)


def begin_due_stage(*, edition: Edition, now: datetime) -> Edition:
    """Begins the stage whose window has opened, to the second, if its check list is complete.

    Else the window stays shut; the managers' pages say what is missing. Called when anybody looks at the edition.
    """
    due = calendar.due_stage(edition.stage, edition.windows(), now)
    if due is None:
        return edition
    try:
        return move_stage(edition=edition, to=due, actor=NOBODY, now=now)
    except (Invalid, IllegalMove):  # something is missing, or somebody was quicker: the fresh row tells
        return Edition.objects.get(pk=edition.pk)


@transaction.atomic
def extend_window(*, window: Window, closes: datetime, reason: str, actor: Actor, now: datetime) -> Window:
    """Moves a window's end to a later moment, for all, with a reason. A deadline never closes early."""
    ensure(has_role(actor, "manager"))
    window = Window.objects.select_for_update().get(pk=window.pk)
    errors = {}
    if closes <= window.closes:
        errors["closes"] = _("A window can only be made longer: choose a moment after its present end.")
    if not reason.strip():
        errors["reason"] = _("Write the reason: it is kept and shown.")
    if window.edition.stage != window.stage:
        errors[""] = _("Only the window of the present stage can be extended.")
    if errors:
        raise Invalid(errors)
    window.closes = closes
    window.save(update_fields=["closes"])
    WindowChange.objects.create(window=window, closes=closes, reason=reason.strip(), actor=actor.user, at=now)
    return window
