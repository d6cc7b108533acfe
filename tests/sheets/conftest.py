"""An edition in drafting, with the clock a day after its roles were given."""

from datetime import timedelta

import pytest


@pytest.fixture
def drafting(story, turn_clock):
    turn_clock(story.times.prepared + timedelta(days=1))
    return story


@pytest.fixture
def now(small_times):
    return small_times.prepared + timedelta(days=1)
