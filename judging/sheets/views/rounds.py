"""A round's rule and criteria, for managers to set up and the auditor to read."""

from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from awards import clock
from awards.decisions import ensure
from awards.views.setup import crumbs, form_page, may_see, save
from judging.sheets.forms import ROUND_FORMS, CriterionForm
from judging.sheets.models import Criterion, Round
from judging.sheets.permissions import can_set_up_round
from judging.sheets.queries import criteria_of
from judging.sheets.services import rounds as services
from judging.sheets.services.assessors import ensure_rounds
from judging.sheets.setup_checks import LABELS


def the_round(request, kind: str) -> Round:
    """The edition's round of this kind; 404 for kinds that there are not."""
    if kind not in Round.Kind.values:
        raise Http404
    round = ensure_rounds(request.edition)[kind]
    round.edition = request.edition
    return round


def _round_url(request, kind: str) -> str:
    return reverse("setup_round", args=[request.edition.slug, kind])


@require_http_methods(["GET", "HEAD", "POST"])
def round_page(request, edition, kind):
    """The rule of a round, and its criteria in their order."""
    may_see(request)
    round = the_round(request, kind)
    may = can_set_up_round(request.actor, round, clock.now(request))
    form = ROUND_FORMS[kind](request.POST or None, row=round)
    if request.method == "POST":
        ensure(may)
        if form.is_valid() and save(
            request, form, services.change_round, round=round, values=form.values(), seen=form.seen_by_author()
        ):
            return redirect("setup_round", edition, kind)
    criteria = criteria_of(round)
    return form_page(
        request,
        form,
        LABELS[kind],
        may,
        reverse("setup", args=[edition]),
        template="sheets/round.html",
        round=round,
        add_url=reverse("criterion_new", args=[edition, kind]),
        headings=[field.label for field in CriterionForm(row=Criterion()).visible_fields()],
        rows=[_row(edition, kind, criterion) for criterion in criteria],
        sum=sum(criterion.points for criterion in criteria),
    )


def _row(edition: str, kind: str, criterion: Criterion) -> dict:
    """A criterion as the list shows it: its cells and the addresses of its acts."""
    form, here = CriterionForm(row=criterion), [edition, kind, criterion.code]
    return {
        "name": criterion.name,
        "cells": [(field.label, form.shown(field.name)) for field in form.visible_fields()],
        "edit": reverse("criterion", args=here),
        "up": reverse("criterion_move", args=[*here, "up"]),
        "down": reverse("criterion_move", args=[*here, "down"]),
        "delete": reverse("criterion_delete", args=here),
    }


@require_http_methods(["GET", "HEAD", "POST"])
def criterion_new(request, edition, kind):
    """Adds a criterion."""
    may_see(request)
    round = the_round(request, kind)
    may = can_set_up_round(request.actor, round, clock.now(request))
    form = CriterionForm(request.POST or None, row=Criterion())
    if request.method == "POST":
        ensure(may)
        if form.is_valid() and save(request, form, services.add_criterion, round=round, values=form.values()):
            return redirect("setup_round", edition, kind)
    return _criterion_page(request, form, kind, _("Add a criterion"), may)


@require_http_methods(["GET", "HEAD", "POST"])
def criterion(request, edition, kind, code):
    """Changes a criterion."""
    may_see(request)
    round = the_round(request, kind)
    may = can_set_up_round(request.actor, round, clock.now(request))
    row = _the_criterion(round, code)
    form = CriterionForm(request.POST or None, row=row)
    if request.method == "POST":
        ensure(may)
        if form.is_valid() and save(
            request, form, services.change_criterion, criterion=row, values=form.values(), seen=form.seen_by_author()
        ):
            return redirect("setup_round", edition, kind)
    return _criterion_page(request, form, kind, row.name, may)


def _the_criterion(round: Round, code: str) -> Criterion:
    row = get_object_or_404(Criterion, round=round, code=code)
    row.round = round
    return row


def _criterion_page(request, form, kind, title, may):
    back = _round_url(request, kind)
    return form_page(request, form, title, may, back, crumbs=crumbs(request, (LABELS[kind], back), (title, "")))


@require_POST
def criterion_move(request, edition, kind, code, way):
    """Moves a criterion one place up or down."""
    may_see(request)
    if way not in ("up", "down"):
        raise Http404
    row = _the_criterion(the_round(request, kind), code)
    services.move_criterion(criterion=row, up=way == "up", actor=request.actor, now=clock.now(request))
    return redirect("setup_round", edition, kind)


@require_POST
def criterion_delete(request, edition, kind, code):
    """Takes a criterion off; one that is gone already is no error."""
    may_see(request)
    round, now = the_round(request, kind), clock.now(request)
    ensure(can_set_up_round(request.actor, round, now))
    row = Criterion.objects.filter(round=round, code=code).first()
    if row:
        row.round = round
        services.delete_criterion(criterion=row, actor=request.actor, now=now)
    return redirect("setup_round", edition, kind)
