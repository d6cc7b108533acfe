"""What a demonstration is told from: its edition, people, entries, moments and invented marks. Writes nothing."""

import random
import tomllib
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from awards.actors import Actor
from awards.models import Edition, User
from awards.queries import actor_for

SEOUL = ZoneInfo("Asia/Seoul")
HERE = Path(__file__).parent
FACTS = tomllib.loads((HERE / "facts_2024.toml").read_text())
INVENTED = tomllib.loads((HERE / "invented.toml").read_text())


@dataclass(frozen=True, slots=True)
class Work:
    """An entry to be written: its lead's account, and how good the demonstration makes it (0 to 100)."""

    lead: str
    title: str
    summary: str
    track: str
    invented: bool
    screening_quality: int
    panel_quality: int
    answers: dict[str, str]


@dataclass(frozen=True, slots=True)
class Times:
    """The moments of an award."""

    submission_opens: datetime
    submission_closes: datetime
    screening_opens: datetime
    screening_closes: datetime
    selected: datetime
    final_starts: datetime
    final_ends: datetime

    @property
    def prepared(self) -> datetime:
        return self.submission_opens - timedelta(days=7)

    @property
    def settled(self) -> datetime:
        return self.submission_closes + (self.screening_opens - self.submission_closes) / 2


def times_of_2024() -> Times:
    """The press release's own dates; it gives no submission window, so the demonstration chooses one."""
    at = lambda month, day, hour=0: datetime(2024, month, day, hour, tzinfo=SEOUL)  # noqa: E731
    return Times(at(10, 14, 9), at(11, 9), at(11, 13), at(11, 19), at(11, 20, 10), at(12, 9, 14), at(12, 9, 16))


def times_around(now: datetime, stage: str) -> Times:
    """A calendar laid so that `stage` is going on at `now`."""
    midnight = now.astimezone(SEOUL).replace(hour=0, minute=0, second=0, microsecond=0)
    day = timedelta(days=1)
    # How many days ago the submission window opened, so that today lies inside the stage asked for.
    ago = {"submission": 7, "screening": 26, "selection": 31, "finalists": 33}.get(stage, 45)
    opens = midnight - ago * day
    final = opens + 44 * day + timedelta(hours=14)
    if stage in ("panel", "result", "winners"):
        final = now - timedelta(hours=3)
    return Times(
        opens, opens + 21 * day, opens + 24 * day, opens + 30 * day, opens + 31 * day, final, final + timedelta(hours=2)
    )


def works_of_2024() -> list[Work]:
    """The eight real finalists in the table's order, then the 29 that the demonstration invents."""
    quality = {"최우수상": 93, "우수상": 86, "장려상": 78}
    answers = {question["text"]: question["answer"] for question in INVENTED["question"]}
    works = [
        Work(
            f"entrant{row['no']}",
            row["title"],
            row["summary"],
            "업무자동화" if "자동화" in row["title"] else "분석 사례",
            False,
            84 + row["no"] % 4,
            quality[row["prize"]] - row["no"] % 2,
            answers,
        )
        for row in FACTS["finalist"]
    ]
    for number, (_name, _office, title, track) in enumerate(INVENTED["entrants"]["rows"], start=9):
        summary = f"{title.removesuffix(' (가상)')} 사례를 시연용으로 지어낸 것입니다. (가상)"
        works.append(Work(f"entrant{number}", title, summary, track, True, 58 + (number * 7) % 15, 70, answers))
    return works


@dataclass
class Story:
    """One award being told. `people` maps account names to users."""

    edition: Edition
    people: dict[str, User]
    times: Times
    works: list[Work]
    reviewers: list[str] = field(default_factory=lambda: [f"reviewer{n}" for n in range(1, 11)])
    judges: list[str] = field(default_factory=lambda: [f"judge{n}" for n in range(1, 8)] + ["reserve"])

    def actor(self, name: str, now: datetime) -> Actor:
        """The person with the roles they hold at that moment."""
        return actor_for(self.people[name], self.edition, now, device="demo")

    def fresh(self) -> Edition:
        """The edition as it is now in the database."""
        self.edition = Edition.objects.get(pk=self.edition.pk)
        return self.edition

    def screening_mark(self, work: Work, reviewer: str, points: int) -> int:
        """An invented mark out of `points`: the work's quality, the reviewer's own severity, some noise."""
        return _mark(work.screening_quality, reviewer, work.lead, points)

    def panel_mark(self, work: Work, judge: str, points: int) -> int:
        """An invented mark out of `points`, as on the day."""
        return _mark(work.panel_quality, judge, work.lead, points)


def _mark(quality: int, assessor: str, lead: str, points: int) -> int:
    severity = random.Random(assessor).uniform(-5, 5)
    noise = random.Random(f"{assessor} {lead} {points}").gauss(0, 3)
    return max(0, min(points, round((quality + severity + noise) * points / 100)))
