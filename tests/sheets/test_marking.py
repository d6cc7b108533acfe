"""Marks as they are typed: nothing lost, nothing silent, nothing twice, and by nobody but the sheet's author."""

import json
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from awards.decisions import IllegalMove, Invalid, Refused
from judging.sheets import ledger
from judging.sheets.models import ClosedPart, HeldMark, LedgerEntry, Mark, RuleSnapshot, ScoreSheet, ScoringWrite
from judging.sheets.queries import counted_sheets
from judging.sheets.services.assessors import declare_recusal
from judging.sheets.services.marking import marks_of, save_field, save_posted, settle_sheet, take_back


def points(sheet):
    return marks_of(sheet)


def kinds(desk):
    return list(LedgerEntry.objects.filter(chain__round=desk.round).values_list("kind", flat=True))


def test_a_mark_is_saved_as_typed_and_stands_in_the_ledger(desk):
    sheet, code = desk.sheet(), desk.codes[0]
    write = uuid4()
    answer = desk.save(sheet, code, " ２４ ", write=write)  # full-width digits, as a Korean keyboard may give
    assert (answer.status, answer.body["value"], answer.body["version"]) == (200, "24", 1)
    assert points(sheet) == {code: 24}
    row = LedgerEntry.objects.filter(chain__round=desk.round).last()
    opened = json.loads(row.open_part)
    opened.pop("nonce")
    assert opened == {
        "kind": "mark",
        "assessor": sheet.assessor.number,
        "entry": sheet.entry.public_id,
        "criterion": code,
        "points": 24,
        "version": 1,
    }
    closed = json.loads(ClosedPart.objects.get(entry=row).content)
    assert (closed["write"], closed["who"]) == (str(write), desk.story.people["reviewer1"].public_id)
    assert list(ledger.verify()) == []


def test_zero_is_a_mark_and_empty_takes_it_away(desk):
    sheet, code = desk.sheet(), desk.codes[0]
    desk.save(sheet, code, "0")
    assert points(sheet) == {code: 0}
    answer = desk.save(sheet, code, "", based_on=1)
    assert (answer.body["version"], answer.body["value"]) == (2, "")
    assert points(sheet) == {}
    assert list(ledger.verify()) == []


def test_emptying_what_is_empty_writes_nothing(desk):
    sheet = desk.sheet()
    before = kinds(desk)
    answer = desk.save(sheet, desk.codes[0], "")
    assert (answer.status, answer.body["version"]) == (200, 0)
    assert not Mark.objects.filter(sheet=sheet).exists()
    assert kinds(desk) == before


@pytest.mark.parametrize("value", ["31", "-1", "1.5", "1e1", "abc", "٣", "9999999999", "1 2", "\x00"])
def test_a_value_that_is_no_mark_is_refused_and_nothing_kept(desk, value):
    sheet, code = desk.sheet(), desk.codes[0]
    with pytest.raises(Invalid) as refused:
        desk.save(sheet, code, value)
    assert list(refused.value.errors) == [code]
    assert (ScoringWrite.objects.count(), HeldMark.objects.count(), points(sheet)) == (0, 0, {})


@pytest.mark.parametrize("field", ["", "nothing", "state", "points", "x\x00y", "x" * 500])
def test_a_field_that_the_sheet_lacks_is_refused(desk, field):
    with pytest.raises(Invalid):
        desk.save(desk.sheet(), field, "1")


def test_a_repeat_gets_the_first_answer_and_counts_once(desk):
    sheet, code, write = desk.sheet(), desk.codes[0], uuid4()
    first = desk.save(sheet, code, "24", write=write)
    desk.save(sheet, code, "25", based_on=1)
    assert desk.save(sheet, code, "24", write=write) == first
    assert points(sheet) == {code: 25}
    assert kinds(desk).count("mark") == 2


def test_a_repeat_after_the_close_still_gets_the_first_answer(desk):
    sheet, code, write = desk.sheet(), desk.codes[0], uuid4()
    first = desk.save(sheet, code, "24", write=write)
    late = desk.story.times.screening_closes + timedelta(hours=1)
    assert desk.save(sheet, code, "24", write=write, now=late) == first
    assert not HeldMark.objects.exists()


def test_a_write_used_for_another_field_or_sheet_is_refused(desk):
    sheet, write = desk.sheet(), uuid4()
    desk.save(sheet, desk.codes[0], "24", write=write)
    for other, field in [(sheet, desk.codes[1]), (desk.sheet(place=1), desk.codes[0])]:
        with pytest.raises(Invalid):
            desk.save(other, field, "10", write=write)
    assert Mark.objects.count() == 1


def test_nobody_learns_anothers_answer_by_its_write(desk):
    sheet, write = desk.sheet(), uuid4()
    desk.save(sheet, desk.codes[0], "24", write=write)
    with pytest.raises(Refused) as refused:
        desk.save(sheet, desk.codes[0], "24", write=write, by="reviewer2")
    assert refused.value.decision.status == 404


