"""From the sealed sheets to the signed result: computed, recounted, approved, signed; ties and votes."""

import json

import pytest
from django.core.management import CommandError, call_command

from awards.decisions import Invalid, Refused
from judging.panel import invariants
from judging.panel.export import export_marks
from judging.panel.models import Ballot, Release, Result, Vote
from judging.panel.queries import live_release, result_of
from judging.panel.services import closing, release, votes
from judging.sheets import ledger
from judging.sheets.models import Assessor
from judging.sheets.services.assessors import declare_recusal, settle_recusal
from judging.tally import from_json, tally, to_json
from tests.panel.conftest import answer_of


def step(day, name, by, **more):
    service = getattr(release, f"{name}_result")
    return service(edition=day.edition, actor=day.actor(by), now=day.later(seconds=1), **more)


def sums_of(day):
    """What a second manager adds up from the paper."""
    final = from_json(export_marks(day.edition))
    return {finalist: detail.sum for finalist, detail in tally(final).details.items()}


def through(day):
    step(day, "compute", "manager")
    step(day, "recount", "manager2", sums=sums_of(day))
    step(day, "approve", "auditor")
    return step(day, "sign", "judge1")


def refusal(day, name, by, **more):
    with pytest.raises(Refused) as refused:
        step(day, name, by, **more)
    return refused.value.decision.status


def test_a_result_takes_four_people_and_is_what_tally_says(closed):
    best, second, third = (entry.public_id for entry in closed.entries)
    through(closed)
    result = result_of(closed.edition)
    assert result["prizes"] == {best: "최우수상", second: "우수상"}
    assert result["scores"] == {best: "85/1", second: "80/1", third: "75/1"}
    assert result["order"] == [[best], [second], [third]]
    answer = to_json(tally(from_json(json.loads(json.dumps(export_marks(closed.edition))))))
    assert {name: result[name] for name in ("scores", "order", "prizes", "decided_by")} == {
        name: answer[name] for name in ("scores", "order", "prizes", "decided_by")
    }
    row = Result.objects.get()
    assert list(ledger.verify(head=row.ledger_head)) == []
    assert list(invariants.check()) == []
    assert refusal(closed, "sign", "judge1") == 409


def test_the_command_exports_what_the_live_final_is_decided_by(closed, tmp_path, capsys):
    call_command("export_final", "2030")
    assert json.loads(capsys.readouterr().out) == json.loads(json.dumps(export_marks(closed.edition)))
    file = tmp_path / "final.json"
    call_command("export_final", "2030", out=file)
    call_command("tally", str(file))
    through(closed)
    assert json.loads(capsys.readouterr().out)["scores"] == result_of(closed.edition)["scores"]
    with pytest.raises(CommandError):
        call_command("export_final", "2030", out=file)
    with pytest.raises(CommandError):
        call_command("export_final", "1999")


def test_the_draw_is_repeated_by_command(drawn, capsys):
    call_command("repeat_draw", "2030")
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[1] for line in lines] == [slot.finalist.entry.public_id for slot in drawn.slots()]


def test_each_step_has_its_own_person(closed):
    for name, status in (("operator", 403), ("judge1", 403), ("auditor", 403), ("entrant1", 404)):
        assert refusal(closed, "compute", name) == status
    assert refusal(closed, "recount", "manager2", sums={}) == 409
    step(closed, "compute", "manager")
    assert refusal(closed, "compute", "manager2") == 403
    assert refusal(closed, "recount", "manager", sums=sums_of(closed)) == 403
    assert refusal(closed, "approve", "auditor") == 409
    assert refusal(closed, "sign", "judge1") == 409
    step(closed, "recount", "manager2", sums=sums_of(closed))
    assert refusal(closed, "compute", "manager") == 409
    assert refusal(closed, "approve", "manager") == 403
    assert refusal(closed, "sign", "judge1") == 409
    step(closed, "approve", "auditor")
    assert refusal(closed, "sign", "judge2") == 403
    assert refusal(closed, "sign", "manager") == 403
    step(closed, "sign", "judge1")


def test_nothing_is_computed_before_the_chair_has_closed(marked):
    marked.seal()
    assert refusal(marked, "compute", "manager") == 409


def test_a_wrong_sum_blocks_and_names_the_finalist_without_the_right_one(closed):
    step(closed, "compute", "manager")
    sums = sums_of(closed)
    wrong = closed.entries[1].public_id
    with pytest.raises(Invalid) as invalid:
        step(closed, "recount", "manager2", sums=sums | {wrong: sums[wrong] + 1})
    assert list(invalid.value.errors) == [wrong]
    assert str(sums[wrong]) not in str(invalid.value)
    assert live_release(closed.panel).recounted_at is None
    with pytest.raises(Invalid):
        step(closed, "recount", "manager2", sums={})


