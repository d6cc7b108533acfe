"""The marks of a final in the format of `manage.py tally`: the one road from the sheets to a result.

The live release and a recount on paper go through the same file and the same code (judging.tally). Reads sealed
sheets and frozen rules only; never writes and asks no permission: its callers do.
"""

import json
from collections.abc import Iterable

from django.utils.translation import gettext as _

from awards.decisions import Invalid
from awards.models import Edition
from judging.panel.models import Panel, Vote
from judging.panel.queries import judges_of, panel_of, places
from judging.panel.ties import open_ties
from judging.selection.queries import confirmed_selection
from judging.sheets.models import ScoreSheet
from judging.sheets.queries import live_recusals, sheet_with_marks
from judging.sheets.services.marking import frozen_rules
from judging.tally import GraphRefused, from_json, tally


def export_marks(edition: Edition) -> dict:
    """All that decides the final, as `judging.tally.from_json` reads it; judges by their random numbers.

    Marks are those of sealed sheets; grades left unawarded have 0 prizes. Raises Invalid before the first mark.
    """
    panel = panel_of(edition)
    rules = frozen_rules(panel.round) if panel else None
    if rules is None:
        raise Invalid({"": _("No mark has been given yet: there is nothing to compute.")})
    finalists = [place.entry.public_id for place in places(panel) if place.state != "withdrawn"]
    judges = list(judges_of(panel.round))
    data = {
        "rule": rules["rule"],
        "criteria": [{"id": row["id"], "points": row["points"]} for row in rules["criteria"]],
        "judges": [
            {"id": judge.number, "external": judge.external, "chair": judge.chair, "reserve": judge.reserve}
            for judge in judges
        ],
        "called_reserves": [judge.number for judge in judges if judge.called_at],
        "finalists": finalists,
        "marks": list(_marks(panel, set(finalists))),
        "recused": _recused(panel, set(finalists)),
        "screening": _screening_scores(edition, set(finalists)),
        "prizes": [[name, 0 if name in panel.unawarded else number] for name, number in rules["prizes"]],
        "quorum": rules["quorum"],
        "trim_from": rules["trim_from"],
    }
    if "ties" in rules:
        data["ties"] = rules["ties"]
    if votes := _votes_that_answer(panel, data):
        data["votes"] = votes
    return data


def _marks(panel: Panel, finalists: set[str]) -> Iterable[dict]:
    sealed = ScoreSheet.objects.filter(
        round=panel.round, state="sealed", removed_at__isnull=True, assessor__ended_at__isnull=True
    )
    codes = dict(panel.round.criterion_set.values_list("pk", "code"))
    for sheet in sheet_with_marks(sealed.select_related("assessor", "entry")):
        for mark in sorted(sheet.marks, key=lambda mark: codes[mark.criterion_id]):
            if mark.points is not None and sheet.entry.public_id in finalists:
                yield {
                    "judge": sheet.assessor.number,
                    "finalist": sheet.entry.public_id,
                    "criterion": codes[mark.criterion_id],
                    "points": mark.points,
                }


def _recused(panel: Panel, finalists: set[str]) -> list[list[str]]:
    pairs = live_recusals(panel.round).filter(assessor__ended_at__isnull=True, entry__public_id__in=finalists)
    return [list(pair) for pair in pairs.order_by("pk").values_list("assessor__number", "entry__public_id")]


def _votes_that_answer(panel: Panel, data: dict) -> list[dict]:
    """The votes held that answer a tie which is open now; one on a tie that a later recusal undid decides nothing."""
    rows = Vote.objects.filter(panel=panel, closed_at__isnull=False).exclude(chosen=[])
    held = {(vote.line, frozenset(vote.tied)): vote for vote in rows}
    used = []
    while held:
        try:
            final = from_json(data | {"votes": used})
            ties = open_ties(final, tally(final))
        except GraphRefused:  # whoever computes is told
            break
        keys = [(tie.line, frozenset(tie.tied)) for tie in ties]
        found = next((held.pop(key) for key in keys if key in held), None)
        if found is None:
            break
        used.append({"line": found.line, "tied": found.tied, "chosen": found.chosen})
    return used


def _screening_scores(edition: Edition, finalists: set[str]) -> dict[str, str]:
    """The exact screening scores, which may break a tie, from the standings that the finalists were chosen on."""
    selection = confirmed_selection(edition)
    lines = json.loads(selection.standings).get("standings", []) if selection else []
    return {line["entry"]: line["score"] for line in lines if line["score"] and line["entry"] in finalists}
