"""`manage.py assign_reviews FILE.json … [--out DIR]`: who reviews what, by judging/assignment.py.

It never touches the database: a manager can ask "how many reviewers do I need?" before there is an award.
"""

from typing import Any

from judging.assignment import plan
from judging.sheets.management.answers import AnswerCommand, member, pairs


class Command(AnswerCommand):
    """{"k", "entries", "reviewers", "conflicts", "capacity"?: {reviewer: n}, "kept"?: [[…]], "seed"?} →
    plan."""

    help = "Assign reviewers to entries from JSON files; the database is not used."

    def answer(self, data: Any) -> dict:
        found = plan(
            member(data, "entries", list),
            member(data, "reviewers", list),
            member(data, "k", int),
            pairs(data, "conflicts"),
            capacity=member(data, "capacity", dict, default={}),
            kept=pairs(data, "kept"),
            seed=member(data, "seed", int, default=0),
        )
        return {
            "pairs": [list(pair) for pair in found.pairs],
            "load": found.load,
            "components": found.components,
            "unmet": found.unmet,
        }
