"""The selection as it is played: screening is closed, one manager proposes the official order, the second confirms."""

from datetime import timedelta

from judging.screening.services import begin_selection
from judging.selection.models import Selection
from judging.selection.queries import standings
from judging.selection.services import Choice, confirm_selection, propose_selection

from .story import Story

REASON = "동점이므로 위원 간 협의로 결정함 (가상)"
MINUTES = "공식 순위를 그대로 따르기로 함. (가상)"


def close(*, story: Story) -> None:
    """A manager ends screening an hour after its window has closed."""
    now = story.times.screening_closes + timedelta(hours=1)
    story.edition = begin_selection(edition=story.fresh(), actor=story.actor("manager", now), now=now)


def close_and_select(*, story: Story) -> Selection:
    """Ends screening and takes the decision."""
    close(story=story)
    return select(story=story)


def select(*, story: Story) -> Selection:
    """The decision along the official order, with three reserves; a second manager confirms."""
    now, hour = story.times.selected, timedelta(hours=1)
    found = standings(story.edition)
    order = [line.entry.public_id for line in found.lines if line.score is not None]
    chosen, rest = order[: found.size], order[found.size :]
    choice = Choice(chosen, rest[:3], dict.fromkeys(found.official.on_line, REASON), MINUTES)
    proposed = propose_selection(
        edition=story.edition, choice=choice, declared=True, actor=story.actor("manager", now), now=now
    )
    second = story.actor("manager2", now + hour)
    return confirm_selection(selection=proposed, declared=True, actor=second, now=now + hour)
