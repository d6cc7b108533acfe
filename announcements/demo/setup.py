"""Sets the demonstration's edition up as managers would: roles, windows, tracks, prizes, questions, criteria."""

from datetime import datetime, timedelta

from awards.models import Contact, Edition, PrizeGrade, Track, User, Window
from awards.services.people import appoint, ask_role, confirm_role
from entries.models import Question
from judging.sheets.models import Assessor, Criterion
from judging.sheets.services.assessors import accept_pledge, add_assessor, ensure_rounds

from .story import FACTS, INVENTED, Story, Times, Work


def set_up_edition(
    *,
    slug: str,
    people: dict[str, User],
    times: Times,
    works: list[Work],
    kind: str = "demo",
    name: str = "",
    name_en: str = "",
    finalists: int = 8,
) -> Story:
    """An edition in drafting with everything its check list asks for, and all roles in force."""
    facts = FACTS["edition"]
    final_day = times.final_starts
    edition = Edition.objects.create(
        slug=slug,
        kind=kind,
        name=name or facts["name"],
        name_en=name_en or facts["name_en"],
        year=final_day.year,
        ordinal=facts["ordinal"] if slug == str(facts["year"]) else None,
        organiser=facts["organiser"],
        organising_team=facts["organising_team"],
        head_of_agency=facts["head_of_agency"],
        venue=facts["venue"],
        call=INVENTED["call"].strip(),
        call_en=INVENTED["call_en"].strip(),
        final_starts=times.final_starts,
        final_ends=times.final_ends,
        finalists_on=times.selected.date(),
    )
    Window.objects.create(
        edition=edition, stage="submission", opens=times.submission_opens, closes=times.submission_closes
    )
    Window.objects.create(
        edition=edition, stage="screening", opens=times.screening_opens, closes=times.screening_closes
    )
    for position, (track, track_en) in enumerate(INVENTED["tracks"]):
        Track.objects.create(edition=edition, name=track, name_en=track_en, position=position)
    for position, prize in enumerate(FACTS["prize"]):
        PrizeGrade.objects.create(edition=edition, position=position, **prize)
    for position, contact in enumerate(FACTS["contact"]):
        Contact.objects.create(edition=edition, position=position, **contact)
    for position, question in enumerate(INVENTED["question"]):
        texts = {key: value for key, value in question.items() if key != "answer"}
        Question.objects.create(edition=edition, position=position, **texts)
    rounds = ensure_rounds(edition)
    rounds["screening"].finalists = finalists
    rounds["screening"].save(update_fields=["finalists"])
    for round in rounds.values():
        for position, criterion in enumerate(INVENTED["criterion"]):
            Criterion.objects.create(round=round, position=position, **criterion)
    story = Story(edition, people, times, works)
    story.reviewers = [reviewer for reviewer in story.reviewers if reviewer in people]
    story.judges = [judge for judge in story.judges if judge in people]
    _give_roles(story, times.prepared)
    _make_assessors(story, times.prepared + timedelta(hours=1))
    return story


def _give_roles(story: Story, now: datetime) -> None:
    for name in ("manager", "manager2"):
        appoint(edition=story.edition, user=story.people[name], role="manager", now=now)
    appoint(edition=story.edition, user=story.people["auditor"], role="auditor", now=now)
    manager, manager2 = story.actor("manager", now), story.actor("manager2", now)
    wanted = [(name, "reviewer") for name in story.reviewers] + [(name, "judge") for name in story.judges]
    for name, role in [*wanted, ("operator", "operator")]:
        user = story.people[name]
        grant = ask_role(edition=story.edition, user=user, role=role, actor=manager, now=now)
        confirm_role(grant=grant, actor=manager2, now=now)


def _make_assessors(story: Story, now: datetime) -> None:
    rounds = ensure_rounds(story.edition)
    manager = story.actor("manager", now)
    for name in story.reviewers:
        add_assessor(round=rounds["screening"], user=story.people[name], actor=manager, now=now)
    for name in story.judges:
        add_assessor(
            round=rounds["panel"],
            user=story.people[name],
            actor=manager,
            now=now,
            external=name in ("judge6", "judge7"),
            chair=name == "judge1",
            reserve=name == "reserve",
        )


def pledge(*, story: Story, round: str, now: datetime) -> None:
    """Every assessor of the round reads and accepts the pledge."""
    for assessor in Assessor.objects.filter(round__edition=story.edition, round__kind=round, ended_at=None):
        accept_pledge(assessor=assessor, actor=story.actor(assessor.user.username, now), now=now)
