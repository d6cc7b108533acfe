"""Stages, windows, and what each allows at a moment.

Pure: no Django, no database, no clock of its own; `now` is always passed in. It never changes a stage
(awards.services.stages does) and knows nothing of who is asking (permissions do).
Source: RULES, "Stages".
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from awards.decisions import ALLOWED, Decision, not_now

STAGES = (
    "drafting", "submission", "screening", "selection", "finalists", "panel", "result", "winners", "archived",
)  # fmt: skip

# The only moves there are. A stage lasts until the next begins.
MOVES = {stage: {following} for stage, following in zip(STAGES, STAGES[1:], strict=False)} | {"archived": set()}

# The stages that begin by themselves when their window opens, if the check list is complete.
OPENS_BY_ITSELF = ("submission", "screening")


@dataclass(frozen=True, slots=True)
class Interval:
    """A window [opens, closes): `opens` belongs to it, `closes` does not. Both aware datetimes."""

    opens: datetime
    closes: datetime

    def state(self, now: datetime) -> str:
        """ "before", "open" or "after"."""
        if now < self.opens:
            return "before"
        return "open" if now < self.closes else "after"


@dataclass(frozen=True, slots=True)
class Act:
    """What people may do, when: in these stages and, if a window is named, in that state of it."""

    stages: tuple[str, ...]
    window: str = ""
    state: str = "open"


def _from(stage: str) -> tuple[str, ...]:
    return STAGES[STAGES.index(stage) :]


ACTS: dict[str, Act] = {
    # the edition
    "setup": Act(("drafting",)),
    "setup.screening": Act(("drafting", "submission")),
    "setup.panel": Act(STAGES[: STAGES.index("panel")]),
    "setup.people": Act(STAGES[: STAGES.index("result")]),
    "call.read": Act(_from("submission")),
    # entries
    "entry.write": Act(("submission",), "submission", "open"),
    "entry.withdraw": Act(("submission",)),
    "entry.settle": Act(("submission",), "submission", "after"),
    # screening
    "screening.prepare": Act(("drafting", "submission")),
    "screening.assign": Act(("submission", "screening")),
    "screening.declare": Act(("submission", "screening")),
    "screening.recuse": Act(("drafting", "submission", "screening")),
    "screening.settle_recusal": Act(("drafting", "submission", "screening", "selection")),
    "screening.read": Act(("screening",)),
    "screening.mark": Act(("screening",), "screening", "open"),
    "screening.close": Act(("screening",), "screening", "after"),
    "screening.values": Act(_from("selection")),
    # selection
    "selection.decide": Act(("selection",)),
    "selection.read": Act(_from("selection")),
    "announce.finalists": Act(("selection",)),
    # panel
    "panel.prepare": Act(("finalists",)),
    "panel.declare": Act(("finalists", "panel")),
    "panel.recuse": Act(STAGES[: STAGES.index("result")]),
    "panel.settle_recusal": Act(STAGES[: STAGES.index("winners")]),
    "panel.read": Act(("finalists", "panel")),
    "panel.run": Act(("panel",)),
    "panel.mark": Act(("panel",)),
    "result.release": Act(("result",)),
    "result.read": Act(_from("result")),
    "announce.winners": Act(("result",)),
    "archive": Act(("winners",)),
}

_NO_REASON = ""


def allows(act: str, stage: str, windows: Mapping[str, Interval], now: datetime) -> Decision:
    """Whether `act` (a key of ACTS) is possible in `stage` at `now`.

    The Decision's code says why not: "too_early", "too_late" (the words are the caller's).
    Raises KeyError for an act that is not in the table.
    """
    rule = ACTS[act]
    if stage not in rule.stages:
        early = STAGES.index(stage) < STAGES.index(rule.stages[0])
        return not_now(_NO_REASON, "too_early" if early else "too_late")
    if rule.window:
        window = windows.get(rule.window)
        if window is None:
            return not_now(_NO_REASON, "too_early")
        state = window.state(now)
        if state != rule.state:
            early = state == "before" or rule.state == "after"
            return not_now(_NO_REASON, "too_early" if early else "too_late")
    return ALLOWED


def due_stage(stage: str, windows: Mapping[str, Interval], now: datetime) -> str | None:
    """The stage that ought to begin by itself now because its window has opened, or None."""
    following = STAGES[STAGES.index(stage) + 1] if stage != STAGES[-1] else ""
    if following in OPENS_BY_ITSELF and following in windows and windows[following].opens <= now:
        return following
    return None
