"""Draws the running order and gives every judge their sheets: with it the final begins."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from awards.actors import Actor
from awards.decisions import Invalid, ensure
from awards.models import Edition
from awards.services.stages import lock_edition, move_stage
from judging.panel.draw import SEED_LIMIT, clean_seed, running_order
from judging.panel.models import Panel, Slot
from judging.panel.permissions import can_draw
from judging.panel.queries import judges_of, panel_of
from judging.selection.queries import finalists
from judging.sheets import ledger
from judging.sheets.queries import round_of
from judging.sheets.services.assessors import assign_sheets


@transaction.atomic
def draw_order(*, edition: Edition, seed: str, actor: Actor, now: datetime) -> Panel:
    """Draws the running order from `seed` (judging.panel.draw), gives every judge their sheets, begins the final.

    Raises Invalid for an unusable seed, or where the final's check list is not complete. The first draw stands.
    """
    edition = lock_edition(edition)
    ensure(can_draw(actor, edition, now))
    seed = clean_seed(seed)
    if not seed or len(seed) > SEED_LIMIT:
        raise Invalid({"seed": _("Type a seed of 1 to %(limit)d characters.") % {"limit": SEED_LIMIT}})
    move_stage(edition=edition, to="panel", actor=actor, now=now)
    round = round_of(edition, "panel")
    chosen = {finalist.entry.public_id: finalist for finalist in finalists(edition)}
    order = running_order(seed, chosen)
    try:
        with transaction.atomic():
            panel = Panel.objects.create(round=round, seed=seed, drawn_by=actor.user, drawn_at=now)
    except IntegrityError:  # the stage's own lock makes this all but impossible; the first draw stands
        return panel_of(edition)
    Slot.objects.bulk_create(
        Slot(panel=panel, finalist=chosen[public_id], position=place, changed_at=now)
        for place, public_id in enumerate(order, start=1)
    )
    judges = list(judges_of(round))
    pairs = [(judge, chosen[public_id].entry) for judge in judges for public_id in order]
    assign_sheets(round=round, pairs=pairs, actor=actor, now=now)
    ledger.append(
        edition=edition,
        round=round,
        kind="draw",
        open_part={"seed": seed, "order": order},
        actor=actor,
        now=now,
    )
    return panel
