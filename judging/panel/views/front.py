"""/panel/: everybody's own page of the final."""

from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from awards import clock
from awards.decisions import ensure
from judging.panel.permissions import can_watch, is_judge
from judging.panel.queries import panel_of
from judging.panel.views.room import own_seat


@require_safe
def panel(request, edition):
    """Judges go to their sheets, the operator to the console (before the draw: to the draw), others to the overview."""
    if request.actor.has("judge"):
        seat = own_seat(request)
        ensure(is_judge(request.actor, seat))
        if seat.pledged_at is None:
            return redirect("sheets_pledge", edition, "panel")
        return redirect("panel_judge", edition)
    ensure(can_watch(request.actor, request.edition, clock.now(request)))
    if panel_of(request.edition) is None:
        return redirect("panel_draw", edition)
    return redirect("panel_console" if request.actor.has("operator") else "panel_release", edition)
