"""The managers' set-up of an edition: overview, basics, schedule, and the ordered lists. Auditors read all of it."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from awards import calendar, clock, contributions
from awards.decisions import ALLOWED, IllegalMove, Invalid, ensure, not_now
from awards.forms import PART_FORMS, BasicsForm, ExtendForm, ScheduleForm, add_errors, lock
from awards.models import StageMove, WindowChange
from awards.models.edition import STAGE_LABELS
from awards.permissions import both, can_move_stage, can_see_setup, can_set_up, has_role
from awards.services import setup as services
from awards.services.setup import PARTS
from awards.services.stages import begin_stage, extend_window

PART_WORDS = {
    "tracks": (gettext_lazy("Tracks"), gettext_lazy("Add a track")),
    "prizes": (gettext_lazy("Prize grades"), gettext_lazy("Add a prize grade")),
    "contacts": (gettext_lazy("Contacts"), gettext_lazy("Add a contact")),
}


def crumbs(request, *more: tuple[str, str]) -> list[tuple[str, str]]:
    """The way from the set-up's overview to a page."""
    return [(_("Set-up"), reverse("setup", args=[request.edition.slug])), *more]


def may_see(request) -> None:
    """Lets managers and the auditor in; raises Refused for all others."""
    ensure(can_see_setup(request.actor, request.edition, clock.now(request)))


def save(request, form, service, **arguments) -> bool:
    """Calls a service with what a valid form holds; its messages go beside the fields. Whether it was saved."""
    try:
        service(actor=request.actor, now=clock.now(request), **arguments)
    except Invalid as invalid:
        add_errors(form, invalid)
        return False
    messages.success(request, _("Saved."))
    return True


def form_page(request, form, title: str, may, back: str, template="awards/setup/form.html", **more):
    """One form on a page; for reading only, with the reason, where `may` does not allow."""
    if not may:
        lock(form)
    others = form.saved_by_others() if form.is_bound and hasattr(form, "saved_by_others") else []
    context = {"form": form, "title": title, "may": may, "back": back, "others": others, **more}
    context.setdefault("crumbs", crumbs(request, (title, "")))
    return render(request, template, context)


