"""Who reviews what: a plan in which every entry gets its reviews and the load is even.

Hard: no recused pair; each entry gets k reviewers as far as recusals and capacities allow; loads differ by at
most 1 as far as they allow (else they are as even as can be); reviews hang together in one piece, so that
every two entries can be compared through a chain of common reviewers. Soft: no two reviewers meet on the same
entries more often than others do ((M,S)-optimality: the sum of λ² is small, λ being how often two reviewers
meet).

Pure: this module knows ids and numbers, nothing of Django, people or marks. It never looks at a mark, never
takes away a review that was already given, and never leaves anything to the order of its input or to a hash
seed: the same question and seed give the same plan. As with `judging.ranking` only the worker and
the commands run it; it needs no numpy, so that importing it costs nothing.
"""

import random
from collections.abc import Iterable
from dataclasses import dataclass

from judging.assignment_draft import Draft


class AssignmentError(ValueError):
    """The question makes no sense; the message names the place."""


@dataclass(frozen=True)
class Plan:
    """What `plan` answers. `pairs` (entry, reviewer) sorted; `load` reviews per reviewer, idle ones with 0.

    `components`: pieces of the graph of entries and reviewers that have reviews (an entry without any is a
    piece of its own); 1 is wanted. `unmet`: one {"entry", "lacks": n, "because": [recused reviewers]} per
    entry that stays short; an empty `because` means that the capacities are used up.
    """

    pairs: list[tuple[str, str]]
    load: dict[str, int]
    components: int
    unmet: list[dict]


def plan(
    entries: list[str],
    reviewers: list[str],
    k: int,
    conflicts: set[tuple[str, str]],
    *,
    capacity: dict[str, int] | None = None,
    cost: dict[tuple[str, str], float] | None = None,
    kept: set[tuple[str, str]] = frozenset(),
    seed: int = 0,
) -> Plan:
    """Assign k reviewers to every entry (k = 0: every reviewer who is not recused).

    `conflicts` and `kept` hold (entry, reviewer). `kept` reviews were already given: they stay, count towards
    k and the load, and may exceed a capacity (most reviews of one reviewer, kept ones included; a reviewer
    who fell ill has capacity 0). `cost` is soft: what a pair lacks in expertise; 1 weighs as much as two
    reviewers meeting once more. Raises AssignmentError for unknown or repeated ids, a k out of range, a kept
    pair that is recused.
    """
    capacity, cost = capacity or {}, cost or {}
    entries, reviewers, question = _checked(entries, reviewers, k, conflicts, capacity, cost, kept)
    draft = Draft(*question, random.Random(seed))
    draft.fill()
    draft.even_out()
    draft.spread()
    draft.join()
    return Plan(
        pairs=[(entries[i], reviewers[r]) for i, panel in enumerate(draft.panel) for r in sorted(panel)],
        load={name: len(queue) for name, queue in zip(reviewers, draft.queue, strict=True)},
        components=draft.pieces()[2],
        unmet=[
            {"entry": entry, "lacks": need - len(panel), "because": [reviewers[r] for r in sorted(barred)]}
            for entry, need, panel, barred in zip(entries, draft.need, draft.panel, draft.barred, strict=True)
            if len(panel) < need
        ],
    )


def _checked(entries, reviewers, k, conflicts, capacity, cost, kept):
    """The question in numbers: ids sorted, everything else by position."""
    for what, ids in (("entries", entries), ("reviewers", reviewers)):
        seen = set()
        for place, name in enumerate(ids):
            if not isinstance(name, str):
                raise AssignmentError(f"{what}[{place}]: {name!r} is not a text")
            if name in seen:
                raise AssignmentError(f"{what}[{place}]: {name!r} stands there twice")
            seen.add(name)
    if not entries or not reviewers:
        raise AssignmentError("entries: none" if not entries else "reviewers: none")
    if isinstance(k, bool) or not isinstance(k, int) or not 0 <= k <= len(reviewers):
        raise AssignmentError(f"k: {k!r} is not a whole number from 0 to the {len(reviewers)} reviewers")
    entries, reviewers = sorted(entries), sorted(reviewers)
    at, who = {name: i for i, name in enumerate(entries)}, {name: j for j, name in enumerate(reviewers)}

    def by_entry(what: str, pairs: Iterable[tuple[str, str]]) -> list[set[int]]:
        found = [set() for _ in entries]
        for entry, reviewer in sorted(pairs):
            if entry not in at:
                raise AssignmentError(f"{what}: ({entry!r}, {reviewer!r}): no such entry")
            if reviewer not in who:
                raise AssignmentError(f"{what}: ({entry!r}, {reviewer!r}): no such reviewer")
            found[at[entry]].add(who[reviewer])
        return found

    barred, fixed = by_entry("conflicts", conflicts), by_entry("kept", kept)
    for i, entry in enumerate(entries):
        for j in sorted(barred[i] & fixed[i]):
            raise AssignmentError(f"kept: ({entry!r}, {reviewers[j]!r}): recused from this entry")
    by_entry("cost", cost)
    room = [len(entries)] * len(reviewers)
    for name, most in sorted(capacity.items()):
        if name not in who:
            raise AssignmentError(f"capacity: {name!r}: no such reviewer")
        if isinstance(most, bool) or not isinstance(most, int) or most < 0:
            raise AssignmentError(f"capacity: {name!r}: {most!r} is not a whole number from 0 up")
        room[who[name]] = most
    prices = {(at[e], who[r]): float(price) for (e, r), price in cost.items()}
    need = [k or max(1, len(reviewers) - len(b)) for b in barred]
    return entries, reviewers, (need, barred, fixed, room, prices)
