"""The final by its services: draw, running order, sealing, unsealing, closing."""

from uuid import uuid4

import pytest

from awards.decisions import IllegalMove, Invalid, Refused
from judging.panel import invariants
from judging.panel.draw import lot, running_order
from judging.panel.models import Panel, Slot
from judging.panel.queries import finalist_entries
from judging.panel.services import closing, draw, sealing
from judging.sheets import ledger
from judging.sheets.models import Assessor, HeldMark, LedgerEntry, ScoreSheet
from judging.sheets.services.assessors import declare_recusal, propose_rule_recusals, settle_recusal
from judging.sheets.services.marking import save_field


def kinds(edition):
    rows = LedgerEntry.objects.filter(chain__edition=edition, chain__round__kind="panel").exclude(kind="pledge")
    return list(rows.values_list("kind", flat=True))


def status_of(refused):
    return refused.value.decision.status


def test_the_draw_can_be_repeated_by_anybody():
    ids = ["abc", "def", "ghi"]
    assert running_order("seed", ids) == running_order("seed", reversed(ids))
    assert sorted(running_order("seed", ids)) == ids
    # printf %s 'seed/abc' | sha256sum
    assert lot("seed", "abc") == "fbf96475789316b2283f37a9ef8d1490db9017df5ff893559683dd9e026f1538"


def test_a_draw_begins_the_final_and_gives_every_judge_every_sheet(day):
    panel = day.draw("  장원   2030 ")
    assert panel.seed == "장원 2030"
    assert day.edition.stage == "panel"
    ids = [entry.public_id for entry in day.entries]
    assert [slot.finalist.entry.public_id for slot in day.slots()] == running_order("장원 2030", ids)
    assert ScoreSheet.objects.filter(round=day.round).count() == 8 * 3
    assert kinds(day.edition) == ["draw"]
    assert [*invariants.check(), *ledger.verify()] == []


def test_the_first_draw_stands(drawn):
    with pytest.raises(Refused) as refused:
        drawn.draw("another")
    assert status_of(refused) == 409
    assert Panel.objects.get().seed == "장원 2030"


@pytest.mark.parametrize("seed", ["", "   ", "x" * 65])
def test_a_draw_needs_a_usable_seed(day, seed):
    with pytest.raises(Invalid) as invalid:
        day.draw(seed)
    assert list(invalid.value.errors) == ["seed"]
    assert day.edition.stage == "finalists"


@pytest.mark.parametrize(("name", "status"), [("judge1", 403), ("auditor", 403), ("outsider", 404), ("entrant1", 404)])
def test_only_operator_and_managers_draw(day, name, status):
    with pytest.raises(Refused) as refused:
        draw.draw_order(edition=day.edition, seed="x", actor=day.actor(name), now=day.now)
    assert status_of(refused) == status


@pytest.mark.parametrize(
    "lacking",
    [{"external": False}, {"chair": False}],
)
def test_no_final_without_external_judges_or_chair(day, lacking):
    Assessor.objects.filter(round=day.round).update(**lacking)
    with pytest.raises(Invalid):
        day.draw()
    assert day.edition.stage == "finalists"


def test_a_recusal_by_rule_must_be_proposed_and_confirmed_before_the_draw(day):
    judge = day.story.people["judge2"]
    judge.office = day.story.people["entrant3"].office
    judge.save()
    with pytest.raises(Invalid):
        day.draw()
    manager = day.actor("manager")
    entries = finalist_entries(day.edition)
    fresh = propose_rule_recusals(round=day.round, entries=entries, actor=manager, now=day.now)
    assert len(fresh) == 1
    with pytest.raises(Invalid):
        day.draw()
    for recusal in fresh:
        settle_recusal(recusal=recusal, confirm=True, actor=manager, now=day.now)
    day.draw()
    assert ScoreSheet.objects.filter(round=day.round, assessor__user=judge).count() == 3 - len(fresh)
    assert list(invariants.check()) == []


def test_the_operator_takes_an_entry_over_the_stage_and_back(drawn):
    first, second, _third = drawn.slots()
    drawn.move(first, "presenting")
    with pytest.raises(Refused):
        drawn.move(second, "presenting")
    drawn.move(first, "waiting")
    drawn.move(second, "presenting")
    drawn.move(second, "questions")
    drawn.move(second, "marking")
    drawn.move(second, "closed")
    with pytest.raises(IllegalMove):
        drawn.move(second, "presenting")
    drawn.move(first, "withdrawn", reason="병가")
    assert kinds(drawn.edition) == ["draw"] + ["slot"] * 7
    assert list(ledger.verify()) == []


