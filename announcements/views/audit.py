"""The auditor's view of the ledger: what is in it, and whether it verifies."""

from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from announcements.permissions import can_read_ledger
from awards import clock
from awards.decisions import ensure
from awards.services.records import record_access
from judging.sheets.ledger import verify as verify_chains
from judging.sheets.models import Chain
from judging.sheets.queries import ledger_page

KINDS = {
    "mark": _("Mark"),
    "handed_in": _("Handed in"),
    "taken_back": _("Taken back"),
    "sealed": _("Sealed"),
    "unsealed": _("Unsealed"),
    "recusal": _("Recusal"),
    "rules": _("Rules frozen"),
    "pledge": _("Pledge"),
    "assessor_ended": _("Assessor taken off"),
    "announcement": _("Announcement"),
}


def _chains(request):
    return Chain.objects.filter(edition=request.edition).select_related("round").order_by("pk")


@require_safe
def ledger(request, edition):
    """Chains with their heads, and the rows without the values of marks while a round is open; by key, newest first."""
    ensure(can_read_ledger(request.actor, request.edition, clock.now(request)))
    before = request.GET.get("before", "")
    rows, following = ledger_page(request.edition, int(before) if before.isdigit() and len(before) < 18 else None)
    return render(
        request, "announcements/ledger.html", {"chains": _chains(request), "rows": rows, "following": following}
    )


@require_POST
def verify(request, edition):
    """Recomputes every chain and compares the live tables."""
    ensure(can_read_ledger(request.actor, request.edition, clock.now(request)))
    head = request.POST.get("head", "").strip().lower()[:64]
    faults = list(verify_chains(head, edition=request.edition))
    record_access(edition=request.edition, actor=request.actor, action="saw", subject=f"ledger:{request.edition.slug}")
    context = {"chains": _chains(request), "faults": faults, "head": head, "verified": True}
    return render(request, "announcements/ledger.html", context)
