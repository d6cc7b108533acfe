"""What decides a final, as plain records: rule, criteria, judges, marks, recusals, prizes; and their JSON.

`judging.tally` computes with them and is what other code imports. Here an input is read and checked, so that
every error names its place. Nothing is computed, guessed or put right: an unknown key is refused as an
unknown id is, lest a misspelt "recused" pass for none.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, dataclass, field, fields, is_dataclass
from fractions import Fraction
from itertools import accumulate
from typing import Any, get_args, get_origin

RULES = ("trimmed", "mean", "centred_trimmed")
TIES = ("untrimmed", "criteria", "head_to_head", "screening", "vote")
LEAST_TRIM_FROM = 3  # one highest and one lowest are dropped, and something must be left


class TallyError(ValueError):
    """An input that can't be tallied: `place` is the path into the JSON; `reason` is what is wrong."""

    def __init__(self, place: str, reason: str):
        super().__init__(f"{place or 'the final'}: {reason}")
        self.place, self.reason = place, reason


@dataclass(frozen=True)
class Criterion:
    """One criterion of the sheet; `points` is its highest mark."""

    id: str
    points: int


@dataclass(frozen=True)
class Judge:
    """One judge; a reserve counts only if called in."""

    id: str
    external: bool = False
    chair: bool = False
    reserve: bool = False


@dataclass(frozen=True)
class Mark:
    """One whole mark, 0 to the criterion's points."""

    judge: str
    finalist: str
    criterion: str
    points: int


@dataclass(frozen=True)
class Quorum:
    """How many counted sheets a finalist needs, and how many of them from external judges."""

    sheets: int = 5
    external: int = 1


@dataclass(frozen=True)
class Vote:
    """A secret vote that was held: of the `tied` on a line ("1|2"), the `chosen` come before the others.

    The chosen may be fewer or more than the places above the line: who is still tied on it needs a next vote.
    """

    line: str
    tied: tuple[str, ...]
    chosen: tuple[str, ...]


@dataclass(frozen=True)
class Final:
    """All that decides a final. Finalists stand in running order, prizes from the highest grade down.

    `ties` are rule names in turn: untrimmed, criterion:ID, criteria (all of them, most points first),
    head_to_head, screening, vote; a line that stays open is voted on, whether vote is named or not.
    Raises TallyError where the parts contradict each other.
    """

    rule: str
    criteria: tuple[Criterion, ...]
    judges: tuple[Judge, ...]
    finalists: tuple[str, ...]
    marks: tuple[Mark, ...]
    prizes: tuple[tuple[str, int], ...]
    called_reserves: tuple[str, ...] = ()
    recused: tuple[tuple[str, str], ...] = ()
    screening: dict[str, Fraction] = field(default_factory=dict)
    quorum: Quorum = Quorum()
    trim_from: int = 5
    ties: tuple[str, ...] = TIES
    votes: tuple[Vote, ...] = ()

    def __post_init__(self):
        _check_ids(self)
        _check_rules(self)
        _check_marks(self)
        _check_votes(self)

    def grades(self) -> dict[int, str]:
        """The grades that have prizes, each by its last place, highest first."""
        last = accumulate(count for _, count in self.prizes)
        return {place: grade for place, (grade, count) in zip(last, self.prizes, strict=True) if count}

    def lines(self) -> dict[int, str]:
        """The prize lines, highest first: the places above each, and its name, such as 1|2."""
        return {place: f"{place}|{place + 1}" for place in self.grades()}

    def tie_rules(self) -> tuple[str, ...]:
        """The rules of a tie in turn, criteria spelt out; without the vote, which always comes last."""
        by_points = [f"criterion:{row.id}" for row in sorted(self.criteria, key=lambda row: -row.points)]
        rules = [name for rule in self.ties for name in (by_points if rule == "criteria" else [rule])]
        return tuple(rule for rule in rules if rule != "vote")


def from_json(data: Any) -> Final:
    """A Final from the JSON of `manage.py tally`. Raises TallyError that names the place of what is wrong."""
    return _read(Final, data, "")


def final_json(final: Final) -> dict:
    """The JSON that `from_json` reads: the export of a final for a recount."""
    return plain(final)


def plain(value: Any) -> Any:
    """Records, tuples and fractions as JSON knows them; a fraction is "n/d" in lowest terms."""
    if is_dataclass(value):
        return {row.name: plain(getattr(value, row.name)) for row in fields(value)}
    if isinstance(value, Mapping):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, Fraction):
        return f"{value.numerator}/{value.denominator}"
    return value


def least(value: int, minimum: int, place: str) -> None:
    """Raise TallyError if a whole number is smaller than it may be."""
    if value < minimum:
        raise TallyError(place, f"{value} is less than {minimum}")


# Reading JSON: the records' own types say what is expected

_NAMES = {str: "text", int: "a whole number", bool: "true or false", list: "a list", dict: "an object"}


def _exactly(kind: type, value: Any, place: str) -> Any:
    if type(value) is not kind:  # so that true is no number, and 30.0 no whole one
        raise TallyError(place, f"{_short(value)} is not {_NAMES[kind]}")
    return value


def _short(value: Any) -> str:
    shown = repr(value)
    return shown if len(shown) <= 40 else shown[:39] + "…"


