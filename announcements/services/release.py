"""Prepares an announcement in private and releases it in one act."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from announcements.models import Announcement, Preparation
from announcements.permissions import can_prepare, can_release
from announcements.queries import compose
from awards.actors import Actor
from awards.canonical import digest
from awards.decisions import Invalid, ensure
from awards.models import Edition
from awards.services.stages import lock_edition, move_stage
from judging.sheets import ledger


@transaction.atomic
def prepare_announcement(*, edition: Edition, kind: str, actor: Actor, now: datetime) -> Preparation:
    """Makes the record of what would be told now; an open preparation of the kind is replaced."""
    ensure(can_prepare(actor, edition, kind, now))
    edition = lock_edition(edition)
    record = compose(edition, kind)
    if record is None:
        raise Invalid({"": _("There is nothing decided yet that could be announced.")})
    Preparation.objects.filter(edition=edition, kind=kind, ended_at__isnull=True).update(ended_at=now)
    return Preparation.objects.create(
        edition=edition, kind=kind, record=record, digest=digest(record), prepared_by=actor.user, prepared_at=now
    )


@transaction.atomic
def drop_preparation(*, preparation: Preparation, actor: Actor, now: datetime) -> Preparation:
    """Gives a preparation up; nothing was told."""
    ensure(can_prepare(actor, preparation.edition, preparation.kind, now))
    preparation = Preparation.objects.select_for_update().get(pk=preparation.pk)
    if preparation.ended_at is None:
        preparation.ended_at = now
        preparation.save(update_fields=["ended_at"])
    return preparation


@transaction.atomic
def release_announcement(*, preparation: Preparation, actor: Actor, now: datetime) -> Announcement:
    """Tells it: the record becomes public, the stage moves, the ledger keeps it. Only ever once.

    Raises Refused, or Invalid when what was decided has changed since the preparation.
    """
    edition = lock_edition(preparation.edition)
    preparation = Preparation.objects.select_for_update().get(pk=preparation.pk)
    preparation.edition = edition
    ensure(can_release(actor, preparation, now))
    if compose(edition, preparation.kind) != preparation.record:
        raise Invalid({"": _("What was decided has changed since this was prepared. Prepare it anew.")})
    preparation.ended_at = now
    preparation.save(update_fields=["ended_at"])
    told = Announcement.objects.create(
        edition=edition,
        kind=preparation.kind,
        record=preparation.record,
        digest=preparation.digest,
        prepared_by=preparation.prepared_by,
        released_by=actor.user,
        released_at=now,
    )
    move_stage(edition=edition, to=preparation.kind, actor=actor, now=now)
    ledger.append(
        edition=edition,
        round=None,
        kind="announcement",
        open_part={"announcement": told.kind, "number": told.number, "digest": told.digest},
        actor=actor,
        now=now,
        closed_part={"prepared_by": preparation.prepared_by.public_id},
    )
    return told
