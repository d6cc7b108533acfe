"""What an edition itself must have before its submission and screening can begin. Reads only."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from awards import contributions
from awards.actors import Actor
from awards.contributions import Check, Page
from awards.models import Edition
from awards.queries import live_grants


def register() -> None:
    contributions.add_stage_check("submission", _before_submission)
    contributions.add_stage_check("screening", _before_screening)
    contributions.add_setup_pages(_pages)
    contributions.add_navigation(_navigation)


def _before_submission(edition: Edition, now: datetime) -> list[Check]:
    address = {page.code: page.url for page in _pages(edition)}
    windows = edition.windows()
    managers = live_grants(edition, now).filter(role="manager").count()
    return [
        Check("call", _("The public call is written"), bool(edition.call.strip()), url=address["basics"]),
        Check("tracks", _("There is at least one track"), edition.track_set.exists(), url=address["tracks"]),
        Check(
            "prizes", _("Prize grades and their counts are set"), edition.prizegrade_set.exists(), url=address["prizes"]
        ),
        Check("windows", _("The submission and screening windows are set"), len(windows) == 2, url=address["schedule"]),
        Check(
            "order",
            _("Screening opens after submission has closed"),
            len(windows) == 2 and windows["submission"].closes <= windows["screening"].opens,
            url=address["schedule"],
        ),
        Check("managers", _("There are two managers"), managers >= 2, url=address["people"]),
        Check(
            "auditor",
            _("There is an auditor"),
            live_grants(edition, now).filter(role="auditor").exists(),
            url=address["people"],
        ),
    ]


def _before_screening(edition: Edition, now: datetime) -> list[Check]:
    window = edition.windows().get("submission")
    over = window is not None and window.state(now) == "after"
    return [
        Check("closed", _("The submission window has closed"), over, url=reverse("setup_schedule", args=[edition.slug]))
    ]


def _pages(edition: Edition) -> list[Page]:
    names = [
        ("basics", _("Name, organiser and call")),
        ("schedule", _("Schedule")),
        ("tracks", _("Tracks")),
        ("prizes", _("Prize grades")),
        ("contacts", _("Contacts")),
        ("people", _("People and roles")),
        ("mail", _("Mail sent by the system")),
    ]
    return [Page(code, label, reverse(f"setup_{code}", args=[edition.slug])) for code, label in names]


def _navigation(actor: Actor, edition: Edition) -> list[Page]:
    if not actor.is_staff:
        return []
    return [Page("setup", _("Set-up"), reverse("setup", args=[edition.slug]))]
