"""The plan by which reviewers get entries; the sheets themselves are judging.sheets'."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from awards.ids import new_public_id
from judging.sheets.models import Round


class AssignmentPlan(models.Model):
    """A proposed assignment, made by the worker, applied by a manager in one act.

    content (once planned): {"pairs": [[entry, assessor]], "load": {assessor: n}, "components": n,
    "unmet": [{"entry", "lacks", "because"}]}, ids being public ids.
    """

    STATES = ("asked", "planned", "failed", "applied", "dropped")

    round = models.ForeignKey(Round, models.PROTECT)
    public_id = models.CharField(max_length=16, unique=True, default=new_public_id, editable=False)
    state = models.CharField(max_length=12, choices=[(s, s) for s in STATES], default="asked")
    content = models.JSONField(default=dict)
    message = models.TextField(blank=True)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    applied_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    applied_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["round"], condition=Q(state__in=["asked", "planned"]), name="one_open_plan_a_round"
            )
        ]
