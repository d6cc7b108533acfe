"""Accepting many entries at once: choose, look at the names, confirm."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from awards import clock
from awards.decisions import Invalid, ensure
from entries.letters import tell_settled
from entries.permissions import can_settle_any
from entries.queries import for_list, page_of, visible_to
from entries.services.settling import accept_entries
from entries.views.rows import crumbs

PAGE = 100


def _chosen(request):
    ids = request.POST.getlist("entry")[:PAGE]
    return for_list(visible_to(request.actor, request.edition, clock.now(request))).filter(public_id__in=ids)


@require_http_methods(["GET", "HEAD", "POST"])
def entries_settle(request, edition):
    """What still waits for a manager's word; a POST shows the chosen ones by name and asks."""
    now = clock.now(request)
    ensure(can_settle_any(request.actor, request.edition, now))
    title = _("Accept entries")
    context = {"title": title, "crumbs": crumbs(request, (title, ""))}
    waiting = for_list(visible_to(request.actor, request.edition, now)).filter(state="submitted")
    after = request.POST.get("after", "") or request.GET.get("after", "")
    rows, following = page_of(waiting, after, PAGE)
    if request.method == "POST":
        chosen = rows if "all" in request.POST else list(_chosen(request).filter(state="submitted").order_by("pk"))
        if chosen:
            return render(request, "entries/settle_confirm.html", context | {"rows": chosen})
        messages.error(request, _("Choose at least one entry."))
    context |= {"rows": rows, "following": following, "after": after}
    return render(request, "entries/settle.html", context)


@require_POST
def entries_accept(request, edition):
    """Accepts those that were confirmed by name; a repeat accepts none twice."""
    now = clock.now(request)
    ensure(can_settle_any(request.actor, request.edition, now))
    try:
        done = accept_entries(edition=request.edition, entries=_chosen(request), actor=request.actor, now=now)
    except Invalid as invalid:
        messages.error(request, str(invalid))
        return redirect("entries_settle", edition)
    tell_settled(edition=request.edition, entries=done, address=request.build_absolute_uri, now=now)
    words = ngettext("%(count)d entry accepted.", "%(count)d entries accepted.", len(done)) % {"count": len(done)}
    messages.success(request, words)
    return redirect("entries", edition)
