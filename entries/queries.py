"""What is read of questions, entries, authors, files and submitted versions. Never writes.

`visible_to` is the one answer to which entries a person may see. Managers and auditor see what was submitted, never
the words of a draft: of those they get `draft_outlines`.
"""

import json
from collections.abc import Callable
from datetime import datetime

from django.db.models import (
    Case,
    CharField,
    Count,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Coalesce

from awards.actors import Actor
from awards.models import Edition, User
from entries.models import Attachment, Author, Entry, EntryVersion, FilePolicy, Question, Settlement


def with_part(entries: QuerySet[Entry], actor: Actor) -> QuerySet[Entry]:
    """Adds the actor's own part as `my_part`: "lead", "co_author", "invited" or ""."""
    mine = Author.objects.filter(entry=OuterRef("pk"), user=actor.user, left_at__isnull=True)
    part = Case(When(accepted_at__isnull=True, then=Value("invited")), default=F("part"), output_field=CharField())
    return entries.annotate(my_part=Coalesce(Subquery(mine.annotate(now=part).values("now")[:1]), Value("")))


def with_author(entries: QuerySet[Entry], actor: Actor) -> QuerySet[Entry]:
    """Adds the public id of the actor's own Author row as `my_author`, to answer an invitation with."""
    mine = Author.objects.filter(entry=OuterRef("pk"), user=actor.user, left_at__isnull=True)
    return entries.annotate(my_author=Subquery(mine.values("public_id")[:1]))


def visible_to(actor: Actor, edition: Edition, now: datetime) -> QuerySet[Entry]:
    """The entries of an edition that the actor may know of, with `my_part`.

    Authors and invited people: their own. Manager and auditor: what was submitted. Others: none.
    """
    entries = with_part(Entry.objects.filter(edition=edition), actor)
    if actor.user is None:
        return entries.none()
    if actor.is_staff:
        return entries.filter(counting__isnull=False)
    mine = Author.objects.filter(entry=OuterRef("pk"), user=actor.user, left_at__isnull=True)
    return entries.filter(Exists(mine))


def accepted(edition: Edition) -> QuerySet[Entry]:
    """The entries that go on to screening, with the version that counts and the track."""
    return Entry.objects.filter(edition=edition, state="accepted").select_related("counting", "counting__track")


def content(version: EntryVersion) -> dict:
    """What was submitted; its shape stands at EntryVersion."""
    return json.loads(version.content)


def lead_of(content: dict) -> dict:
    """The lead as copied at submission."""
    return next(person for person in content["people"] if person["part"] == Author.Part.LEAD)


def lead_label(content: dict) -> str:
    """Name, form of address and office of the lead as copied at submission: 이경우 주무관 · 부산세관."""
    lead = lead_of(content)
    return " · ".join(filter(None, (f"{lead['name']} {lead['title']}".strip(), lead["office"])))


def file_links(content: dict, address: Callable[[str], str]) -> list[dict]:
    """The files of a submitted version for `entries/_reading.html`; `address` makes a file's URL of its public id."""
    return [file | {"url": address(file["file"])} for file in content["files"]]


def submitted_file(version: EntryVersion, public_id: str) -> Attachment | None:
    """A file of a submitted version, or None where it has no such file."""
    if public_id not in {file["file"] for file in content(version)["files"]}:
        return None
    return Attachment.objects.filter(entry=version.entry_id, public_id=public_id).first()


def live_files(entry: Entry) -> list[Attachment]:
    """The files of the working copy."""
    return list(Attachment.objects.filter(entry=entry, removed_at__isnull=True))


def policy_of(edition: Edition) -> FilePolicy:
    """Which files the edition's entries may have; one query, kept on this object."""
    if not hasattr(edition, "_file_policy"):
        edition._file_policy = FilePolicy.objects.filter(edition=edition).first() or FilePolicy(edition=edition)
    return edition._file_policy


def questions_of(edition: Edition) -> list[Question]:
    return list(Question.objects.filter(edition=edition))


def people_on(entry: Entry) -> list[Author]:
    """The lead and the co-authors, invited ones included, with their offices."""
    return list(Author.objects.filter(entry=entry, left_at__isnull=True).select_related("user__office"))


def versions_of(entry: Entry) -> list[EntryVersion]:
    """The submitted versions, the newest first, without their words."""
    return list(EntryVersion.objects.filter(entry=entry).defer("content").order_by("-number"))


def settlements_of(entry: Entry) -> list[Settlement]:
    return list(Settlement.objects.filter(entry=entry).select_related("actor__office", "version").order_by("-id"))


def people_of_many(entries: list[Entry]) -> dict[int, list[User]]:
    """The people on each entry who have accepted, by the entry's pk. One query."""
    people = {entry.pk: [] for entry in entries}
    live = Author.objects.filter(entry__in=people, left_at__isnull=True, accepted_at__isnull=False)
    for author in live.select_related("user").order_by("pk"):
        people[author.entry_id].append(author.user)
    return people


def last_settlements(entries: list[Entry]) -> list[Settlement]:
    """The newest word on each of these entries, with its version but for the content. One query."""
    words = Settlement.objects.filter(entry__in=[entry.pk for entry in entries]).order_by("entry_id", "-pk")
    return list(words.distinct("entry_id").select_related("entry", "version").defer("version__content"))


def is_author(edition: Edition, user) -> bool:
    """Whether a person is on an entry of the edition, or named by a version that counts; withdrawn ones apart."""
    author = Q(author__user=user, author__left_at__isnull=True, author__accepted_at__isnull=False)
    named = Q(counting__content__contains=f'"user":"{user.public_id}"')
    return Entry.objects.filter(author | named, edition=edition).exclude(state="withdrawn").exists()


def for_list(entries: QuerySet[Entry]) -> QuerySet[Entry]:
    """With what a row of a list shows."""
    return entries.select_related("track", "counting__track").defer("counting__content", "summary", "answers")


def search(entries: QuerySet[Entry], *, state: str = "", title: str = "", track: str = "") -> QuerySet[Entry]:
    """Narrows submitted entries by state, by any part of the title that counts, and by track (its public id)."""
    if state:
        entries = entries.filter(state=state)
    if track:
        entries = entries.filter(counting__track__public_id=track)
    return entries.filter(counting__title__icontains=title) if title else entries


# The orders of a list of submitted entries: what is compared, and whether the greatest comes first. "pk" breaks ties.
ORDERS = {
    "": ("pk", False),
    "title": ("counting__title", False),
    "lead": ("counting__lead", False),
    "track": ("counting__track__position", False),
    "newest": ("counting__at", True),
}


def ordered(entries: QuerySet[Entry], order: str) -> QuerySet[Entry]:
    """In one of ORDERS."""
    field, down = ORDERS[order]
    return entries.order_by(f"-{field}" if down else field, "pk")


def page_of(entries: QuerySet[Entry], after: str, size: int, order: str = "") -> tuple[list[Entry], str]:
    """Up to `size` entries after the one with the public id `after`, and the id to go on from ("": no more)."""
    field, down = ORDERS[order]
    last = Entry.objects.filter(public_id=after).values_list(field, "pk").first() if after else None
    if last:
        beyond = Q(**{f"{field}__{'lt' if down else 'gt'}": last[0]})
        entries = entries.filter(beyond | Q(**{field: last[0]}, pk__gt=last[1]))
    rows = list(ordered(entries, order)[: size + 1])
    return rows[:size], rows[size - 1].public_id if len(rows) > size else ""


def counts(edition: Edition) -> dict[str, int]:
    """How many submitted entries are in each state, and under "draft" how many drafts there are. One query."""
    rows = Entry.objects.filter(edition=edition).exclude(state="withdrawn", counting__isnull=True)
    return dict(rows.order_by().values_list("state").annotate(Count("pk")))


def draft_outlines(edition: Edition, questions: list[Question], most: int = 50) -> list[Entry]:
    """Drafts as a manager may know of them: track, `filled` of `wanted` parts, when last changed; no words."""
    parts = [("track", Q(track__isnull=False)), ("title", ~Q(title="")), ("summary", ~Q(summary=""))]
    drafts = Entry.objects.filter(edition=edition, state="draft").select_related("track")
    for question in (question for question in questions if question.required):
        name = f"answer_{question.public_id}"
        drafts = drafts.alias(**{name: KeyTextTransform(question.public_id, "answers")})
        parts.append((name, Q(**{f"{name}__isnull": False}) & ~Q(**{name: ""})))
    one, none = Value(1), Value(0)
    filled = sum((Case(When(test, then=one), default=none, output_field=IntegerField()) for _name, test in parts), none)
    rows = drafts.annotate(filled=filled, wanted=Value(len(parts))).only("state", "changed_at", "track", "edition")
    return list(rows.order_by("-changed_at", "pk")[:most])
