"""The list of entries: an entrant's own, or for managers and auditor all that were submitted; and its export."""

from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from awards import clock
from awards.decisions import ensure
from awards.services.records import record_access
from awards.views.setup import form_page
from entries.forms import ExportForm
from entries.models import LABELS
from entries.permissions import can_create, can_export, can_list, can_settle_any
from entries.queries import (
    counts,
    draft_outlines,
    for_list,
    ordered,
    page_of,
    questions_of,
    search,
    visible_to,
    with_author,
)
from entries.tables import export_headings, export_rows, table_response
from entries.views.rows import ORDER_LABELS, SUBMITTED, crumbs, wanted_by

PAGE = 50


@require_safe
def entries(request, edition):
    """All that the actor may see of the edition's entries."""
    now = clock.now(request)
    ensure(can_list(request.actor, request.edition, now))
    rows = for_list(visible_to(request.actor, request.edition, now))
    if request.actor.is_staff:
        return _submitted(request, rows, now)
    context = {
        "title": _("My entries"),
        "rows": list(with_author(rows, request.actor).order_by("pk")),
        "may": {"create": can_create(request.actor, request.edition, now)},
        "window": request.edition.windows().get("submission"),
        "now": now,
    }
    return render(request, "entries/mine.html", context)


def _submitted(request, rows, now):
    wanted, edition = wanted_by(request), request.edition
    page, following = page_of(search(rows, **wanted.filters), request.GET.get("after", ""), PAGE, wanted.order)
    found = counts(edition)
    context = {
        "title": _("Entries"),
        "rows": page,
        "following": following,
        "later": bool(request.GET.get("after")),
        "wanted": wanted,
        "narrowed": any(wanted.filters.values()),
        "states": [(code, LABELS[code], found.get(code, 0)) for code in SUBMITTED],
        "tracks": edition.track_set.all(),
        "orders": ORDER_LABELS.items(),
        "total": sum(found.get(code, 0) for code in SUBMITTED),
        "waiting": found.get("submitted", 0),
        "drafts": draft_outlines(edition, questions_of(edition)),
        "draft_count": found.get("draft", 0),
        "may": {
            "settle": can_settle_any(request.actor, edition, now),
            "export": can_export(request.actor, edition, now),
        },
    }
    return render(request, "entries/submitted.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def entries_export(request, edition):
    """The listed entries as a spreadsheet, for a reason that is kept."""
    now = clock.now(request)
    ensure(can_export(request.actor, request.edition, now))
    wanted, form = wanted_by(request), ExportForm(request.POST or None)
    title = _("Export entries")
    if form.is_valid():
        rows = for_list(visible_to(request.actor, request.edition, now))
        rows = ordered(search(rows, **wanted.filters), wanted.order)
        reason = form.cleaned_data["reason"]
        record_access(
            edition=request.edition, actor=request.actor, action="exported", subject=f"entries:{edition}", reason=reason
        )
        return table_response(
            form.cleaned_data["format"], f"entries-{edition}", title, export_headings(), export_rows(rows)
        )
    lead = _("What the list shows now is exported: receipt, title, track, lead, state and time of submission.")
    back = f"{reverse('entries', args=[edition])}?{wanted.query}"
    given = {"crumbs": crumbs(request, (title, "")), "button": _("Export"), "lead": lead}
    return form_page(request, form, title, can_export(request.actor, request.edition, now), back, **given)
