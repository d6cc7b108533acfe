"""Decisions and refusals: what a permission answers, and the named errors that services raise.

Pure: imports nothing of Django or of ours, decides nothing by itself.
"""

from dataclasses import dataclass

# code of a refusal -> HTTP status (RULES: "Refusals")
STATUS = {"unrelated": 404, "forbidden": 403, "too_early": 409, "too_late": 409, "not_now": 409}


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer of a permission: allowed or not, a code, and the reason in the user's language.

    `code` is "ok" or a key of STATUS. Truthy when allowed, so templates can write `{% if may.submit %}`.
    """

    allowed: bool
    code: str = "ok"
    reason: str = ""

    def __bool__(self) -> bool:
        return self.allowed

    @property
    def status(self) -> int:
        return 200 if self.allowed else STATUS[self.code]


ALLOWED = Decision(True)
UNRELATED = Decision(False, "unrelated")


def forbidden(reason: str) -> Decision:
    """Somebody related to the thing, without the right to this act."""
    return Decision(False, "forbidden", reason)


def not_now(reason: str, code: str = "not_now") -> Decision:
    """The right person at the wrong moment; `code` may be "too_early", "too_late" or "not_now"."""
    return Decision(False, code, reason)


class Refused(Exception):
    """A service was asked for what a permission does not allow; carries the Decision."""

    def __init__(self, decision: Decision):
        super().__init__(str(decision.reason) or decision.code)
        self.decision = decision


class IllegalMove(Exception):
    """A state was asked to change in a way that its table of moves does not know."""

    def __init__(self, subject: str, old: str, new: str):
        super().__init__(f"{subject}: {old} -> {new} is no legal move")


class Invalid(Exception):
    """What was asked is allowed, but what was given can't be used.

    `errors` maps a field's name ("" for the whole) to a message that says what to do.
    """

    def __init__(self, errors: dict[str, str]):
        super().__init__("; ".join(str(message) for message in errors.values()))
        self.errors = errors


def ensure(decision: Decision) -> None:
    """Raise Refused unless the decision allows."""
    if not decision.allowed:
        raise Refused(decision)
