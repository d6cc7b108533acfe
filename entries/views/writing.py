"""The entrant's form: begin, write, save as typed, files, submit, withdraw."""

import json

from django.contrib import messages
from django.http import JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from awards import clock
from awards.decisions import Invalid, ensure
from awards.forms import add_errors
from entries.forms import DraftForm
from entries.letters import tell_submitted
from entries.models import Attachment
from entries.permissions import can_create, can_submit, can_withdraw, can_write
from entries.queries import file_links, live_files, questions_of
from entries.services.attaching import attach_file, remove_file
from entries.services.drafting import create_entry, save_draft, save_field
from entries.services.submitting import content_of, missing, submit_entry, withdraw_entry
from entries.views.rows import crumbs, file_address, name_of, the_entry

PAGE_METHODS = ["GET", "HEAD", "POST"]


@require_http_methods(PAGE_METHODS)
def entry_new(request, edition):
    """The conditions of the call, then a draft."""
    now = clock.now(request)
    may = can_create(request.actor, request.edition, now)
    ensure(may)
    if request.method == "POST":
        entry = create_entry(edition=request.edition, actor=request.actor, now=now)
        return redirect("entry_edit", edition, entry.public_id)
    title = _("Begin an entry")
    context = {
        "crumbs": crumbs(request, (title, "")),
        "title": title,
        "window": request.edition.windows()["submission"],
    }
    return render(request, "entries/new.html", context)


@require_http_methods(PAGE_METHODS)
def entry_edit(request, edition, entry):
    """The whole form; its button saves it at once where no script does."""
    row = the_entry(request, entry)
    ensure(can_write(request.actor, row, clock.now(request)))
    form = _form(request, row)
    if request.method == "POST" and _saved(request, form):
        if "review" in request.POST:
            return redirect("entry_submit", edition, entry)
        messages.success(request, _("Saved."))
        return redirect("entry_edit", edition, entry)
    return _edit_page(request, form)


@require_POST
def entry_upload(request, edition, entry):
    """Adds the chosen file, and saves what else was typed."""
    row = the_entry(request, entry)
    ensure(can_write(request.actor, row, clock.now(request)))
    form = _form(request, row)
    if not request.FILES.get("file"):
        form.add_error("file" if "file" in form.fields else None, _("Choose a file first."))
    elif _saved(request, form):
        messages.success(request, _("The file is attached."))
        return redirect(f"{reverse('entry_edit', args=[edition, entry])}#files")
    return _edit_page(request, form)


@require_POST
def entry_remove_file(request, edition, entry, file):
    """Takes a file off, and saves what else was typed."""
    row = the_entry(request, entry)
    now = clock.now(request)
    ensure(can_write(request.actor, row, now))
    attachment = get_object_or_404(Attachment, entry=row, public_id=file)
    form = _form(request, row)
    if not _saved(request, form):
        return _edit_page(request, form)
    remove_file(attachment=attachment, entry=row, actor=request.actor, now=now)
    messages.success(request, _("The file was removed."))
    return redirect(f"{reverse('entry_edit', args=[edition, entry])}#files")


def _form(request, entry) -> DraftForm:
    tracks, files = list(request.edition.track_set.all()), live_files(entry)
    data = (request.POST, request.FILES) if request.method == "POST" else ()
    return DraftForm(*data, entry=entry, questions=questions_of(request.edition), tracks=tracks, files=files)


def _saved(request, form: DraftForm) -> bool:
    """Saves the text and then the file of a form; else its messages stand at the fields, and what was typed stays."""
    form.is_valid()  # an empty file is the service's to name
    given = {"entry": form.entry, "actor": request.actor, "now": clock.now(request)}
    try:
        save_draft(values=form.values(), based_on=form.based_on(), **given)
        if upload := request.FILES.get("file"):
            _advise(request, attach_file(upload=upload, **given))
    except Invalid as invalid:
        form.errors.clear()
        add_errors(form, invalid)
        return False
    return True


