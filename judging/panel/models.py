"""The on-site final: running order, what is on stage, unsealings, votes on ties, the release and the signed Result."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from awards.append_only import AppendOnly
from awards.clock import DatabaseNow
from awards.ids import new_public_id
from judging.panel.states import ON_STAGE, SLOT_STATES
from judging.selection.models import Finalist
from judging.sheets.models import Round, ScoreSheet

USER = settings.AUTH_USER_MODEL


class Panel(models.Model):
    """본선: one final. The draw's seed is kept so that anybody can repeat it; the chair closes."""

    round = models.OneToOneField(Round, models.PROTECT)
    seed = models.CharField(max_length=64)
    drawn_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    drawn_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1, help_text="counts what live pages show")
    closed_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True)
    unawarded = models.JSONField(default=list, help_text="prize grades the panel decided not to give")


class Slot(models.Model):
    """A finalist's place in the running order and where its presentation stands."""

    panel = models.ForeignKey(Panel, models.PROTECT)
    finalist = models.ForeignKey(Finalist, models.PROTECT)
    public_id = models.CharField(max_length=16, unique=True, default=new_public_id, editable=False)
    position = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=12, choices=[(s, s) for s in SLOT_STATES], default="waiting")
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["panel", "position"], name="one_finalist_a_position"),
            models.UniqueConstraint(fields=["panel", "finalist"], name="one_position_a_finalist"),
            models.UniqueConstraint(fields=["panel"], condition=Q(state__in=ON_STAGE), name="one_entry_on_stage"),
            models.CheckConstraint(condition=Q(state__in=SLOT_STATES), name="slot_state_known"),
        ]


class Unsealing(models.Model):
    """A judge's wish to change a sealed sheet: the operator asks with a reason, the auditor agrees, then it opens."""

    sheet = models.ForeignKey(ScoreSheet, models.PROTECT)
    public_id = models.CharField(max_length=16, unique=True, default=new_public_id, editable=False)
    reason = models.TextField()
    operator = models.ForeignKey(USER, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    agreed_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    settled_at = models.DateTimeField(null=True)
    refused = models.BooleanField(default=False)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["sheet"], condition=Q(settled_at__isnull=True), name="one_open_unsealing"),
        ]


class Vote(models.Model):
    """A secret vote of the panel on a tie that every rule left open.

    `chosen`, once closed: who come to stand above the line; empty where an even vote had no chair to break it.
    """

    panel = models.ForeignKey(Panel, models.PROTECT)
    public_id = models.CharField(max_length=16, unique=True, default=new_public_id, editable=False)
    line = models.CharField(max_length=12, help_text="the prize line: 1|2")
    tied = models.JSONField(help_text="public ids of the tied entries, in running order")
    places = models.PositiveSmallIntegerField(help_text="how many of them take the better grade")
    chosen = models.JSONField(default=list)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["panel"], condition=Q(closed_at__isnull=True), name="one_open_vote"),
        ]


class Ballot(AppendOnly):
    """One judge's ballot; who cast it is known (one each), what the others cast is shown to nobody."""

    vote = models.ForeignKey(Vote, models.PROTECT)
    assessor = models.ForeignKey("sheets.Assessor", models.PROTECT)
    chosen = models.JSONField()
    at = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=DatabaseNow())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["vote", "assessor"], name="one_ballot_a_judge")]


class Release(models.Model):
    """The way to a signed result, by different people: computed, recounted from paper, approved, signed.

    One live row a panel; an auditor who sends it back ends it (`returned_at`) and the next begins.
    """

    panel = models.ForeignKey(Panel, models.PROTECT)
    public_id = models.CharField(max_length=16, unique=True, default=new_public_id, editable=False)
    outcome = models.TextField()
    digest = models.CharField(max_length=64)
    computed_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    computed_at = models.DateTimeField()
    recount = models.JSONField(null=True)
    recounted_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    recounted_at = models.DateTimeField(null=True)
    approved_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True)
    signed_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    signed_at = models.DateTimeField(null=True)
    returned_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    returned_at = models.DateTimeField(null=True)
    return_reason = models.TextField(blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["panel"], condition=Q(returned_at__isnull=True), name="one_live_release"),
            models.CheckConstraint(
                condition=Q(recounted_by__isnull=True) | ~Q(recounted_by=F("computed_by")),
                name="the_recount_is_another_persons",
            ),
            models.CheckConstraint(
                condition=(Q(recounted_at__isnull=False) | Q(approved_at__isnull=True))
                & (Q(approved_at__isnull=False) | Q(signed_at__isnull=True)),
                name="release_steps_in_order",
            ),
        ]


class Result(AppendOnly):
    """What the chair signed: canonical JSON of scores, order, prizes, rules and ledger head. Immutable."""

    panel = models.OneToOneField(Panel, models.PROTECT)
    content = models.TextField()
    digest = models.CharField(max_length=64)
    ledger_head = models.CharField(max_length=64)
    signed_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=DatabaseNow())
