"""The screening window's fixtures, and an edition in drafting with the clock a day after its roles were given."""

from datetime import timedelta

import pytest

from tests.screening.conftest import desk, open_story, own_files, settled  # noqa: F401


@pytest.fixture
def drafting(story, turn_clock):
    """The small edition in drafting; the clock stands at `now`."""
    turn_clock(story.times.prepared + timedelta(days=1))
    return story


@pytest.fixture
def now(small_times):
    return small_times.prepared + timedelta(days=1)
