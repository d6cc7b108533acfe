"""The managers' pages: who has done how much, the plan of who reviews what, the end of screening."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from awards import clock, contributions
from awards.decisions import Invalid, ensure
from judging.screening.forms import PlanForm
from judging.screening.models import AssignmentPlan
from judging.screening.permissions import can_apply_plan, can_close, can_plan, can_see_plan, can_watch
from judging.screening.queries import (
    coverage,
    has_handed_in,
    latest_plan,
    plan_lines,
    reviewers_progress,
    unsettled_by_rule,
    window_times,
)
from judging.screening.services import apply_plan, ask_plan, begin_selection
from judging.screening.tasks import plan_reviews
from judging.screening.views.scoring import queue_page
from judging.sheets.queries import round_of


@require_safe
def screening(request, edition):
    """A reviewer's queue; for the managing side and the auditor the board."""
    return queue_page(request) if request.actor.has("reviewer") else _board(request)


def _board(request, error=""):
    """Who has done how much: presence, never values."""
    now, edition = clock.now(request), request.edition
    ensure(can_watch(request.actor, edition, now))
    round = round_of(edition, "screening")
    reviewers = reviewers_progress(round) if round else []
    entries, following = coverage(round, request.GET.get("after", "").replace("\x00", "")) if round else ([], "")
    closing = can_close(request.actor, edition, now)
    context = {
        "reviewers": reviewers,
        "entries": entries,
        "following": following,
        "sheets": sum(reviewer.done["sheets"] for reviewer in reviewers),
        "handed_in": sum(reviewer.done["handed_in"] for reviewer in reviewers),
        "may": {"close": closing, "plan": can_see_plan(request.actor, edition, now)},
        "checks": contributions.stage_checks(edition, "selection", now) if closing else [],
        "error": error,
        "crumbs": [(_("Screening"), "")],
    }
    return render(request, "screening/board.html", context | window_times(edition, now))


@require_POST
def begin(request, edition):
    """Ends screening: the selection begins."""
    try:
        begin_selection(edition=request.edition, actor=request.actor, now=clock.now(request))
    except Invalid as invalid:
        return _board(request, invalid.errors[""])
    messages.success(request, _("Screening has ended. The selection begins."))
    return redirect("selection", request.edition.slug)


def _plan_page(request, form=None, error=""):
    """The last plan, how to ask for another, and what must be done before it can be applied."""
    now, edition = clock.now(request), request.edition
    ensure(can_see_plan(request.actor, edition, now))
    round = round_of(edition, "screening")
    found = latest_plan(round) if round else None
    if found:
        found.round = round
    handed_in = bool(round) and has_handed_in(round)
    context = {
        "plan": found,
        "lines": plan_lines(found) if found and found.state in ("planned", "applied") else None,
        "form": form or PlanForm(initial={"k": round.reviews_per_entry if round else 0}),
        "error": error,
        "unsettled": unsettled_by_rule(round) if round else 0,
        "may": {
            "ask": can_plan(request.actor, edition, now),
            "apply": can_apply_plan(request.actor, found, handed_in, now) if found else None,
        },
        "crumbs": [(_("Screening"), reverse("screening", args=[edition.slug])), (_("Assignment"), "")],
    }
    return render(request, "screening/plan.html", context)


@require_safe
def plan(request, edition):
    """Who is to review what, as planned by the worker; refreshes itself while that is being computed."""
    return _plan_page(request)


@require_POST
def plan_ask(request, edition):
    """Asks the worker for a plan."""
    now, round = clock.now(request), round_of(request.edition, "screening")
    ensure(can_plan(request.actor, request.edition, now))
    form = PlanForm(request.POST)
    if not form.is_valid():
        return _plan_page(request, form)
    try:
        asked = ask_plan(round=round, k=form.cleaned_data["k"], actor=request.actor, now=now)
    except Invalid as invalid:
        for field, message in invalid.errors.items():
            form.add_error(field if field in form.fields else None, message)
        return _plan_page(request, form)
    plan_reviews.enqueue(asked.public_id)
    messages.success(request, _("The plan is being computed."))
    return redirect("screening_plan", request.edition.slug)


@require_POST
def plan_apply(request, edition, plan):
    """Gives every reviewer the sheets of the plan, in one act."""
    ensure(can_see_plan(request.actor, request.edition, clock.now(request)))
    plans = AssignmentPlan.objects.filter(round__edition=request.edition).select_related("round__edition")
    found = get_object_or_404(plans, public_id=plan)
    try:
        made = apply_plan(plan=found, actor=request.actor, now=clock.now(request))
    except Invalid as invalid:
        return _plan_page(request, error=invalid.errors[""])
    text = ngettext("%(count)d sheet was given out.", "%(count)d sheets were given out.", made)
    messages.success(request, text % {"count": made})
    return redirect("screening_plan", request.edition.slug)
