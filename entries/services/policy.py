"""Writes which files an edition's entries may have, while it is being drafted: before anybody has attached one."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from awards.actors import Actor
from awards.decisions import Invalid, ensure
from awards.models import Edition
from awards.permissions import can_set_up
from awards.services.setup import ensure_seen, save_checked
from awards.services.stages import lock_edition
from entries.models import FilePolicy


@transaction.atomic
def change_file_policy(
    *, edition: Edition, values: dict, seen: str | None = None, actor: Actor, now: datetime
) -> FilePolicy:
    """Writes kinds, number ("most") and size ("size_mb", megabytes) of an edition's files."""
    edition = lock_edition(edition)
    ensure(can_set_up(actor, edition, now))
    policy = FilePolicy.objects.filter(edition=edition).first()
    if policy:
        ensure_seen(policy, seen)
    else:
        policy = FilePolicy(edition=edition)
    for name, value in values.items():
        setattr(policy, name, value)
    most = settings.ATTACHMENT_MAX_BYTES // (1024 * 1024)
    if policy.size_mb > most:
        raise Invalid({"size_mb": _("This server takes at most %(most)d MB.") % {"most": most}})
    save_checked(policy, "most")
    return policy