def test_computing_twice_is_harmless_and_a_return_begins_anew(closed):
    first = step(closed, "compute", "manager")
    assert step(closed, "compute", "manager") == first
    step(closed, "recount", "manager2", sums=sums_of(closed))
    with pytest.raises(Invalid):
        step(closed, "return", "auditor", reason="")
    step(closed, "return", "auditor", reason="서명지와 다름")
    assert live_release(closed.panel) is None
    # The one who recounted may now compute, and the other recounts.
    step(closed, "compute", "manager2")
    step(closed, "recount", "manager", sums=sums_of(closed))
    assert Release.objects.count() == 2
    assert list(ledger.verify()) == []


def test_a_recusal_settled_in_between_must_be_computed_anew(marked):
    seat = Assessor.objects.get(round=marked.round, user=marked.story.people["judge2"])
    marked.seal()
    recusal = declare_recusal(
        assessor=seat, entry=marked.entries[0], reason="동향", actor=marked.actor("judge2"), now=marked.now
    )
    marked.close()
    with pytest.raises(Invalid):
        step(marked, "compute", "manager")
    settle_recusal(recusal=recusal, confirm=True, actor=marked.actor("manager"), now=marked.now)
    step(marked, "compute", "manager")
    assert export_marks(marked.edition)["recused"] == [[seat.number, marked.entries[0].public_id]]


def test_a_missing_quorum_is_computed_and_stops_the_release(marked):
    marked.seal("judge1", "judge2", "judge3", "judge4", "judge5")  # no external judge
    marked.close()
    computed = step(marked, "compute", "manager")
    assert set(answer_of(computed)["quorum"].values()) == {False}
    assert refusal(marked, "recount", "manager2", sums=sums_of(marked)) == 409


def test_the_reserve_counts_once_called(marked):
    marked.seal("judge1", "judge2", "judge3", "judge6", "reserve")
    closing.call_reserve(
        edition=marked.edition,
        public_id=Assessor.objects.get(round=marked.round, reserve=True).public_id,
        actor=marked.actor("judge1"),
        now=marked.now,
    )
    marked.close()
    computed = step(marked, "compute", "manager")
    assert set(answer_of(computed)["quorum"].values()) == {True}


def test_an_unsealed_judge_is_absent(marked):
    marked.seal("judge1", "judge2", "judge3", "judge6", "judge7")
    marked.close()
    assert len({mark["judge"] for mark in export_marks(marked.edition)["marks"]}) == 5


def test_a_grade_left_unawarded_is_given_to_nobody(marked):
    closing.leave_unawarded(
        edition=marked.edition, grades=["최우수상"], reason="해당작 없음", actor=marked.actor("judge1"), now=marked.now
    )
    marked.seal()
    marked.close()
    through(marked)
    assert result_of(marked.edition)["prizes"] == {marked.entries[0].public_id: "우수상"}


def test_a_withdrawn_finalist_stands_in_no_result(drawn):
    first, second, third = drawn.slots()
    drawn.move(first, "withdrawn", reason="병가")
    for slot in (second, third):
        for state in ("presenting", "questions", "marking", "closed"):
            drawn.move(slot, state)
    present = [slot.finalist.entry for slot in (second, third)]
    for judge in drawn.story.judges:
        for entry, points in zip(present, ((26, 26, 17, 16), (24, 24, 16, 16)), strict=True):
            drawn.mark(judge, entry, points)
    drawn.seal()
    drawn.close()
    through(drawn)
    better, other = (entry.public_id for entry in present)
    assert result_of(drawn.edition)["prizes"] == {better: "최우수상", other: "우수상"}
    assert list(invariants.check()) == []


@pytest.fixture
def tied(drawn):
    """The first two are the same in everything: every rule leaves 최우수상 open between them."""
    drawn.play()
    drawn.mark_all({0: (26, 26, 17, 16), 1: (26, 26, 17, 16), 2: (22, 23, 15, 15)})
    drawn.seal()
    drawn.close()
    return drawn


def open_vote(day, by="judge1"):
    return votes.open_vote_on_tie(edition=day.edition, actor=day.actor(by), now=day.later(seconds=1))


def cast(day, vote, by, entry):
    return votes.cast_ballot(
        vote=vote, chosen=[day.entries[entry].public_id], actor=day.actor(by), now=day.later(seconds=1)
    )


def end(day, vote, breaking=(), **more):
    return votes.close_vote(
        vote=vote, breaking=list(breaking), actor=day.actor("judge1"), now=day.later(seconds=1), **more
    )


