"""The demonstration's final, told by its own steps."""

from announcements.demo import panel
from judging.panel import invariants
from judging.panel.queries import result_of
from judging.sheets import ledger


def test_the_demonstration_runs_the_final_to_its_signature(day):
    panel.draw(story=day.story)
    assert day.edition.stage == "panel"
    panel.run(story=day.story)
    assert day.edition.stage == "result"
    assert result_of(day.edition) is None
    panel.release(story=day.story)
    assert sorted(result_of(day.edition)["prizes"].values()) == ["우수상", "최우수상"]
    assert [*ledger.verify(), *invariants.check()] == []
