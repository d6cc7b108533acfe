"""The public draw of the running order."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from awards import clock, contributions
from awards.decisions import Invalid, ensure
from awards.permissions import allows
from judging.panel.draw import lot, new_seed
from judging.panel.forms import SeedForm, with_button
from judging.panel.permissions import can_watch
from judging.panel.queries import judges_of, panel_of, places
from judging.panel.services.draw import draw_order
from judging.panel.views.room import crumbs, put_errors
from judging.selection.queries import finalists
from judging.sheets.queries import round_of


@require_http_methods(["GET", "HEAD", "POST"])
def draw(request, edition):
    """Before: how the draw goes, what is missing, the seed. Afterwards: the order, and how to repeat it."""
    now = clock.now(request)
    ensure(can_watch(request.actor, request.edition, now))
    form = SeedForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        seed = form.cleaned_data["seed"] or new_seed()
        try:
            draw_order(edition=request.edition, seed=seed, actor=request.actor, now=now)
        except Invalid as invalid:
            put_errors(form, invalid)
        else:
            messages.success(request, _("The running order is drawn. The final has begun."))
            return redirect("panel_draw", edition)
    return render(request, "panel/draw.html", _context(request, form, now))


def _context(request, form, now) -> dict:
    context = {"crumbs": crumbs(request, (_("Running order"), ""))}
    if panel := panel_of(request.edition):
        order = places(panel)
        lots = [(place, lot(panel.seed, place.entry.public_id)) for place in order]
        return context | {"panel": panel, "lots": lots}
    round = round_of(request.edition, "panel")
    may = allows(request.edition, "panel.prepare", now)
    checks = contributions.stage_checks(request.edition, "panel", now) if may else []
    ready = all(check.ok for check in checks)
    can_draw = may and request.actor.has("operator", "manager")
    question = _("The draw can't be repeated with another seed. Draw now?")
    return context | {
        "form": with_button(form, _("Draw the running order"), confirm=question),
        "checks": checks,
        "ready": ready,
        "may": may,
        "can_draw": can_draw,
        "finalists": finalists(request.edition) if may else [],
        "not_pledged": [judge for judge in judges_of(round) if not judge.pledged_at] if round else [],
    }
