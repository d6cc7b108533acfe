"""What staff submit: questions of the edition, drafts, authors, attachments, submitted versions, settlements.

Knows nothing of the later stages: "finalist" and "winner" are rows of theirs that point here.
"""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from awards.append_only import AppendOnly
from awards.clock import DatabaseNow
from awards.ids import new_public_id
from awards.models import Edition, Track
from entries.kinds import KINDS, labels
from entries.states import STATES

LABELS = {
    "draft": _("Draft"),
    "submitted": _("Submitted"),
    "withdrawn": _("Withdrawn"),
    "accepted": _("Accepted"),
    "rejected": _("Not accepted"),
}


class Question(models.Model):
    """A question of one edition's form. `data_class` says who may ever see the answer."""

    class Kind(models.TextChoices):
        SHORT = "short", _("Short text")
        LONG = "long", _("Long text")

    class DataClass(models.TextChoices):
        PUBLIC = "public", _("Public")
        INTERNAL = "internal", _("Internal")
        JUDGES = "judges", _("Judges only")

    edition = models.ForeignKey(Edition, models.CASCADE)
    public_id = models.CharField(max_length=16, unique=True, default=new_public_id, editable=False)
    text = models.CharField(_("question"), max_length=200)
    text_en = models.CharField(_("question in English"), max_length=200, blank=True)
    help = models.CharField(_("help"), max_length=500, blank=True)
    help_en = models.CharField(_("help in English"), max_length=500, blank=True)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind, default=Kind.LONG)
    limit = models.PositiveIntegerField(_("at most so many characters"), default=2000)
    required = models.BooleanField(_("required"), default=True)
    data_class = models.CharField(
        _("who may see the answer"), max_length=12, choices=DataClass, default=DataClass.INTERNAL
    )
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(limit__gte=1, limit__lte=20000),
                name="question_limit_sane",
                violation_error_message=_("Choose a limit between 1 and 20,000 characters."),
            )
        ]

    @property
    def label(self) -> str:
        return self.text_en if self.text_en and get_language() == "en" else self.text

    @property
    def help_label(self) -> str:
        return self.help_en if self.help_en and get_language() == "en" else self.help


def usual_kinds() -> list[str]:
    """What an edition takes unless its managers choose otherwise."""
    return ["pdf", "hwpx", "pptx"]


class FilePolicy(models.Model):
    """Which files an edition's entries may have. An edition without a row has what a new row would say."""

    edition = models.OneToOneField(Edition, models.CASCADE, related_name="+")
    kinds = ArrayField(
        models.CharField(max_length=8, choices=[(kind.code, kind.label) for kind in KINDS.values()]),
        verbose_name=_("kinds of files"),
        default=usual_kinds,
    )
    most = models.PositiveSmallIntegerField(_("at most so many files"), default=3)
    size_mb = models.PositiveSmallIntegerField(_("at most so many MB each"), default=20)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kinds__contained_by=list(KINDS), kinds__len__gte=1), name="file_kinds_are_known"
            ),
            models.CheckConstraint(
                condition=Q(most__gte=1, most__lte=20),
                name="file_number_sane",
                violation_error_message=_("Choose a number between 1 and 20."),
            ),
            models.CheckConstraint(
                condition=Q(size_mb__gte=1),
                name="file_size_sane",
                violation_error_message=_("Choose at least 1 MB."),
            ),
        ]

    @property
    def most_bytes(self) -> int:
        """The largest file that is taken: the edition's limit, or the server's where that is less."""
        return min(self.size_mb * 1024 * 1024, settings.ATTACHMENT_MAX_BYTES)

    @property
    def kind_labels(self) -> str:
        return labels(self.kinds)


class Entry(models.Model):
    """출품작. The working copy and its state; what counts is `counting`, the last submitted version.

    `answers` maps a question's public id to text; `versions` maps each field's name to how often it was saved.
    """

    edition = models.ForeignKey(Edition, models.PROTECT)
    public_id = models.CharField(max_length=16, unique=True, default=new_public_id, editable=False)
    state = models.CharField(max_length=12, choices=[(s, LABELS[s]) for s in STATES], default="draft")
    track = models.ForeignKey(Track, models.PROTECT, null=True, blank=True, verbose_name=_("track"))
    title = models.CharField(_("title"), max_length=200, blank=True)
    summary = models.TextField(_("summary"), blank=True)
    answers = models.JSONField(default=dict)
    versions = models.JSONField(default=dict)
    counting = models.ForeignKey("EntryVersion", models.PROTECT, null=True, related_name="+")
    invented = models.BooleanField(default=False, editable=False)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=DatabaseNow())

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["edition", "state", "id"], name="entries_of_an_edition")]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=STATES), name="entry_state_known"),
            models.CheckConstraint(
                condition=Q(state="draft") | Q(state="withdrawn") | Q(counting__isnull=False),
                name="a_submitted_entry_has_a_counting_version",
            ),
        ]

    @property
    def state_label(self) -> str:
        return LABELS[self.state]


class EntryVersion(AppendOnly):
    """What was submitted, as it was: canonical JSON with its digest, and the people copied as they were then.

    `title`, `track` and `lead` repeat the content, so that lists can search and filter what counts.

    content: {"title", "summary", "track", "answers": [{"question", "text", "class", "answer"}],
    "people": [{"user", "part", "name", "grade", "title", "office", "office_path"}],
    "files": [{"file", "name", "sha256", "size"}]}
    """

    entry = models.ForeignKey(Entry, models.PROTECT)
    number = models.PositiveSmallIntegerField()
    receipt = models.CharField(max_length=24, unique=True)
    title = models.CharField(max_length=200)
    track = models.ForeignKey(Track, models.PROTECT, related_name="+")
    lead = models.CharField(max_length=400)
    content = models.TextField()
    digest = models.CharField(max_length=64)
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=DatabaseNow())

    class Meta:
        ordering = ["entry", "number"]
        constraints = [models.UniqueConstraint(fields=["entry", "number"], name="one_version_a_number")]


class Author(models.Model):
    """A person on an entry: the lead (발표자) or a co-author (공동 참여자) who has accepted or not yet."""

    class Part(models.TextChoices):
        LEAD = "lead", _("Lead")
        CO_AUTHOR = "co_author", _("Co-author")

    entry = models.ForeignKey(Entry, models.PROTECT)
    public_id = models.CharField(max_length=16, unique=True, default=new_public_id, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT)
    part = models.CharField(max_length=12, choices=Part)
    added_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    left_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-part", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["entry", "user"], condition=Q(left_at__isnull=True), name="once_on_an_entry"
            ),
            models.UniqueConstraint(
                fields=["entry"], condition=Q(part="lead", left_at__isnull=True), name="one_lead_an_entry"
            ),
        ]


class Attachment(models.Model):
    """A file of an entry, stored under a name that can't be guessed; removed ones stay for their versions."""

    entry = models.ForeignKey(Entry, models.PROTECT)
    public_id = models.CharField(max_length=16, unique=True, default=new_public_id, editable=False)
    file = models.FileField(max_length=200)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=12)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]


class Settlement(AppendOnly):
    """A manager's word on a submitted entry before screening: accepted, or not and why."""

    entry = models.ForeignKey(Entry, models.PROTECT)
    version = models.ForeignKey(EntryVersion, models.PROTECT)
    verdict = models.CharField(
        max_length=12, choices=[("accepted", LABELS["accepted"]), ("rejected", LABELS["rejected"])]
    )
    reason = models.TextField(blank=True)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=DatabaseNow())

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(verdict="accepted") | ~Q(reason=""), name="a_rejection_has_a_reason")
        ]
