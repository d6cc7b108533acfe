"""The demonstration's award, told from the first draft to the winners by the services alone."""

import pytest

from announcements.demo.telling import STAGES, tell
from announcements.queries import announced, record_of
from judging.sheets.ledger import verify


@pytest.mark.parametrize("stage", STAGES)
def test_every_stage_can_be_reached(story, stage):
    tell(story=story, until=stage)
    assert story.fresh().stage == stage
    assert list(verify()) == []


def test_the_winners_are_those_of_the_story(story):
    tell(story=story, until="winners")
    record = record_of(announced(story.edition, "winners"))
    names = {prize["grade"]: [case["person"]["name"] for case in prize["winners"]] for prize in record["prizes"]}
    assert names == {"최우수상": ["이경우"], "우수상": ["오연지"], "장려상": []}
