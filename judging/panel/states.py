"""The states of a place in the running order and the legal moves between them. Pure."""

from awards.decisions import IllegalMove

SLOT_MOVES = {
    "waiting": {"presenting", "withdrawn"},
    "presenting": {"questions", "marking", "waiting", "withdrawn"},
    "questions": {"marking", "waiting", "withdrawn"},
    "marking": {"closed", "questions", "withdrawn"},
    "closed": {"marking"},
    "withdrawn": set(),
}
SLOT_STATES = tuple(SLOT_MOVES)
ON_STAGE = ("presenting", "questions", "marking")


def check_move(old: str, new: str) -> None:
    """Raises IllegalMove unless a place may go from `old` to `new`."""
    if new not in SLOT_MOVES[old]:
        raise IllegalMove("slot", old, new)
