"""Which ties a tally leaves to a vote, and what a counted vote says. Pure; knows no judges and breaks no tie.

Source: RULES, "The panel" 6.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from judging.tally import Final, Outcome


@dataclass(frozen=True, slots=True)
class OpenTie:
    """Entries that every rule left tied across `line`; `places` of them come to stand above it."""

    line: str
    tied: tuple[str, ...]
    places: int


@dataclass(frozen=True, slots=True)
class Count:
    """A counted vote: who is chosen for certain, and who is even for the `open_places` that are left."""

    chosen: tuple[str, ...]
    even: tuple[str, ...]
    open_places: int


def open_ties(final: Final, outcome: Outcome) -> list[OpenTie]:
    """The ties that wait for a vote, each with the highest line that it straddles; the tied in running order."""
    groups = list(outcome.order)
    for step in outcome.steps:
        at = groups.index(step.tied)
        groups[at : at + 1] = step.groups
    found, above = [], 0
    for group in groups:
        if group in outcome.unresolved:
            place, line = next((p, name) for p, name in final.lines().items() if above < p < above + len(group))
            found.append(OpenTie(line, group, place - above))
        above += len(group)
    return found


def count(tied: Sequence[str], places: int, ballots: Iterable[Sequence[str]]) -> Count:
    """Each ballot names `places` of the tied; those named most often take the places."""
    named = Counter(name for ballot in ballots for name in ballot)
    ranked = sorted((named[name] for name in tied), reverse=True)
    last = ranked[places - 1]
    if places == len(tied) or ranked[places] < last:
        return Count(tuple(name for name in tied if named[name] >= last), (), 0)
    chosen = tuple(name for name in tied if named[name] > last)
    return Count(chosen, tuple(name for name in tied if named[name] == last), places - len(chosen))
