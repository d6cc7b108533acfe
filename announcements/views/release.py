"""Preparing, previewing and releasing an announcement."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from announcements.models import KINDS, Announcement, Preparation
from announcements.permissions import can_prepare, can_release, can_see_preparations
from announcements.queries import announced, audiences, compose, open_preparation, record_of
from announcements.services.release import drop_preparation, prepare_announcement, release_announcement
from awards import clock
from awards.decisions import Invalid, ensure


def _preparation(request, public_id: str) -> Preparation:
    ensure(can_see_preparations(request.actor, request.edition, clock.now(request)))
    preparation = get_object_or_404(
        Preparation.objects.select_related("prepared_by"), edition=request.edition, public_id=public_id
    )
    preparation.edition = request.edition
    return preparation


@require_safe
def overview(request, edition):
    """What has been told, what is prepared, and what can be prepared now."""
    now = clock.now(request)
    ensure(can_see_preparations(request.actor, request.edition, now))
    kinds = [
        {
            "kind": kind,
            "told": announced(request.edition, kind)
            or Announcement.objects.filter(edition=request.edition, kind=kind).last(),
            "preparation": open_preparation(request.edition, kind),
            "may_prepare": can_prepare(request.actor, request.edition, kind, now),
            "decided": compose(request.edition, kind) is not None,
        }
        for kind in KINDS
    ]
    return render(request, "announcements/overview.html", {"kinds": kinds})


@require_POST
def prepare(request, edition, kind):
    """Makes the record; nobody but managers and the auditor sees it."""
    if kind not in KINDS:
        raise Http404
    try:
        prepared = prepare_announcement(edition=request.edition, kind=kind, actor=request.actor, now=clock.now(request))
    except Invalid as invalid:
        messages.error(request, str(invalid))
        return redirect("announcements", request.edition.slug)
    messages.success(request, _("Prepared. A second manager looks at it and releases it."))
    return redirect("announcement_preview", request.edition.slug, prepared.public_id)


@require_safe
def preview(request, edition, preparation):
    """What each audience will see, with the names on each list, before anything is told."""
    prepared = _preparation(request, preparation)
    now = clock.now(request)
    context = {
        "preparation": prepared,
        "record": record_of(prepared),
        "audiences": audiences(request.edition, prepared),
        "may": {
            "release": can_release(request.actor, prepared, now),
            "drop": can_prepare(request.actor, request.edition, prepared.kind, now),
        },
    }
    return render(request, "announcements/preview.html", context)


@require_POST
def drop(request, edition, preparation):
    """Gives the preparation up."""
    drop_preparation(preparation=_preparation(request, preparation), actor=request.actor, now=clock.now(request))
    messages.success(request, _("Dropped. Nothing was announced."))
    return redirect("announcements", request.edition.slug)


@require_POST
def release(request, edition, preparation):
    """The one act that tells it."""
    prepared = _preparation(request, preparation)
    try:
        told = release_announcement(preparation=prepared, actor=request.actor, now=clock.now(request))
    except Invalid as invalid:
        messages.error(request, str(invalid))
        return redirect("announcement_preview", request.edition.slug, prepared.public_id)
    messages.success(request, _("Announced."))
    return redirect(told.kind, request.edition.slug)
