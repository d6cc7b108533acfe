"""The final's pages: who opens them when, what their buttons do, and that no value of a mark leaves before its time."""

import json
import re
import uuid

import pytest
from django.urls import reverse

from awards.models import AccessLog
from judging.panel.models import Ballot, Panel, Release, Result, Slot, Unsealing, Vote
from judging.panel.queries import result_of
from judging.sheets.models import Assessor, Recusal, ScoreSheet

PEOPLE = ("operator", "manager", "manager2", "auditor", "judge1", "judge2", "reserve", "entrant1", "outsider")


def url(name, *args):
    return reverse(name, args=["2030", *args])


@pytest.fixture
def get(as_user, turn_clock):
    def ask(day, name, person, *args, **headers):
        turn_clock(day.later(seconds=1))
        return as_user(person).get(url(name, *args), headers=headers or None)

    return ask


@pytest.fixture
def post(as_user, turn_clock):
    def send(day, name, person, *args, **data):
        turn_clock(day.later(seconds=1))
        return as_user(person).post(url(name, *args), data)

    return send


def statuses(get, day, name, *args):
    """The status for everybody, in the order of PEOPLE."""
    return [get(day, name, person, *args).status_code for person in PEOPLE]


def text_of(response):
    return response.content.decode()


# Before the draw


def test_the_draw_page_before_and_after(day, get, post):
    assert statuses(get, day, "panel_draw") == [200, 200, 200, 200, 403, 403, 403, 404, 404]
    page = get(day, "panel_draw", "manager")
    assert page.context["ready"] is True
    answer = post(day, "panel_draw", "operator", seed="x" * 65)
    assert answer.status_code == 200
    assert f'value="{"x" * 65}"' in text_of(answer)
    assert not Panel.objects.exists()
    assert post(day, "panel_draw", "operator", seed="눈이 내린다").status_code == 302
    assert Panel.objects.get().seed == "눈이 내린다"
    assert "눈이 내린다" in text_of(get(day, "panel_draw", "auditor"))
    assert post(day, "panel_draw", "operator", seed="again").status_code == 409


def test_an_empty_seed_is_made_at_random(day, post):
    post(day, "panel_draw", "manager", seed="")
    assert len(Panel.objects.get().seed) == 16


def test_before_the_draw_the_other_pages_say_that_it_is_too_early(day, get):
    for name in ("panel_console", "panel_board", "panel_release"):
        assert statuses(get, day, name) == [409, 409, 409, 409, 403, 403, 403, 404, 404]
    for name in ("panel_judge", "panel_all", "panel_stage", "panel_seal"):
        assert statuses(get, day, name) == [403, 403, 403, 403, 409, 409, 409, 404, 404]


def test_everybody_has_their_own_page(drawn, get):
    targets = [get(drawn, "panel", person).headers.get("Location") for person in PEOPLE[:7]]
    assert targets == [
        *(url("panel_console"), url("panel_release"), url("panel_release"), url("panel_release")),
        *(url("panel_judge"), url("panel_judge"), url("panel_judge")),
    ]
    assert [get(drawn, "panel", person).status_code for person in PEOPLE[7:]] == [404, 404]


def test_who_has_not_pledged_is_led_to_the_pledge(drawn, get):
    Assessor.objects.filter(round=drawn.round).update(pledged_at=None)
    assert get(drawn, "panel", "judge2").headers["Location"] == url("sheets_pledge", "panel")
    assert get(drawn, "panel_judge", "judge2").headers["Location"] == url("sheets_pledge", "panel")
    entry = drawn.entries[0].public_id
    assert get(drawn, "panel_sheet", "judge2", entry).status_code == 403


# The operator


def test_the_console_moves_an_entry_on(drawn, get, post):
    first = drawn.slots()[0]
    assert statuses(get, drawn, "panel_console") == [200, 200, 200, 200, 403, 403, 403, 404, 404]
    page = text_of(get(drawn, "panel_console", "operator"))
    assert reverse("panel_move", args=["2030", first.public_id, "presenting"]) in page
    assert "/to/presenting/" not in text_of(get(drawn, "panel_console", "manager"))
    answer = post(drawn, "panel_move", "operator", first.public_id, "presenting", seen=drawn.version())
    assert answer.headers["Location"] == url("panel_console")
    assert Slot.objects.get(pk=first.pk).state == "presenting"


