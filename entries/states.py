"""The states of an entry and the legal moves between them. Pure."""

from awards.decisions import IllegalMove

MOVES = {
    "draft": {"submitted", "withdrawn"},
    "submitted": {"submitted", "withdrawn", "accepted", "rejected"},
    "accepted": {"rejected"},
    "rejected": {"accepted"},
    "withdrawn": set(),
}
STATES = tuple(MOVES)


def check_move(old: str, new: str) -> None:
    """Raises IllegalMove unless an entry may go from `old` to `new`."""
    if new not in MOVES[old]:
        raise IllegalMove("entry", old, new)
