"""How far a sheet has come, in one word. Pure; says nothing of the values on it."""

from django.utils.translation import gettext_lazy as _

# code -> (word, colour of the badge)
WORDS = {
    "open": (_("Not begun"), ""),
    "begun": (_("Begun"), "info"),
    "complete": (_("Complete, not handed in"), "warning"),
    "handed_in": (_("Handed in"), "success"),
    "recused": (_("Recused"), ""),
}


def progress_of(state: str, recused: bool, marks: int, criteria: int) -> str:
    """A key of WORDS, from a sheet's state, whether the pair is recused, and how many of its criteria have a mark."""
    if recused:
        return "recused"
    if state != "open":
        return "handed_in"
    if marks == 0:
        return "open"
    return "begun" if marks < criteria else "complete"
