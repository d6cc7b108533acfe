"""The documents of an announcement: which there are, asking the worker for them, taking them."""

from django.contrib import messages
from django.core.files.storage import default_storage
from django.http import FileResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from announcements.documents.catalogue import BUNDLE, BY_NAME, DOCUMENTS
from announcements.documents.facts import available, basis_of
from announcements.forms import DocumentsForm, ReasonForm
from announcements.models import DocumentFile
from announcements.permissions import can_make_documents, can_see_documents
from announcements.queries import latest_documents
from announcements.services.documents import ask_documents, take_document
from announcements.tasks import make_documents
from awards import clock
from awards.decisions import Invalid, ensure

TYPES = {
    "pdf": "application/pdf",
    "hwpx": "application/hwp+zip",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "zip": "application/zip",
}


def _crumbs(edition, *more):
    return [
        (_("Announcements"), reverse("announcements", args=[edition.slug])),
        (_("Documents"), reverse("documents", args=[edition.slug]) if more else ""),
        *more,
    ]


def _last_words(rows: dict[str, DocumentFile]) -> str:
    last = max(rows.values(), key=lambda file: file.pk, default=None)
    return last.quotation if last else ""


def _shelf(request, form=None):
    edition, now = request.edition, clock.now(request)
    ensure(can_see_documents(request.actor, edition, now))
    rows, ready = latest_documents(edition), available(edition)
    lines = [{"document": d, "file": rows.get(d.name), "ready": d.needs in ready} for d in [*DOCUMENTS, BUNDLE]]
    form = form or DocumentsForm(initial={"quotation": _last_words(rows)})
    if "accepted" not in form.errors:
        del form.fields["accepted"]  # asked for only where there is something to accept
    files = [line["file"] for line in lines if line["file"]]
    last = max(files, key=lambda file: file.pk, default=None)
    batch = [file for file in files if last and file.asked_at == last.asked_at]
    context = {
        "lines": lines,
        "batch": batch,
        "ended": sum(file.ended_at is not None for file in batch),
        "busy": any(file.ended_at is None for file in files),
        "basis": basis_of(edition),
        "form": form,
        "may": {"make": can_make_documents(request.actor, edition, now)},
        "crumbs": _crumbs(edition),
    }
    return render(request, "announcements/documents.html", context)


@require_safe
def shelf(request, edition):
    """Which documents there are, and how far the worker is."""
    return _shelf(request)


@require_POST
def make(request, edition):
    """Asks the worker for all documents that can be made now."""
    now = clock.now(request)
    ensure(can_make_documents(request.actor, request.edition, now))
    form = DocumentsForm(request.POST)
    if not form.is_valid():
        return _shelf(request, form)
    try:
        asked = ask_documents(edition=request.edition, actor=request.actor, now=now, **form.cleaned_data)
    except Invalid as invalid:
        for field, message in invalid.errors.items():
            form.add_error(field if field in form.fields else None, message)
        return _shelf(request, form)
    if asked:
        make_documents.enqueue([document.public_id for document in asked])
        messages.success(request, _("The documents are being made."))
    return redirect("documents", request.edition.slug)


@require_http_methods(["GET", "HEAD", "POST"])
def download(request, edition, document):
    """One document; one with marks or with people who were not announced asks for a reason first."""
    now = clock.now(request)
    ensure(can_see_documents(request.actor, request.edition, now))
    made = DocumentFile.objects.filter(edition=request.edition, state="made")
    found = get_object_or_404(made, public_id=document)
    found.edition, kind = request.edition, BY_NAME[found.name]
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if kind.restricted and not form.is_valid():
        context = {"form": form, "file": found, "document": kind, "crumbs": _crumbs(request.edition, (kind.label, ""))}
        return render(request, "announcements/document_reason.html", context)
    reason = form.cleaned_data["reason"] if kind.restricted else ""
    take_document(document=found, restricted=kind.restricted, reason=reason, actor=request.actor, now=now)
    return _file(found)


def _file(document: DocumentFile) -> FileResponse:
    """The file as a download that no browser will ever run, kept by no cache."""
    name = f"{document.edition.slug}-{document.name}"
    kind = TYPES[document.name.rsplit(".", 1)[1]]
    opened = default_storage.open(document.stored_as, "rb")
    response = FileResponse(opened, as_attachment=True, filename=name, content_type=kind)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["Cache-Control"] = "private, no-store"
    return response
