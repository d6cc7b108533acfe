"""The list of entries: an entrant's own, or for managers and auditor all that were submitted."""

from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from awards import clock
from awards.decisions import ensure
from entries.models import LABELS
from entries.permissions import can_create, can_list, can_settle_any
from entries.queries import counts, draft_outlines, for_list, page_of, questions_of, search, visible_to, with_author
from entries.words import clean_line

PAGE = 50
SUBMITTED = ("submitted", "accepted", "rejected", "withdrawn")


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
    state = request.GET.get("state", "")
    title = clean_line(request.GET.get("title", "")).strip()[:200]
    state = state if state in SUBMITTED else ""
    page, following = page_of(search(rows, state=state, title=title), request.GET.get("after", ""), PAGE)
    found = counts(request.edition)
    context = {
        "title": _("Entries"),
        "rows": page,
        "following": following,
        "later": bool(request.GET.get("after")),
        "state": state,
        "searched": title,
        "states": [(code, LABELS[code], found.get(code, 0)) for code in SUBMITTED],
        "total": sum(found.get(code, 0) for code in SUBMITTED),
        "waiting": found.get("submitted", 0),
        "drafts": draft_outlines(request.edition, questions_of(request.edition)),
        "draft_count": found.get("draft", 0),
        "may": {"settle": can_settle_any(request.actor, request.edition, now)},
    }
    return render(request, "entries/submitted.html", context)
