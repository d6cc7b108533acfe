"""The states of a score sheet and the legal moves between them. Pure.

Screening: open -> handed_in -> open (taken back). Panel: open -> sealed -> open (unsealed).
"""

from awards.decisions import IllegalMove

SHEET_MOVES = {"open": {"handed_in", "sealed"}, "handed_in": {"open"}, "sealed": {"open"}}
SHEET_STATES = tuple(SHEET_MOVES)
COUNTED = ("handed_in", "sealed")
SETTLED = {"screening": "handed_in", "panel": "sealed"}  # what a round's assessor makes of a finished sheet


def check_move(old: str, new: str) -> None:
    """Raises IllegalMove unless a sheet may go from `old` to `new`."""
    if new not in SHEET_MOVES[old]:
        raise IllegalMove("sheet", old, new)
