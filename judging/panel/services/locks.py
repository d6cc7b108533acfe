"""The panel's row, locked: every act of the final begins with it, so that they happen one after the other."""

from awards.actors import Actor
from awards.decisions import UNRELATED, Refused
from awards.models import Edition
from judging.panel.models import Panel
from judging.sheets.models import Assessor
from judging.sheets.queries import assessor_of


def locked_panel(edition: Edition) -> Panel:
    """The edition's panel, locked, with the edition as it is now; refused before the draw."""
    panel = Panel.objects.select_for_update().filter(round__edition=edition).first()
    if panel is None:
        raise Refused(UNRELATED)
    panel.round.edition = Edition.objects.get(pk=edition.pk)
    return panel


def bump(panel: Panel) -> None:
    """Counts a change that live pages show."""
    panel.version += 1
    panel.save(update_fields=["version"])


def seat_of(panel: Panel, actor: Actor) -> Assessor | None:
    """The actor's own seat on this panel, with its round, or None."""
    seat = assessor_of(panel.round, actor)
    if seat:
        seat.round = panel.round
    return seat