def _read(kind: Any, value: Any, place: str) -> Any:
    if is_dataclass(kind):
        return _read_record(kind, value, place)
    if kind is Fraction:
        text = _exactly(str, value, place)
        if not re.fullmatch(r"[0-9]{1,100}(/0*[1-9][0-9]{0,99})?", text):
            raise TallyError(place, f"{_short(text)} is not a fraction such as 250/3")
        return Fraction(text)
    if get_origin(kind) is dict:
        items = _exactly(dict, value, place).items()
        return {key: _read(get_args(kind)[1], item, f"{place}.{key}") for key, item in items}
    if get_origin(kind) is tuple:
        return _read_list(get_args(kind), value, place)
    _exactly(kind, value, place)
    if value == "":
        raise TallyError(place, "is empty")
    if kind is str and re.search("[\ud800-\udfff]", value):
        raise TallyError(place, f"{_short(value)} can't be written as UTF-8")
    return value


def _read_record(kind: type, value: Any, place: str) -> Any:
    given = dict(_exactly(dict, value, place))
    values = {}
    for row in fields(kind):
        here = f"{place}.{row.name}".lstrip(".")
        if row.name in given:
            values[row.name] = _read(row.type, given.pop(row.name), here)
        elif row.default is MISSING and row.default_factory is MISSING:
            raise TallyError(here, "is missing")
    if given:
        raise TallyError(f"{place}.{next(iter(given))}".lstrip("."), "is not known here")
    return kind(**values)


def _read_list(kinds: tuple, value: Any, place: str) -> tuple:
    items = _exactly(list, value, place)
    if kinds[-1] is Ellipsis:
        kinds = kinds[:1] * len(items)
    if len(items) != len(kinds):
        raise TallyError(place, f"has {len(items)} parts, not {len(kinds)}")
    return tuple(_read(kinds[at], item, f"{place}[{at}]") for at, item in enumerate(items))


# Checking what has been read, or was made by our own code


def _unique(ids: Iterable[Any], place: str, what: str = "") -> None:
    seen = set()
    for at, key in enumerate(ids):
        if key in seen:
            raise TallyError(place.format(at), f"{what or key} stands here a second time")
        seen.add(key)


def _known(ids: Iterable[str], known: Iterable[str], place: str, what: str) -> None:
    known = set(known)
    for at, key in enumerate(ids):
        if key not in known:
            raise TallyError(place.format(at), f"{_short(key)} is no {what} of this final")


def _check_ids(final: Final) -> None:
    judges = [judge.id for judge in final.judges]
    reserves = [judge.id for judge in final.judges if judge.reserve]
    _unique((row.id for row in final.criteria), "criteria[{}].id")
    _unique(judges, "judges[{}].id")
    _unique(final.finalists, "finalists[{}]")
    _unique(final.called_reserves, "called_reserves[{}]")
    _known(final.called_reserves, judges, "called_reserves[{}]", "judge")
    _known(final.called_reserves, reserves, "called_reserves[{}]", "reserve")
    _known((judge for judge, _ in final.recused), judges, "recused[{}][0]", "judge")
    _known((finalist for _, finalist in final.recused), final.finalists, "recused[{}][1]", "finalist")
    for finalist in final.screening:
        _known([finalist], final.finalists, f"screening.{finalist}", "finalist")


def _check_rules(final: Final) -> None:
    if final.rule not in RULES:
        raise TallyError("rule", f"{_short(final.rule)} is none of {', '.join(RULES)}")
    if not final.criteria:
        raise TallyError("criteria", "there is none")
    for at, row in enumerate(final.criteria):
        least(row.points, 1, f"criteria[{at}].points")
    _unique((grade for grade, _ in final.prizes), "prizes[{}][0]")
    for at, (_, count) in enumerate(final.prizes):
        least(count, 0, f"prizes[{at}][1]")
    least(final.quorum.sheets, 0, "quorum.sheets")
    least(final.quorum.external, 0, "quorum.external")
    least(final.trim_from, LEAST_TRIM_FROM, "trim_from")
    _unique(final.ties, "ties[{}]")
    criteria = [f"criterion:{row.id}" for row in final.criteria]
    _known(final.ties, [*TIES, *criteria], "ties[{}]", "rule for ties")
    if "vote" in final.ties[:-1]:
        raise TallyError(f"ties[{final.ties.index('vote')}]", "vote must be the last rule")


def _check_marks(final: Final) -> None:
    points = {row.id: row.points for row in final.criteria}
    _known((mark.judge for mark in final.marks), (row.id for row in final.judges), "marks[{}].judge", "judge")
    _known((mark.finalist for mark in final.marks), final.finalists, "marks[{}].finalist", "finalist")
    _known((mark.criterion for mark in final.marks), points, "marks[{}].criterion", "criterion")
    _unique(((mark.judge, mark.finalist, mark.criterion) for mark in final.marks), "marks[{}]",
            "a mark of the same judge, finalist and criterion")
    for at, mark in enumerate(final.marks):
        place = f"marks[{at}].points"
        least(_exactly(int, mark.points, place), 0, place)
        if mark.points > points[mark.criterion]:
            limit = f"{points[mark.criterion]}, the points of criterion {mark.criterion}"
            raise TallyError(place, f"{mark.points} is more than {limit}")


def _check_votes(final: Final) -> None:
    for at, vote in enumerate(final.votes):
        _known([vote.line], final.lines().values(), f"votes[{at}].line", "prize line")
        _known(vote.tied, final.finalists, f"votes[{at}].tied[{{}}]", "finalist")
        _unique(vote.tied, f"votes[{at}].tied[{{}}]")
        _unique(vote.chosen, f"votes[{at}].chosen[{{}}]")
        if not set() < set(vote.chosen) < set(vote.tied):
            raise TallyError(f"votes[{at}].chosen", "must be some of the tied, not none and not all of them")
    ties = [(vote.line, frozenset(vote.tied)) for vote in final.votes]
    _unique(ties, "votes[{}]", "a vote on the same tie")
