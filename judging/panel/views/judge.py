"""A judge's own pages: the sheet of the entry on stage, all finalists side by side, recusal, the seal.

Holds nobody's marks but the judge's own. A mark is accepted for every finalist from the beginning of the final on:
what an operator clicks, or forgets, decides no mark (RULES, "The panel" 7). The seal alone waits for all to have
presented.
"""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from awards import clock
from awards.decisions import Invalid, ensure, forbidden
from awards.services.records import record_access
from entries.files import file_response
from entries.models import EntryVersion
from entries.queries import content, file_links, submitted_file
from judging.panel.forms import ReasonForm, with_button
from judging.panel.permissions import can_seal
from judging.panel.queries import entitled, next_up, on_stage, open_vote, places, stage_tag
from judging.panel.services.sealing import not_yet, seal_sheets
from judging.panel.views.console import clock_of
from judging.panel.views.room import crumbs, judge_here, put_errors
from judging.sheets.models import HeldMark
from judging.sheets.permissions import can_declare, can_mark, can_read_sheet
from judging.sheets.queries import criteria_of, live_recusals, sheet_with_marks, visible_to
from judging.sheets.services.assessors import declare_recusal
from judging.sheets.services.marking import save_posted
from judging.sheets.sheet_form import SheetForm, page_id, sheet_form, typed_of, with_trouble


def rows_of(request, seat, order) -> list[dict]:
    """One's own marks on every finalist: {"place", "sheet", "marks", "sum", "complete", "recused"}. Four queries."""
    criteria = criteria_of(seat.round)
    own = sheet_with_marks(visible_to(request.actor, seat.round).select_related("assessor"))
    sheets = {sheet.entry_id: sheet for sheet in own}
    barred = set(live_recusals(seat.round).filter(assessor=seat).values_list("entry_id", flat=True))
    rows = []
    for place in order:
        sheet = sheets.get(place.entry.pk)
        given = {mark.criterion_id: mark.points for mark in sheet.marks} if sheet else {}
        marks = [given.get(criterion.pk) for criterion in criteria]
        known = [points for points in marks if points is not None]
        rows.append(
            {
                "place": place,
                "sheet": sheet,
                "marks": [{"criterion": c, "points": p} for c, p in zip(criteria, marks, strict=True)],
                "sum": sum(known) if known else None,
                "complete": len(known) == len(criteria),
                "recused": place.entry.pk in barred,
            }
        )
    return rows


def base_context(request, seat, panel, order) -> dict:
    """What every page of a judge shows around its content."""
    now, current = clock.now(request), on_stage(order)
    return {
        "panel": panel,
        "seat": seat,
        "shown": "",
        "order": order,
        "current": current,
        "following": next_up(order),
        "clock": clock_of(current, panel, now),
        "rows": rows_of(request, seat, order),
        "criteria": criteria_of(seat.round),
        "may": {"seal": can_seal(request.actor, seat, request.edition, now)},
    }


@require_safe
def judge(request, edition):
    """The sheet of the entry on stage; all finalists while nobody is there, or where the judge is recused."""
    seat, panel = judge_here(request)
    if seat.pledged_at is None:
        return redirect("sheets_pledge", edition, "panel")
    order = places(panel)
    current = on_stage(order)
    context = base_context(request, seat, panel, order) | {"follows": True}
    row = next((row for row in context["rows"] if row["place"] is current), None)
    if row is None or row["recused"]:
        context |= {"recused_now": row, "shown": row["place"].entry.public_id} if row else {}
        return _all_page(request, seat, panel, context)
    return _sheet_page(request, context, row)


@require_safe
def stage(request, edition):
    """Who is on stage and how long still, for polling; 304 while nothing has moved."""
    _seat, panel = judge_here(request)
    tag = stage_tag(panel, request.edition.stage)
    headers = {"ETag": tag, "Cache-Control": "no-cache"}
    if request.headers.get("If-None-Match") == tag:
        return HttpResponse(status=304, headers=headers)
    order = places(panel)
    current = on_stage(order)
    context = {
        "current": current,
        "following": next_up(order),
        "clock": clock_of(current, panel, clock.now(request)),
        "panel": panel,
        "shown": request.GET.get("shown", ""),
    }
    response = render(request, "panel/_stage.html", context)
    for name, value in headers.items():
        response.headers[name] = value
    return response


@require_safe
def everything(request, edition):
    """All finalists with one's own marks and sums side by side."""
    seat, panel = judge_here(request)
    context = base_context(request, seat, panel, places(panel))
    return _all_page(request, seat, panel, context)


def _all_page(request, seat, panel, context: dict):
    vote = open_vote(panel)
    context |= {
        "crumbs": crumbs(request, (_("All finalists"), "")),
        "vote": vote if vote and seat in entitled(panel, vote.tied) else None,
        "receipts": sorted({row["sheet"].receipt for row in context["rows"] if row["sheet"] and row["sheet"].receipt}),
    }
    return render(request, "panel/all.html", context)


def _own_row(request, entry: str) -> tuple[dict, dict]:
    """A judge's pages around one of their entries: the context and the row of the entry; 404 for any other."""
    seat, panel = judge_here(request)
    context = base_context(request, seat, panel, places(panel))
    row = next((row for row in context["rows"] if row["place"].entry.public_id == entry), None)
    if row is None:
        raise Http404
    return context, row


