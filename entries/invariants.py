"""What must always hold of entries; `check()` yields a line per fault. Reads only."""

import json
from collections.abc import Iterator
from datetime import timedelta

from django.db.models import Count, F, Max, Q

from awards.canonical import canonical, digest
from awards.models import Edition, RoleGrant
from entries.models import Attachment, Author, Entry, EntryVersion, FilePolicy, Settlement
from entries.queries import lead_label

CLOCKS_AGREE = timedelta(seconds=60)  # RULES, "The ledger": `at` and `recorded_at` in a real edition


def check() -> Iterator[str]:
    """A line per fault, in all editions."""
    for invariant in INVARIANTS:
        yield from invariant()


def versions_are_what_was_submitted() -> Iterator[str]:
    """Content, digest and the columns for lists fit each other."""
    for version in EntryVersion.objects.select_related("entry", "track").iterator():
        where = f"entry {version.entry.public_id} version {version.number}"
        content = json.loads(version.content)
        if version.content != canonical(content) or version.digest != digest(version.content):
            yield f"{where}: its digest does not fit its content"
        told = (content["title"], content["track"], lead_label(content))
        if told != (version.title, version.track.name, version.lead):
            yield f"{where}: title, track or lead differ from its content"
        if version.track.edition_id != version.entry.edition_id:
            yield f"{where}: its track is of another edition"


def versions_count_up_and_the_last_counts() -> Iterator[str]:
    rows = Entry.objects.annotate(many=Count("entryversion"), last=Max("entryversion__number"))
    for entry in rows.select_related("counting").iterator():
        if entry.many != (entry.last or 0):
            yield f"entry {entry.public_id}: {entry.many} versions, the last is number {entry.last}"
        if entry.many and (entry.counting is None or entry.counting.entry_id != entry.pk):
            yield f"entry {entry.public_id}: the version that counts is not its own"
        elif entry.many and entry.counting.number != entry.last:
            yield f"entry {entry.public_id}: version {entry.counting.number} counts, the last is {entry.last}"


def every_entry_has_one_lead() -> Iterator[str]:
    live_leads = Count("author", filter=Q(author__part="lead", author__left_at__isnull=True))
    for entry in Entry.objects.annotate(leads=live_leads).exclude(leads=1):
        yield f"entry {entry.public_id}: {entry.leads} leads"


def verdicts_have_their_settlement() -> Iterator[str]:
    last = {row.entry_id: row for row in Settlement.objects.order_by("id").iterator()}
    for entry in Entry.objects.filter(state__in=["accepted", "rejected"]).iterator():
        word = last.get(entry.pk)
        if word is None or (word.verdict, word.version_id) != (entry.state, entry.counting_id):
            yield f"entry {entry.public_id}: {entry.state} without such a settlement of the version that counts"


def nobody_stands_on_two_sides() -> Iterator[str]:
    authors = Author.objects.filter(left_at__isnull=True, accepted_at__isnull=False).exclude(entry__state="withdrawn")
    live = RoleGrant.objects.filter(until__isnull=True).values_list("edition_id", "user_id")
    both = set(live) & set(authors.values_list("entry__edition_id", "user_id"))
    slugs = dict(Edition.objects.values_list("pk", "slug"))
    for edition, user in sorted(both):
        yield f"{slugs[edition]}: person {user} is an author and has a role"


def submitted_files_are_kept() -> Iterator[str]:
    most = dict(FilePolicy.objects.values_list("edition", "most"))
    live = Count("attachment", filter=Q(attachment__removed_at__isnull=True))
    for entry in Entry.objects.annotate(live=live).filter(live__gt=1):
        if entry.live > most.get(entry.edition_id, FilePolicy().most):
            yield f"entry {entry.public_id}: {entry.live} live files"
    known = {
        (file.entry_id, file.public_id): (file.sha256, file.size, file.file) for file in Attachment.objects.iterator()
    }
    for version in EntryVersion.objects.select_related("entry").iterator():
        for file in json.loads(version.content)["files"]:
            sha256, size, stored = known.get((version.entry_id, file["file"]), ("", 0, None))
            if (sha256, size) != (file["sha256"], file["size"]) or not stored.storage.exists(stored.name):
                yield f"entry {version.entry.public_id} version {version.number}: a submitted file is not kept"


def tracks_are_of_the_edition() -> Iterator[str]:
    for entry in Entry.objects.exclude(track__edition=F("edition")).filter(track__isnull=False):
        yield f"entry {entry.public_id}: its track is of another edition"


def clocks_agree() -> Iterator[str]:
    """In editions of kind real the moment passed in and the database's own may not differ by more than 60 s."""
    for model in (EntryVersion, Settlement):
        rows = model.objects.filter(entry__edition__kind="real").select_related("entry")
        apart = Q(recorded_at__gt=F("at") + CLOCKS_AGREE) | Q(recorded_at__lt=F("at") - CLOCKS_AGREE)
        for row in rows.filter(apart):
            yield f"entry {row.entry.public_id}: {model._meta.verbose_name} was recorded at another time than it says"


INVARIANTS = [
    versions_are_what_was_submitted,
    versions_count_up_and_the_last_counts,
    every_entry_has_one_lead,
    verdicts_have_their_settlement,
    nobody_stands_on_two_sides,
    submitted_files_are_kept,
    tracks_are_of_the_edition,
    clocks_agree,
]
