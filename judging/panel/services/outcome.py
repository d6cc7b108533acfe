"""Computes a final by the very code of `manage.py tally`, from its export. Writes nothing and shows nothing."""

from dataclasses import asdict, replace

from django.utils.translation import gettext as _

from awards.canonical import canonical, digest
from awards.decisions import Invalid
from judging.panel.export import export_marks
from judging.panel.models import Panel
from judging.panel.queries import unsettled_recusals
from judging.panel.ties import open_ties
from judging.sheets.models import RuleSnapshot
from judging.tally import Final, GraphRefused, Outcome, TallyError, from_json, tally, to_json


def computed(panel: Panel) -> tuple[Final, Outcome, dict]:
    """The final, its outcome in detail, and the export it came from; raises Invalid where it can't be tallied."""
    if unsettled_recusals(panel.round).exists():
        raise Invalid({"": _("Recusals are waiting for a manager's word: settle them first.")})
    data = export_marks(panel.round.edition)
    try:
        final = from_json(data)
        return final, tally(final), data
    except GraphRefused as error:
        message = _(
            "Recusals leave judges and finalists in pieces without a common sheet: this rule can't compare them."
        )
        raise Invalid({"": message}) from error
    except TallyError as error:
        raise Invalid({"": _("The result can't be computed: %(why)s") % {"why": error}}) from error


def outcome_of(panel: Panel) -> dict:
    """What a Release keeps: the answer of `tally`, the sums for the recount, and the ties that wait for a vote.

    {"answer": to_json, "sums": {entry: n}, "ties": [{"line", "tied", "places"}], "votes": […], "input": digest of
    the export, "rules": digest of the frozen rules}
    """
    final, outcome, data = computed(panel)
    return {
        "answer": to_json(outcome),
        "sums": {finalist: detail.sum for finalist, detail in outcome.details.items()},
        "ties": [asdict(tie) | {"tied": list(tie.tied)} for tie in open_ties(final, outcome)],
        "votes": data.get("votes", []),
        "input": digest(canonical(data)),
        "rules": RuleSnapshot.objects.filter(round=panel.round).last().digest,
    }


def ties_of(content: dict) -> list[dict]:
    """The ties that wait for a vote, as Vote's own fields."""
    return content["ties"]


def blockers(content: dict) -> list[str]:
    """What stops the release, not the calculation: ids of entries without quorum, and "vote" for an open tie."""
    return [entry for entry, enough in content["answer"]["quorum"].items() if not enough] + (
        ["vote"] if content["answer"]["unresolved"] else []
    )


def by_other_rules(final: Final) -> dict[str, dict]:
    """The scores by each rule beside the one that decides, for the auditor's eyes: rule -> {entry: score or None}."""
    scores = {}
    for rule in ("trimmed", "centred_trimmed"):
        try:
            scores[rule] = tally(replace(final, rule=rule, votes=())).scores
        except TallyError:  # a graph in pieces: severities can't be compared
            scores[rule] = {}
    return scores
