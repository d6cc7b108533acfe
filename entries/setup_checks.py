"""What entries add to the edition: check lists, set-up pages, navigation, who may have no role."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from awards import contributions
from awards.actors import Actor
from awards.contributions import Check, Page
from awards.models import Edition
from entries.models import Question
from entries.queries import counts, is_author


def register() -> None:
    contributions.add_stage_check("submission", _before_submission)
    contributions.add_stage_check("screening", _before_screening)
    contributions.add_setup_pages(_pages)
    contributions.add_navigation(_navigation)
    contributions.add_role_check(_role_refusal)


def _before_submission(edition: Edition, now: datetime) -> list[Check]:
    asked = Question.objects.filter(edition=edition).exists()
    return [
        Check(
            "questions",
            _("There is at least one question for entrants"),
            asked,
            url=reverse("setup_questions", args=[edition.slug]),
        )
    ]


def _before_screening(edition: Edition, now: datetime) -> list[Check]:
    found = counts(edition)
    waiting = found.get("submitted", 0)
    address = reverse("entries_settle", args=[edition.slug])
    detail = gettext("%(count)d still to be settled") % {"count": waiting} if waiting else ""
    return [
        Check("settled", _("Every submitted entry has been accepted or not"), not waiting, detail, address),
        Check("accepted", _("At least one entry has been accepted"), found.get("accepted", 0) > 0, url=address),
    ]


def _pages(edition: Edition) -> list[Page]:
    return [
        Page("questions", _("Questions for entrants"), reverse("setup_questions", args=[edition.slug])),
        Page("files", _("Files of entries"), reverse("setup_files", args=[edition.slug])),
    ]


def _navigation(actor: Actor, edition: Edition) -> list[Page]:
    """For entrants from the call on, and always for manager and auditor."""
    entrant = not actor.roles and edition.stage != "drafting"
    if actor.user is None or not (actor.is_staff or entrant):
        return []
    label = _("Entries") if actor.is_staff else _("My entries")
    return [Page("entries", label, reverse("entries", args=[edition.slug]))]


def _role_refusal(edition: Edition, user, role: str, now: datetime) -> str:
    if not is_author(edition, user):
        return ""
    return gettext("%(name)s is on an entry of this edition: nobody stands on two sides.") % {"name": user.called}
