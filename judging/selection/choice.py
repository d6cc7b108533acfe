"""Which picks need a written reason. Pure: compares a choice with the official order, never makes one.

Source: RULES, "Selection": each pick that departs from the official order, and each tie on the line.
"""

from collections.abc import Iterable, Sequence

from judging.tally import Standing

DEPARTS, PASSED_OVER, TIED, TIE_PASSED_OVER, RESERVE_DEPARTS = "departs", "passed_over", "tied", "tie", "reserve"


def reasons_needed(standing: Standing, chosen: Iterable[str], reserves: Sequence[str]) -> dict[str, str]:
    """entry -> why its row needs a reason.

    DEPARTS: chosen from below the line. PASSED_OVER: above the line, not chosen. TIED: chosen out of a tie on the
    line. TIE_PASSED_OVER: tied on the line and not chosen though places were left. RESERVE_DEPARTS: stands on the
    reserve list before an entry with a higher score.
    """
    chosen = set(chosen)
    why = {entry: DEPARTS for entry in standing.below if entry in chosen}
    why |= {entry: PASSED_OVER for entry in standing.above if entry not in chosen}
    tied_in = [entry for entry in standing.on_line if entry in chosen]
    why |= dict.fromkeys(tied_in, TIED)
    if len(tied_in) < standing.open_places:
        why |= {entry: TIE_PASSED_OVER for entry in standing.on_line if entry not in chosen}
    # An entry passed over above the line has its reason already: it need not lead the reserve list.
    waiting = [e for place in standing.places for e in place.entries if e not in chosen and e not in standing.above]
    for entry in reserves:
        score = standing.scores[entry]
        if any(standing.scores[other] > score for other in waiting if other != entry):
            why.setdefault(entry, RESERVE_DEPARTS)
        if entry in waiting:
            waiting.remove(entry)
    return why


def near_line(standing: Standing, places: int = 3) -> set[str]:
    """The entries at most `places` above or below the cut line, and those tied with them: where an interest weighs."""
    order = [entry for place in standing.places for entry in place.entries]
    line = len(standing.above) + standing.open_places
    near = order[max(0, line - places) : line + places] + list(standing.on_line)
    scores = {standing.scores[entry] for entry in near}
    return {entry for entry in order if standing.scores[entry] in scores}
