"""What the views of entries share: fetching one entry, and its files' addresses."""

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from awards import clock
from entries.models import Entry
from entries.queries import visible_to


def the_entry(request, public_id: str) -> Entry:
    """An entry that the actor may know of, on the request's edition; else 404."""
    entries = visible_to(request.actor, request.edition, clock.now(request)).select_related("track", "counting")
    entry = get_object_or_404(entries, public_id=public_id)
    entry.edition = request.edition
    return entry


def file_address(entry: Entry):
    """Makes the address of a file of this entry from the file's public id."""
    return lambda file: reverse("entry_file", args=[entry.edition.slug, entry.public_id, file])


def crumbs(request, *more: tuple[str, str]) -> list[tuple[str, str]]:
    """The way from the list to a page."""
    label = _("Entries") if request.actor.is_staff else _("My entries")
    return [(label, reverse("entries", args=[request.edition.slug])), *more]


def name_of(entry: Entry) -> str:
    """The title that the actor may see: what counts, for those who are not on the entry."""
    title = entry.title if entry.my_part else entry.counting.title
    return title or _("Untitled")