@require_safe
def overview(request, edition):
    """The stage, what the next one still lacks, the windows, and the way to every set-up page."""
    may_see(request)
    edition, now = request.edition, clock.now(request)
    stages = calendar.STAGES
    following = stages[stages.index(edition.stage) + 1] if edition.stage != stages[-1] else ""
    checks = contributions.stage_checks(edition, following, now) if following else []
    context = {
        "crumbs": [(_("Set-up"), "")],
        "following": following,
        "following_label": STAGE_LABELS.get(following, ""),
        "checks": checks,
        "missing": [check for check in checks if not check.ok],
        "by_hand": following in (*calendar.OPENS_BY_ITSELF, "archived"),
        "may": {
            "begin": can_move_stage(request.actor, edition, now),
            "extend": has_role(request.actor, "manager"),
        },
        "windows": [
            {"label": STAGE_LABELS[stage], "times": interval, "state": interval.state(now)}
            for stage, interval in sorted(edition.windows().items(), key=lambda item: stages.index(item[0]))
        ],
        "extensions": WindowChange.objects.filter(window__edition=edition)
        .select_related("actor", "window")
        .order_by("id"),
        "moves": [
            {"label": STAGE_LABELS[move.new], "move": move}
            for move in StageMove.objects.filter(edition=edition).select_related("actor")
        ],
        "pages": contributions.setup_pages(edition),
    }
    return render(request, "awards/setup/overview.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def begin(request, edition, stage):
    """Asks, then begins a stage by hand."""
    if stage not in (*calendar.OPENS_BY_ITSELF, "archived"):
        raise Http404
    now = clock.now(request)
    ensure(can_move_stage(request.actor, request.edition, now))
    if request.method != "POST":
        title = _("Begin the stage “%(stage)s”") % {"stage": STAGE_LABELS[stage]}
        trail = crumbs(request, (title, ""))
        context = {"crumbs": trail, "title": title, "stage": stage, "back": reverse("setup", args=[edition])}
        return render(request, "awards/setup/begin.html", context)
    try:
        if request.edition.stage != stage:  # a double click begins it once
            begin_stage(edition=request.edition, to=stage, actor=request.actor, now=now)
        messages.success(request, _("The stage “%(stage)s” has begun.") % {"stage": STAGE_LABELS[stage]})
    except Invalid as invalid:
        messages.error(request, str(invalid))
    except IllegalMove:
        messages.error(request, _("This stage can't be begun from here. Look at where things stand."))
    return redirect("setup", edition)


@require_http_methods(["GET", "HEAD", "POST"])
def extend(request, edition):
    """Makes the present stage's window longer."""
    may_see(request)
    window = request.edition.window_set.filter(stage=request.edition.stage).first()
    none = not_now(_("Only the window of the present stage can be extended."))
    may = both(has_role(request.actor, "manager"), ALLOWED if window else none)
    form = ExtendForm(request.POST or None)
    if request.method == "POST":
        ensure(may)
        if form.is_valid() and save(request, form, extend_window, window=window, **form.cleaned_data):
            return redirect("setup", edition)
    return form_page(request, form, _("Extend the window"), may, reverse("setup", args=[edition]))


@require_http_methods(["GET", "HEAD", "POST"])
def basics(request, edition):
    """Name, organiser, call, and the office level for recusals."""
    may_see(request)
    may = can_set_up(request.actor, request.edition, clock.now(request))
    form = BasicsForm(request.POST or None, row=request.edition)
    if request.method == "POST":
        ensure(may)
        if form.is_valid() and save(
            request,
            form,
            services.change_edition,
            edition=request.edition,
            values=form.values(),
            seen=form.seen_by_author(),
        ):
            return redirect("setup", edition)
    return form_page(request, form, _("Name, organiser and call"), may, reverse("setup", args=[edition]))


@require_http_methods(["GET", "HEAD", "POST"])
def schedule(request, edition):
    """The windows and the days of the award, in Asia/Seoul."""
    may_see(request)
    may = can_set_up(request.actor, request.edition, clock.now(request))
    form = ScheduleForm(request.POST or None, row=request.edition)
    if request.method == "POST":
        ensure(may)
        if form.is_valid() and save(
            request,
            form,
            services.change_schedule,
            edition=request.edition,
            windows=form.windows(),
            values=form.dates(),
            seen=form.seen_by_author(),
        ):
            return redirect("setup", edition)
    lead = _("All times are Korean time (Asia/Seoul).")
    return form_page(request, form, _("Schedule"), may, reverse("setup", args=[edition]), lead=lead)


def _part(request, part: str):
    """The rows of a list and whether they may be changed; 404 for a list that there is not."""
    may_see(request)
    if part not in PARTS:
        raise Http404
    model, act = PARTS[part]
    may = can_set_up(request.actor, request.edition, clock.now(request), act)
    return model.objects.filter(edition=request.edition), may


@require_safe
def items(request, edition, part):
    """A list of the edition in its order, with the way to change it."""
    rows, may = _part(request, part)
    title, add = PART_WORDS[part]
    context = {
        "crumbs": crumbs(request, (title, "")),
        "title": title,
        "may": may,
        "add": add,
        "add_url": reverse("setup_item_new", args=[edition, part]),
        "headings": [field.label for field in PART_FORMS[part](row=rows.model()).visible_fields()],
        "rows": [_row(edition, part, row) for row in rows],
    }
    return render(request, "awards/setup/items.html", context)


def _row(edition: str, part: str, row) -> dict:
    """A row as the list shows it: its cells and the addresses of its acts."""
    form, here = PART_FORMS[part](row=row), [edition, part, row.public_id]
    return {
        "name": row.name,
        "cells": [(field.label, form.shown(field.name)) for field in form.visible_fields()],
        "edit": reverse("setup_item", args=here),
        "up": reverse("setup_item_move", args=[*here, "up"]),
        "down": reverse("setup_item_move", args=[*here, "down"]),
        "delete": reverse("setup_item_delete", args=here),
    }


@require_http_methods(["GET", "HEAD", "POST"])
def item_new(request, edition, part):
    """Adds a row to a list."""
    rows, may = _part(request, part)
    form = PART_FORMS[part](request.POST or None, row=rows.model())
    if request.method == "POST":
        ensure(may)
        if form.is_valid() and save(
            request, form, services.add_item, edition=request.edition, part=part, values=form.values()
        ):
            return redirect(f"setup_{part}", edition)
    return _item_page(request, form, part, PART_WORDS[part][1], may)


@require_http_methods(["GET", "HEAD", "POST"])
def item(request, edition, part, item):
    """Changes a row of a list."""
    rows, may = _part(request, part)
    row = get_object_or_404(rows, public_id=item)
    form = PART_FORMS[part](request.POST or None, row=row)
    if request.method == "POST":
        ensure(may)
        arguments = {"edition": request.edition, "part": part, "item": row}
        if form.is_valid() and save(
            request, form, services.change_item, values=form.values(), seen=form.seen_by_author(), **arguments
        ):
            return redirect(f"setup_{part}", edition)
    return _item_page(request, form, part, row.name, may)


def _item_page(request, form, part, title, may):
    back = reverse(f"setup_{part}", args=[request.edition.slug])
    trail = crumbs(request, (PART_WORDS[part][0], back), (title, ""))
    return form_page(request, form, title, may, back, crumbs=trail)


@require_POST
def item_move(request, edition, part, item, way):
    """Moves a row one place up or down."""
    rows, _may = _part(request, part)
    if way not in ("up", "down"):
        raise Http404
    row = get_object_or_404(rows, public_id=item)
    now = clock.now(request)
    services.move_item(edition=request.edition, part=part, item=row, up=way == "up", actor=request.actor, now=now)
    return redirect(f"setup_{part}", edition)


@require_POST
def item_delete(request, edition, part, item):
    """Takes a row off a list; one that is gone already is no error."""
    rows, may = _part(request, part)
    ensure(may)
    row = rows.filter(public_id=item).first()
    try:
        if row:
            now = clock.now(request)
            services.delete_item(edition=request.edition, part=part, item=row, actor=request.actor, now=now)
        messages.success(request, _("Deleted."))
    except Invalid as invalid:
        messages.error(request, str(invalid))
    return redirect(f"setup_{part}", edition)