def test_a_stale_or_impossible_act_shows_how_things_stand(drawn, post):
    first, second, _third = drawn.slots()
    seen = drawn.version()
    drawn.move(first, "presenting")
    for slot, state, version in (
        (first, "questions", seen),
        (first, "closed", drawn.version()),
        (second, "presenting", drawn.version()),
        (second, "presenting", "x"),
    ):
        answer = post(drawn, "panel_move", "operator", slot.public_id, state, seen=version)
        assert answer.status_code == 409
        assert 'role="alert"' in text_of(answer)
    assert [slot.state for slot in drawn.slots()] == ["presenting", "waiting", "waiting"]


def test_unknown_places_and_states_are_not_there(drawn, post):
    assert post(drawn, "panel_move", "operator", "nosuchplace", "presenting").status_code == 404
    first = drawn.slots()[0]
    assert post(drawn, "panel_move", "operator", first.public_id, "flying", seen=drawn.version()).status_code == 409
    for person, status in zip(PEOPLE[1:], (403, 403, 403, 403, 403, 403, 404, 404), strict=True):
        answer = post(drawn, "panel_move", person, first.public_id, "presenting", seen=drawn.version())
        assert answer.status_code == status


def test_a_withdrawal_asks_for_its_reason_and_keeps_what_was_typed(drawn, get, post):
    first = drawn.slots()[0]
    assert get(drawn, "panel_withdraw", "operator", first.public_id).status_code == 200
    answer = post(drawn, "panel_withdraw", "operator", first.public_id, seen=drawn.version(), reason="  ")
    assert answer.status_code == 200
    assert answer.context["form"].errors
    post(drawn, "panel_withdraw", "operator", first.public_id, seen=drawn.version(), reason="병가")
    assert Slot.objects.get(pk=first.pk).state == "withdrawn"


def test_the_board_is_answered_304_until_something_changes(drawn, get, post):
    first = get(drawn, "panel_board", "operator")
    tag = first.headers["ETag"]
    again = get(drawn, "panel_board", "operator", **{"if-none-match": tag})
    assert (again.status_code, again.content) == (304, b"")
    drawn.mark("judge1", drawn.entries[0], (20, None, None, None))
    changed = get(drawn, "panel_board", "operator", **{"if-none-match": tag})
    assert changed.status_code == 200
    drawn.move(drawn.slots()[0], "presenting")
    assert get(drawn, "panel_board", "operator", **{"if-none-match": changed.headers["ETag"]}).status_code == 200


PAGES = {
    "panel_board": ("operator", 15),
    "panel_console": ("operator", 15),
    "panel_release": ("auditor", 19),
    "panel_all": ("judge2", 17),
    "panel_judge": ("judge2", 17),
    "panel_seal": ("judge2", 20),
    "panel_stage": ("judge2", 10),
    "panel_chair": ("judge1", 18),
    "panel_sheet": ("judge2", 21),
}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_costs_the_same_queries_however_much_was_marked(
    name, drawn, as_user, turn_clock, django_assert_num_queries
):
    person, queries = PAGES[name]
    turn_clock(drawn.later(seconds=1))
    client, address = as_user(person), url(name, *([drawn.entries[0].public_id] if name == "panel_sheet" else []))
    client.get(address)
    with django_assert_num_queries(queries):
        client.get(address)
    drawn.play()
    drawn.mark_all({0: (26, 26, 17, 16), 1: (24, 24, 16, 16), 2: (22, 23, 15, 15)})
    drawn.seal("judge1", "judge3")
    with django_assert_num_queries(queries):
        client.get(address)


# The judges


def test_the_entry_on_stage_comes_up_by_itself(drawn, get):
    page = get(drawn, "panel_judge", "judge2")
    assert page.templates[0].name == "panel/all.html"
    first, second, _third = drawn.slots()
    drawn.move(first, "presenting")
    page = get(drawn, "panel_judge", "judge2")
    assert page.context["place"].public_id == first.public_id
    stage = get(drawn, "panel_stage", "judge2")
    assert f'data-stage="{first.finalist.entry.public_id}"' in text_of(stage)
    tag = stage.headers["ETag"]
    drawn.mark("judge3", drawn.entries[0], (20, None, None, None))
    assert get(drawn, "panel_stage", "judge2", **{"if-none-match": tag}).status_code == 304
    for state in ("questions", "marking", "closed"):
        drawn.move(first, state)
    drawn.move(second, "presenting")
    assert get(drawn, "panel_stage", "judge2", **{"if-none-match": tag}).status_code == 200
    assert get(drawn, "panel_judge", "judge2").context["place"].public_id == second.public_id


