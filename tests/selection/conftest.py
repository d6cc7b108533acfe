"""A small edition at its selection: three entries, two places, every sheet handed in."""

from datetime import timedelta

import pytest

from announcements.demo import screening, selection
from tests.screening.conftest import desk, open_story, own_files, settled  # noqa: F401


@pytest.fixture
def scored(open_story):  # noqa: F811
    """All nine sheets are handed in; the window is still open."""
    screening.score(story=open_story)
    return open_story


@pytest.fixture
def deciding(scored, turn_clock):
    """Screening has ended; nothing has been decided."""
    selection.close(story=scored)
    turn_clock(scored.times.selected + timedelta(hours=1))
    return scored