def test_a_stale_value_enters_no_sheet_and_is_kept_until_its_author_chooses(desk):
    sheet, code = desk.sheet(), desk.codes[0]
    desk.save(sheet, code, "24")
    answer = desk.save(sheet, code, "20", based_on=0)
    assert (answer.status, answer.body) == (409, {"code": "conflict", "field": code, "version": 1, "value": "24"})
    assert points(sheet) == {code: 24}
    held = HeldMark.objects.get()
    assert (held.value, held.why, held.based_on, held.settled_at) == ("20", "stale", 0, None)
    desk.save(sheet, code, "20", based_on=1)
    held.refresh_from_db()
    assert (points(sheet), held.settled_at) == ({code: 20}, desk.now)


def test_the_same_value_from_an_old_tab_is_no_conflict(desk):
    sheet, code = desk.sheet(), desk.codes[0]
    desk.save(sheet, code, "24")
    answer = desk.save(sheet, code, "24", based_on=0)
    assert (answer.status, answer.body["version"]) == (200, 1)
    assert kinds(desk).count("mark") == 1


def test_a_value_after_the_close_is_kept_as_late_and_does_not_count(desk):
    sheet, code, closes = desk.sheet(), desk.codes[0], desk.story.times.screening_closes
    assert desk.save(sheet, code, "24", now=closes - timedelta(microseconds=1)).status == 200
    answer = desk.save(sheet, code, "25", based_on=1, now=closes)
    assert (answer.status, answer.body["code"]) == (409, "late")
    assert answer.body["message"]
    assert points(sheet) == {code: 24}
    assert list(HeldMark.objects.values_list("value", "why")) == [("25", "late")]
    assert list(ledger.verify()) == []


def test_a_text_is_saved_with_its_own_version_and_cleaned(desk):
    sheet = desk.sheet()
    answer = desk.save(sheet, "committee_comment", "좋은 사례\r\n\x00입니다\ud800")
    assert (answer.status, answer.body["value"]) == (200, "좋은 사례\n입니다")
    assert desk.save(sheet, "committee_comment", "다른 글", based_on=0).status == 409
    assert desk.save(sheet, "private_note", "메모").body["version"] == 1
    sheet.refresh_from_db()
    assert (sheet.committee_comment, sheet.private_note) == ("좋은 사례\n입니다", "메모")
    assert sheet.versions == {"committee_comment": 1, "private_note": 1}
    with pytest.raises(Invalid):
        desk.save(sheet, "private_note", "가" * 4001, based_on=1)


@pytest.mark.parametrize("name", ["reviewer2", "manager", "auditor", "operator", "outsider", "judge1"])
def test_only_the_sheets_author_ever_sets_a_mark(desk, name):
    with pytest.raises(Refused) as refused:
        desk.save(desk.sheet(), desk.codes[0], "24", by=name)
    assert refused.value.decision.code == "unrelated"


def test_before_the_window_nothing_is_taken(desk):
    with pytest.raises(Refused) as refused:
        desk.save(desk.sheet(), desk.codes[0], "24", now=desk.story.times.screening_opens - timedelta(seconds=1))
    assert refused.value.decision.code == "too_early"
    assert not HeldMark.objects.exists()


def test_a_recused_or_removed_sheet_takes_nothing(desk):
    sheet, other = desk.sheet(), desk.sheet(place=1)
    declare_recusal(
        assessor=sheet.assessor,
        entry=sheet.entry,
        reason="함께 일함",
        actor=desk.story.actor("reviewer1", desk.now),
        now=desk.now,
    )
    ScoreSheet.objects.filter(pk=other.pk).update(removed_at=desk.now)
    for refusing in (sheet, other):
        with pytest.raises(Refused) as refused:
            desk.save(refusing, desk.codes[0], "24")
        assert refused.value.decision.status == 403


def test_the_first_mark_freezes_the_rules_once(desk):
    assert not RuleSnapshot.objects.exists()
    desk.save(desk.sheet(), desk.codes[0], "24")
    desk.save(desk.sheet("reviewer2"), desk.codes[0], "20", by="reviewer2")
    snapshot = RuleSnapshot.objects.get()
    rules = json.loads(snapshot.content)
    assert (rules["rule"], rules["finalists"], [row["id"] for row in rules["criteria"]]) == ("mean", 2, desk.codes)
    assert kinds(desk).count("rules") == 1


def test_handing_in_needs_every_criterion_and_is_harmless_twice(desk):
    sheet = desk.sheet()
    desk.save(sheet, desk.codes[0], "24")
    with pytest.raises(Invalid) as refused:
        desk.hand_in(sheet)
    assert list(refused.value.errors) == [desk.codes[1]]
    desk.fill(desk.sheet(place=1))
    handed = desk.hand_in(desk.sheet(place=1))
    again = desk.hand_in(handed)
    assert (again.state, again.settled_at) == ("handed_in", desk.now)
    assert kinds(desk).count("handed_in") == 1
    assert [row.pk for row in counted_sheets(desk.round)] == [handed.pk]


