"""A reviewer's pages: the queue, one entry beside its sheet, all sheets in one table."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from awards import clock
from awards.decisions import Invalid, ensure
from awards.permissions import allows
from awards.services.records import record_access
from entries.files import file_response
from entries.queries import content, file_links, submitted_file
from judging.screening.permissions import can_review
from judging.screening.queries import held_of, own_sheet, queue, window_times
from judging.screening.services import hand_in_sheets
from judging.sheets.permissions import can_mark, can_read_sheet
from judging.sheets.queries import assessor_of, criteria_of, round_of, with_recusal
from judging.sheets.services.marking import Posted, save_posted, settle_sheet
from judging.sheets.services.marking import take_back as take_sheet_back
from judging.sheets.sheet_form import page_id, sheet_form, typed_of, with_trouble


def queue_page(request):
    """The reviewer's own queue with how far each sheet has come."""
    now, edition = clock.now(request), request.edition
    round = round_of(edition, "screening")
    assessor = assessor_of(round, request.actor) if round else None
    if assessor and assessor.pledged_at is None and allows(edition, "screening.declare", now):
        return redirect("sheets_pledge", edition.slug, "screening")
    rows = queue(request.actor, round) if assessor else []
    own = [row for row in rows if row.progress != "recused"]
    done = len([row for row in own if row.progress == "handed_in"])
    following = next((row for row in own if row.progress != "handed_in"), None)
    readable = bool(assessor) and allows(edition, "screening.read", now)
    context = {"rows": rows, "own": len(own), "done": done, "following": following, "readable": bool(readable)}
    context |= window_times(edition, now) | {"crumbs": [(_("My reviews"), "")]}
    return render(request, "screening/queue.html", context)


def _own(request, public_id):
    """The reviewer's own sheet by its address, with `recused`, its round being this edition."""
    ensure(can_review(request.actor, request.edition, clock.now(request)))
    found = get_object_or_404(with_recusal(own_sheet(request.actor, request.edition)), public_id=public_id)
    found.round.edition = request.edition
    return found


def _page(request, found, form, status=200, late=False):
    """One entry beside its sheet."""
    now, slug = clock.now(request), request.edition.slug
    version = content(found.entry.counting)
    files = file_links(version, lambda file: reverse("screening_file", args=[slug, found.public_id, file]))
    names = {row.name: row.label for row in form.fields}
    rows = [row for row in queue(request.actor, found.round) if row.progress != "recused"]
    at = next((place for place, row in enumerate(rows) if row.sheet.pk == found.pk), 0)
    context = {
        "sheet": found,
        "form": form,
        "content": version,
        "files": files,
        "held": [(names.get(mark.field, mark.field), mark) for mark in held_of(found)],
        "late": late,
        "may": {
            "mark": can_mark(request.actor, found, now),
            "take_back": found.state == "handed_in" and allows(request.edition, "screening.mark", now),
        },
        "at": at + 1,
        "of": len(rows),
        "done": len([row for row in rows if row.progress == "handed_in"]),
        "before": rows[at - 1].sheet if at else None,
        "after": rows[at + 1].sheet if at + 1 < len(rows) else None,
        "crumbs": [(_("My reviews"), reverse("screening", args=[slug])), (found.entry.counting.title, "")],
    }
    return render(request, "screening/sheet.html", context, status=status)


@require_safe
def sheet(request, edition, sheet):
    """One entry beside its sheet."""
    found = _own(request, sheet)
    ensure(can_read_sheet(request.actor, found, clock.now(request)))
    record_access(
        edition=request.edition, actor=request.actor, action="saw", subject=f"entry:{found.entry.public_id}"
    )
    return _page(request, found, sheet_form(found, criteria_of(found.round), request.edition.slug))


@require_safe
def file(request, edition, sheet, file):
    """A file of the entry, under the right to read it here."""
    found = _own(request, sheet)
    ensure(can_read_sheet(request.actor, found, clock.now(request)))
    attachment = submitted_file(found.entry.counting, file)
    if attachment is None:
        raise Http404
    record_access(
        edition=request.edition, actor=request.actor, action="downloaded", subject=f"file:{attachment.public_id}"
    )
    return file_response(attachment)


