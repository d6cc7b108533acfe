"""Rounds and their frozen rules, assessors, recusals, score sheets, and the ledger of every mark.

Serves screening and the panel alike; never ranks and never decides.
"""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from awards.append_only import AppendOnly
from awards.clock import DatabaseNow
from awards.ids import new_public_id
from awards.models import Edition
from awards.models.edition import Bilingual
from entries.models import Entry
from judging.sheets.states import SHEET_STATES

USER = settings.AUTH_USER_MODEL


class Round(models.Model):
    """Screening or panel of an edition, with its scoring rule. Frozen (RuleSnapshot) by the first mark."""

    class Kind(models.TextChoices):
        SCREENING = "screening", _("Screening")
        PANEL = "panel", _("Final")

    class Rule(models.TextChoices):
        MEAN = "mean", _("Mean of all totals")
        TRIMMED = "trimmed", _("Mean without one highest and one lowest total")
        CENTRED = "centred_trimmed", _("Severity taken off, then mean without the highest and the lowest")

    edition = models.ForeignKey(Edition, models.PROTECT)
    kind = models.CharField(max_length=12, choices=Kind)
    rule = models.CharField(_("scoring rule"), max_length=20, choices=Rule, default=Rule.MEAN)
    trim_from = models.PositiveSmallIntegerField(
        _("trim from so many sheets"), default=5, validators=[MinValueValidator(3)]
    )
    finalists = models.PositiveSmallIntegerField(
        _("number of finalists"), default=8, validators=[MinValueValidator(1)], help_text=_("Used by screening.")
    )
    reviews_per_entry = models.PositiveSmallIntegerField(
        _("reviews per entry"), default=0, help_text=_("0: every reviewer scores every entry.")
    )
    quorum_sheets = models.PositiveSmallIntegerField(_("quorum: counted sheets"), default=5)
    quorum_external = models.PositiveSmallIntegerField(_("quorum: of them external"), default=1)
    talk_seconds = models.PositiveIntegerField(_("seconds for the talk"), default=360)
    question_seconds = models.PositiveIntegerField(_("seconds for questions"), default=180)
    marking_seconds = models.PositiveIntegerField(_("seconds for marking"), default=90)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["edition", "kind"], name="one_round_a_kind"),
            models.CheckConstraint(condition=Q(trim_from__gte=3), name="trimming_leaves_a_mark"),
            models.CheckConstraint(
                condition=Q(quorum_external__lte=F("quorum_sheets")),
                name="quorum_external_within_sheets",
                violation_error_message=_("The external part of the quorum can't be larger than the quorum."),
            ),
        ]


class Criterion(Bilingual):
    """평가 항목 and its points (배점); a round's points add up to 100."""

    round = models.ForeignKey(Round, models.CASCADE)
    code = models.CharField(max_length=16, default=new_public_id, editable=False)
    guide = models.TextField(_("guide for assessors"), blank=True)
    guide_en = models.TextField(_("guide in English"), blank=True)
    points = models.PositiveSmallIntegerField(_("points"), validators=[MinValueValidator(1), MaxValueValidator(100)])
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["round", "code"], name="criterion_code_once"),
            models.UniqueConstraint(
                fields=["round", "name"],
                name="criterion_name_once",
                violation_error_message=_("This round already has a criterion of that name."),
            ),
            models.CheckConstraint(condition=Q(points__gte=1, points__lte=100), name="criterion_points_in_range"),
        ]

    @property
    def guide_label(self) -> str:
        return self.guide_en if self.guide_en and get_language() == "en" else self.guide


class RuleSnapshot(AppendOnly):
    """The rules of a round as frozen by its first mark; tally and selection read nothing else."""

    round = models.ForeignKey(Round, models.PROTECT)
    number = models.PositiveSmallIntegerField(default=1)
    content = models.TextField()
    digest = models.CharField(max_length=64)
    reason = models.TextField(blank=True)
    at = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=DatabaseNow())

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["round", "number"], name="one_snapshot_a_number")]


class Assessor(models.Model):
    """평가위원·심사위원: a person who scores in one round, known to the ledger by a random number."""

    round = models.ForeignKey(Round, models.PROTECT)
    user = models.ForeignKey(USER, models.PROTECT)
    public_id = models.CharField(max_length=16, unique=True, default=new_public_id, editable=False)
    number = models.CharField(max_length=8)
    external = models.BooleanField(_("external"), default=False)
    chair = models.BooleanField(_("chair"), default=False)
    reserve = models.BooleanField(_("reserve"), default=False)
    pledged_at = models.DateTimeField(null=True)
    called_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["reserve", "external", "user__name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["round", "user"], condition=Q(ended_at__isnull=True), name="once_in_a_round"
            ),
            models.UniqueConstraint(fields=["round", "number"], name="assessor_number_once"),
            models.UniqueConstraint(
                fields=["round"], condition=Q(chair=True, ended_at__isnull=True), name="one_chair_a_round"
            ),
            models.CheckConstraint(condition=Q(chair=False) | Q(reserve=False), name="the_chair_is_no_reserve"),
            models.CheckConstraint(
                condition=Q(called_at__isnull=True) | Q(reserve=True), name="only_a_reserve_is_called"
            ),
        ]


