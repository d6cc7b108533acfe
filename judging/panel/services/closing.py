"""The chair's acts while the final lasts: calls in a reserve, leaves grades unawarded, closes. Sees no mark."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from awards.actors import Actor
from awards.decisions import Invalid, Refused, ensure, not_now
from awards.models import Edition
from awards.services.stages import move_stage
from judging.panel.models import Panel, Slot
from judging.panel.permissions import can_chair
from judging.panel.services.locks import bump, locked_panel, seat_of
from judging.sheets import ledger
from judging.sheets.models import Assessor


@transaction.atomic
def call_reserve(*, edition: Edition, public_id: str, actor: Actor, now: datetime) -> Assessor:
    """Lets a reserve's sheets count from now on, for every finalist that they are not recused from."""
    panel = _chaired(edition, actor, now)
    rows = Assessor.objects.select_for_update().filter(round=panel.round, public_id=public_id, ended_at__isnull=True)
    reserve = rows.filter(reserve=True).first()
    if reserve is None:
        raise Refused(not_now(_("This person is not a reserve of this final.")))
    if reserve.called_at is None:
        reserve.called_at = now
        reserve.save(update_fields=["called_at"])
        bump(panel)
        _append(panel, "reserve_called", {"assessor": reserve.number}, actor, now)
    return reserve


@transaction.atomic
def leave_unawarded(*, edition: Edition, grades: list[str], reason: str, actor: Actor, now: datetime) -> Panel:
    """Decides, before the close, which prize grades are not given this time (an empty list takes it back)."""
    panel = _chaired(edition, actor, now)
    known = [grade.name for grade in panel.round.edition.prizegrade_set.all()]
    if any(grade not in known for grade in grades):
        raise Invalid({"grades": _("Choose from the prize grades of this edition.")})
    if not reason.strip():
        raise Invalid({"reason": _("Write the reason: it is kept and shown.")})
    wanted = [name for name in known if name in grades]
    if panel.unawarded != wanted:
        panel.unawarded = wanted
        panel.save(update_fields=["unawarded"])
        bump(panel)
        _append(panel, "unawarded", {"grades": wanted}, actor, now, reason.strip())
    return panel


def open_places(panel: Panel) -> list[Slot]:
    """The places of the running order that are neither closed nor withdrawn."""
    unfinished = Slot.objects.filter(panel=panel).exclude(state__in=("closed", "withdrawn"))
    return list(unfinished.select_related("finalist__entry__counting"))


@transaction.atomic
def close_panel(*, edition: Edition, actor: Actor, now: datetime) -> Panel:
    """Closes the final: what arrives afterwards is late, who has not sealed is absent. The stage becomes "result".

    Every finalist must have been closed or withdrawn by the operator first.
    """
    panel = _chaired(edition, actor, now)
    if left := open_places(panel):
        raise Invalid({"": _("Not yet presented to the end: %(count)d entries.") % {"count": len(left)}})
    move_stage(edition=panel.round.edition, to="result", actor=actor, now=now)
    panel.closed_by, panel.closed_at = actor.user, now
    panel.save(update_fields=["closed_by", "closed_at"])
    bump(panel)
    _append(panel, "closed", {"unawarded": panel.unawarded}, actor, now)
    return panel


def _chaired(edition: Edition, actor: Actor, now: datetime) -> Panel:
    panel = locked_panel(edition)
    ensure(can_chair(actor, seat_of(panel, actor), panel.round.edition, now))
    return panel


def _append(panel: Panel, kind: str, open_part: dict, actor: Actor, now: datetime, reason: str = "") -> None:
    ledger.append(
        edition=panel.round.edition,
        round=panel.round,
        kind=kind,
        open_part=open_part,
        actor=actor,
        now=now,
        reason=reason,
    )
