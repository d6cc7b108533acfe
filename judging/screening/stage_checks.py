"""What must be there before screening can open and before it can end; and its place in the header. Reads only."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from awards import contributions
from awards.actors import Actor
from awards.contributions import Check, Page
from awards.models import Edition
from judging.screening.queries import uncounted, uncovered, unsettled_by_rule
from judging.sheets.models import Assessor
from judging.sheets.queries import round_of


def register() -> None:
    contributions.add_stage_check("screening", _before_screening)
    contributions.add_stage_check("selection", _before_selection)
    contributions.add_navigation(_navigation)


def _before_screening(edition: Edition, now: datetime) -> list[Check]:
    round = round_of(edition, "screening")
    reviewers = Assessor.objects.filter(round=round, ended_at__isnull=True).count() if round else 0
    open_recusals = unsettled_by_rule(round) if round else 0
    lacking = uncovered(round).count() if round else 0
    plan = reverse("screening_plan", args=[edition.slug])
    recusals = reverse("sheets_recusals", args=[edition.slug, "screening"])
    people = reverse("sheets_assessors", args=[edition.slug, "screening"])
    return [
        Check("reviewers", _("There are at least two reviewers"), reviewers >= 2, str(reviewers), people),
        Check("recusals", _("Every recusal by rule is confirmed"), not open_recusals, str(open_recusals), recusals),
        Check(
            "assigned",
            _("Every accepted entry has been assigned"),
            reviewers >= 2 and not lacking,
            str(lacking),
            plan,
        ),
    ]


def _before_selection(edition: Edition, now: datetime) -> list[Check]:
    window = edition.windows().get("screening")
    over = window is not None and window.state(now) == "after"
    lacking = uncounted(round_of(edition, "screening")).count()
    board = reverse("screening", args=[edition.slug])
    return [
        Check("screening_closed", _("The screening window has closed"), over, url=board),
        Check("counted", _("Every accepted entry has a sheet that counts"), not lacking, str(lacking), board),
    ]


def _navigation(actor: Actor, edition: Edition) -> list[Page]:
    if not actor.has("reviewer", "manager", "operator", "auditor"):
        return []
    label = _("My reviews") if actor.has("reviewer") else _("Screening")
    return [Page("screening", label, reverse("screening", args=[edition.slug]))]
