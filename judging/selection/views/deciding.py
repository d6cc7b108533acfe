"""The one page on which finalists are chosen, the second person's page, and the way back before the announcement."""

import json
from fractions import Fraction

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from awards import clock
from awards.decisions import Invalid, ensure
from awards.services.records import record_access
from entries.queries import accepted
from judging.selection.forms import Row, choice_of, read_rows
from judging.selection.permissions import can_confirm, can_propose, can_read, can_undo
from judging.selection.queries import live_selection, members, snapshot_of, standings, two_decimals, visible_to
from judging.selection.services import confirm_selection, interest_of, propose_selection, undo_selection


def _rows(edition, snapshot) -> list[Row]:
    """The rows of a snapshot's standings, the cut line drawn under the last place that is in."""
    entries = {entry.public_id: entry for entry in accepted(edition).defer("counting__content")}
    rows = []
    for place, line in enumerate(snapshot["standings"], start=1):
        entry = entries.get(line["entry"])
        score = "" if line["score"] is None else two_decimals(Fraction(line["score"]))
        rows.append(
            Row(
                line["entry"],
                line["title"],
                str(entry.counting.track) if entry else "",
                entry.counting.lead if entry else "",
                line["rank"],
                score,
                len(line["totals"]),
                line["side"],
                tied=line["side"] == "on_line",
                cut=place == snapshot["size"],
                finalist=line["side"] == "above",
            )
        )
    return rows


def _page(request, rows=None, found=None, errors=None, typed=None, undo_error=""):
    """Standings with the form to choose, or the decision that stands."""
    now, edition, actor = clock.now(request), request.edition, request.actor
    live = visible_to(actor, edition, now).exclude(state="undone").first()
    found = found or (None if live else standings(edition))
    kept = json.loads(live.standings) if live else None
    if rows is None:
        rows = _rows(edition, kept or json.loads(snapshot_of(found, [], [], {}))) if kept or found else []
    context = {
        "live": live,
        "members": members(live) if live else [],
        "passed_over": _passed_over(live, kept, rows),
        "rows": rows,
        "size": kept["size"] if kept else found.size if found else 0,
        "rule": found.rule if found else "",
        "interest": interest_of(edition, found, actor) if found and actor.has("manager") else "",
        "errors": errors or {},
        "typed": typed or {},
        "undo_error": undo_error,
        "undone": list(visible_to(actor, edition, now).filter(state="undone")),
        "may": {
            "propose": can_propose(actor, edition, live, now),
            "confirm": can_confirm(actor, live, now) if live else None,
            "undo": can_undo(actor, live, now) if live else None,
        },
        "crumbs": [(_("Finalist selection"), "")],
    }
    return render(request, "selection/selection.html", context)


def _passed_over(live, kept, rows) -> list[tuple[str, str]]:
    """(title, reason) of entries that were neither chosen nor put in reserve, with a reason."""
    if not live:
        return []
    inside = {*kept["finalists"], *kept["reserves"]}
    return [(row.title, kept["reasons"][row.name]) for row in rows if row.name in kept["reasons"].keys() - inside]


@require_safe
def selection(request, edition):
    """The official order, the cut line, and the decision."""
    ensure(can_read(request.actor, request.edition, clock.now(request)))
    record_access(edition=request.edition, actor=request.actor, action="saw", subject=f"standings:{edition}")
    return _page(request)


@require_POST
def propose(request, edition):
    """A manager proposes finalists and reserves."""
    now = clock.now(request)
    ensure(can_propose(request.actor, request.edition, live_selection(request.edition), now))
    found = standings(request.edition)
    rows = _rows(request.edition, json.loads(snapshot_of(found, [], [], {}))) if found else []
    read_rows(rows, request.POST)
    minutes, declared = request.POST.get("minutes", ""), "declared" in request.POST
    try:
        choice = choice_of(rows, minutes)
        propose_selection(edition=request.edition, choice=choice, declared=declared, actor=request.actor, now=now)
    except Invalid as invalid:
        for row in rows:
            row.error = invalid.errors.get(row.name, "")
        return _page(request, rows, found, invalid.errors, {"minutes": minutes, "declared": declared})
    messages.success(request, _("Proposed. A second manager confirms it."))
    return redirect("selection", request.edition.slug)


@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request, edition, selection):
    """The second person reads the proposal and confirms it."""
    now, actor = clock.now(request), request.actor
    ensure(can_read(actor, request.edition, now))
    found = get_object_or_404(visible_to(actor, request.edition, now), public_id=selection)
    errors = {}
    if request.method == "POST":
        try:
            confirm_selection(selection=found, declared="declared" in request.POST, actor=actor, now=now)
        except Invalid as invalid:
            errors = invalid.errors
        else:
            messages.success(request, _("Confirmed. The finalists stand; nothing has been announced yet."))
            return redirect("selection", request.edition.slug)
    ensure(can_confirm(actor, found, now))
    kept = json.loads(found.standings)
    rows = _rows(request.edition, kept)
    context = {
        "live": found,
        "rows": rows,
        "size": kept["size"],
        "members": members(found),
        "passed_over": _passed_over(found, kept, rows),
        "interest": interest_of(request.edition, standings(request.edition), actor),
        "errors": errors,
        "crumbs": [(_("Finalist selection"), reverse("selection", args=[edition])), (_("Confirm"), "")],
    }
    return render(request, "selection/confirm.html", context)


@require_POST
def undo(request, edition, selection):
    """Undoes a proposal or decision before its announcement."""
    now, actor = clock.now(request), request.actor
    ensure(can_read(actor, request.edition, now))
    found = get_object_or_404(visible_to(actor, request.edition, now), public_id=selection)
    try:
        undo_selection(selection=found, reason=request.POST.get("reason", ""), actor=actor, now=now)
    except Invalid as invalid:
        return _page(request, undo_error=invalid.errors["reason"])
    messages.success(request, _("Undone. The standings can be decided on anew."))
    return redirect("selection", request.edition.slug)