def test_a_judge_marks_on_the_page_and_sees_own_sums_alone(marked, get):
    entry = marked.entries[0].public_id
    page = get(marked, "panel_sheet", "judge2", entry)
    form = page.context["form"]
    assert [field.value for field in form.marks] == ["26", "26", "17", "16"]
    assert [text.name for text in form.texts] == ["private_note"]
    marked.mark("judge3", marked.entries[0], (1, None, None, None), based_on=1)
    rows = get(marked, "panel_all", "judge2").context["rows"]
    assert sorted(row["sum"] for row in rows) == [75, 80, 85]
    assert statuses(get, marked, "panel_sheet", entry) == [403, 403, 403, 403, 200, 200, 200, 404, 404]
    assert statuses(get, marked, "panel_all") == [403, 403, 403, 403, 200, 200, 200, 404, 404]
    assert get(marked, "panel_sheet", "judge2", "nosuchentry").status_code == 404


def test_a_sheet_is_saved_by_its_plain_form_too(drawn, get, post):
    entry = drawn.entries[0]
    form = get(drawn, "panel_sheet", "judge2", entry.public_id).context["form"]
    values = {field.name: value for field, value in zip(form.marks, ("30", "0", "20", "31"), strict=True)}
    values |= {f"version_{field.name}": 0 for field in form.marks} | {"write": str(uuid.uuid4())}
    answer = post(drawn, "panel_sheet", "judge2", entry.public_id, **values)
    shown = answer.context["form"]
    assert answer.status_code == 200
    assert [field.value for field in shown.marks] == ["30", "0", "20", "31"]
    assert [bool(field.error) for field in shown.marks] == [False, False, False, True]
    values[form.marks[3].name] = "20"
    assert post(drawn, "panel_sheet", "judge2", entry.public_id, **values).status_code == 302
    sheet = drawn.sheet("judge2", entry)
    assert sum(sheet.mark_set.values_list("points", flat=True)) == 70


def test_a_judge_reads_text_and_file_of_the_entry(drawn, get):
    entry = drawn.entries[0]
    page = get(drawn, "panel_sheet", "judge2", entry.public_id)
    assert page.context["content"]["summary"] in text_of(page)
    file = page.context["content"]["files"][0]["file"]
    answer = get(drawn, "panel_file", "judge2", entry.public_id, file)
    assert b"".join(answer.streaming_content).startswith(b"%PDF")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert get(drawn, "panel_file", "judge2", drawn.entries[1].public_id, file).status_code == 404
    assert get(drawn, "panel_file", "operator", entry.public_id, file).status_code == 403
    assert get(drawn, "panel_file", "entrant3", entry.public_id, file).status_code == 404
    assert set(AccessLog.objects.values_list("action", flat=True)) == {"saw", "downloaded"}


def test_a_judge_recuses_themselves(marked, get, post):
    entry = marked.entries[0].public_id
    assert get(marked, "panel_recuse", "judge2", entry).status_code == 200
    answer = post(marked, "panel_recuse", "judge2", entry, reason="")
    assert answer.context["form"].errors
    assert post(marked, "panel_recuse", "judge2", entry, reason="같은 과에서 일했습니다.").status_code == 302
    assert Recusal.objects.get().basis == "declared"
    assert get(marked, "panel_sheet", "judge2", entry).status_code == 403
    row = next(row for row in get(marked, "panel_all", "judge2").context["rows"] if row["recused"])
    assert row["place"].entry.public_id == entry


def test_while_recused_from_who_is_on_stage_the_list_is_shown_and_stays(drawn, get, post):
    first = drawn.slots()[0]
    entry = first.finalist.entry.public_id
    post(drawn, "panel_recuse", "judge2", entry, reason="동향")
    drawn.move(first, "presenting")
    page = get(drawn, "panel_judge", "judge2")
    assert page.templates[0].name == "panel/all.html"
    assert f'data-shown="{entry}"' in text_of(page)  # so that the page does not go on to itself for ever


