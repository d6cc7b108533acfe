"""One year's award and what belongs to it: tracks, windows, prize grades. Never who scores or wins."""

from datetime import datetime

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from awards.append_only import AppendOnly
from awards.calendar import STAGES, Interval
from awards.clock import DatabaseNow
from awards.ids import new_public_id

STAGE_LABELS = {
    "drafting": _("Preparation"),
    "submission": _("Submission"),
    "screening": _("Screening"),
    "selection": _("Finalist selection"),
    "finalists": _("Finalists announced"),
    "panel": _("Final"),
    "result": _("Result release"),
    "winners": _("Winners announced"),
    "archived": _("Archived"),
}

RESERVED_SLUGS = {"accounts", "static", "language", "media", "health", "ready", "admin", "files", "privacy"}


class Bilingual(models.Model):
    """A thing with a Korean name and, if somebody wrote one, an English name."""

    name = models.CharField(_("name"), max_length=200)
    name_en = models.CharField(_("name in English"), max_length=200, blank=True)

    class Meta:
        abstract = True

    @property
    def label(self) -> str:
        """The name in the reader's language; Korean where no English was given."""
        return self.name_en if self.name_en and get_language() == "en" else self.name

    def __str__(self) -> str:
        return self.label


class Edition(Bilingual):
    """One year's award. Its kind is set once (a trigger refuses a change); `stage` belongs to services.stages."""

    class Kind(models.TextChoices):
        REAL = "real", _("Real award")
        DEMO = "demo", _("Demonstration")
        REHEARSAL = "rehearsal", _("Rehearsal")

    slug = models.SlugField(
        _("address"),
        max_length=40,
        unique=True,
        validators=[RegexValidator(r"^[a-z0-9][a-z0-9-]*$", _("Use small letters, digits and hyphens."))],
        help_text=_("The part of the address that names this edition, e.g. 2024."),
    )
    kind = models.CharField(max_length=12, choices=Kind, default=Kind.REAL)
    stage = models.CharField(
        max_length=12, choices=[(stage, STAGE_LABELS[stage]) for stage in STAGES], default="drafting"
    )
    year = models.PositiveSmallIntegerField(_("year"))
    ordinal = models.PositiveSmallIntegerField(_("how many times held"), null=True, blank=True)
    organiser = models.CharField(_("organiser"), max_length=200)
    organising_team = models.CharField(_("organising team"), max_length=200, blank=True)
    head_of_agency = models.CharField(_("head of the agency"), max_length=200, blank=True)
    venue = models.CharField(_("venue of the final"), max_length=200, blank=True)
    call = models.TextField(_("public call"), blank=True, help_text=_("Conditions, criteria and how to take part."))
    call_en = models.TextField(_("public call in English"), blank=True)
    recusal_level = models.CharField(
        _("office level for recusal"),
        max_length=12,
        choices=[("house", _("Customs house or bureau")), ("division", _("Division"))],
        default="house",
        help_text=_("An assessor does not score an entry from the same office at this level."),
    )
    final_starts = models.DateTimeField(_("final starts"), null=True, blank=True)
    final_ends = models.DateTimeField(_("final ends"), null=True, blank=True)
    finalists_on = models.DateField(_("finalists announced on"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        ordering = ["-year", "slug"]
        constraints = [
            models.CheckConstraint(condition=Q(stage__in=STAGES), name="edition_stage_known"),
            models.CheckConstraint(condition=Q(kind__in=["real", "demo", "rehearsal"]), name="edition_kind_known"),
            models.CheckConstraint(
                condition=Q(final_ends__isnull=True) | Q(final_ends__gt=F("final_starts")),
                name="edition_final_ends_after_it_starts",
                violation_error_message=_("The final must end after it starts."),
            ),
        ]

    @property
    def stage_label(self) -> str:
        return STAGE_LABELS[self.stage]

    @property
    def call_text(self) -> str:
        return self.call_en if self.call_en and get_language() == "en" else self.call

    @property
    def is_public(self) -> bool:
        """Rehearsals are never public."""
        return self.kind != self.Kind.REHEARSAL

    def windows(self) -> dict[str, Interval]:
        """The edition's windows by stage; one query, kept on this object."""
        if not hasattr(self, "_windows"):
            self._windows = {window.stage: window.interval for window in self.window_set.all()}
        return self._windows


class Window(models.Model):
    """An interval [opens, closes) inside a stage. Extensions are kept as WindowChange rows."""

    edition = models.ForeignKey(Edition, models.CASCADE)
    stage = models.CharField(max_length=12, choices=[(s, STAGE_LABELS[s]) for s in ("submission", "screening")])
    opens = models.DateTimeField(_("opens"))
    closes = models.DateTimeField(_("closes"))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["edition", "stage"], name="one_window_a_stage"),
            models.CheckConstraint(
                condition=Q(closes__gt=F("opens")),
                name="window_closes_after_it_opens",
                violation_error_message=_("The end must come after the beginning."),
            ),
        ]

    @property
    def interval(self) -> Interval:
        return Interval(self.opens, self.closes)


class WindowChange(AppendOnly):
    """An extension of a window after its stage began: for all, with a reason, by whom, confirmed by whom."""

    window = models.ForeignKey(Window, models.PROTECT)
    closes = models.DateTimeField()
    reason = models.TextField()
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    at = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=DatabaseNow())


class Track(Bilingual):
    """부문: a kind of entry, e.g. 분석 사례."""

    edition = models.ForeignKey(Edition, models.CASCADE)
    public_id = models.CharField(max_length=16, unique=True, default=new_public_id, editable=False)
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "name"],
                name="track_name_once",
                violation_error_message=_("This edition already has a track of that name."),
            )
        ]


class PrizeGrade(Bilingual):
    """상격: winners of one grade are equal and unnumbered; grades stand in the order of `position`."""

    edition = models.ForeignKey(Edition, models.CASCADE)
    public_id = models.CharField(max_length=16, unique=True, default=new_public_id, editable=False)
    count = models.PositiveSmallIntegerField(pgettext_lazy("prizes", "count"))
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "name"],
                name="prize_name_once",
                violation_error_message=_("This edition already has a prize of that name."),
            ),
            models.CheckConstraint(
                condition=Q(count__gte=1),
                name="prize_count_positive",
                violation_error_message=_("A grade needs at least one prize."),
            ),
        ]


class Contact(models.Model):
    """Whom to ask: printed on the call and in the press release."""

    edition = models.ForeignKey(Edition, models.CASCADE)
    public_id = models.CharField(max_length=16, unique=True, default=new_public_id, editable=False)
    role = models.CharField(_("part"), max_length=40, help_text=_("e.g. head, officer in charge"))
    title = models.CharField(_("title"), max_length=40, blank=True)
    name = models.CharField(_("name"), max_length=100)
    phone = models.CharField(_("telephone"), max_length=40)
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        ordering = ["position", "id"]


class StageMove(AppendOnly):
    """Every move of an edition's stage; `actor` is empty where a window opened by itself."""

    edition = models.ForeignKey(Edition, models.PROTECT)
    old = models.CharField(max_length=12)
    new = models.CharField(max_length=12)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at: datetime = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=DatabaseNow())

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["edition", "new"], name="a_stage_begins_once")]
