"""What is kept about who saw, changed, exported or printed whose data (RULES: Personal data)."""

from django.db import models
from django.db.models import Q

from awards.append_only import AppendOnly
from awards.clock import DatabaseNow
from awards.models.edition import Edition
from awards.models.people import User


class AccessLog(AppendOnly):
    """접속기록. Append-only; knows only the database's time; never holds values of marks."""

    ACTIONS = ["saw", "changed", "entered", "deleted", "printed", "downloaded", "exported"]

    recorded_at = models.DateTimeField(db_default=DatabaseNow())
    edition = models.ForeignKey(Edition, models.PROTECT, null=True, related_name="+")
    actor = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    action = models.CharField(max_length=12, choices=[(action, action) for action in ACTIONS])
    subject = models.CharField(max_length=80, help_text="kind and public id of what was handled: entry:abc")
    address = models.GenericIPAddressField(null=True)
    reason = models.TextField(blank=True)

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["edition", "recorded_at"], name="access_by_edition")]
        constraints = [
            models.CheckConstraint(condition=~Q(subject=""), name="access_names_its_subject"),
            models.CheckConstraint(condition=~Q(action="exported") | ~Q(reason=""), name="an_export_has_a_reason"),
        ]
