"""`manage.py tally FILE.json … [--out DIR]`: recount finals by the code that decides the real one.

It never touches the database, so a recount needs neither the award nor its server.
"""

from typing import Any

from judging.sheets.management.answers import AnswerCommand
from judging.tally import from_json, tally, to_json


class Command(AnswerCommand):
    """A final's marks → scores, order, prizes, ties and quorum; docs/rules.md has both formats."""

    help = "Recount finals from JSON files (docs/rules.md); the database is not used."

    def answer(self, data: Any) -> dict:
        return to_json(tally(from_json(data)))