def test_a_tie_that_every_rule_leaves_open_is_voted_on(tied):
    with pytest.raises(Refused):
        open_vote(tied)  # nothing computed yet
    computed = step(tied, "compute", "manager")
    assert answer_of(computed)["decided_by"] == {"1|2": "vote"}
    assert refusal(tied, "recount", "manager2", sums=sums_of(tied)) == 409
    vote = open_vote(tied)
    assert open_vote(tied) == vote
    order = [slot.finalist.entry.public_id for slot in tied.slots()]
    assert vote.tied == [entry for entry in order if entry != tied.entries[2].public_id]
    for judge in (f"judge{n}" for n in range(1, 7)):
        cast(tied, vote, judge, 1)
    with pytest.raises(Refused):
        end(tied, vote)  # judge7 has not voted
    cast(tied, vote, "judge7", 0)
    cast(tied, vote, "judge7", 1)  # a second ballot changes nothing
    assert Ballot.objects.filter(vote=vote).count() == 7
    end(tied, vote)
    step(tied, "compute", "manager")
    step(tied, "recount", "manager2", sums=sums_of(tied))
    step(tied, "approve", "auditor")
    step(tied, "sign", "judge1")
    result = result_of(tied.edition)
    assert result["prizes"] == {tied.entries[1].public_id: "최우수상", tied.entries[0].public_id: "우수상"}
    assert result["decided_by"] == {"1|2": "vote"}
    assert [*ledger.verify(), *invariants.check()] == []


def test_the_chair_breaks_an_even_vote(tied):
    step(tied, "compute", "manager")
    vote = open_vote(tied)
    for number in range(1, 7):
        cast(tied, vote, f"judge{number}", number % 2)
    with pytest.raises(Invalid) as invalid:
        end(tied, vote, without_absent=True)
    assert list(invalid.value.errors) == ["breaking"]
    ended = end(tied, vote, breaking=[tied.entries[0].public_id], without_absent=True)
    assert ended.chosen == [tied.entries[0].public_id]


def test_a_ballot_chooses_as_many_as_there_are_places(tied):
    step(tied, "compute", "manager")
    vote = open_vote(tied)
    for chosen in ([], [entry.public_id for entry in tied.entries[:2]], [tied.entries[2].public_id]):
        with pytest.raises(Invalid):
            votes.cast_ballot(vote=vote, chosen=chosen, actor=tied.actor("judge2"), now=tied.now)
    assert not Ballot.objects.exists()


@pytest.mark.parametrize(("name", "status"), [("reserve", 403), ("manager", 403), ("operator", 403), ("entrant1", 404)])
def test_only_judges_vote(tied, name, status):
    step(tied, "compute", "manager")
    vote = open_vote(tied)
    with pytest.raises(Refused) as refused:
        cast(tied, vote, name, 0)
    assert refused.value.decision.status == status


def test_who_is_recused_from_one_of_the_tied_has_no_vote_and_a_recused_chair_breaks_nothing(drawn):
    seats = {a.user.username: a for a in Assessor.objects.filter(round=drawn.round).select_related("user")}
    recusal = declare_recusal(
        assessor=seats["judge1"], entry=drawn.entries[0], reason="동향", actor=drawn.actor("judge1"), now=drawn.now
    )
    settle_recusal(recusal=recusal, confirm=True, actor=drawn.actor("manager"), now=drawn.now)
    drawn.play()
    for judge in drawn.story.judges:
        for index, points in {0: (26, 26, 17, 16), 1: (26, 26, 17, 16), 2: (22, 23, 15, 15)}.items():
            if (judge, index) != ("judge1", 0):
                drawn.mark(judge, drawn.entries[index], points)
    drawn.seal()
    drawn.close()
    step(drawn, "compute", "manager")
    vote = open_vote(drawn)
    with pytest.raises(Refused):
        cast(drawn, vote, "judge1", 0)
    for number in range(2, 8):
        cast(drawn, vote, f"judge{number}", number % 2)
    assert end(drawn, vote, breaking=[drawn.entries[0].public_id]).chosen == []
    again = open_vote(drawn)
    assert again != vote
    for number in range(2, 8):
        cast(drawn, again, f"judge{number}", 1)
    assert end(drawn, again).chosen == [drawn.entries[1].public_id]
    assert list(ledger.verify()) == []


def test_ballots_are_secret_in_the_ledger(tied):
    step(tied, "compute", "manager")
    vote = open_vote(tied)
    cast(tied, vote, "judge2", 1)
    row = ledger.LedgerEntry.objects.filter(kind="ballot").get()
    assert json.loads(row.open_part).keys() == {"kind", "vote", "nonce"}
    assert tied.entries[1].public_id not in row.closedpart.content
    assert Vote.objects.get().chosen == []


def test_marks_that_were_changed_by_hand_stop_the_next_step(closed):
    step(closed, "compute", "manager")
    sums = sums_of(closed)
    sheet = closed.sheet("judge1", closed.entries[2])
    sheet.mark_set.filter(criterion__position=0).update(points=30)
    assert refusal(closed, "recount", "manager2", sums=sums) == 409
    assert any("mark of assessor" in fault for fault in ledger.verify())
