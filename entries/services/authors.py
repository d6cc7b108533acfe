"""Puts people on an entry and takes them off. The lead is set when the draft begins and never changes here."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from awards.actors import Actor
from awards.decisions import Invalid, ensure
from awards.models import RoleGrant, User
from entries.models import Author, Entry
from entries.permissions import can_answer_invitation, can_change_authors, can_leave
from entries.services.drafting import lock_person, locked_entry

MOST = 20  # people on an entry


@transaction.atomic
def invite_author(*, entry: Entry, username: str, actor: Actor, now: datetime) -> Author:
    """The lead invites somebody by account name; who is invited already is given back."""
    locked = locked_entry(entry, actor)
    ensure(can_change_authors(actor, locked, now))
    user = User.objects.select_for_update().filter(username=username.strip(), is_active=True).first()
    if user is None:
        raise Invalid({"username": _("There is no account of that name: ask the person how theirs is written.")})
    present = Author.objects.filter(entry=locked, left_at__isnull=True)
    if there := present.filter(user=user).first():
        if there.accepted_at:
            raise Invalid({"username": _("%(name)s is on this entry already.") % {"name": user.called}})
        return there
    if RoleGrant.objects.filter(edition=locked.edition, user=user, until__isnull=True).exists():
        raise Invalid(
            {
                "username": _("%(name)s has a part in running or judging this edition and can't be on an entry.")
                % {"name": user.called}
            }
        )
    if present.count() >= MOST:
        raise Invalid({"username": _("At most %(most)d people can be on an entry.") % {"most": MOST}})
    return Author.objects.create(entry=locked, user=user, part=Author.Part.CO_AUTHOR, added_at=now)


@transaction.atomic
def accept_invitation(*, author: Author, entry: Entry, actor: Actor, now: datetime) -> Author:
    """The invited person says yes: from now they write the entry too. A repeat changes nothing."""
    locked = locked_entry(entry, actor)
    author = Author.objects.select_for_update().get(pk=author.pk, entry=locked)
    ensure(can_answer_invitation(actor, author, locked, now))
    if author.left_at:
        raise Invalid({"": _("This invitation was taken back.")})
    if author.accepted_at is None:
        lock_person(locked.edition, actor.user)
        author.accepted_at = locked.changed_at = now
        author.save(update_fields=["accepted_at"])
        locked.save(update_fields=["changed_at"])
    return author


@transaction.atomic
def leave_entry(*, author: Author, entry: Entry, actor: Actor, now: datetime) -> Author:
    """A co-author leaves or declines, or the lead takes an invitation back. What was submitted still names them."""
    locked = locked_entry(entry, actor)
    author = Author.objects.select_for_update().get(pk=author.pk, entry=locked)
    ensure(can_leave(actor, author, locked, now))
    if author.left_at is None:
        author.left_at = now
        author.save(update_fields=["left_at"])
        if author.accepted_at:
            locked.changed_at = now
            locked.save(update_fields=["changed_at"])
    return author
