"""Tells an award from its set-up to the stage asked for, each step through the services at its own moment."""

from collections.abc import Callable
from datetime import timedelta

from awards.services.stages import begin_due_stage, begin_stage

from . import announce, entries, panel, screening, selection
from .setup import pledge
from .story import Story

STAGES = ("submission", "screening", "selection", "finalists", "panel", "result", "winners")


def _begin(story: Story, to: str) -> None:
    """The stage begins by itself when its window opens."""
    moment = getattr(story.times, f"{to}_opens")
    story.edition = begin_due_stage(edition=story.fresh(), now=moment)
    if story.edition.stage != to:  # the check list is not complete: let it say so
        begin_stage(edition=story.edition, to=to, actor=story.actor("manager", moment), now=moment)


def tell(*, story: Story, until: str, say: Callable[[str], None] = lambda line: None) -> Story:
    """Plays the award until it stands in stage `until` (one of STAGES), with that stage's work just begun.

    `say` is told each step as it begins.
    """
    times = story.times
    _begin(story, "submission")
    say("entries")
    if until == "submission":
        entries.write_entries(story=story)
        return story
    entries.write_entries(story=story)
    entries.settle_entries(story=story)
    say("screening")
    screening.assign(story=story)
    _begin(story, "screening")
    if until == "screening":
        return story
    screening.score(story=story)
    say("selection")
    if until == "selection":
        selection.close(story=story)
        return story
    selection.close_and_select(story=story)
    announce.announce(story=story, kind="finalists", now=times.selected + timedelta(hours=2))
    if until == "finalists":
        return story
    say("final")
    pledge(story=story, round="panel", now=times.selected + timedelta(days=1))
    panel.draw(story=story)
    if until == "panel":
        return story
    panel.run(story=story)
    if until == "result":
        return story
    say("release")
    panel.release(story=story)
    announce.announce(story=story, kind="winners", now=times.final_ends)
    return story