def test_sealing_lists_what_is_missing_with_links_then_gives_a_receipt(marked, get, post):
    sheet = marked.sheet("judge2", marked.entries[1])
    mark = sheet.mark_set.first()
    code = mark.criterion.code
    from judging.sheets.services.marking import save_field

    def put(value, based_on):
        return save_field(
            sheet=sheet,
            field=code,
            value=value,
            based_on=based_on,
            write=uuid.uuid4(),
            actor=marked.actor("judge2"),
            now=marked.later(seconds=1),
        )

    put("", 1)
    answer = post(marked, "panel_seal", "judge2")
    assert answer.status_code == 200
    assert [place.entry.pk for place, _what in answer.context["lacking"]] == [marked.entries[1].pk]
    assert url("panel_sheet", marked.entries[1].public_id) in text_of(answer)
    put("24", 2)
    assert get(marked, "panel_seal", "judge2").context["lacking"] == []
    assert post(marked, "panel_seal", "judge2").headers["Location"] == url("panel_all")
    assert post(marked, "panel_seal", "judge2").headers["Location"] == url("panel_all")
    receipt = ScoreSheet.objects.filter(assessor__user__username="judge2", state="sealed").first().receipt
    assert receipt in text_of(get(marked, "panel_all", "judge2"))
    assert receipt not in text_of(get(marked, "panel_console", "operator"))
    page = get(marked, "panel_sheet", "judge2", marked.entries[0].public_id)
    assert "data-autosave=" not in text_of(page)


def test_a_sealed_sheet_is_opened_by_operator_and_auditor(marked, get, post):
    assert get(marked, "panel_unseal", "operator").status_code == 200
    marked.seal("judge3")
    sheet = marked.sheet("judge3", marked.entries[0])
    answer = post(marked, "panel_unseal", "operator", sheet=sheet.public_id, reason="")
    assert answer.context["form"].errors
    assert post(marked, "panel_unseal", "operator", sheet="nosuch", reason="x").context["form"].errors
    post(marked, "panel_unseal", "operator", sheet=sheet.public_id, reason="심사위원 요청")
    unsealing = Unsealing.objects.get().public_id
    agree = url("panel_unseal_agree", unsealing)
    assert agree in text_of(get(marked, "panel_release", "auditor"))
    assert agree not in text_of(get(marked, "panel_release", "manager"))
    for person, status in (("operator", 403), ("manager", 403), ("judge3", 403), ("entrant1", 404)):
        assert post(marked, "panel_unseal_agree", person, unsealing).status_code == status
    assert post(marked, "panel_unseal_agree", "auditor", unsealing).status_code == 302
    assert post(marked, "panel_unseal_refuse", "auditor", unsealing).status_code == 409
    assert marked.sheet("judge3", marked.entries[0]).state == "open"


# The chair


def test_the_chair_calls_in_decides_and_closes(marked, get, post):
    assert statuses(get, marked, "panel_chair") == [403, 403, 403, 403, 200, 403, 403, 404, 404]
    reserve = Assessor.objects.get(round=marked.round, reserve=True).public_id
    assert post(marked, "panel_call_reserve", "judge1", reserve).status_code == 302
    assert get(marked, "panel_unawarded", "judge1").status_code == 200
    answer = post(marked, "panel_unawarded", "judge1", grades=["최우수상"], reason="")
    assert answer.context["form"].errors
    post(marked, "panel_unawarded", "judge1", grades=["최우수상"], reason="해당작 없음")
    assert Panel.objects.get().unawarded == ["최우수상"]
    marked.seal("judge1", "judge2")
    page = get(marked, "panel_close", "judge1")
    assert len(page.context["absent"]) == 6
    assert len(page.context["short"]) == 3
    assert post(marked, "panel_close", "judge1").headers["Location"] == url("panel_chair")
    assert marked.edition.stage == "result"
    assert post(marked, "panel_close", "judge1").status_code == 409
    assert post(marked, "panel_call_reserve", "judge1", reserve).status_code == 409
    assert get(marked, "panel_chair", "judge1").status_code == 200


def test_a_close_too_early_says_what_is_left(drawn, post):
    answer = post(drawn, "panel_close", "judge1")
    assert answer.status_code == 200
    assert len(answer.context["left"]) == 3
    assert drawn.edition.stage == "panel"


