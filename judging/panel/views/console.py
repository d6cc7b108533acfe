"""The operator's console, the board that managers and auditor watch, and unsealing. No page here holds a value."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from awards import clock
from awards.decisions import Decision, IllegalMove, Invalid, Refused, ensure, not_now
from judging.panel.forms import ReasonForm, UnsealForm, with_button
from judging.panel.models import Panel, Unsealing
from judging.panel.permissions import can_run, can_watch
from judging.panel.queries import (
    board_tag,
    next_up,
    on_stage,
    open_unsealings,
    places,
    presence,
    quorum_shortfalls,
    visible_to,
)
from judging.panel.services.running import move_slot
from judging.panel.services.sealing import ask_unsealing, settle_unsealing
from judging.panel.views.room import crumbs, drawn_panel, put_errors
from judging.sheets.models import ScoreSheet


def board_context(request, panel: Panel) -> dict:
    """What the board shows: running order, clock, presence."""
    now, order = clock.now(request), places(panel)
    seats = presence(panel, order)
    current = on_stage(order)
    return {
        "panel": panel,
        "round": panel.round,
        "order": order,
        "current": current,
        "following": next_up(order),
        "seats": seats,
        "short": quorum_shortfalls(panel, seats, order),
        "unsealings": open_unsealings(panel),
        "clock": clock_of(current, panel, now),
        "may": {"run": can_run(request.actor, request.edition, now)},
        "is_auditor": request.actor.has("auditor"),
    }


def clock_of(place, panel: Panel, now) -> dict | None:
    """The clock of who is on stage, by the server: end and now in milliseconds, what is left in seconds."""
    if place is None:
        return None
    ends = place.ends_at(panel.round)
    left = int((ends - now).total_seconds())
    return {
        "shown": f"{'-' if left < 0 else ''}{abs(left) // 60}:{abs(left) % 60:02d}",
        "ends": int(ends.timestamp() * 1000),
        "now": int(now.timestamp() * 1000),
        "left": left,
        "since": place.slot.changed_at,
        "minutes": place.seconds(panel.round) // 60,
        "seconds": place.seconds(panel.round) % 60,
    }


@require_safe
def console(request, edition):
    """The operator's page; managers and the auditor see the same board without its controls."""
    ensure(can_watch(request.actor, request.edition, clock.now(request)))
    return _console(request, drawn_panel(request))


def _console(request, panel: Panel, refusal: Decision | None = None):
    context = board_context(request, panel) | {"crumbs": crumbs(request, (_("Console"), "")), "refusal": refusal}
    return render(request, "panel/console.html", context, status=200 if refusal is None else refusal.status)


@require_safe
def board(request, edition):
    """The board alone, for polling: 304 while nothing it shows has changed."""
    ensure(can_watch(request.actor, request.edition, clock.now(request)))
    panel = drawn_panel(request)
    tag = board_tag(panel, request.edition.stage)
    if request.headers.get("If-None-Match") == tag:
        return HttpResponse(status=304, headers={"ETag": tag, "Cache-Control": "no-cache"})
    response = render(request, "panel/_board.html", board_context(request, panel))
    response.headers["ETag"] = tag
    response.headers["Cache-Control"] = "no-cache"
    return response


def _slot(request, slot: str):
    return get_object_or_404(visible_to(request.actor, request.edition, clock.now(request)), public_id=slot)


@require_POST
def move(request, edition, slot, state):
    """Brings an entry into another state; a stale act changes nothing and shows how things stand."""
    ensure(can_run(request.actor, request.edition, clock.now(request)))
    found = _slot(request, slot)
    try:
        _move(request, found, state)
    except IllegalMove:
        return _console(
            request, drawn_panel(request), not_now(_("This entry can't be brought there from where it is."))
        )
    except Refused as refused:
        return _console(request, drawn_panel(request), refused.decision)
    return redirect("panel_console", edition)


def _move(request, slot, state: str, reason: str = "") -> None:
    seen = request.POST.get("seen", "")
    move_slot(
        edition=request.edition,
        public_id=slot.public_id,
        to=state,
        seen=int(seen) if seen.isascii() and seen.isdigit() else 0,
        actor=request.actor,
        now=clock.now(request),
        reason=reason,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request, edition, slot):
    """Takes a finalist out of the running order, with a reason; can't be undone."""
    ensure(can_run(request.actor, request.edition, clock.now(request)))
    found = _slot(request, slot)
    panel = drawn_panel(request)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            _move(request, found, "withdrawn", form.cleaned_data["reason"])
        except Invalid as invalid:
            put_errors(form, invalid)
        else:
            messages.success(request, _("Withdrawn: the final goes on with fewer."))
            return redirect("panel_console", edition)
    form = with_button(form, _("Withdraw this finalist"), "danger", _("This can't be undone. Withdraw this finalist?"))
    context = {"form": form, "slot": found, "panel": panel, "crumbs": crumbs(request, (_("Withdraw a finalist"), ""))}
    return render(request, "panel/withdraw.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def unseal(request, edition):
    """The operator asks that a judge's sealed sheet be opened again."""
    ensure(can_run(request.actor, request.edition, clock.now(request)))
    panel = drawn_panel(request)
    sealed = ScoreSheet.objects.filter(round=panel.round, state="sealed").select_related(
        "assessor__user", "entry__counting"
    )
    sheets = {s.public_id: s for s in sealed.order_by("assessor__user__name", "entry")}
    labels = [(public_id, f"{s.assessor.user.called} – {s.entry.counting.title}") for public_id, s in sheets.items()]
    form = UnsealForm(request.POST if request.method == "POST" else None, sheets=labels)
    if request.method == "POST" and form.is_valid():
        sheet, reason = sheets[form.cleaned_data["sheet"]], form.cleaned_data["reason"]
        try:
            ask_unsealing(
                edition=request.edition, sheet=sheet, reason=reason, actor=request.actor, now=clock.now(request)
            )
        except Invalid as invalid:
            put_errors(form, invalid)
        else:
            messages.success(request, _("Asked. The sheet opens as soon as the auditor agrees."))
            return redirect("panel_console", edition)
    context = {
        "form": with_button(form, _("Ask the auditor")),
        "sheets": sheets,
        "crumbs": crumbs(request, (_("Open a sealed sheet"), "")),
    }
    return render(request, "panel/unseal.html", context)


def _settle(request, unsealing: str, agree: bool):
    ensure(can_watch(request.actor, request.edition, clock.now(request)))
    rows = Unsealing.objects.filter(sheet__round__edition=request.edition).select_related("sheet__round__edition")
    found = get_object_or_404(rows, public_id=unsealing)
    settle_unsealing(unsealing=found, agree=agree, actor=request.actor, now=clock.now(request))
    messages.success(request, _("The sheet is open again.") if agree else _("The sheet stays sealed."))
    return redirect("panel_release", request.edition.slug)


@require_POST
def unseal_agree(request, edition, unsealing):
    return _settle(request, unsealing, True)


@require_POST
def unseal_refuse(request, edition, unsealing):
    return _settle(request, unsealing, False)
