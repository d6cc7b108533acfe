"""Asks for documents and keeps what the worker made. Never makes one itself."""

import hashlib
from datetime import datetime, timedelta

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext as _

from announcements.documents.catalogue import BUNDLE, DOCUMENTS
from announcements.documents.checker import check_text
from announcements.documents.facts import available, facts_of
from announcements.models import DocumentFile
from announcements.permissions import can_make_documents, can_see_documents
from awards.actors import Actor
from awards.decisions import Invalid, ensure
from awards.models import Edition
from awards.services.records import record_access
from awards.services.stages import lock_edition

PATIENCE = timedelta(minutes=10)  # then a worker that was killed is no longer waited for


@transaction.atomic
def ask_documents(
    *, edition: Edition, quotation: str, accepted: bool, actor: Actor, now: datetime
) -> list[DocumentFile]:
    """Asks for every document that can be made now; none while they are being made already.

    Raises Invalid where the quotation disagrees with the record, or may and nobody has accepted it.
    """
    ensure(can_make_documents(actor, edition, now))
    edition = lock_edition(edition)
    check_quotation(quotation, accepted, edition)
    pending = DocumentFile.objects.filter(edition=edition, state__in=["asked", "making"])
    pending.filter(asked_at__lt=now - PATIENCE).update(
        state="failed", message=_("The worker did not finish this. Ask again."), ended_at=now
    )
    if pending.exists():
        return []
    ready = available(edition)
    return [
        DocumentFile.objects.create(
            edition=edition, name=document.name, quotation=quotation, asked_by=actor.user, asked_at=now
        )
        for document in [*DOCUMENTS, BUNDLE]
        if document.needs in ready
    ]


def check_quotation(quotation: str, accepted: bool, edition: Edition) -> None:
    """Raises Invalid with what is wrong in the words, or what only a tick lets pass."""
    remarks = check_text(quotation, facts_of(edition)) if quotation.strip() else []
    blocks = [remark.message for remark in remarks if remark.blocks]
    if blocks:
        raise Invalid({"quotation": " ".join(blocks)})
    if remarks and not accepted:
        told = " ".join(remark.message for remark in remarks)
        raise Invalid({"accepted": _("%(remarks)s Correct the words, or tick this box.") % {"remarks": told}})


def begin_document(*, document: DocumentFile, basis: str) -> bool:
    """The worker begins one; False where somebody else has, or it was given up."""
    begun = DocumentFile.objects.filter(pk=document.pk, state="asked").update(state="making", basis=basis)
    return bool(begun)


def keep_document(*, document: DocumentFile, content: bytes, now: datetime) -> None:
    """Stores a made document under its digest; the same bytes are stored once."""
    document.sha256, document.size = hashlib.sha256(content).hexdigest(), len(content)
    if not default_storage.exists(document.stored_as):
        default_storage.save(document.stored_as, ContentFile(content))
    document.state, document.ended_at = "made", now
    document.save(update_fields=["state", "sha256", "size", "ended_at"])


def end_document(*, document: DocumentFile, state: str, message: str, now: datetime) -> None:
    """A document that was not made: "wrong" disagrees with the record, "failed" could not be made."""
    document.state, document.message, document.ended_at = state, message, now
    document.save(update_fields=["state", "message", "ended_at"])


@transaction.atomic
def take_document(*, document: DocumentFile, restricted: bool, reason: str, actor: Actor, now: datetime) -> None:
    """Logs who takes a document; a restricted one needs a reason (RULES, "Personal data")."""
    ensure(can_see_documents(actor, document.edition, now))
    if restricted and not reason.strip():
        raise Invalid({"reason": _("Write the reason: it is kept and shown.")})
    record_access(
        edition=document.edition,
        actor=actor,
        action="exported" if restricted else "downloaded",
        subject=f"document:{document.public_id}",
        reason=reason.strip(),
    )