def test_after_the_close_judges_only_look_at_their_own_marks(closed, get, post):
    assert get(closed, "panel_all", "judge2").status_code == 200
    assert get(closed, "panel_judge", "judge2").status_code == 200
    assert get(closed, "panel_sheet", "judge2", closed.entries[0].public_id).status_code == 409
    assert post(closed, "panel_seal", "judge2").status_code == 409
    assert get(closed, "panel_recuse", "judge2", closed.entries[0].public_id).status_code == 409
    slot = closed.slots()[0].public_id
    assert post(closed, "panel_move", "operator", slot, "marking", seen=closed.version()).status_code == 409


# The release


def sums(day, answers):
    return {day.entries[index].public_id: str(value) for index, value in answers.items()}


RIGHT = {0: 7 * 85, 1: 7 * 80, 2: 7 * 75}


def test_the_release_goes_through_four_hands(closed, get, post):
    assert statuses(get, closed, "panel_compute") == [403, 200, 200, 403, 403, 403, 403, 404, 404]
    assert statuses(get, closed, "panel_recount") == [403, 409, 409, 403, 403, 403, 403, 404, 404]
    assert post(closed, "panel_compute", "manager").status_code == 302
    assert statuses(get, closed, "panel_compute") == [403, 200, 403, 403, 403, 403, 403, 404, 404]
    assert "85.00" in text_of(get(closed, "panel_compute", "manager"))
    assert statuses(get, closed, "panel_recount") == [403, 403, 200, 403, 403, 403, 403, 404, 404]
    page = text_of(get(closed, "panel_recount", "manager2"))
    assert not re.search("|".join(rf"\b{value}\b" for value in RIGHT.values()), page)

    wrong = sums(closed, RIGHT | {1: 561})
    answer = post(closed, "panel_recount", "manager2", **wrong)
    assert answer.status_code == 200
    assert list(answer.context["form"].errors) == [closed.entries[1].public_id]
    assert all(f'value="{value}"' in text_of(answer) for value in wrong.values())
    assert ">560<" not in text_of(answer)
    assert 'value="560"' not in text_of(answer)
    garbage = post(closed, "panel_recount", "manager2", **sums(closed, {0: "595,5", 1: "", 2: "-1"}))
    assert len(garbage.context["form"].errors) == 3

    assert statuses(get, closed, "panel_approve") == [403, 403, 403, 409, 403, 403, 403, 404, 404]
    assert post(closed, "panel_recount", "manager2", **sums(closed, RIGHT)).status_code == 302
    assert statuses(get, closed, "panel_approve") == [403, 403, 403, 200, 403, 403, 403, 404, 404]
    assert statuses(get, closed, "panel_sign") == [403, 403, 403, 403, 409, 403, 403, 404, 404]
    page = text_of(get(closed, "panel_approve", "auditor"))
    assert "85.00" in page
    assert post(closed, "panel_approve", "auditor").status_code == 302
    assert statuses(get, closed, "panel_sign") == [403, 403, 403, 403, 200, 403, 403, 404, 404]
    assert url("panel_sign") in text_of(get(closed, "panel_chair", "judge1"))
    assert post(closed, "panel_sign", "judge1").status_code == 302
    assert post(closed, "panel_sign", "judge1").status_code == 409
    assert Result.objects.count() == 1
    seen = AccessLog.objects.filter(subject=f"release:{Release.objects.get().public_id}")
    assert set(seen.values_list("actor__username", "action")) >= {
        ("manager", "saw"),
        ("manager2", "entered"),
        ("auditor", "saw"),
        ("judge1", "saw"),
    }


def test_the_auditor_sends_back_with_a_reason(closed, get, post):
    post(closed, "panel_compute", "manager")
    post(closed, "panel_recount", "manager2", **sums(closed, RIGHT))
    answer = post(closed, "panel_return", "auditor", reason=" ")
    assert answer.status_code == 200
    assert answer.context["reason_form"].errors
    for person, status in (("manager", 403), ("judge1", 403), ("operator", 403), ("outsider", 404)):
        assert post(closed, "panel_return", person, reason="x").status_code == status
    assert post(closed, "panel_return", "auditor", reason="서명지와 다름").status_code == 302
    assert "서명지와 다름" in text_of(get(closed, "panel_release", "manager"))
    assert get(closed, "panel_approve", "auditor").status_code == 409