def test_a_mark_taken_away_again_keeps_the_sheet_from_being_handed_in(desk):
    sheet = desk.fill(desk.sheet())
    desk.save(sheet, desk.codes[3], "", based_on=1)
    with pytest.raises(Invalid):
        desk.hand_in(sheet)


def test_a_screening_sheet_is_never_sealed(desk):
    sheet = desk.fill(desk.sheet())
    with pytest.raises(IllegalMove):
        settle_sheet(sheet=sheet, state="sealed", actor=desk.story.actor("reviewer1", desk.now), now=desk.now)


def test_a_handed_in_sheet_changes_only_after_it_was_taken_back(desk):
    sheet, actor = desk.fill(desk.sheet()), desk.story.actor("reviewer1", desk.now)
    desk.hand_in(sheet)
    with pytest.raises(Refused) as refused:
        desk.save(sheet, desk.codes[0], "10", based_on=1)
    assert refused.value.decision.status == 409
    assert take_back(sheet=sheet, actor=actor, now=desk.now).state == "open"
    assert take_back(sheet=sheet, actor=actor, now=desk.now).state == "open"
    assert not counted_sheets(desk.round).exists()
    assert desk.save(sheet, desk.codes[0], "10", based_on=1).status == 200
    desk.hand_in(sheet)
    assert kinds(desk)[-4:] == ["handed_in", "taken_back", "mark", "handed_in"]
    assert list(ledger.verify()) == []


def test_after_the_close_nothing_is_handed_in_or_taken_back(desk):
    done, undone, closes = desk.fill(desk.sheet()), desk.fill(desk.sheet(place=1)), desk.story.times.screening_closes
    desk.hand_in(done)
    with pytest.raises(Refused) as refused:
        desk.hand_in(undone, now=closes)
    assert refused.value.decision.code == "too_late"
    with pytest.raises(Refused):
        take_back(sheet=done, actor=desk.story.actor("reviewer1", closes), now=closes)


@pytest.mark.parametrize("name", ["reviewer2", "manager"])
def test_nobody_hands_in_or_takes_back_anothers_sheet(desk, name):
    sheet, actor = desk.fill(desk.sheet()), desk.story.actor(name, desk.now)
    for _round in range(2):
        with pytest.raises(Refused):
            settle_sheet(sheet=sheet, state="handed_in", actor=actor, now=desk.now)
        with pytest.raises(Refused):
            take_back(sheet=sheet, actor=actor, now=desk.now)
        desk.hand_in(sheet)


def test_a_form_posted_twice_is_one_write_and_changed_another(desk):
    sheet, page, code = desk.sheet(), uuid4(), desk.codes[0]
    actor = desk.story.actor("reviewer1", desk.now)

    def post(value):
        return save_posted(sheet=sheet, typed={code: (value, 0)}, page=page, actor=actor, now=desk.now)

    assert post("24").all_saved and post("24").all_saved
    assert kinds(desk).count("mark") == 1
    back = post("20")  # the back button: the same page, another value, an old version
    assert (back.all_saved, back.answers[code].body["code"], points(sheet)) == (False, "conflict", {code: 24})


def test_one_bad_field_of_a_form_does_not_lose_the_others(desk):
    sheet, (one, two, *_rest) = desk.sheet(), desk.codes
    posted = save_posted(
        sheet=sheet,
        typed={one: ("99", 0), two: ("20", 0), "private_note": ("메모", 0)},
        page=uuid4(),
        actor=desk.story.actor("reviewer1", desk.now),
        now=desk.now,
    )
    assert (list(posted.errors), points(sheet)) == ([one], {two: 20})
    sheet.refresh_from_db()
    assert sheet.private_note == "메모"


def test_saving_a_mark_takes_ten_queries(desk):
    sheet = desk.sheet()
    desk.save(sheet, desk.codes[0], "24")
    actor = desk.story.actor("reviewer1", desk.now)
    for version, value in enumerate(["23", "22"], start=1):
        with CaptureQueriesContext(connection) as queries:
            save_field(
                sheet=sheet,
                field=desk.codes[0],
                value=value,
                based_on=version,
                write=uuid4(),
                actor=actor,
                now=desk.now,
            )
        assert len(queries) == 9


def test_a_mark_changed_by_hand_is_named_by_verify(desk):
    sheet = desk.fill(desk.sheet())
    Mark.objects.filter(sheet=sheet, criterion__code=desk.codes[1]).update(points=1)
    [fault] = ledger.verify()
    assert sheet.entry.public_id in fault and sheet.assessor.number in fault and desk.codes[1] in fault
