"""A plan in the making: the steps of `judging.assignment`, on numbers.

Pure, and called by nobody else. It knows neither names nor marks; `judging.assignment` has checked the question.
"""

from collections.abc import Callable
from itertools import islice, product

DECK = 12  # reviewers of equal load that are compared before one is taken: more costs time and gains nothing
SWAPS = 30_000  # most attempts to lower the sum of λ²; a plan is good long before
SEARCH = 200_000  # most pairs of reviews looked at when pieces are to be joined


class Draft:
    """A plan in the making. Entries are 0…N-1, reviewers 0…R-1; `panel[i]` is who reviews entry i."""

    def __init__(self, need, barred, fixed, room, cost, rng):
        self.need, self.barred, self.fixed = need, barred, fixed
        self.room, self.cost, self.rng = room, cost, rng
        self.panel = [set() for _ in need]
        self.queue = [set() for _ in room]
        self.meet = [{} for _ in room]  # meet[r][s]: λ, on how many entries r and s are together
        for i, panel in enumerate(fixed):
            for r in sorted(panel):
                self.add(i, r)

    def add(self, i: int, r: int) -> None:
        for s in self.panel[i]:
            self.meet[r][s] = self.meet[s][r] = self.meet[r].get(s, 0) + 1
        self.panel[i].add(r)
        self.queue[r].add(i)

    def drop(self, i: int, r: int) -> None:
        self.panel[i].remove(r)
        self.queue[r].remove(i)
        for s in self.panel[i]:
            self.meet[r][s] = self.meet[s][r] = self.meet[r][s] - 1

    def free(self, i: int, r: int) -> bool:
        """May r still be given entry i?"""
        return r not in self.barred[i] and r not in self.panel[i]

    def fill(self) -> None:
        """Greedy by scarcity, load and meetings: first one review for every entry, then a second one …

        Levels keep a shortage fair (nobody lacks two before everybody lacks one). Where the greedy step finds
        nobody, reviews of others are passed on until somebody has room; so what stays unmet can't be met.
        """
        levels: dict[int, list[int]] = {}
        for r in range(len(self.room)):
            if len(self.queue[r]) < self.room[r]:
                levels.setdefault(len(self.queue[r]), []).append(r)
        for deck in levels.values():
            self.rng.shuffle(deck)
        order = list(range(len(self.need)))
        self.rng.shuffle(order)
        order.sort(key=lambda i: -len(self.barred[i]))
        dead: set[int] = set()
        for level in range(max(self.need)):
            for i in order:
                if len(self.panel[i]) <= level < self.need[i] and not self.deal(i, levels):
                    starts = [r for r in range(len(self.room)) if r not in dead and self.free(i, r)]
                    end = self.pass_on(starts, lambda r: len(self.queue[r]) < self.room[r], dead, first=i)
                    if end is not None:  # keep the decks true: one more for the reviewer at the end
                        deck = next(d for d in levels.values() if end in d)
                        deck.remove(end)
                        self.put_back(end, levels)

    def deal(self, i: int, levels: dict[int, list[int]]) -> bool:
        """Give entry i the least loaded free reviewer; among equals the one who met its panel least."""
        for level in sorted(levels):
            deck, best, least, looked = levels[level], -1, None, 0
            for place in range(len(deck) - 1, -1, -1):
                r = deck[place]
                if self.free(i, r):
                    meet = self.meet[r]
                    price = sum(meet.get(s, 0) for s in self.panel[i]) + self.cost.get((i, r), 0)
                    if least is None or price < least:
                        best, least = place, price
                    looked += 1
                    if looked == DECK or price <= 0:
                        break
            if least is not None:
                r, deck[best] = deck[best], deck[-1]
                deck.pop()
                self.add(i, r)
                self.put_back(r, levels)
                return True
        return False

    def put_back(self, r: int, levels: dict[int, list[int]]) -> None:
        if len(self.queue[r]) < self.room[r]:
            deck = levels.setdefault(len(self.queue[r]), [])
            place = self.rng.randrange(len(deck) + 1)  # a shuffled deck stays one
            deck.append(r)
            deck[place], deck[-1] = deck[-1], deck[place]
        for level in [level for level, deck in levels.items() if not deck]:
            del levels[level]

    def pass_on(
        self, starts: list[int], wanted: Callable[[int], bool], dead: set[int], first: int | None = None
    ) -> int | None:
        """Breadth first from reviewers `starts` along "an entry of r could go to s" to a wanted one; then
        move.

        The reviewer at the end gets one review more, the start one less (or, with `first`, that entry). What
        a failed search saw can never lead out again and goes into `dead`, so that all failures together cost
        one pass (the argument of Hopcroft and Karp; for even loads Harvey and others 2006, "Semi-matchings").
        """
        came: dict[int, tuple[int, int] | None] = {r: None for r in starts}
        fresh = [r for r in range(len(self.room)) if r not in came and r not in dead]
        seen: set[int] = set()
        frontier = list(starts)
        end = next((r for r in starts if wanted(r)), None) if first is not None else None
        while frontier and end is None:
            r = frontier.pop(0)
            for i in sorted(self.queue[r] - seen):
                if r in self.fixed[i]:
                    continue
                seen.add(i)
                reached = [s for s in fresh if self.free(i, s)]
                for s in reached:
                    came[s] = (r, i)
                frontier += reached
                fresh = [s for s in fresh if s not in came]
                end = next((s for s in reached if wanted(s)), None)
                if end is not None:
                    break
        if end is None:
            dead.update(came)
            return None
        at = end
        while came[at] is not None:
            r, i = came[at]
            self.drop(i, r)
            self.add(i, at)
            at = r
        if first is not None:
            self.add(first, at)
        return end

    def even_out(self) -> None:
        """Move reviews from the most to the less loaded until no move makes the loads more even.

        When no path leads from a load L to one of L-2 or less, the sum of squared loads is the least
        possible.
        """
        dead: set[int] = set()
        level = max(len(queue) for queue in self.queue)
        while level >= 2:
            starts = [r for r in range(len(self.room)) if r not in dead and len(self.queue[r]) == level]
            most = level - 2
            if (
                not starts
                or self.pass_on(
                    starts, lambda r, most=most: len(self.queue[r]) <= min(most, self.room[r] - 1), dead
                )
                is None
            ):
                level -= 1

    def loose(self) -> list[tuple[int, int]]:
        """Reviews that may still be given to somebody else."""
        return [(i, r) for i, panel in enumerate(self.panel) for r in sorted(panel) if r not in self.fixed[i]]

    def swappable(self, one: tuple[int, int], other: tuple[int, int]) -> bool:
        return self.free(one[0], other[1]) and self.free(other[0], one[1])

    def swap(self, one: tuple[int, int], other: tuple[int, int]) -> None:
        for i, r in (one, other):
            self.drop(i, r)
        self.add(one[0], other[1])
        self.add(other[0], one[1])

    def spread(self) -> None:
        """Swap reviewers between two entries, at random, where that lowers the sum of λ² (plus cost)."""
        loose = self.loose()
        everybody = len(self.room)
        if all(len(b) + len(p) == everybody for b, p in zip(self.barred, self.panel, strict=True)):
            return  # nobody is left to swap with
        for _ in range(min(SWAPS, 8 * len(loose)) if len(loose) > 1 else 0):
            x, y = self.rng.randrange(len(loose)), self.rng.randrange(len(loose))
            (i, r), (j, s) = loose[x], loose[y]
            if i == j or r == s or not self.swappable((i, r), (j, s)):
                continue
            meet_r, meet_s, change = self.meet[r], self.meet[s], 0.0
            for t in self.panel[i] - self.panel[j]:
                if t != r:
                    change += meet_s.get(t, 0) - meet_r.get(t, 0) + 1
            for t in self.panel[j] - self.panel[i]:
                if t != s:
                    change += meet_r.get(t, 0) - meet_s.get(t, 0) + 1
            if self.cost:
                price = self.cost.get
                change += price((i, s), 0) + price((j, r), 0) - price((i, r), 0) - price((j, s), 0)
            if change < 0:
                self.swap((i, r), (j, s))
                loose[x], loose[y] = (i, s), (j, r)

    def pieces(self) -> tuple[list[int], list[tuple[int, int]], int]:
        """The piece of every node (entries, then reviewers), the reviews that close a ring, and how many
        pieces."""
        n = len(self.need)
        root = list(range(n + len(self.room)))

        def find(a: int) -> int:
            while root[a] != a:
                root[a] = a = root[root[a]]
            return a

        count, rings = n + sum(1 for queue in self.queue if queue), []
        for i, panel in enumerate(self.panel):
            for r in sorted(panel):
                a, b = find(i), find(n + r)
                if a == b:
                    rings.append((i, r))
                else:
                    root[a], count = b, count - 1
        return [find(a) for a in range(len(root))], rings, count

    def least_pieces(self) -> int:
        """How many pieces there would be if everybody reviewed all that they may."""
        entries, reviewers, count = set(range(len(self.need))), set(range(len(self.room))), 0
        while entries:
            count, frontier = count + 1, [entries.pop()]
            while frontier:
                came = {r for r in reviewers if r not in self.barred[frontier[-1]]}
                reviewers -= came
                frontier.pop()
                for r in came:
                    found = {i for i in entries if r not in self.barred[i]}
                    entries -= found
                    frontier += found
        return count

    def join(self) -> None:
        """Join pieces: swap a review that closes a ring (its piece holds without it) with one of another
        piece.

        Where no such pair is allowed, a random swap that adds no piece loosens the knot, within a budget.
        """
        piece, rings, count = self.pieces()
        if count == 1:
            return
        loose = self.loose()
        nodes = len(self.need) + sum(1 for queue in self.queue if queue)
        least = max(
            self.least_pieces(), nodes - sum(len(panel) for panel in self.panel)
        )  # what n links can join
        budget = 5 + 30_000 // (1 + len(loose))
        while count > least:
            rings = [(i, r) for i, r in rings if r not in self.fixed[i]]
            self.rng.shuffle(rings)
            self.rng.shuffle(loose)
            for one, other in islice(product(rings, loose), SEARCH):
                if piece[one[0]] != piece[other[0]] and self.swappable(one, other):
                    self.swap(one, other)
                    break
            else:
                budget -= 1
                if budget < 0 or not self.loosen(loose, count):
                    return
            piece, rings, count = self.pieces()
            loose = self.loose()

    def loosen(self, loose: list[tuple[int, int]], count: int) -> bool:
        """One random swap, or move between loads that differ by 1, that adds no piece; False if none is
        found."""
        n = len(self.room)
        for _ in range(200 if len(loose) > 1 else 0):
            (i, r), (j, s) = self.rng.choice(loose), self.rng.choice(loose)
            t = self.rng.randrange(n)
            if self.rng.random() < 0.5 and i != j and r != s and self.swappable((i, r), (j, s)):
                self.swap((i, r), (j, s))
                if self.pieces()[2] <= count:
                    return True
                self.swap((i, s), (j, r))
            elif self.free(i, t) and len(self.queue[t]) == len(self.queue[r]) - 1 < self.room[t]:
                self.drop(i, r)
                self.add(i, t)
                if self.pieces()[2] <= count:
                    return True
                self.drop(i, t)
                self.add(i, r)
        return False