def test_before_the_signature_no_page_but_the_steps_own_holds_a_value(closed, get, post):
    """Titles and names apart, nothing of scores, sums, order or prizes stands on anybody else's page."""
    post(closed, "panel_compute", "manager")
    post(closed, "panel_recount", "manager2", **sums(closed, RIGHT))
    post(closed, "panel_approve", "auditor")
    telling = ["85.00", "80.00", "75.00", "85/1", "80/1", "75/1", "595", "560", "525"]
    for person, names in {
        "operator": ("panel_console", "panel_board", "panel_draw"),
        "manager2": ("panel_release", "panel_console", "panel_board", "panel_recount"),
        "manager": ("panel_release",),
        "auditor": ("panel_release", "panel_board"),
        "judge1": ("panel_chair",),
        "judge2": ("panel_judge", "panel_stage"),
    }.items():
        for name in names:
            page = text_of(get(closed, name, person))
            assert [word for word in telling if word in page and word not in closed.edition.slug] == [], (person, name)
            assert "최우수상" not in page, (person, name)


def test_a_quorum_that_is_missing_is_said_on_the_page_and_stops(marked, get, post):
    marked.seal("judge1", "judge2", "judge3", "judge4", "judge5")
    marked.close()
    post(marked, "panel_compute", "manager")
    assert get(marked, "panel_compute", "manager").context["blockers"]
    assert get(marked, "panel_recount", "manager2").context["blocked"] is True
    assert post(marked, "panel_recount", "manager2", **sums(marked, {0: 1, 1: 1, 2: 1})).status_code == 409


def test_what_cannot_be_computed_is_said(marked, get, post):
    post(marked, "panel_recuse", "judge2", marked.entries[0].public_id, reason="동향")
    marked.seal("judge1")
    marked.close()
    answer = post(marked, "panel_compute", "manager")
    assert answer.status_code == 200
    assert answer.context["error"]
    assert not Release.objects.exists()
    assert get(marked, "panel_chair", "judge1").status_code == 200


@pytest.fixture
def tied(drawn):
    drawn.play()
    drawn.mark_all({0: (26, 26, 17, 16), 1: (26, 26, 17, 16), 2: (22, 23, 15, 15)})
    drawn.seal()
    drawn.close()
    return drawn


def test_a_vote_is_opened_cast_counted_and_decides(tied, get, post):
    assert post(tied, "panel_vote_open", "judge1").status_code == 409
    post(tied, "panel_compute", "manager")
    assert url("panel_vote_open") in text_of(get(tied, "panel_chair", "judge1"))
    assert post(tied, "panel_vote_open", "judge2").status_code == 403
    assert post(tied, "panel_vote_open", "judge1").status_code == 302
    vote = Vote.objects.get().public_id
    assert statuses(get, tied, "panel_vote", vote) == [403, 403, 403, 403, 200, 200, 403, 404, 404]
    assert statuses(get, tied, "panel_vote_count", vote) == [403, 403, 403, 403, 200, 403, 403, 404, 404]
    assert url("panel_vote", vote) in text_of(get(tied, "panel_all", "judge2"))
    assert url("panel_vote", vote) not in text_of(get(tied, "panel_all", "reserve"))
    assert post(tied, "panel_vote", "judge2", vote).context["form"].errors
    assert post(tied, "panel_vote", "judge2", vote, chosen="nosuch").context["form"].errors
    for number in range(1, 7):
        chosen = tied.entries[number % 2].public_id
        assert post(tied, "panel_vote", f"judge{number}", vote, chosen=chosen).status_code == 302
    assert post(tied, "panel_vote", "judge2", vote, chosen=tied.entries[1].public_id).status_code == 302
    assert Ballot.objects.count() == 6
    assert post(tied, "panel_vote_count", "judge1", vote).status_code == 409
    even = post(tied, "panel_vote_count", "judge1", vote, without_absent="yes")
    assert even.status_code == 200
    assert len(even.context["even"]) == 2
    chosen = tied.entries[0].public_id
    answer = post(tied, "panel_vote_count", "judge1", vote, without_absent="yes", breaking=chosen)
    assert answer.status_code == 302
    assert get(tied, "panel_vote", "judge7", vote).status_code == 409
    post(tied, "panel_compute", "manager")
    for name, person, data in (
        ("panel_recount", "manager2", sums(tied, {0: 595, 1: 595, 2: 525})),
        ("panel_approve", "auditor", {}),
        ("panel_sign", "judge1", {}),
    ):
        assert post(tied, name, person, **data).status_code == 302
    assert result_of(tied.edition)["prizes"][chosen] == "최우수상"
    assert json.loads(Release.objects.last().outcome)["votes"][0]["chosen"] == [chosen]
