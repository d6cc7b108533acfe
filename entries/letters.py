"""Which mails the acts on entries send, and to whom. Views call these in the transaction of the act; the text stands
in templates/mail. `address` makes an absolute address of a path (request.build_absolute_uri)."""

from collections.abc import Callable, Iterable
from datetime import datetime

from django.urls import reverse

from awards.models import Edition, User
from awards.services.mail import Letter, queue_mail
from entries.models import Author, Entry, EntryVersion
from entries.queries import last_settlements, people_of_many

Address = Callable[[str], str]


def _closes(edition: Edition) -> datetime | None:
    window = edition.windows().get("submission")
    return window.closes if window else None


def tell_submitted(*, entry: Entry, version: EntryVersion, address: Address, now: datetime) -> None:
    """The receipt, to the lead and the co-authors; a submission that was only repeated tells nothing again."""
    words = {"version": version, "link": _link(entry, address), "closes": _closes(entry.edition)}
    letters = [Letter(person, version.receipt, words) for person in people_of_many([entry])[entry.pk]]
    queue_mail(edition=entry.edition, kind="entry_submitted", letters=letters, now=now)


def tell_settled(*, edition: Edition, entries: Iterable[Entry], address: Address, now: datetime) -> None:
    """The manager's word, with its reason, to the people on each of these entries; in a fixed number of queries."""
    words = last_settlements(list(entries))
    people = people_of_many([word.entry for word in words])
    for verdict in ("accepted", "rejected"):
        letters = [
            Letter(person, f"{word.version.receipt}-{word.pk}", _settled(word, edition, address))
            for word in words
            if word.verdict == verdict
            for person in people[word.entry_id]
        ]
        if letters:
            queue_mail(edition=edition, kind=f"entry_{verdict}", letters=letters, now=now)


def _settled(word, edition: Edition, address: Address) -> dict:
    word.entry.edition = edition
    return {"version": word.version, "reason": word.reason, "link": _link(word.entry, address)}


def tell_invited(*, author: Author, entry: Entry, inviter: User, address: Address, now: datetime) -> None:
    """The invitation, without a word of the draft."""
    link = address(reverse("entries", args=[entry.edition.slug]))
    words = {"inviter": inviter, "link": link, "closes": _closes(entry.edition)}
    letters = [Letter(author.user, author.public_id, words)]
    queue_mail(edition=entry.edition, kind="co_author_invited", letters=letters, now=now)


def _link(entry: Entry, address: Address) -> str:
    return address(reverse("entry", args=[entry.edition.slug, entry.public_id]))
