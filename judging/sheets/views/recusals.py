"""Recusals of a round: what the rule demands, what was declared, and what is left for each entry."""

from collections import Counter

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from awards import clock
from awards.decisions import ensure
from awards.views.setup import crumbs, form_page, may_see, save
from judging.sheets.forms import DismissForm
from judging.sheets.models import Assessor, Recusal, Round
from judging.sheets.permissions import can_recuse, can_settle, can_settle_recusal
from judging.sheets.queries import live_recusals
from judging.sheets.services.assessors import propose_rule_recusals, settle_recusal
from judging.sheets.setup_checks import RECUSAL_LABELS
from judging.sheets.subjects import subjects_of
from judging.sheets.views.rounds import the_round

# 제척: by rule; 기피: on request of another; 회피: by oneself (RULES: Words)
BY_RULE = ("author", "office", "line")
KINDS = {
    "declared": gettext_lazy("by oneself"),
    "requested": gettext_lazy("on request"),
} | dict.fromkeys(BY_RULE, gettext_lazy("by rule"))


@require_safe
def recusals(request, edition, kind):
    """Every recusal of a round with its basis, and how many assessors each entry keeps."""
    may_see(request)
    round = the_round(request, kind)
    rows = (
        Recusal.objects.filter(assessor__round=round, assessor__ended_at__isnull=True)
        .select_related("assessor__user__office", "entry__counting", "settled_by")
        .order_by("entry", "assessor")
    )
    may = {
        "propose": can_recuse(request.actor, round, clock.now(request)),
        "settle": can_settle(request.actor, round, clock.now(request)),
    }
    listed = [
        {
            "recusal": recusal,
            "kind": KINDS[recusal.basis],
            "title": recusal.entry.counting.title,
            "may_confirm": may["settle"].allowed and recusal.state == Recusal.State.PROPOSED,
            "may_dismiss": may["settle"].allowed
            and recusal.state == Recusal.State.PROPOSED
            and recusal.basis not in BY_RULE,
        }
        for recusal in rows
    ]
    title = RECUSAL_LABELS[kind]
    context = {
        "crumbs": crumbs(request, (title, "")),
        "title": title,
        "round": round,
        "rows": listed,
        "effects": _effects(round),
        "open_by_rule": sum(1 for row in listed if row["may_confirm"] and not row["may_dismiss"]),
        "may": may,
        "trims": round.rule != Round.Rule.MEAN,
    }
    return render(request, "sheets/recusals.html", context)


def _effects(round: Round) -> list[dict]:
    """For each entry with a recusal: how many assessors it keeps (reserves count once called), and what that breaks."""
    counted = {
        assessor.pk: assessor
        for assessor in Assessor.objects.filter(round=round, ended_at__isnull=True)
        if not assessor.reserve or assessor.called_at
    }
    barred = list(live_recusals(round).filter(assessor__in=counted).values_list("assessor_id", "entry_id"))
    lost = Counter(entry for _assessor, entry in barred)
    lost_external = Counter(entry for assessor, entry in barred if counted[assessor].external)
    external = sum(assessor.external for assessor in counted.values())
    effects = []
    for entry in subjects_of(round.edition, round.kind).filter(pk__in=lost):
        left, left_external = len(counted) - lost[entry.pk], external - lost_external[entry.pk]
        effects.append(
            {
                "title": entry.counting.title,
                "left": left,
                "of": len(counted),
                "left_external": left_external,
                "quorum_broken": round.kind == "panel"
                and (left < round.quorum_sheets or left_external < round.quorum_external),
                "untrimmed": round.rule != Round.Rule.MEAN and left < round.trim_from,
            }
        )
    return effects


@require_POST
def propose(request, edition, kind):
    """Proposes every recusal that the rule demands; those that are there stay as they are."""
    may_see(request)
    round = the_round(request, kind)
    entries = subjects_of(request.edition, kind)
    fresh = propose_rule_recusals(round=round, entries=entries, actor=request.actor, now=clock.now(request))
    messages.success(request, _("New recusals by rule: %(count)s.") % {"count": len(fresh)})
    return redirect("sheets_recusals", edition, kind)


@require_POST
def confirm_by_rule(request, edition, kind):
    """Confirms all open recusals by rule."""
    may_see(request)
    round = the_round(request, kind)
    ensure(can_settle(request.actor, round, clock.now(request)))
    rows = Recusal.objects.filter(assessor__round=round, basis__in=BY_RULE)
    count = 0
    for recusal in rows.filter(state=Recusal.State.PROPOSED):
        settle_recusal(recusal=recusal, confirm=True, actor=request.actor, now=clock.now(request))
        count += 1
    messages.success(request, _("Confirmed recusals: %(count)s.") % {"count": count})
    return redirect("sheets_recusals", edition, kind)


def _the_recusal(request, kind: str, recusal: str) -> Recusal:
    rows = Recusal.objects.filter(assessor__round=the_round(request, kind))
    return get_object_or_404(rows.select_related("assessor__user", "entry__counting"), public_id=recusal)


@require_POST
def confirm(request, edition, kind, recusal):
    """Confirms one recusal; a second click changes nothing."""
    may_see(request)
    ensure(can_settle(request.actor, the_round(request, kind), clock.now(request)))
    found = _the_recusal(request, kind, recusal)
    if found.state != Recusal.State.CONFIRMED:
        settle_recusal(recusal=found, confirm=True, actor=request.actor, now=clock.now(request))
    messages.success(request, _("The recusal is confirmed."))
    return redirect("sheets_recusals", edition, kind)


@require_http_methods(["GET", "HEAD", "POST"])
def dismiss(request, edition, kind, recusal):
    """Dismisses a declared or requested recusal, with a reason."""
    may_see(request)
    found = _the_recusal(request, kind, recusal)
    may = can_settle_recusal(request.actor, found, clock.now(request))
    form = DismissForm(request.POST or None)
    if request.method == "POST":
        ensure(may)
        if form.is_valid() and save(
            request, form, settle_recusal, recusal=found, confirm=False, reason=form.cleaned_data["reason"]
        ):
            return redirect("sheets_recusals", edition, kind)
    title = _("Dismiss the recusal: %(name)s") % {"name": found.assessor.user.called}
    back = reverse("sheets_recusals", args=[edition, kind])
    lead = f"{found.entry.counting.title} – {found.reason}"
    trail = crumbs(request, (RECUSAL_LABELS[kind], back), (title, ""))
    return form_page(request, form, title, may, back, crumbs=trail, lead=lead, button=_("Dismiss"), danger=True)