@require_http_methods(["GET", "HEAD", "POST"])
def entry_sheet(request, edition, entry):
    """One finalist and the judge's own sheet beside it; POST saves it whole, where no script saves it as typed."""
    context, row = _own_row(request, entry)
    if request.method != "POST":
        return _sheet_page(request, context, row)
    sheet = _readable(request, row)
    form = _form(sheet, context["criteria"], edition)
    typed = typed_of(request.POST, form)
    posted = save_posted(
        sheet=sheet, typed=typed, page=page_id(request.POST), actor=request.actor, now=clock.now(request)
    )
    if posted.all_saved:
        messages.success(request, _("Saved."))
        return redirect("panel_sheet", edition, entry)
    context, row = _own_row(request, entry)
    form = _form(row["sheet"], context["criteria"], edition)
    with_trouble(form, posted, typed, {})
    return _sheet_page(request, context, row, form)


def _readable(request, row: dict):
    """The judge's sheet of this row, once they may read the entry. Raises Refused."""
    if row["sheet"] is None:
        ensure(forbidden(_("You are recused from this entry.")))
    row["sheet"].round.edition = request.edition
    ensure(can_read_sheet(request.actor, row["sheet"], clock.now(request)))
    return row["sheet"]


def _form(sheet, criteria, slug: str) -> SheetForm:
    """A judge's sheet: the marks and the private note; comments are for screening."""
    form = sheet_form(sheet, criteria, slug)
    form.texts = [text for text in form.texts if text.name == "private_note"]
    return form


def _held(sheet, criteria) -> list[tuple[str, HeldMark]]:
    """What entered no sheet, with the name of its field, until its author chooses."""
    labels = {criterion.code: criterion.label for criterion in criteria}
    held = HeldMark.objects.filter(sheet=sheet, settled_at__isnull=True)
    return [(labels.get(mark.field, _("Private note")), mark) for mark in held]


def _sheet_page(request, context: dict, row: dict, form=None):
    sheet, place, slug = _readable(request, row), row["place"], request.edition.slug
    form = form or _form(sheet, context["criteria"], slug)
    submitted = content(EntryVersion.objects.get(pk=place.entry.counting_id))
    record_access(edition=request.edition, actor=request.actor, action="saw", subject=f"entry:{place.entry.public_id}")
    context["may"]["mark"] = can_mark(request.actor, sheet, clock.now(request))
    context |= {
        "crumbs": crumbs(request, (place.title, "")),
        "place": place,
        "shown": place.entry.public_id,
        "row": row,
        "sheet": sheet,
        "form": form,
        "held": _held(sheet, context["criteria"]),
        "content": submitted,
        "files": file_links(submitted, lambda file: reverse("panel_file", args=[slug, place.entry.public_id, file])),
    }
    return render(request, "panel/sheet.html", context)


@require_safe
def entry_file(request, edition, entry, file):
    """A submitted file of a finalist, for the judges who score it."""
    _context, row = _own_row(request, entry)
    _readable(request, row)
    version = EntryVersion.objects.get(pk=row["place"].entry.counting_id)
    found = submitted_file(version, file)
    if found is None:
        raise Http404
    record_access(edition=request.edition, actor=request.actor, action="downloaded", subject=f"file:{found.public_id}")
    return file_response(found)


@require_http_methods(["GET", "HEAD", "POST"])
def recuse(request, edition, entry):
    """The judge declares a conflict with one finalist (회피): their sheet of it stops counting at once."""
    context, row = _own_row(request, entry)
    seat, now = context["seat"], clock.now(request)
    ensure(can_declare(request.actor, seat, now))
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        try:
            declare_recusal(assessor=seat, entry=row["place"].entry, reason=reason, actor=request.actor, now=now)
        except Invalid as invalid:
            put_errors(form, invalid)
        else:
            messages.success(request, _("You are recused from this entry. Your marks on it do not count."))
            return redirect("panel_all", edition)
    question = _("Your sheet of this entry stops counting at once. Recuse yourself?")
    context |= {
        "form": with_button(form, _("Recuse myself"), "danger", question),
        "place": row["place"],
        "recused": row["recused"],
        "crumbs": crumbs(request, (_("Recuse myself"), "")),
    }
    return render(request, "panel/recuse.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def seal(request, edition):
    """What the judge is about to seal, what is still missing with the way there, and the seal itself."""
    seat, panel = judge_here(request)
    order, now = places(panel), clock.now(request)
    ensure(can_seal(request.actor, seat, request.edition, now))
    missing = not_yet(panel, seat)
    if request.method == "POST":
        try:
            receipt = seal_sheets(edition=request.edition, actor=request.actor, now=now)
        except Invalid as invalid:
            missing = invalid.errors
        else:
            messages.success(request, _("Sealed. Receipt code: %(code)s") % {"code": receipt})
            return redirect("panel_all", edition)
    context = base_context(request, seat, panel, order)
    context |= {
        "crumbs": crumbs(request, (_("Seal my sheets"), "")),
        "lacking": [(place, missing[place.entry.public_id]) for place in order if place.entry.public_id in missing],
        "tried": request.method == "POST",
    }
    return render(request, "panel/seal.html", context)
