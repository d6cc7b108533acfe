"""Who scores in a round, and the assessors' own pledge and declaration of conflicts."""

from django.contrib import messages
from django.db import transaction
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from awards import clock
from awards.decisions import ensure, forbidden
from awards.forms import lock
from awards.models import User
from awards.permissions import has_role
from awards.queries import live_grants
from awards.views.setup import crumbs, may_see, save
from entries.models import Entry
from entries.queries import content
from judging.sheets.forms import AssessorForm, DeclarationForm
from judging.sheets.models import Assessor, Round
from judging.sheets.permissions import can_declare, can_manage_assessors
from judging.sheets.queries import assessor_of, live_recusals
from judging.sheets.services.assessors import ROLE, accept_pledge, add_assessor, declare_recusal, end_assessor
from judging.sheets.setup_checks import ASSESSOR_LABELS
from judging.sheets.subjects import subjects_of
from judging.sheets.views.rounds import the_round


@require_http_methods(["GET", "HEAD", "POST"])
def assessors(request, edition, kind):
    """The assessors of a round and whether they have pledged; holders of the role can be added."""
    may_see(request)
    round, now = the_round(request, kind), clock.now(request)
    may = can_manage_assessors(request.actor, round, now)
    form = AssessorForm(request.POST or None, kind=kind, people=_not_yet_assessors(round, now))
    if request.method == "POST":
        ensure(may)
        if form.is_valid() and save(request, form, add_assessor, round=round, **form.cleaned_data):
            return redirect("sheets_assessors", edition, kind)
    if not may:
        lock(form)
    title = ASSESSOR_LABELS[kind]
    context = {
        "crumbs": crumbs(request, (title, "")),
        "title": title,
        "round": round,
        "form": form,
        "may": may,
        "people_left": form.fields["user"].queryset.exists(),
        "assessors": Assessor.objects.filter(round=round, ended_at__isnull=True).select_related("user__office"),
        "ended": Assessor.objects.filter(round=round, ended_at__isnull=False).select_related("user__office"),
    }
    return render(request, "sheets/assessors.html", context)


def _not_yet_assessors(round: Round, now):
    """Holders of the round's role who don't score in it yet."""
    holders = live_grants(round.edition, now).filter(role=ROLE[round.kind]).values("user")
    here = Assessor.objects.filter(round=round, ended_at__isnull=True).values("user")
    return User.objects.filter(pk__in=holders).exclude(pk__in=here).select_related("office")


@require_POST
def assessor_end(request, edition, kind, assessor):
    """Takes an assessor off a round; a second click changes nothing."""
    may_see(request)
    round = the_round(request, kind)
    found = get_object_or_404(Assessor.objects.select_related("user"), round=round, public_id=assessor)
    found.round = round
    end_assessor(assessor=found, actor=request.actor, now=clock.now(request))
    messages.success(request, _("%(name)s is off this round.") % {"name": found.user.called})
    return redirect("sheets_assessors", edition, kind)


def _own_assessor(request, kind: str) -> Assessor:
    """The actor as an assessor of this round; 404 for strangers, 403 with the reason for others of the edition."""
    round = the_round(request, kind)
    found = assessor_of(round, request.actor)
    if found is None:
        ensure(has_role(request.actor, ROLE[kind]))
        ensure(forbidden(_("You have not been made an assessor of this round yet. Ask the manager.")))
    found.round = round
    return found


@require_http_methods(["GET", "HEAD", "POST"])
def pledge(request, edition, kind):
    """The assessor's pledge; once accepted, the declaration of conflicts, which can be made again later."""
    assessor, now = _own_assessor(request, kind), clock.now(request)
    may = can_declare(request.actor, assessor, now)
    entries = {entry.public_id: entry for entry in _entries(request, kind)} if assessor.pledged_at else {}
    recused = {r.entry_id: r for r in live_recusals(assessor.round).filter(assessor=assessor)}
    labels = {p: _label(entry) for p, entry in entries.items() if entry.pk not in recused}
    form = DeclarationForm(request.POST if request.method == "POST" else None, entries=labels)
    if request.method == "POST":
        ensure(may)
        if not assessor.pledged_at:
            ensure(forbidden(_("Read and accept the pledge first.")))
        if form.is_valid():
            _declare(request, assessor, {entries[p]: reason for p, reason in form.declared().items()}, now)
            return redirect(kind, edition)
    context = {
        "crumbs": [(_("Pledge and conflicts of interest"), "")],
        "assessor": assessor,
        "may": may,
        "form": form,
        "recused": [(_label(entry), recused[entry.pk]) for entry in entries.values() if entry.pk in recused],
        "stage_url": reverse(kind, args=[edition]),
    }
    return render(request, "sheets/pledge.html", context)


def _entries(request, kind: str) -> list[Entry]:
    return list(subjects_of(request.edition, kind))


def _label(entry: Entry) -> str:
    """Title and people of an entry as submitted: the people are what conflicts are about."""
    submitted = content(entry.counting)
    people = ", ".join(f"{person['name']} ({person['office']})" for person in submitted["people"])
    return f"{submitted['title']} – {people}"


def _declare(request, assessor: Assessor, reasons: dict[Entry, str], now) -> None:
    with transaction.atomic():
        for entry, reason in reasons.items():
            declare_recusal(assessor=assessor, entry=entry, reason=reason, actor=request.actor, now=now)
    if reasons:
        messages.success(request, _("Declared. These entries are off your list."))


@require_POST
def pledge_accept(request, edition, kind):
    """Keeps the assessor's yes; a second click changes nothing."""
    assessor = _own_assessor(request, kind)
    accept_pledge(assessor=assessor, actor=request.actor, now=clock.now(request))
    messages.success(request, _("Your pledge has been recorded."))
    return redirect("sheets_pledge", edition, kind)
