"""Awards told to the point where something can be announced."""

import pytest

from announcements.demo.telling import tell


@pytest.fixture(autouse=True)
def own_files(settings, tmp_path):
    """Files go to a folder of the test."""
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def told(story, turn_clock):
    """`told(stage)`: the small award told to a stage; the clock stands at its selection (or at the final's end)."""

    def to(stage: str):
        tell(story=story, until=stage)
        late = stage in ("result", "winners")
        story.now = turn_clock(story.times.final_ends if late else story.times.selected)
        return story

    return to
