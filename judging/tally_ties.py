"""Ties on the prize lines, split rule by rule (RULES.md, "The panel" 6).

Part of `judging.tally`, which see. It never breaks a tie by lot, nor by the order in which entries come.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from judging.tally_input import Final, TallyError, Vote
from judging.tally_sheets import Detail


@dataclass(frozen=True)
class Step:
    """One rule that split the entries tied on a line by the `values` it compared (a vote: 1 for the chosen).

    `freed` are the lines that it made fall between groups: lower ones too, beside the line being decided.
    """

    line: str
    rule: str
    tied: tuple[str, ...]
    values: dict[str, Fraction | int]
    groups: tuple[tuple[str, ...], ...]
    freed: tuple[str, ...]


def split_by(entries: Sequence[str], values: Mapping[str, Fraction | int]) -> list[tuple[str, ...]]:
    """Groups of equal value, highest first, each in the given order."""
    return [tuple(entry for entry in entries if values[entry] == value)
            for value in sorted({values[entry] for entry in entries}, reverse=True)]


def decide_lines(final: Final, order: Sequence[tuple[str, ...]], details: Mapping[str, Detail]) -> tuple:
    """Split each group that straddles a prize line, highest line first, until the line falls between groups.

    A group that waits for a vote stays whole on the next line too: the vote may change who is compared there.
    Returns the groups by place, decided_by, unresolved and steps of an Outcome.
    """
    groups, decided_by, unresolved, steps, votes = list(order), {}, [], [], list(final.votes)
    lines = final.lines()
    for places, line in lines.items():
        rules, rule = iter(final.tie_rules()), None
        while (tied := _straddling(groups, places)) is not None:
            waits = tied in unresolved
            rule = "vote" if waits else next(rules, "vote")
            values = None if waits else _compared(rule, line, tied, final, details, votes)
            if values is None and rule == "vote":
                unresolved += [] if waits else [tied]
                break
            parts = split_by(tied, values) if values else [tied]
            if len(parts) > 1:
                across = [key for key in lines if _straddling(groups, key) == tied]
                at = groups.index(tied)
                groups[at:at + 1] = parts
                freed = tuple(lines[key] for key in across if _straddling(groups, key) is None)
                steps.append(Step(line, rule, tied, values, tuple(parts), freed))
        if rule:
            decided_by[line] = rule
    if votes:
        raise TallyError(f"votes[{final.votes.index(votes[0])}]", "answers no tie that is open on this line")
    return groups, decided_by, tuple(unresolved), tuple(steps)


def _straddling(groups: Iterable[tuple[str, ...]], places: int) -> tuple[str, ...] | None:
    """The group with members on both sides of the line under so many places."""
    above = 0
    for group in groups:
        if above < places < above + len(group):
            return group
        above += len(group)
    return None


def _compared(
    rule: str, line: str, tied: tuple, final: Final, details: Mapping[str, Detail], votes: list[Vote]
) -> dict[str, Fraction | int] | None:
    """What a rule compares of the tied; None where it can't: no vote held, or a screening score is missing.

    A vote that is used is taken out of `votes`.
    """
    if rule == "untrimmed":
        return {finalist: details[finalist].untrimmed for finalist in tied}
    if rule == "head_to_head":
        return {finalist: _head_to_head(finalist, tied, details) for finalist in tied}
    if rule == "screening":
        scores = {finalist: final.screening.get(finalist) for finalist in tied}
        return None if None in scores.values() else scores
    if rule == "vote":
        held = next((vote for vote in votes if vote.line == line and set(vote.tied) == set(tied)), None)
        if held is None:
            return None
        votes.remove(held)
        return {finalist: int(finalist in held.chosen) for finalist in tied}
    return {finalist: details[finalist].criteria[rule.removeprefix("criterion:")] for finalist in tied}


def _head_to_head(finalist: str, tied: Iterable[str], details: Mapping[str, Detail]) -> int:
    """Over the other tied: judges counted on both who gave it more, less those who gave it less."""
    mine, balance = details[finalist].totals, 0
    for other in tied:
        theirs = details[other].totals
        for judge in mine.keys() & theirs.keys():
            balance += (mine[judge] > theirs[judge]) - (mine[judge] < theirs[judge])
    return balance
