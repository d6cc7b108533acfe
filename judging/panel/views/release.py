"""The release: an overview without values, and each step's own page, which its own person alone may open."""

import json
from fractions import Fraction

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from awards import clock
from awards.decisions import Decision, Invalid, Refused, ensure, not_now
from awards.services.records import record_access
from judging.panel.forms import ReasonForm, RecountForm, with_button
from judging.panel.models import Panel, Release
from judging.panel.permissions import DONE, STEPS, can_open_step, can_take_step, can_watch, is_chair
from judging.panel.queries import live_release, places
from judging.panel.services.outcome import blockers, by_other_rules, computed
from judging.panel.services.release import (
    approve_result,
    compute_result,
    recount_result,
    return_result,
    sign_result,
)
from judging.panel.views.console import board_context
from judging.panel.views.room import crumbs, drawn_panel, own_seat, put_errors
from judging.selection.queries import two_decimals
from judging.sheets.models import HeldMark
from judging.tally import Final, Outcome

TITLES = {
    "compute": gettext_lazy("1. Compute the result"),
    "recount": gettext_lazy("2. Recount from the signed sheets"),
    "approve": gettext_lazy("3. Approve the result"),
    "sign": gettext_lazy("4. Sign the result"),
}
WHO = {
    "compute": gettext_lazy("A manager"),
    "recount": gettext_lazy("Another manager"),
    "approve": gettext_lazy("The auditor"),
    "sign": gettext_lazy("The chair of the panel"),
}
BY = {"compute": "computed_by", "recount": "recounted_by", "approve": "approved_by", "sign": "signed_by"}
BASES = {
    "untrimmed": gettext_lazy("Mean of all counted totals"),
    "head_to_head": gettext_lazy("Judges who gave the one more than the other"),
    "screening": gettext_lazy("Score of the screening"),
    "vote": gettext_lazy("Vote of the panel"),
}
"""The rules that free a prize line, in words; criterion:ID is named by its criterion."""


@require_safe
def overview(request, edition):
    """Presence, unsealings, and which steps of the release have been done by whom; no value, no rank."""
    ensure(can_watch(request.actor, request.edition, clock.now(request)))
    panel = drawn_panel(request)
    release, seat = live_release(panel), own_seat(request)
    context = board_context(request, panel) | {
        "crumbs": crumbs(request),
        "release_steps": [_step(request, step, seat, release) for step in STEPS],
        "release": release,
        "returned": Release.objects.filter(panel=panel, returned_at__isnull=False).select_related("returned_by"),
        "late": HeldMark.objects.filter(sheet__round=panel.round, why=HeldMark.Why.LATE).count(),
    }
    return render(request, "panel/overview.html", context)


def _step(request, step: str, seat, release: Release | None) -> dict:
    decision = can_open_step(step, request.actor, seat, request.edition, release, clock.now(request))
    return {
        "title": TITLES[step],
        "who": WHO[step],
        "at": getattr(release, DONE[step]) if release else None,
        "by": getattr(release, BY[step]) if release else None,
        "url": reverse(f"panel_{step}", args=[request.edition.slug]) if decision else "",
    }


def _entering(request, step: str) -> tuple[Panel, Release | None, Decision]:
    """The panel, its live release, and whether the step may be taken; refused for all but the step's own person."""
    seat, now = own_seat(request), clock.now(request)
    ensure(can_watch(request.actor, request.edition, now) if step != "sign" else is_chair(request.actor, seat))
    panel = drawn_panel(request)
    release = live_release(panel)
    ensure(can_open_step(step, request.actor, seat, request.edition, release, now))
    return panel, release, can_take_step(step, request.actor, seat, request.edition, release, now)


def _page(request, step: str, context: dict, release: Release | None):
    """A step's own page; looking at a result is logged."""
    if release is not None:
        record_access(
            edition=request.edition, actor=request.actor, action="saw", subject=f"release:{release.public_id}"
        )
    context |= {"crumbs": crumbs(request, (TITLES[step], "")), "title": TITLES[step], "release": release}
    return render(request, f"panel/{step}.html", context)


def result_context(panel: Panel, release: Release) -> dict:
    """A computed result for people: lines in order of score, ties, quorum; fractions with two decimals beside."""
    content = json.loads(release.outcome)
    answer, order = content["answer"], {place.entry.public_id: place for place in places(panel)}
    criteria = {f"criterion:{c.code}": c.label for c in panel.round.criterion_set.all()}
    ranked = [entry for group in answer["order"] for entry in group]
    ranked += [entry for entry in order if entry in answer["quorum"] and entry not in answer["scores"]]
    lines = []
    for entry in ranked:
        score = answer["scores"].get(entry)
        lines.append(
            {
                "place": order[entry],
                "score": score,
                "shown": two_decimals(Fraction(score)) if score else "",
                "sum": content["sums"][entry],
                "prize": answer["prizes"].get(entry, ""),
                "quorum": answer["quorum"][entry],
                "tied": any(entry in group and len(group) > 1 for group in answer["order"]),
            }
        )
    decided = [(line, criteria.get(rule) or BASES[rule]) for line, rule in answer["decided_by"].items()]
    return {
        "panel": panel,
        "lines": lines,
        "decided": decided,
        "blockers": blockers(content),
        "open_ties": [[order[entry] for entry in group] for group in answer["unresolved"]],
        "digest": release.digest,
    }


