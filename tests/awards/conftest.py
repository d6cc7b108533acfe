"""An edition in drafting, with the clock a day after its roles were given."""

from datetime import timedelta

import pytest


@pytest.fixture
def drafting(story, turn_clock):
    """The small edition in drafting; `drafting.now` is where the clock stands."""
    turn_clock(story.times.prepared + timedelta(days=1))
    return story


@pytest.fixture
def now(small_times):
    return small_times.prepared + timedelta(days=1)


@pytest.fixture
def grant(story):
    """`grant("reviewer1")` is that person's row of a role."""
    return lambda name: story.edition.rolegrant_set.select_related("edition", "user").get(user=story.people[name])
