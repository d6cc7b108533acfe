"""The chair's page: who has sealed, the reserve, grades left unawarded, the close, votes, the signature. No value."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from awards import clock
from awards.decisions import Invalid, ensure
from judging.panel.forms import UnawardedForm, with_button
from judging.panel.permissions import can_chair, can_hold_vote, can_open_step, can_take_step, is_chair
from judging.panel.queries import live_release, open_vote, places, presence, quorum_shortfalls, votes_of
from judging.panel.services.closing import call_reserve, close_panel, leave_unawarded, open_places
from judging.panel.services.votes import missing_ballots, waiting_ties
from judging.panel.views.room import crumbs, drawn_panel, own_seat, put_errors


def the_chair(request):
    """The chair's seat and the panel; refused for all others."""
    seat = own_seat(request)
    ensure(is_chair(request.actor, seat))
    return seat, drawn_panel(request)


@require_safe
def chair(request, edition):
    """Where the panel stands, and what the chair can do about it."""
    seat, panel = the_chair(request)
    now, order, release = clock.now(request), places(panel), live_release(panel)
    seats = presence(panel, order)
    may = {
        "chair": can_chair(request.actor, seat, request.edition, now),
        "vote": can_hold_vote(request.actor, seat, request.edition, now),
        "see_result": can_open_step("sign", request.actor, seat, request.edition, release, now),
        "sign": can_take_step("sign", request.actor, seat, request.edition, release, now),
    }
    vote = open_vote(panel)
    context = {
        "crumbs": crumbs(request, (_("Chair"), "")),
        "panel": panel,
        "order": order,
        "seats": seats,
        "short": quorum_shortfalls(panel, seats, order),
        "unfinished": [place for place in order if place.state not in ("closed", "withdrawn")],
        "may": may,
        "release": release,
        "vote": vote,
        "missing_ballots": missing_ballots(panel, vote) if vote else 0,
        "votes_held": votes_of(panel).filter(closed_at__isnull=False).count(),
        "ties_wait": bool(may["vote"] and not vote and waiting_ties(panel)),
    }
    return render(request, "panel/chair.html", context)


@require_POST
def reserve(request, edition, assessor):
    """Calls in a reserve; a second click changes nothing."""
    ensure(is_chair(request.actor, own_seat(request)))
    called = call_reserve(edition=request.edition, public_id=assessor, actor=request.actor, now=clock.now(request))
    messages.success(request, _("%(name)s counts from now on.") % {"name": called.user.called})
    return redirect("panel_chair", edition)


@require_http_methods(["GET", "HEAD", "POST"])
def unawarded(request, edition):
    """Which prize grades the panel does not give this time, with the reason."""
    seat, panel = the_chair(request)
    now = clock.now(request)
    ensure(can_chair(request.actor, seat, request.edition, now))
    grades = [(grade.name, grade.label) for grade in request.edition.prizegrade_set.all()]
    initial = {"grades": panel.unawarded}
    form = UnawardedForm(request.POST if request.method == "POST" else None, grades=grades, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            leave_unawarded(edition=request.edition, actor=request.actor, now=now, **form.cleaned_data)
        except Invalid as invalid:
            put_errors(form, invalid)
        else:
            messages.success(request, _("Saved."))
            return redirect("panel_chair", edition)
    context = {
        "form": with_button(form, _("Keep this decision")),
        "crumbs": crumbs(request, (_("Grades left unawarded"), "")),
    }
    return render(request, "panel/unawarded.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def close(request, edition):
    """Asks before the close, naming who has not sealed and where the quorum is missing; then closes."""
    seat, panel = the_chair(request)
    now, order = clock.now(request), places(panel)
    ensure(can_chair(request.actor, seat, request.edition, now))
    error = ""
    if request.method == "POST":
        try:
            close_panel(edition=request.edition, actor=request.actor, now=now)
        except Invalid as invalid:
            error = " ".join(invalid.errors.values())
        else:
            messages.success(request, _("The final is closed. What arrives from now on is late."))
            return redirect("panel_chair", edition)
    seats = presence(panel, order)
    context = {
        "crumbs": crumbs(request, (_("Close the final"), "")),
        "panel": panel,
        "error": error,
        "left": open_places(panel),
        "seats": seats,
        "absent": [row for row in seats if row.counts and not row.sealed],
        "short": quorum_shortfalls(panel, seats, order),
    }
    return render(request, "panel/close.html", context)
