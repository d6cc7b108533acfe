"""Who may write, submit, read and settle entries. Each answer is a Decision; nothing here writes.

An entry must carry `my_part` (queries.with_part) for the actor who asks.
"""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from awards.actors import Actor
from awards.decisions import ALLOWED, UNRELATED, Decision, forbidden, not_now
from awards.models import Edition
from awards.permissions import allows, both, has_role
from entries.models import Author, Entry

AUTHORS = ("lead", "co_author")
HAS_A_PART = _("You have a part in running or judging this edition, so you can't take part in it with an entry.")


def can_list(actor: Actor, edition: Edition, now: datetime) -> Decision:
    """Entrants see their own, manager and auditor what was submitted; the others have pages of their own."""
    if actor.user is None:
        return UNRELATED
    if actor.is_staff:
        return ALLOWED
    if actor.roles:
        return forbidden(_("This page is for entrants and managers."))
    return allows(edition, "call.read", now)


def can_export(actor: Actor, edition: Edition, now: datetime) -> Decision:
    """Managers take the list of what was submitted with them; each time with a reason that is kept."""
    return has_role(actor, "manager")


def can_create(actor: Actor, edition: Edition, now: datetime) -> Decision:
    """Any member of staff without a role in the edition, while the submission window is open."""
    if actor.user is None:
        return UNRELATED
    if actor.roles:
        return forbidden(HAS_A_PART)
    return allows(edition, "entry.write", now)


def _is_author(actor: Actor, entry: Entry, *parts: str) -> Decision:
    """One of the people on the entry, with one of these parts."""
    if actor.user is not None and entry.my_part in parts:
        return ALLOWED
    if entry.my_part == "invited":
        return forbidden(_("You are invited to this entry: accept the invitation first."))
    if entry.my_part:
        return forbidden(_("Only the lead of the entry does this."))
    if actor.is_staff and entry.counting_id:
        return forbidden(_("Only the people on an entry do this."))
    return UNRELATED


def can_read(actor: Actor, entry: Entry, now: datetime) -> Decision:
    """Authors read their own entry; manager and auditor what was submitted of it."""
    if actor.is_staff and entry.counting_id:
        return ALLOWED
    return _is_author(actor, entry, *AUTHORS)


def _still_open(entry: Entry) -> Decision:
    if entry.state in ("draft", "submitted"):
        return ALLOWED
    if entry.state == "withdrawn":
        return not_now(_("This entry was withdrawn. You can begin a new one while the submission window is open."))
    return not_now(_("This entry has been settled by the managers and can't be changed any more."))


def can_write(actor: Actor, entry: Entry, now: datetime) -> Decision:
    """Authors change the working copy, its files included, until the window closes."""
    return both(_is_author(actor, entry, *AUTHORS), _still_open(entry), allows(entry.edition, "entry.write", now))


def can_submit(actor: Actor, entry: Entry, now: datetime) -> Decision:
    """The lead submits, and submits again, until the window closes."""
    return both(_is_author(actor, entry, "lead"), _still_open(entry), allows(entry.edition, "entry.write", now))


def can_withdraw(actor: Actor, entry: Entry, now: datetime) -> Decision:
    """The lead withdraws until the entry has been settled."""
    return both(_is_author(actor, entry, "lead"), _still_open(entry), allows(entry.edition, "entry.withdraw", now))


def can_change_authors(actor: Actor, entry: Entry, now: datetime) -> Decision:
    """The lead invites while the window is open."""
    return can_submit(actor, entry, now)


def can_answer_invitation(actor: Actor, author: Author, entry: Entry, now: datetime) -> Decision:
    """The invited person accepts for themselves."""
    if actor.user is None or author.user_id != actor.user.pk:
        return _is_author(actor, entry)
    if actor.roles:
        return forbidden(HAS_A_PART)
    return both(_still_open(entry), allows(entry.edition, "entry.write", now))


def can_leave(actor: Actor, author: Author, entry: Entry, now: datetime) -> Decision:
    """A co-author leaves, or declines; the lead takes back an invitation that nobody has accepted yet."""
    own = actor.user is not None and author.user_id == actor.user.pk
    if author.part == Author.Part.LEAD:
        return forbidden(_("The lead can't leave an entry, only withdraw it.")) if own else _is_author(actor, entry)
    if not own and author.accepted_at is not None:
        return forbidden(_("Only the co-author can do this.")) if entry.my_part else UNRELATED
    related = ALLOWED if own else _is_author(actor, entry, "lead")
    return both(related, _still_open(entry), allows(entry.edition, "entry.write", now))


def can_settle(actor: Actor, entry: Entry, now: datetime) -> Decision:
    """A manager accepts or rejects what was submitted, between the close of submission and screening."""
    decision = both(has_role(actor, "manager"), allows(entry.edition, "entry.settle", now))
    if decision and entry.state not in ("submitted", "accepted", "rejected"):
        return not_now(_("Only what was submitted can be accepted or not."))
    return decision


def can_settle_any(actor: Actor, edition: Edition, now: datetime) -> Decision:
    return both(has_role(actor, "manager"), allows(edition, "entry.settle", now))