def _advise(request, attachment: Attachment) -> None:
    """HWP is taken, but there is something better."""
    if attachment.kind == "hwp":
        words = _("HWP opens in few programs: better save it as HWPX, attach that and remove this one.")
        messages.info(request, words)


def _edit_page(request, form: DraftForm):
    entry = the_entry(request, form.entry.public_id)
    form.look_at(entry)
    context = {
        "title": name_of(entry),
        "crumbs": crumbs(
            request, (name_of(entry), reverse("entry", args=[entry.edition.slug, entry.public_id])), (_("Write"), "")
        ),
        "entry": entry,
        "form": form,
        "files": _files(entry),
        "missing": list(missing(entry, form.questions).items()),
        "may": {"submit": can_submit(request.actor, entry, clock.now(request))},
        "window": entry.edition.windows()["submission"],
    }
    return render(request, "entries/edit.html", context)


def _files(entry) -> list[dict]:
    address = file_address(entry)
    return [
        {
            "name": file.name,
            "size": file.size,
            "url": address(file.public_id),
            "remove": reverse("entry_remove_file", args=[entry.edition.slug, entry.public_id, file.public_id]),
        }
        for file in live_files(entry)
    ]


@require_POST
def entry_save(request, edition, entry):
    """One field, as typed (static/js/autosave.js)."""
    row, now = the_entry(request, entry), clock.now(request)
    try:
        sent = json.loads(request.body)
        field, value, based_on = sent["field"], sent["value"], sent["based_on"]
    except (ValueError, KeyError, TypeError):
        sent = field = value = based_on = None
    if not (isinstance(field, str) and isinstance(value, str) and type(based_on) is int):
        return JsonResponse({"message": _("This is not what the form sends.")}, status=400)
    try:
        answer = save_field(entry=row, field=field, value=value, based_on=based_on, actor=request.actor, now=now)
    except Invalid as invalid:
        return JsonResponse({"field": field, "message": str(invalid)}, status=422)
    return JsonResponse(answer.body, status=answer.status)


@require_http_methods(PAGE_METHODS)
def entry_submit(request, edition, entry):
    """The entry as its reviewers will see it, what is missing, and the button that submits."""
    row, now = the_entry(request, entry), clock.now(request)
    if request.method == "POST":
        try:
            version = submit_entry(entry=row, actor=request.actor, now=now)
        except Invalid:
            messages.error(request, _("Not submitted: something is still missing. The list below names it."))
        else:
            tell_submitted(entry=row, version=version, address=request.build_absolute_uri, now=now)
            messages.success(
                request, _("Submitted. Your receipt number is %(receipt)s.") % {"receipt": version.receipt}
            )
            return redirect("entry", edition, entry)
    ensure(can_submit(request.actor, row, now))
    questions = questions_of(request.edition)
    content = content_of(row, questions)
    back = reverse("entry_edit", args=[edition, entry])
    context = {
        "title": _("Review and submit"),
        "crumbs": crumbs(request, (name_of(row), back), (_("Review and submit"), "")),
        "entry": row,
        "content": content,
        "files": file_links(content, file_address(row)),
        "missing": [(f"{back}#id_{field}", message) for field, message in missing(row, questions).items()],
        "window": request.edition.windows()["submission"],
    }
    return render(request, "entries/review.html", context)


@require_http_methods(PAGE_METHODS)
def entry_withdraw(request, edition, entry):
    """Asks, then withdraws for good."""
    row, now = the_entry(request, entry), clock.now(request)
    if request.method == "POST":
        withdraw_entry(entry=row, actor=request.actor, now=now)
        messages.success(request, _("The entry was withdrawn."))
        return redirect("entry", edition, entry)
    ensure(can_withdraw(request.actor, row, now))
    back = reverse("entry", args=[edition, entry])
    context = {
        "title": _("Withdraw this entry?"),
        "crumbs": crumbs(request, (name_of(row), back), (_("Withdraw the entry"), "")),
        "entry": row,
        "back": back,
    }
    return render(request, "entries/withdraw.html", context)
