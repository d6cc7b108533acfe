"""Takes files in and off an entry. A removed file stays in the storage for the versions that had it."""

import hashlib
from datetime import datetime

from django.core.files import File
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from awards.actors import Actor
from awards.decisions import Invalid, ensure
from entries.files import safe_name, stored_name, take_upload
from entries.models import Attachment, Entry
from entries.permissions import can_write
from entries.queries import live_files, policy_of
from entries.services.drafting import locked_entry


@transaction.atomic
def attach_file(*, entry: Entry, upload: UploadedFile, actor: Actor, now: datetime) -> Attachment:
    """Adds a file whose content shows a kind that is taken; the same file again is given back, not doubled."""
    locked = locked_entry(entry, actor)
    ensure(can_write(actor, locked, now))
    policy = policy_of(locked.edition)
    kind, kept = take_upload(upload, policy)
    name, digest = safe_name(upload.name, kind), _sha256(kept)
    present = live_files(locked)
    if same := next((file for file in present if (file.name, file.sha256) == (name, digest)), None):
        return same
    if len(present) >= policy.most:
        words = _("At most %(most)d files can be attached: remove one first.")
        raise Invalid({"file": words % {"most": policy.most}})
    stored = default_storage.save(stored_name(locked.edition.slug), kept)
    attachment = Attachment.objects.create(
        entry=locked, file=stored, name=name, kind=kind, size=kept.size, sha256=digest, uploaded_by=actor.user, at=now
    )
    _touch(locked, now)
    return attachment


@transaction.atomic
def remove_file(*, attachment: Attachment, entry: Entry, actor: Actor, now: datetime) -> Attachment:
    """Takes a file off the working copy; what was submitted with it keeps it. A repeat changes nothing."""
    locked = locked_entry(entry, actor)
    ensure(can_write(actor, locked, now))
    attachment = Attachment.objects.select_for_update().get(pk=attachment.pk, entry=locked)
    if attachment.removed_at is None:
        attachment.removed_at = now
        attachment.save(update_fields=["removed_at"])
        _touch(locked, now)
    return attachment


def _touch(entry: Entry, now: datetime) -> None:
    entry.changed_at = now
    entry.save(update_fields=["changed_at"])


def _sha256(upload: File) -> str:
    found = hashlib.sha256()
    for chunk in upload.chunks():
        found.update(chunk)
    upload.seek(0)
    return found.hexdigest()