@require_http_methods(["GET", "HEAD", "POST"])
def compute(request, edition):
    """A manager computes; the outcome is shown to them alone, here alone."""
    panel, release, may = _entering(request, "compute")
    error = ""
    if request.method == "POST":
        try:
            compute_result(edition=request.edition, actor=request.actor, now=clock.now(request))
        except Invalid as invalid:
            error = " ".join(invalid.errors.values())
        else:
            messages.success(request, _("Computed. Another manager now recounts from the signed sheets."))
            return redirect("panel_compute", edition)
    context = {"may_take": may, "error": error} | (result_context(panel, release) if release else {})
    return _page(request, "compute", context, release)


@require_http_methods(["GET", "HEAD", "POST"])
def recount(request, edition):
    """A second manager types each finalist's sum from the signed sheets, without seeing the computed one."""
    panel, release, may = _entering(request, "recount")
    content = json.loads(release.outcome)
    present = [place for place in places(panel) if place.entry.public_id in content["sums"]]
    rows = [(place.entry.public_id, f"{place.position}. {place.title} – {place.lead}") for place in present]
    form = RecountForm(request.POST if request.method == "POST" else None, rows=rows, initial=release.recount or {})
    if request.method == "POST" and form.is_valid():
        record_access(
            edition=request.edition, actor=request.actor, action="entered", subject=f"release:{release.public_id}"
        )
        try:
            recount_result(edition=request.edition, sums=form.cleaned_data, actor=request.actor, now=clock.now(request))
        except Invalid as invalid:
            put_errors(form, invalid)
        else:
            messages.success(request, _("The recount agrees. The auditor has the word now."))
            return redirect("panel_recount", edition)
    counted = _counted_judges(panel)
    context = {
        "form": form,
        "fields": [(form[place.entry.public_id], counted.get(place.entry.pk, [])) for place in present],
        "may_take": may,
        "blocked": bool(blockers(content)),
    }
    return _page(request, "recount", context, release)


def _computed(panel: Panel) -> tuple[Final, Outcome]:
    """The final as it stands; 409 where it can't be computed any more."""
    try:
        return computed(panel)[:2]
    except Invalid as invalid:
        raise Refused(not_now(str(invalid))) from invalid


def _counted_judges(panel: Panel) -> dict[int, list]:
    """Whose sheets count for each entry (by its id): presence only, so that the right paper is added up."""
    _final, outcome = _computed(panel)
    numbers = {judge.number: judge for judge in panel.round.assessor_set.select_related("user")}
    entries = {place.entry.public_id: place.entry.pk for place in places(panel)}
    return {entries[entry]: [numbers[number] for number in detail.totals] for entry, detail in outcome.details.items()}


def _approval(request, reason_form=None):
    panel, release, may = _entering(request, "approve")
    context = result_context(panel, release) | {
        "may_take": may,
        "reason_form": reason_form or with_button(ReasonForm(), _("Send back"), "danger"),
        "details": _details(panel),
    }
    return _page(request, "approve", context, release)


def _details(panel: Panel) -> list[dict]:
    """For the auditor: every counted total, what was dropped, and the score by each rule side by side."""
    final, outcome = _computed(panel)
    other = by_other_rules(final)
    judges = {judge.number: judge for judge in panel.round.assessor_set.select_related("user")}
    order = {place.entry.public_id: place for place in places(panel)}
    return [
        {
            "place": order[entry],
            "totals": [(judges[number], total, number in detail.dropped) for number, total in detail.totals.items()],
            "not_counted": [(judges[number], NOT_COUNTED[why]) for number, why in detail.not_counted.items()],
            "rules": [
                (two_decimals(scores[entry]) if scores.get(entry) is not None else "") for scores in other.values()
            ],
        }
        for entry, detail in outcome.details.items()
    ]


NOT_COUNTED = {
    "reserve": gettext_lazy("reserve, not called in"),
    "recused": gettext_lazy("recused"),
    "incomplete": gettext_lazy("not sealed"),
}


@require_http_methods(["GET", "HEAD", "POST"])
def approve(request, edition):
    """The auditor sees the result with every counted total, and approves it or sends it back."""
    _entering(request, "approve")
    if request.method == "POST":
        approve_result(edition=request.edition, actor=request.actor, now=clock.now(request))
        messages.success(request, _("Approved. The chair signs next."))
        return redirect("panel_approve", edition)
    return _approval(request)


@require_POST
def send_back(request, edition):
    """The auditor sends the result back with a reason."""
    _entering(request, "approve")
    form = with_button(ReasonForm(request.POST), _("Send back"), "danger")
    if form.is_valid():
        try:
            return_result(
                edition=request.edition,
                reason=form.cleaned_data["reason"],
                actor=request.actor,
                now=clock.now(request),
            )
        except Invalid as invalid:
            put_errors(form, invalid)
        else:
            messages.success(request, _("Sent back. A manager computes anew."))
            return redirect("panel_release", edition)
    return _approval(request, form)


@require_http_methods(["GET", "HEAD", "POST"])
def sign(request, edition):
    """The chair sees the approved result and signs it."""
    panel, release, may = _entering(request, "sign")
    if request.method == "POST":
        sign_result(edition=request.edition, actor=request.actor, now=clock.now(request))
        messages.success(request, _("Signed. The result is fixed from now on."))
        return redirect("panel_sign", edition)
    return _page(request, "sign", result_context(panel, release) | {"may_take": may}, release)
