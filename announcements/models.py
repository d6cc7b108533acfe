"""What is told, to whom, when: prepared in private, released in one act, immutable from then on."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from awards.append_only import AppendOnly
from awards.clock import DatabaseNow
from awards.ids import new_public_id
from awards.models import Edition

USER = settings.AUTH_USER_MODEL
KINDS = ("finalists", "winners")


class Preparation(models.Model):
    """An announcement before its release: exists for those who prepare it alone."""

    edition = models.ForeignKey(Edition, models.PROTECT)
    public_id = models.CharField(max_length=16, unique=True, default=new_public_id, editable=False)
    kind = models.CharField(max_length=12, choices=[(kind, kind) for kind in KINDS])
    record = models.TextField()
    digest = models.CharField(max_length=64)
    prepared_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    prepared_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, help_text="released, or dropped")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "kind"], condition=Q(ended_at__isnull=True), name="one_open_preparation"
            )
        ]


class DocumentFile(models.Model):
    """A document asked for by a manager, made by the worker, kept under its digest. A newer one does not replace it.

    `basis`: digest of what it was made from (announcements.documents.facts.basis_of); `message` says why it was not
    made: "wrong" disagrees with the record, "failed" could not be made.
    """

    STATES = ("asked", "making", "made", "wrong", "failed")

    edition = models.ForeignKey(Edition, models.PROTECT)
    public_id = models.CharField(max_length=16, unique=True, default=new_public_id, editable=False)
    name = models.CharField(max_length=40)
    state = models.CharField(max_length=12, choices=[(state, state) for state in STATES], default="asked")
    message = models.TextField(blank=True)
    quotation = models.TextField(blank=True)
    basis = models.CharField(max_length=64, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    size = models.PositiveBigIntegerField(default=0)
    asked_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "name"], condition=Q(state__in=["asked", "making"]), name="asked_for_once"
            ),
            models.CheckConstraint(condition=~Q(state="made") | ~Q(sha256=""), name="a_made_document_has_a_digest"),
        ]

    @property
    def stored_as(self) -> str:
        """Its place in the file storage."""
        return f"documents/{self.sha256}"


class Announcement(AppendOnly):
    """발표: one immutable record. Public pages and mail read nothing else."""

    edition = models.ForeignKey(Edition, models.PROTECT)
    public_id = models.CharField(max_length=16, unique=True, default=new_public_id, editable=False)
    kind = models.CharField(max_length=12, choices=[(kind, kind) for kind in KINDS])
    number = models.PositiveSmallIntegerField(default=1)
    record = models.TextField()
    digest = models.CharField(max_length=64)
    prepared_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    released_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    released_at = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=DatabaseNow())

    class Meta:
        ordering = ["edition", "kind", "number"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "kind", "number"], name="one_announcement_a_number"),
            models.CheckConstraint(
                condition=~Q(prepared_by=F("released_by")), name="an_announcement_needs_a_second_person"
            ),
        ]
