"""A reviewer's pages, by plain forms: the queue, the sheet beside its entry, handing in and taking back."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from announcements.demo.screening import assign
from awards.models import AccessLog
from awards.services.stages import begin_due_stage
from judging.screening.services import apply_plan, ask_plan
from judging.screening.tasks import compute_plan
from judging.sheets.models import Assessor, HeldMark, ScoringWrite
from judging.sheets.services.assessors import declare_recusal
from judging.sheets.services.marking import marks_of
from tests.screening.conftest import Desk

MARKS = ("24", "20", "15", "16")


def address(sheet, act=""):
    return f"/2030/screening/{sheet.public_id}/{act}"


def form(desk, values=MARKS, version=0, **more):
    marks = dict(zip(desk.codes, values, strict=True))
    return {"write": str(uuid4())} | marks | {f"version_{code}": str(version) for code in desk.codes} | more


def recuse(desk, sheet, name="reviewer1"):
    actor = desk.story.actor(name, desk.now)
    declare_recusal(assessor=sheet.assessor, entry=sheet.entry, reason="함께 일함", actor=actor, now=desk.now)


def test_the_queue_has_every_sheet_with_its_state(desk, as_user):
    desk.fill(desk.sheet(place=1))
    recuse(desk, desk.sheet(place=2))
    page = as_user("reviewer1").get("/2030/screening/")
    assert [row.progress for row in page.context["rows"]] == ["open", "complete", "recused"]
    assert [row.total for row in page.context["rows"]] == [None, 75, None]
    assert page.context["following"].sheet == desk.sheet()
    assert (page.context["own"], page.context["done"]) == (2, 0)
    assert address(desk.sheet()) in page.content.decode()
    assert address(desk.sheet(place=2)) not in page.content.decode()


def test_before_the_pledge_a_reviewer_is_led_to_it(desk, as_user):
    Assessor.objects.filter(user__username="reviewer1").update(pledged_at=None)
    page = as_user("reviewer1").get("/2030/screening/")
    assert (page.status_code, page.url) == (302, "/2030/setup/rounds/screening/pledge/")
    assert as_user("reviewer1").get(address(desk.sheet())).status_code == 403


def test_the_sheet_shows_entry_and_marks_without_any_preset(desk, as_user):
    page = as_user("reviewer1").get(address(desk.sheet()))
    assert page.status_code == 200
    assert desk.sheet().entry.counting.title in page.content.decode()
    assert [field.value for field in page.context["form"].fields] == [""] * 7
    assert (page.context["at"], page.context["of"], page.context["before"]) == (1, 3, None)
    assert page.context["after"] == desk.sheet(place=1)
    log = AccessLog.objects.get(action="saw")
    assert (log.actor.username, log.subject) == ("reviewer1", f"entry:{desk.sheet().entry.public_id}")


@pytest.mark.parametrize(
    ("name", "status"),
    [("reviewer2", 404), ("manager", 403), ("auditor", 403), ("operator", 403), ("judge1", 403), ("outsider", 404)],
)
def test_anothers_sheet_is_refused(desk, as_user, name, status):
    client, sheet = as_user(name), desk.sheet()
    assert client.get(address(sheet)).status_code == status
    for act in ("hand-in/", "take-back/"):
        assert client.post(address(sheet, act), form(desk)).status_code == status
    assert marks_of(sheet) == {}


def test_a_recused_sheet_opens_for_nobody(desk, as_user):
    sheet = desk.sheet()
    recuse(desk, sheet)
    assert as_user("reviewer1").get(address(sheet)).status_code == 403
    assert as_user("reviewer1").post(address(sheet, "hand-in/"), form(desk)).status_code == 403


def test_files_are_served_under_the_right_to_read_the_sheet(desk, as_user):
    sheet = desk.sheet()
    url = as_user("reviewer1").get(address(sheet)).context["files"][0]["url"]
    served = as_user("reviewer1").get(url)
    assert (served.status_code, served.headers["Content-Type"]) == (200, "application/pdf")
    assert b"".join(served.streaming_content).startswith(b"%PDF-")
    assert as_user("reviewer2").get(url).status_code == 404
    assert as_user("reviewer1").get(address(sheet, "files/nothing/")).status_code == 404
    other = as_user("reviewer1").get(address(desk.sheet(place=1))).context["files"][0]["url"].split("/")[-2]
    assert as_user("reviewer1").get(address(sheet, f"files/{other}/")).status_code == 404


def test_the_plain_form_saves_hands_in_and_goes_on(desk, as_user):
    sheet, client = desk.sheet(), as_user("reviewer1")
    answer = client.post(
        address(sheet, "hand-in/"), form(desk, committee_comment="좋음", version_committee_comment="0")
    )
    assert (answer.status_code, answer.url) == (302, address(desk.sheet(place=1)))
    sheet.refresh_from_db()
    assert (sheet.state, sheet.committee_comment) == ("handed_in", "좋음")
    assert marks_of(sheet) == dict(zip(desk.codes, map(int, MARKS), strict=True))


def test_the_last_sheet_leads_back_to_the_list(desk, as_user):
    for place in (0, 1):
        desk.give("reviewer1", place, MARKS)
    answer = as_user("reviewer1").post(address(desk.sheet(place=2), "hand-in/"), form(desk))
    assert answer.url == "/2030/screening/"


def test_a_double_click_hands_in_once(desk, as_user):
    sheet, client, data = desk.sheet(), as_user("reviewer1"), form(desk)
    for _click in range(2):
        assert client.post(address(sheet, "hand-in/"), data).status_code == 302
    assert ScoringWrite.objects.count() == 4


def test_an_incomplete_or_bad_form_hands_nothing_in_and_keeps_what_was_typed(desk, as_user):
    sheet = desk.sheet()
    page = as_user("reviewer1").post(address(sheet, "hand-in/"), form(desk, ("24", "많음", "", "99")))
    assert page.status_code == 200
    fields = {field.name: field for field in page.context["form"].marks}
    assert [fields[code].value for code in desk.codes] == ["24", "많음", "", "99"]
    assert [bool(fields[code].error) for code in desk.codes] == [False, True, False, True]
    assert (desk.sheet().state, marks_of(sheet)) == ("open", {desk.codes[0]: 24})
    page = as_user("reviewer1").post(address(sheet, "hand-in/"), form(desk, ("24", "20", "", "16")))
    assert page.context["form"].troubles[0].name == desk.codes[2]
    assert desk.sheet().state == "open"


def test_a_stale_form_shows_the_conflict_and_hands_nothing_in(desk, as_user):
    sheet = desk.fill(desk.sheet())
    page = as_user("reviewer1").post(address(sheet, "hand-in/"), form(desk, ("10", *MARKS[1:])))
    field = page.context["form"].marks[0]
    assert (field.value, field.other, field.version) == ("10", "24", 1)
    assert "“24”" in page.content.decode()
    assert (desk.sheet().state, marks_of(sheet)[desk.codes[0]]) == ("open", 24)
    answer = as_user("reviewer1").post(address(sheet, "hand-in/"), form(desk, ("10", *MARKS[1:]), version=1))
    assert answer.status_code == 302
    assert marks_of(sheet)[desk.codes[0]] == 10


def test_a_second_after_the_close_what_was_typed_is_kept_as_late(desk, as_user, turn_clock):
    sheet = desk.sheet()
    turn_clock(desk.story.times.screening_closes + timedelta(seconds=1))
    page = as_user("reviewer1").post(address(sheet, "hand-in/"), form(desk))
    assert page.status_code == 409
    assert sorted(mark.value for _label, mark in page.context["held"]) == sorted(MARKS)
    assert (desk.sheet().state, marks_of(sheet)) == ("open", {})
    assert HeldMark.objects.filter(why="late").count() == 4
    assert "data-autosave=" not in as_user("reviewer1").get(address(sheet)).content.decode()


@pytest.mark.parametrize(
    "data",
    [{}, {"write": "x"}, {"write": "\x00"}, {"version_x": "9" * 400}],
)
def test_a_broken_form_is_no_error_of_ours(desk, as_user, data):
    code = desk.codes[0]
    answer = as_user("reviewer1").post(
        address(desk.sheet(), "hand-in/"), {code: "\x00٣", f"version_{code}": "-1"} | data
    )
    assert answer.status_code == 200


def test_taking_back_opens_the_sheet_again(desk, as_user):
    sheet = desk.give("reviewer1", 0, MARKS)
    assert "data-autosave=" not in as_user("reviewer1").get(address(sheet)).content.decode()
    for _click in range(2):
        answer = as_user("reviewer1").post(address(sheet, "take-back/"))
        assert (answer.status_code, answer.url) == (302, address(sheet))
    assert desk.sheet().state == "open"


def test_all_sheets_are_handed_in_together_or_not_at_all(desk, as_user):
    one, two, three = (desk.sheet(place=place) for place in range(3))
    desk.fill(one)
    desk.fill(two)
    client = as_user("reviewer1")
    page = client.get("/2030/screening/all/")
    assert [len(cells) for _row, cells in page.context["rows"]] == [4, 4, 4]
    assert len(page.context["complete"]) == 2
    refused = client.post("/2030/screening/all/hand-in/", {"sheet": [one.public_id, three.public_id]})
    assert refused.status_code == 200
    assert three.entry.counting.title in refused.context["error"]
    assert desk.sheet().state == "open"
    assert client.post("/2030/screening/all/hand-in/", {"sheet": ["nothing", "\x00"]}).context["error"]
    done = client.post("/2030/screening/all/hand-in/", {"sheet": [one.public_id, two.public_id]})
    assert done.status_code == 302
    assert [desk.sheet(place=place).state for place in range(3)] == ["handed_in", "handed_in", "open"]


def test_nobody_hands_in_anothers_sheets_together(desk, as_user):
    sheet = desk.fill(desk.sheet())
    assert as_user("reviewer2").post("/2030/screening/all/hand-in/", {"sheet": [sheet.public_id]}).context["error"]
    assert as_user("manager").post("/2030/screening/all/hand-in/", {"sheet": [sheet.public_id]}).status_code == 403
    assert desk.sheet().state == "open"


def test_nothing_of_another_reviewers_marks_is_on_any_page(desk, as_user):
    desk.fill(desk.sheet("reviewer2"), ("29", "28", "19", "17"), by="reviewer2")
    for name, url in [
        ("reviewer1", "/2030/screening/all/"),
        ("reviewer1", "/2030/screening/"),
        ("manager", "/2030/screening/"),
    ]:
        page = as_user(name).get(url).content.decode()
        assert not re.search(r"\b93\b", page.split("<main", 1)[1].split("</main", 1)[0])


def test_pages_of_a_reviewer_ask_a_fixed_number_of_queries(settled, as_user, turn_clock):
    def queries(url):
        client.get(url)
        with CaptureQueriesContext(connection) as asked:
            assert client.get(url).status_code == 200
        return len(asked)

    assert assign(story=settled, k=1) == 3
    begin_due_stage(edition=settled.fresh(), now=turn_clock(settled.times.screening_opens))
    desk, client = Desk(settled), as_user("reviewer1")
    pages = ["/2030/screening/", "/2030/screening/all/", address(desk.sheet())]
    one = [queries(url) for url in pages]
    manager = settled.actor("manager", settled.times.screening_opens)
    plan = compute_plan(ask_plan(round=desk.round, k=0, actor=manager, now=settled.times.screening_opens))
    assert apply_plan(plan=plan, actor=manager, now=settled.times.screening_opens) == 6
    assert [queries(url) for url in pages] == one == [14, 14, 16]