@require_POST
def hand_in(request, edition, sheet):
    """Saves what the form carried, then hands the sheet in; in trouble nothing is handed in and all stays typed."""
    found, now = _own(request, sheet), clock.now(request)
    form = sheet_form(found, criteria_of(found.round), request.edition.slug)
    typed, posted, errors = typed_of(request.POST, form), Posted({}, {}), {}
    if found.state == "open":
        page = page_id(request.POST)
        posted = save_posted(sheet=found, typed=typed, page=page, actor=request.actor, now=now)
    late = any(answer.body.get("code") == "late" for answer in posted.answers.values())
    if posted.all_saved:
        try:
            settle_sheet(sheet=found, state="handed_in", actor=request.actor, now=now)
        except Invalid as invalid:
            errors = invalid.errors
        else:
            messages.success(request, _("Handed in: %(title)s") % {"title": found.entry.counting.title})
            return redirect(_following(request, found))
    found = _own(request, sheet)
    form = sheet_form(found, criteria_of(found.round), request.edition.slug)
    with_trouble(form, posted, typed, errors)
    return _page(request, found, form, status=409 if late else 200, late=late)


def _following(request, found) -> str:
    """The next sheet that is not handed in, after this one or from the start; the queue when all are."""
    rows = [row.sheet for row in queue(request.actor, found.round) if row.progress not in ("recused", "handed_in")]
    following = next((row for row in rows if row.pk > found.pk), rows[0] if rows else None)
    if following is None:
        return reverse("screening", args=[request.edition.slug])
    return reverse("screening_sheet", args=[request.edition.slug, following.public_id])


@require_POST
def take_back(request, edition, sheet):
    """Opens a handed-in sheet again while the window is open."""
    found = _own(request, sheet)
    take_sheet_back(sheet=found, actor=request.actor, now=clock.now(request))
    messages.success(request, _("Taken back. It does not count until you hand it in again."))
    return redirect("screening_sheet", request.edition.slug, found.public_id)


def _table(request, error="", chosen=()):
    """All own sheets in one table."""
    now, round = clock.now(request), round_of(request.edition, "screening")
    ensure(can_review(request.actor, request.edition, now))
    assessor = assessor_of(round, request.actor) if round else None
    rows = queue(request.actor, round) if assessor and assessor.pledged_at else []
    criteria = criteria_of(round) if round else []
    context = {
        "rows": [(row, list(zip(criteria, row.points or [None] * len(criteria), strict=True))) for row in rows],
        "criteria": criteria,
        "complete": [row for row in rows if row.progress == "complete"],
        "error": error,
        "chosen": chosen,
        "may": {act: allows(request.edition, f"screening.{act}", now) for act in ("mark", "read")},
        "crumbs": [(_("My reviews"), reverse("screening", args=[request.edition.slug])), (_("All my sheets"), "")],
    }
    return render(request, "screening/all.html", context | window_times(request.edition, now))


@require_safe
def all_sheets(request, edition):
    """All own sheets in one table, to look them over before handing in."""
    return _table(request)


@require_POST
def hand_in_many(request, edition):
    """Hands the chosen sheets in, all or none."""
    ensure(can_review(request.actor, request.edition, clock.now(request)))
    chosen = request.POST.getlist("sheet")
    own = own_sheet(request.actor, request.edition).select_related("entry__counting")
    sheets = list(own.filter(public_id__in=[name.replace("\x00", "") for name in chosen]).order_by("pk"))
    if not sheets:
        return _table(request, _("Choose at least one sheet."))
    try:
        count = hand_in_sheets(sheets=sheets, actor=request.actor, now=clock.now(request))
    except Invalid as invalid:
        return _table(request, invalid.errors[""], chosen)
    text = ngettext("%(count)d sheet was handed in.", "%(count)d sheets were handed in.", count)
    messages.success(request, text % {"count": count})
    return redirect("screening", request.edition.slug)