def test_a_withdrawal_needs_a_reason(drawn):
    with pytest.raises(Invalid) as invalid:
        drawn.move(drawn.slots()[0], "withdrawn")
    assert list(invalid.value.errors) == ["reason"]


def test_of_two_operators_the_later_changes_nothing(drawn):
    first = drawn.slots()[0]
    seen = drawn.version()
    drawn.move(first, "presenting", seen=seen)
    drawn.move(first, "presenting", seen=seen)  # a double click
    with pytest.raises(Refused) as refused:
        drawn.move(first, "withdrawn", seen=seen, reason="x")
    assert status_of(refused) == 409
    assert Slot.objects.get(pk=first.pk).state == "presenting"
    assert kinds(drawn.edition) == ["draw", "slot"]


@pytest.mark.parametrize(("name", "status"), [("manager", 403), ("judge1", 403), ("auditor", 403), ("entrant1", 404)])
def test_only_the_operator_runs_the_room(drawn, name, status):
    with pytest.raises(Refused) as refused:
        drawn.move(drawn.slots()[0], "presenting", by=name)
    assert status_of(refused) == status


def test_closing_an_entry_ends_its_clock_no_more(marked):
    marked.mark("judge3", marked.entries[0], (30, None, None, None), based_on=1)


def test_a_seal_with_one_mark_missing_names_the_entry(drawn):
    drawn.play()
    drawn.mark("judge1", drawn.entries[0], (26, 26, 17, 16))
    drawn.mark("judge1", drawn.entries[1], (26, 26, 17, None))
    with pytest.raises(Invalid) as invalid:
        drawn.seal("judge1")
    assert sorted(invalid.value.errors) == sorted([drawn.entries[1].public_id, drawn.entries[2].public_id])
    assert not ScoreSheet.objects.filter(round=drawn.round, state="sealed").exists()


def test_nobody_seals_before_all_have_presented(drawn):
    drawn.mark_all({0: (26, 26, 17, 16), 1: (24, 24, 16, 16), 2: (22, 23, 15, 15)})
    with pytest.raises(Invalid) as invalid:
        drawn.seal("judge1")
    assert len(invalid.value.errors) == 3


def test_a_seal_closes_all_own_sheets_and_gives_a_receipt(marked):
    [first] = marked.seal("judge1")
    [again] = marked.seal("judge1")
    [other] = marked.seal("judge2")
    assert first == again != other
    assert len(first) == 19
    sealed = ScoreSheet.objects.filter(round=marked.round, assessor__user=marked.story.people["judge1"])
    assert set(sealed.values_list("state", "receipt")) == {("sealed", first)}
    with pytest.raises(Refused) as refused:
        marked.mark("judge1", marked.entries[0], (1, None, None, None), based_on=1)
    assert status_of(refused) == 409


def test_who_is_recused_from_one_seals_the_others(marked):
    seat = Assessor.objects.get(round=marked.round, user=marked.story.people["judge2"])
    declare_recusal(assessor=seat, entry=marked.entries[0], reason="동향", actor=marked.actor("judge2"), now=marked.now)
    marked.seal("judge2")
    sealed = ScoreSheet.objects.filter(round=marked.round, assessor=seat, state="sealed")
    assert set(sealed.values_list("entry", flat=True)) == {marked.entries[1].pk, marked.entries[2].pk}


def ask(day, judge="judge3", by="operator", reason="심사위원 요청"):
    return sealing.ask_unsealing(
        edition=day.edition,
        sheet=day.sheet(judge, day.entries[0]),
        reason=reason,
        actor=day.actor(by),
        now=day.later(seconds=1),
    )


def settle(day, unsealing, agree=True, by="auditor"):
    return sealing.settle_unsealing(unsealing=unsealing, agree=agree, actor=day.actor(by), now=day.later(seconds=1))


def test_operator_and_auditor_open_a_sealed_sheet_and_the_judge_seals_anew(marked):
    [first] = marked.seal("judge3")
    unsealing = ask(marked)
    assert ask(marked) == unsealing
    settle(marked, unsealing)
    marked.mark("judge3", marked.entries[0], (30, None, None, None), based_on=1)
    [second] = marked.seal("judge3")
    assert first != second
    assert [kind for kind in kinds(marked.edition) if "seal" in kind] == (
        ["sealed"] * 3 + ["unsealing_asked", "unsealed", "sealed"]
    )
    assert list(ledger.verify()) == []


