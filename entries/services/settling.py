"""Keeps a manager's word on submitted entries: accepted, or not and why."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from awards.actors import Actor
from awards.decisions import Invalid, ensure
from awards.models import Edition
from entries.models import Entry, Settlement
from entries.permissions import can_settle, can_settle_any
from entries.services.drafting import locked_entry
from entries.states import check_move
from entries.words import clean_text

REASON_LIMIT = 2000  # characters


@transaction.atomic
def settle_entry(*, entry: Entry, verdict: str, reason: str = "", actor: Actor, now: datetime) -> Entry:
    """Accepts or rejects ("accepted", "rejected") what was submitted; a rejection has a reason.

    A repeat of the present verdict changes nothing; the other one replaces it, both are kept.
    """
    locked = locked_entry(entry, actor)
    ensure(can_settle(actor, locked, now))
    if verdict not in dict(Settlement._meta.get_field("verdict").choices):
        raise Invalid({"verdict": _("Choose whether the entry is accepted.")})
    if locked.state == verdict:
        return locked
    reason = clean_text(reason).strip()
    if verdict == "rejected" and not reason:
        raise Invalid({"reason": _("Write the reason: it is kept and the entrant sees it.")})
    if len(reason) > REASON_LIMIT:
        raise Invalid({"reason": _("At most %(limit)d characters: shorten the text.") % {"limit": REASON_LIMIT}})
    check_move(locked.state, verdict)
    Settlement.objects.create(
        entry=locked, version_id=locked.counting_id, verdict=verdict, reason=reason, actor=actor.user, at=now
    )
    locked.state = verdict
    locked.save(update_fields=["state"])
    return locked


@transaction.atomic
def accept_entries(*, edition: Edition, entries: Iterable[Entry], actor: Actor, now: datetime) -> list[Entry]:
    """Accepts many at once, in a fixed number of queries; those accepted before are left as they are.

    Returns those that were accepted now. Raises Invalid naming those that can't be, and then accepts none.
    """
    ensure(can_settle_any(actor, edition, now))
    wanted = [entry.pk for entry in entries]
    locked = list(Entry.objects.select_for_update().filter(edition=edition, pk__in=wanted).order_by("pk"))
    if wrong := [entry for entry in locked if entry.state not in ("submitted", "accepted")]:
        names = ", ".join(entry.counting.title if entry.counting else entry.public_id for entry in wrong)
        raise Invalid({"": _("These can't be accepted now, look at each: %(names)s") % {"names": names}})
    fresh = [entry for entry in locked if entry.state == "submitted"]
    Settlement.objects.bulk_create(
        Settlement(entry=entry, version_id=entry.counting_id, verdict="accepted", actor=actor.user, at=now)
        for entry in fresh
    )
    Entry.objects.filter(pk__in=[entry.pk for entry in fresh]).update(state="accepted")
    return fresh