class Recusal(models.Model):
    """제척·기피·회피: an assessor does not score an entry. Bars from the proposal on; managers confirm or dismiss."""

    class Basis(models.TextChoices):
        AUTHOR = "author", _("Author of the entry")
        OFFICE = "office", _("Same office")
        LINE = "line", _("Line of command")
        DECLARED = "declared", _("Declared by the assessor")
        REQUESTED = "requested", _("Requested by another")

    class State(models.TextChoices):
        PROPOSED = "proposed", _("Proposed")
        CONFIRMED = "confirmed", _("Confirmed")
        DISMISSED = "dismissed", _("Dismissed")

    assessor = models.ForeignKey(Assessor, models.PROTECT)
    entry = models.ForeignKey(Entry, models.PROTECT)
    public_id = models.CharField(max_length=16, unique=True, default=new_public_id, editable=False)
    basis = models.CharField(max_length=12, choices=Basis)
    state = models.CharField(max_length=12, choices=State, default=State.PROPOSED)
    reason = models.TextField(blank=True)
    proposed_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    proposed_at = models.DateTimeField()
    settled_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    settled_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["assessor", "entry"]
        constraints = [
            models.UniqueConstraint(
                fields=["assessor", "entry"], condition=~Q(state="dismissed"), name="one_live_recusal_a_pair"
            ),
            models.CheckConstraint(
                condition=Q(state="proposed", settled_by__isnull=True)
                | (~Q(state="proposed") & Q(settled_by__isnull=False)),
                name="a_settled_recusal_says_who",
            ),
            models.CheckConstraint(
                condition=~Q(state="dismissed") | Q(basis__in=["declared", "requested"]),
                name="a_recusal_by_rule_stands",
            ),
        ]


class ScoreSheet(models.Model):
    """심사표: one assessor's marks on one entry; being assigned an entry is having its sheet."""

    assessor = models.ForeignKey(Assessor, models.PROTECT)
    entry = models.ForeignKey(Entry, models.PROTECT)
    round = models.ForeignKey(Round, models.PROTECT)
    public_id = models.CharField(max_length=16, unique=True, default=new_public_id, editable=False)
    state = models.CharField(max_length=12, choices=[(state, state) for state in SHEET_STATES], default="open")
    settled_at = models.DateTimeField(null=True, help_text="handed in or sealed at")
    receipt = models.CharField(max_length=24, blank=True, help_text="code of what was sealed")
    private_note = models.TextField(blank=True)
    committee_comment = models.TextField(blank=True)
    entrant_comment = models.TextField(blank=True)
    versions = models.JSONField(default=dict, help_text="how often each text field was saved")
    assigned_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    TEXTS = ("private_note", "committee_comment", "entrant_comment")

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["round", "entry"], name="sheets_of_an_entry")]
        constraints = [
            models.UniqueConstraint(
                fields=["assessor", "entry"], condition=Q(removed_at__isnull=True), name="one_live_sheet_a_pair"
            ),
            models.CheckConstraint(condition=Q(state__in=SHEET_STATES), name="sheet_state_known"),
            models.CheckConstraint(
                condition=Q(state="open", settled_at__isnull=True) | (~Q(state="open") & Q(settled_at__isnull=False)),
                name="a_settled_sheet_says_when",
            ),
        ]


class Mark(models.Model):
    """The live mark of one criterion on one sheet; `points` is empty where the assessor took it away again."""

    sheet = models.ForeignKey(ScoreSheet, models.PROTECT)
    criterion = models.ForeignKey(Criterion, models.PROTECT)
    points = models.PositiveSmallIntegerField(null=True)
    out_of = models.PositiveSmallIntegerField()
    version = models.PositiveIntegerField(default=1)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sheet", "criterion"], name="one_mark_a_criterion"),
            models.CheckConstraint(
                condition=Q(points__isnull=True) | Q(points__lte=F("out_of")), name="mark_within_its_points"
            ),
        ]


class HeldMark(models.Model):
    """A value that entered no sheet: based on an older one (stale), or arrived after the close (late). Never lost."""

    class Why(models.TextChoices):
        STALE = "stale", _("Based on an older mark")
        LATE = "late", _("Arrived after the close")

    sheet = models.ForeignKey(ScoreSheet, models.PROTECT)
    field = models.CharField(max_length=24)
    value = models.TextField(blank=True)
    why = models.CharField(max_length=12, choices=Why)
    based_on = models.PositiveIntegerField()
    at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, help_text="its author chose")

    class Meta:
        ordering = ["id"]


class ScoringWrite(AppendOnly):
    """Every write of a scoring client by its own UUID: a repeat gets the first answer."""

    id = models.UUIDField(primary_key=True)
    sheet = models.ForeignKey(ScoreSheet, models.PROTECT)
    status = models.PositiveSmallIntegerField()
    answer = models.JSONField()
    recorded_at = models.DateTimeField(db_default=DatabaseNow())


class Chain(models.Model):
    """One chain a round, one (round empty) for the edition's other acts; its row is locked last in a transaction."""

    edition = models.ForeignKey(Edition, models.PROTECT)
    round = models.ForeignKey(Round, models.PROTECT, null=True)
    length = models.PositiveIntegerField(default=0)
    head = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["edition", "round"], nulls_distinct=False, name="one_chain_a_round")
        ]


class LedgerEntry(AppendOnly):
    """A row of the ledger: hash = SHA-256(previous ‖ SHA-256(open) ‖ SHA-256(closed)) over hexadecimal texts."""

    chain = models.ForeignKey(Chain, models.PROTECT)
    position = models.PositiveIntegerField()
    kind = models.CharField(max_length=24)
    open_part = models.TextField()
    closed_digest = models.CharField(max_length=64)
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        ordering = ["chain", "position"]
        constraints = [models.UniqueConstraint(fields=["chain", "position"], name="one_row_a_position")]


class ClosedPart(AppendOnly):
    """Who, when, from which device, why. May be deleted after its retention period; the chain still verifies."""

    entry = models.OneToOneField(LedgerEntry, models.PROTECT, primary_key=True)
    content = models.TextField()
    at = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=DatabaseNow())
