"""What this app adds to the header and to the check lists. Reads only."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from awards import contributions
from awards.actors import Actor
from awards.contributions import Check, Page
from awards.models import Edition
from judging.panel.models import Result
from judging.selection.models import Selection


def register() -> None:
    contributions.add_navigation(_home, first=True)
    contributions.add_navigation(_pages)
    contributions.add_stage_check("finalists", _decided)
    contributions.add_stage_check("winners", _signed)


def _home(actor: Actor, edition: Edition) -> list[Page]:
    if actor.user is None:
        return [Page("front", _("About this award"), reverse("edition_front", args=[edition.slug]))]
    return [Page("home", _("My page"), reverse("edition_home", args=[edition.slug]))]


def _pages(actor: Actor, edition: Edition) -> list[Page]:
    pages = []
    if actor.is_staff:
        pages.append(Page("announcements", _("Announcements"), reverse("announcements", args=[edition.slug])))
    if actor.has("auditor"):
        pages.append(Page("ledger", _("Ledger"), reverse("ledger", args=[edition.slug])))
    return pages


def _decided(edition: Edition, now: datetime) -> list[Check]:
    decided = Selection.objects.filter(edition=edition, state="confirmed").exists()
    url = reverse("selection", args=[edition.slug])
    return [Check("selection", _("The finalists are chosen and confirmed"), decided, url=url)]


def _signed(edition: Edition, now: datetime) -> list[Check]:
    signed = Result.objects.filter(panel__round__edition=edition).exists()
    url = reverse("panel", args=[edition.slug])
    return [Check("result", _("The result is signed by the chair"), signed, url=url)]
