"""What the views of entries share: fetching one entry, its files' addresses, what a list was asked for."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from awards import clock
from entries.models import Entry
from entries.queries import visible_to
from entries.words import clean_line

SUBMITTED = ("submitted", "accepted", "rejected", "withdrawn")
ORDER_LABELS = {
    "": gettext_lazy("As begun"),
    "title": gettext_lazy("Title"),
    "lead": gettext_lazy("Lead"),
    "track": gettext_lazy("Track"),
    "newest": gettext_lazy("Newest submission first"),
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a manager's list was asked for: `filters` for queries.search, `order` a key of queries.ORDERS."""

    filters: dict[str, str]
    order: str

    @property
    def query(self) -> str:
        """The same, for an address."""
        return urlencode({name: value for name, value in (*self.filters.items(), ("order", self.order)) if value})


def wanted_by(request) -> Wanted:
    """Reads the address; what makes no sense is left out."""
    given = {name: clean_line(request.GET.get(name, "")).strip()[:200] for name in ("state", "title", "track", "order")}
    order = given.pop("order")
    given["state"] = given["state"] if given["state"] in SUBMITTED else ""
    return Wanted(given, order if order in ORDER_LABELS else "")


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