def test_a_refused_unsealing_leaves_the_sheet_sealed(marked):
    marked.seal("judge3")
    unsealing = settle(marked, ask(marked), agree=False)
    assert marked.sheet("judge3", marked.entries[0]).state == "sealed"
    with pytest.raises(Refused) as refused:
        settle(marked, unsealing)
    assert status_of(refused) == 409


def test_nobody_unseals_alone(marked):
    marked.seal("judge3")
    with pytest.raises(Invalid):
        ask(marked, reason=" ")
    for name in ("judge3", "manager", "auditor"):
        with pytest.raises(Refused) as refused:
            ask(marked, by=name)
        assert status_of(refused) == 403
    unsealing = ask(marked)
    with pytest.raises(Refused) as refused:
        settle(marked, unsealing, by="operator")
    assert status_of(refused) == 403


def reserve_of(day):
    return Assessor.objects.get(round=day.round, reserve=True)


def test_the_chair_calls_in_a_reserve_until_the_close(marked):
    def call(by="judge1"):
        reserve = reserve_of(marked).public_id
        return closing.call_reserve(
            edition=marked.edition, public_id=reserve, actor=marked.actor(by), now=marked.later(seconds=1)
        )

    with pytest.raises(Refused) as refused:
        call(by="judge2")
    assert status_of(refused) == 403
    marked.seal()
    marked.close()
    with pytest.raises(Refused) as refused:
        call()
    assert (status_of(refused), refused.value.decision.code) == (409, "too_late")
    assert reserve_of(marked).called_at is None


def test_a_called_reserve_is_called_once(marked):
    for _time in range(2):
        closing.call_reserve(
            edition=marked.edition,
            public_id=reserve_of(marked).public_id,
            actor=marked.actor("judge1"),
            now=marked.later(seconds=1),
        )
    assert kinds(marked.edition).count("reserve_called") == 1
    assert list(ledger.verify()) == []


def test_no_close_while_an_entry_is_not_finished(drawn):
    drawn.play(states=("presenting", "questions", "marking", "closed"))
    drawn.move(drawn.slots()[2], "marking")
    with pytest.raises(Invalid):
        drawn.close()
    assert drawn.edition.stage == "panel"


def test_what_arrives_after_the_close_is_kept_as_late(marked):
    marked.seal("judge1")
    marked.close()
    sheet = marked.sheet("judge2", marked.entries[0])
    code = marked.round.criterion_set.first().code
    answer = save_field(
        sheet=sheet, field=code, value="30", based_on=1, write=uuid4(), actor=marked.actor("judge2"), now=marked.now
    )
    assert (answer.status, answer.body["code"]) == (409, "late")
    assert HeldMark.objects.get().why == "late"
    with pytest.raises(Refused) as refused:
        marked.seal("judge2")
    assert status_of(refused) == 409
    assert [*invariants.check(), *ledger.verify()] == []


def test_only_the_chair_closes(marked):
    for name, status in (("judge2", 403), ("operator", 403), ("manager", 403), ("entrant1", 404)):
        with pytest.raises(Refused) as refused:
            closing.close_panel(edition=marked.edition, actor=marked.actor(name), now=marked.now)
        assert status_of(refused) == status


def test_grades_left_unawarded_need_a_reason_and_can_be_taken_back(marked):
    def leave(grades, reason="해당작 없음"):
        return closing.leave_unawarded(
            edition=marked.edition, grades=grades, reason=reason, actor=marked.actor("judge1"), now=marked.now
        )

    with pytest.raises(Invalid):
        leave(["최우수상"], reason="")
    with pytest.raises(Invalid):
        leave(["대상"])
    assert leave(["최우수상"]).unawarded == ["최우수상"]
    assert leave([]).unawarded == []
    assert list(ledger.verify()) == []


def test_a_slot_changed_by_hand_is_named_by_the_ledger(drawn):
    slot = drawn.slots()[0]
    Slot.objects.filter(pk=slot.pk).update(state="closed")
    entry = slot.finalist.entry.public_id
    assert list(ledger.verify()) == [f"2030/panel: slot of entry {entry}: the ledger says waiting, the table closed"]
