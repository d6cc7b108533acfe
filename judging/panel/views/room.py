"""What every page of the final begins with: the drawn panel, one's own seat, the way here."""

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _

from awards.decisions import Invalid, ensure, not_now
from judging.panel.models import Panel
from judging.panel.permissions import is_judge
from judging.panel.queries import panel_of
from judging.sheets.models import Assessor


def crumbs(request, *more: tuple[str, str]) -> list[tuple[str, str]]:
    """The way from the final's own page to this one."""
    return [(_("Final"), reverse("panel", args=[request.edition.slug])), *more]


def drawn_panel(request) -> Panel:
    """The panel with the request's edition; call it after the permission. 409 before the draw."""
    panel = panel_of(request.edition)
    if panel is None:
        ensure(not_now(_("The running order has not been drawn yet."), "too_early"))
    panel.round.edition = request.edition
    return panel


def own_seat(request) -> Assessor | None:
    """The actor's seat on the panel, with its round, or None."""
    if request.actor.user is None:
        raise Http404
    seats = Assessor.objects.filter(round__edition=request.edition, round__kind="panel", ended_at__isnull=True)
    seat = seats.filter(user=request.actor.user).select_related("user", "round").first()
    if seat:
        seat.round.edition = request.edition
    return seat


def judge_here(request) -> tuple[Assessor, Panel]:
    """The judge who asks, and the panel; 404 for strangers, 403 for others of the edition, 409 before the draw."""
    seat = own_seat(request)
    ensure(is_judge(request.actor, seat))
    panel = drawn_panel(request)
    seat.round = panel.round
    return seat, panel


def put_errors(form, invalid: Invalid) -> None:
    """A service's messages beside their fields, the others above the form; what was typed stays."""
    for field, message in invalid.errors.items():
        form.add_error(field if field in form.fields else None, message)
