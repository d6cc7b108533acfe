"""Moves the running order: who is on stage, and how far they are. Never touches a mark (RULES, "The panel" 7)."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from awards.actors import Actor
from awards.decisions import Invalid, Refused, ensure, not_now
from awards.models import Edition
from judging.panel.models import Slot
from judging.panel.permissions import can_run
from judging.panel.services.locks import bump, locked_panel
from judging.panel.states import ON_STAGE, check_move
from judging.sheets import ledger


@transaction.atomic
def move_slot(
    *, edition: Edition, public_id: str, to: str, seen: int, actor: Actor, now: datetime, reason: str = ""
) -> Slot:
    """Brings a place of the running order into state `to`; `seen` is the panel's version on the operator's screen.

    Somebody else's act in between changes the version: then nothing is changed, and the refusal says so. A repeat
    of an act that has been done is harmless. Withdrawing needs a reason. Raises IllegalMove, Invalid or Refused.
    """
    ensure(can_run(actor, edition, now))
    panel = locked_panel(edition)
    ensure(can_run(actor, panel.round.edition, now))
    slot = Slot.objects.select_related("finalist__entry").filter(panel=panel, public_id=public_id).first()
    if slot is None:
        raise Refused(not_now(_("This entry is not in the running order.")))
    if slot.state == to:
        return slot
    if panel.version != seen:
        raise Refused(
            not_now(_("Meanwhile somebody else has moved the final on. Nothing was changed: look at it as it stands."))
        )
    check_move(slot.state, to)
    if to in ON_STAGE and Slot.objects.filter(panel=panel, state__in=ON_STAGE).exclude(pk=slot.pk).exists():
        raise Refused(not_now(_("Another entry is on stage: close it or send it back first.")))
    if to == "withdrawn" and not reason.strip():
        raise Invalid({"reason": _("Write the reason: it is kept and shown.")})
    slot.state, slot.changed_at = to, now
    slot.save(update_fields=["state", "changed_at"])
    bump(panel)
    ledger.append(
        edition=panel.round.edition,
        round=panel.round,
        kind="slot",
        open_part={"entry": slot.finalist.entry.public_id, "state": to},
        actor=actor,
        now=now,
        reason=reason.strip(),
    )
    return slot
