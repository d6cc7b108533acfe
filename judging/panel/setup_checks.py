"""What must be there before the final begins, and what the menu offers to whom. Reads only."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from awards import contributions
from awards.actors import Actor
from awards.contributions import Check, Page
from awards.models import Edition
from judging.panel.queries import finalist_entries, judges_of, unsettled_recusals
from judging.sheets.queries import live_recusals, round_of, rule_conflicts

FINAL_STAGES = ("finalists", "panel", "result")


def register() -> None:
    contributions.add_stage_check("panel", before_panel)
    contributions.add_navigation(navigation)


def before_panel(edition: Edition, now: datetime) -> list[Check]:
    """The final's check list. Pledges are not on it: who has not pledged can open nothing, and may still do so."""
    round = round_of(edition, "panel")
    if round is None:
        return [Check("panel_round", _("The final's rule and criteria are set"), False)]
    judges = [judge for judge in judges_of(round) if not judge.reserve]
    entries = finalist_entries(edition)
    known = set(live_recusals(round).values_list("assessor_id", "entry_id"))
    unsettled = unsettled_recusals(round).exclude(basis__in=("declared", "requested")).count()
    missing = len(set(rule_conflicts(round, entries)) - known)
    external = sum(judge.external for judge in judges)
    recusals = reverse("sheets_recusals", args=[edition.slug, "panel"])
    return [
        Check("finalists", _("There are finalists"), entries.exists()),
        Check(
            "judges",
            _("There are at least as many judges as the quorum asks for"),
            len(judges) >= round.quorum_sheets,
            detail=f"{len(judges)} / {round.quorum_sheets}",
        ),
        Check(
            "external",
            _("There are enough external judges"),
            external >= round.quorum_external,
            detail=f"{external} / {round.quorum_external}",
        ),
        Check("chair", _("One judge is chair"), sum(judge.chair for judge in judges) == 1),
        Check("recusals_found", _("All recusals by rule are proposed"), not missing, str(missing or ""), recusals),
        Check(
            "recusals_settled",
            _("All recusals by rule are confirmed"),
            not unsettled,
            detail=str(unsettled or ""),
        ),
    ]


def navigation(actor: Actor, edition: Edition) -> list[Page]:
    """One entry for those who have a part in the final, from the announcement of the finalists on."""
    if edition.stage not in FINAL_STAGES and not (actor.is_staff and edition.stage == "winners"):
        return []
    label = None
    if actor.has("operator"):
        label = _("Console")
    elif actor.has("judge"):
        label = _("My score sheets for the final")
    elif actor.has("manager", "auditor"):
        label = _("Final")
    return [Page("panel", label, reverse("panel", args=[edition.slug]))] if label else []
