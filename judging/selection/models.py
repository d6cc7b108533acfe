"""The decision who goes to the final: proposed by one manager, confirmed by another, on frozen standings."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from awards.clock import DatabaseNow
from awards.ids import new_public_id
from awards.models import Edition
from entries.models import Entry

USER = settings.AUTH_USER_MODEL


class Selection(models.Model):
    """One decision with the standings that it was made on (canonical JSON and its digest). At most one is live."""

    STATES = ("proposed", "confirmed", "undone")

    edition = models.ForeignKey(Edition, models.PROTECT)
    public_id = models.CharField(max_length=16, unique=True, default=new_public_id, editable=False)
    state = models.CharField(max_length=12, choices=[(s, s) for s in STATES], default="proposed")
    standings = models.TextField()
    digest = models.CharField(max_length=64)
    minutes = models.TextField(blank=True)
    proposed_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    proposer_interest = models.TextField(blank=True)
    confirmed_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    confirmer_interest = models.TextField(blank=True)
    undone_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    undone_at = models.DateTimeField(null=True)
    undo_reason = models.TextField(blank=True)
    recorded_at = models.DateTimeField(db_default=DatabaseNow())

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["edition"], condition=~Q(state="undone"), name="one_live_selection"),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=F("proposed_by")),
                name="a_selection_needs_a_second_person",
            ),
            models.CheckConstraint(
                condition=~Q(state="confirmed") | Q(confirmed_by__isnull=False),
                name="a_confirmed_selection_says_by_whom",
            ),
        ]


class Finalist(models.Model):
    """본선 진출작, or an entry on the reserve list (`reserve_position`), of one selection."""

    selection = models.ForeignKey(Selection, models.PROTECT)
    entry = models.ForeignKey(Entry, models.PROTECT)
    public_id = models.CharField(max_length=16, unique=True, default=new_public_id, editable=False)
    reserve_position = models.PositiveSmallIntegerField(null=True, blank=True)
    reason = models.TextField(blank=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["reserve_position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["selection", "entry"], name="once_in_a_selection"),
            models.UniqueConstraint(fields=["selection", "reserve_position"], name="one_reserve_a_position"),
        ]
