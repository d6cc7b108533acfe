"""People, their offices, and the roles they hold in an edition. Never what they wrote or scored."""

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from awards.clock import DatabaseNow
from awards.ids import new_public_id
from awards.models.edition import Bilingual, Edition


class Office(Bilingual):
    """소속: a tree of the agency, its customs houses and bureaus, and their divisions."""

    class Level(models.TextChoices):
        ROOT = "root", _("Agency")
        HOUSE = "house", _("Customs house or bureau")
        DIVISION = "division", _("Division")

    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True)
    level = models.CharField(max_length=12, choices=Level)
    path = models.CharField(max_length=200, unique=True, help_text="ids from the root down: /1/4/9/")

    class Meta:
        ordering = ["path"]
        constraints = [
            models.UniqueConstraint(fields=["parent", "name"], name="office_name_once_below_its_parent"),
            models.CheckConstraint(
                condition=Q(level="root", parent__isnull=True) | (~Q(level="root") & Q(parent__isnull=False)),
                name="only_the_root_has_no_parent",
            ),
        ]


class UserManager(BaseUserManager):
    """Finds people by account name; people are made by services.people."""

    def get_by_natural_key(self, username: str):
        return self.get(username=username)


class User(AbstractBaseUser):
    """An account. `grade` (직급, 행정주사보) is for paperwork, `title` (호칭, 주무관) for pages."""

    username = models.CharField(_("account name"), max_length=60, unique=True)
    public_id = models.CharField(max_length=16, unique=True, default=new_public_id, editable=False)
    name = models.CharField(_("name"), max_length=100)
    grade = models.CharField(_("grade"), max_length=40, blank=True)
    title = models.CharField(_("title"), max_length=40, blank=True)
    office = models.ForeignKey(Office, models.PROTECT, null=True, blank=True, verbose_name=_("office"))
    email = models.EmailField(_("e-mail"), blank=True)
    is_active = models.BooleanField(default=True)

    objects = UserManager()
    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        ordering = ["name", "username"]

    @property
    def called(self) -> str:
        """Name and title as they are said: 이경우 주무관."""
        return f"{self.name} {self.title}".strip()

    def __str__(self) -> str:
        return f"{self.office} {self.called}" if self.office else self.called


class RoleGrant(models.Model):
    """One person's role in one edition, from … until.

    Asked for by a manager, in force once a second one confirms; rows are ended, never deleted. The first managers
    and the auditor come from `manage.py appoint` (`appointed`). `side` is what excludes each other: one person
    stands on one side of an edition (the database refuses two).
    """

    class Role(models.TextChoices):
        REVIEWER = "reviewer", _("Reviewer")
        JUDGE = "judge", _("Judge")
        MANAGER = "manager", _("Manager")
        OPERATOR = "operator", _("Operator")
        AUDITOR = "auditor", _("Auditor")

    SIDES = {
        "reviewer": "assessor",
        "judge": "assessor",
        "manager": "managing",
        "operator": "managing",
        "auditor": "audit",
    }

    edition = models.ForeignKey(Edition, models.PROTECT)
    public_id = models.CharField(max_length=16, unique=True, default=new_public_id, editable=False)
    user = models.ForeignKey(User, models.PROTECT)
    role = models.CharField(_("role"), max_length=12, choices=Role)
    side = models.CharField(max_length=12, editable=False)
    appointed = models.BooleanField(default=False, editable=False)
    asked_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    since = models.DateTimeField(null=True)
    until = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    end_reason = models.TextField(blank=True)
    recorded_at = models.DateTimeField(db_default=DatabaseNow())

    class Meta:
        ordering = ["role", "user__name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "user", "role"], condition=Q(until__isnull=True), name="one_live_grant_a_role"
            ),
            ExclusionConstraint(
                name="one_person_one_side",
                expressions=[
                    ("edition", RangeOperators.EQUAL),
                    ("user", RangeOperators.EQUAL),
                    ("side", RangeOperators.NOT_EQUAL),
                ],
                condition=Q(until__isnull=True),
            ),
            models.CheckConstraint(
                condition=Q(appointed=True) | (Q(asked_by__isnull=False) & ~Q(asked_by=F("user"))),
                name="nobody_asks_for_their_own_role",
            ),
            models.CheckConstraint(
                condition=Q(since__isnull=True)
                | Q(appointed=True)
                | (Q(confirmed_by__isnull=False) & ~Q(confirmed_by=F("asked_by")) & ~Q(confirmed_by=F("user"))),
                name="a_role_needs_a_second_person",
            ),
            models.CheckConstraint(
                condition=Q(role__in=["reviewer", "judge"], side="assessor")
                | Q(role__in=["manager", "operator"], side="managing")
                | Q(role="auditor", side="audit"),
                name="side_follows_role",
            ),
        ]

    @property
    def state(self) -> str:
        """ "asked", "live" or "ended"."""
        if self.until:
            return "ended"
        return "live" if self.since else "asked"
