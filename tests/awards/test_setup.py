"""The managers' set-up: overview, basics, schedule, beginning a stage, extending a window."""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from awards.models import AccessLog, Edition, StageMove, WindowChange
from awards.services.setup import change_edition

SEOUL = ZoneInfo("Asia/Seoul")
PAGES = ["", "basics/", "schedule/", "tracks/", "prizes/", "contacts/", "people/", "offices/"]
BASICS = {
    "name": "새 이름",
    "name_en": "",
    "year": "2030",
    "ordinal": "5",
    "organiser": "관세청",
    "organising_team": "",
    "head_of_agency": "",
    "venue": "",
    "recusal_level": "house",
    "call": "공고",
    "call_en": "",
}
SCHEDULE = {
    "submission_opens": "2030-03-01T09:00",
    "submission_closes": "2030-03-11T00:00",
    "screening_opens": "2030-03-13T00:00",
    "screening_closes": "2030-03-19T00:00",
    "finalists_on": "2030-03-20",
    "final_starts": "2030-03-31T14:00",
    "final_ends": "2030-03-31T16:00",
}


def page(response) -> str:
    return response.content.decode()


def errors(response) -> set[str]:
    return set(response.context["form"].errors)


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize(
    ("name", "status"),
    [("manager", 200), ("auditor", 200), ("operator", 403), ("reviewer1", 403), ("judge6", 403), ("outsider", 404)],
)
def test_managers_and_the_auditor_see_every_page(drafting, as_user, path, name, status):
    assert as_user(name).get(f"/2030/setup/{path}").status_code == status


@pytest.mark.parametrize("path", PAGES)
def test_strangers_are_asked_to_log_in_before_anything_is_looked_up(drafting, client, path):
    for edition in ("2030", "nowhere"):
        response = client.get(f"/{edition}/setup/{path}")
        assert (response.status_code, response.url.split("?")[0]) == (302, "/accounts/login/")


@pytest.mark.parametrize("path", ["basics/", "schedule/", "items/tracks/new/", "people/new/", "offices/", "extend/"])
def test_the_auditor_changes_nothing(drafting, as_user, path):
    client = as_user("auditor")
    assert 'type="submit"' not in page(client.get(f"/2030/setup/{path}")).split("<main")[1]
    posted = client.post(f"/2030/setup/{path}", BASICS | SCHEDULE)
    assert posted.status_code == 403
    assert drafting.fresh().name != "새 이름"


def test_the_overview_counts_the_same_queries_for_many_rows(drafting, as_user, django_assert_num_queries):
    client = as_user("manager")
    client.get("/2030/setup/")
    with django_assert_num_queries(16):
        client.get("/2030/setup/")
    for number in range(30):
        drafting.edition.track_set.create(name=f"부문 {number}", position=number)
    with django_assert_num_queries(16):
        client.get("/2030/setup/")


def test_the_overview_offers_the_next_stage_when_nothing_is_missing(drafting, as_user):
    client = as_user("manager")
    assert "/2030/setup/begin/submission/" in page(client.get("/2030/setup/"))
    drafting.edition.prizegrade_set.all().delete()
    response = client.get("/2030/setup/")
    assert "/2030/setup/begin/submission/" not in page(response)
    assert [check.code for check in response.context["missing"]] == ["prizes"]


def test_the_overview_gives_times_in_seoul_with_the_weekday(drafting, as_user):
    assert re.search(r"2030\. 3\. 1\.\(금(요일)?\) 09:00", page(as_user("manager").get("/2030/setup/")))


def test_a_stage_is_begun_once_after_asking(drafting, as_user):
    client = as_user("manager")
    client.get("/2030/setup/begin/submission/")
    assert drafting.fresh().stage == "drafting"
    for _click in range(2):
        assert client.post("/2030/setup/begin/submission/").status_code == 302
    assert drafting.fresh().stage == "submission"
    assert StageMove.objects.count() == 1


def test_a_stage_that_lacks_something_does_not_begin(drafting, as_user):
    drafting.edition.prizegrade_set.all().delete()
    response = as_user("manager").post("/2030/setup/begin/submission/", follow=True)
    assert drafting.fresh().stage == "drafting"
    assert [message.level_tag for message in response.context["messages"]] == ["error"]


@pytest.mark.parametrize(
    ("name", "status"), [("auditor", 403), ("operator", 403), ("reviewer1", 403), ("entrant1", 404)]
)
def test_nobody_else_begins_a_stage(drafting, as_user, name, status):
    client = as_user(name)
    assert client.get("/2030/setup/begin/submission/").status_code == status
    assert client.post("/2030/setup/begin/submission/").status_code == status
    assert drafting.fresh().stage == "drafting"


@pytest.mark.parametrize("stage", ["selection", "finalists", "panel", "result", "winners", "drafting", "nothing"])
def test_other_stages_have_no_such_address(drafting, as_user, stage):
    assert as_user("manager").post(f"/2030/setup/begin/{stage}/").status_code == 404


def test_basics_are_saved(drafting, as_user):
    response = as_user("manager").post("/2030/setup/basics/", BASICS | {"seen": "1"})
    assert (response.status_code, response.url) == (302, "/2030/setup/")
    edition = drafting.fresh()
    assert (edition.name, edition.ordinal, edition.call, edition.version) == ("새 이름", 5, "공고", 2)


def test_bad_basics_stay_on_the_page_with_a_message(drafting, as_user):
    response = as_user("manager").post(
        "/2030/setup/basics/", BASICS | {"name": "", "year": "이천", "venue": "정부청사"}
    )
    assert response.status_code == 200
    assert errors(response) == {"name", "year"}
    assert "정부청사" in page(response) and "이천" in page(response)
    assert drafting.fresh().version == 1


def test_two_managers_at_once_lose_nothing(drafting, as_user, now):
    client = as_user("manager")
    seen = client.get("/2030/setup/basics/").context["form"]["seen"].value()
    change_edition(
        edition=drafting.edition,
        values={"venue": "정부대전청사"},
        seen=seen,
        actor=drafting.actor("manager2", now),
        now=now,
    )
    typed = BASICS | {"seen": seen, "venue": "서울세관"}
    response = client.post("/2030/setup/basics/", typed)
    assert response.status_code == 200
    assert "서울세관" in page(response)
    assert "정부대전청사" in dict((str(label), value) for label, value in response.context["others"]).values()
    assert drafting.fresh().venue == "정부대전청사"
    again = typed | {"seen": response.context["form"]["seen"].value()}
    assert client.post("/2030/setup/basics/", again).status_code == 302
    assert drafting.fresh().venue == "서울세관"


@pytest.mark.parametrize("path", ["basics/", "schedule/", "items/tracks/new/"])
def test_what_the_call_says_is_settled_with_the_stage(drafting, as_user, path):
    Edition.objects.update(stage="submission")
    assert as_user("manager").post(f"/2030/setup/{path}", BASICS | SCHEDULE).status_code == 409
    assert as_user("manager").get(f"/2030/setup/{path}").status_code == 200


def test_the_schedule_is_read_as_korean_time(drafting, as_user):
    typed = SCHEDULE | {"seen": "1", "submission_opens": "2030-03-02T10:30"}
    assert as_user("manager").post("/2030/setup/schedule/", typed).status_code == 302
    windows = drafting.fresh().windows()
    assert windows["submission"].opens == datetime(2030, 3, 2, 10, 30, tzinfo=SEOUL)
    assert windows["screening"].closes == datetime(2030, 3, 19, tzinfo=SEOUL)


def test_the_schedule_shows_korean_time(drafting, as_user):
    assert 'value="2030-03-01T09:00"' in page(as_user("manager").get("/2030/setup/schedule/"))


def test_both_ends_empty_takes_a_window_away(drafting, as_user):
    typed = SCHEDULE | {"seen": "1", "screening_opens": "", "screening_closes": ""}
    assert as_user("manager").post("/2030/setup/schedule/", typed).status_code == 302
    assert set(drafting.fresh().windows()) == {"submission"}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"submission_closes": "2030-03-01T09:00"}, "submission_closes"),
        ({"submission_closes": ""}, "submission_closes"),
        ({"screening_opens": "2030-03-10T23:59"}, "screening_opens"),
        ({"screening_closes": "2030-03-12T00:00"}, "screening_closes"),
        ({"final_starts": "2030-03-18T00:00"}, "final_starts"),
        ({"final_starts": ""}, "final_starts"),
        ({"final_ends": "2030-03-31T14:00"}, "final_ends"),
        ({"finalists_on": "2030-03-10"}, "finalists_on"),
        ({"screening_opens": "내일"}, "screening_opens"),
    ],
)
def test_a_schedule_out_of_order_is_refused_beside_the_field(drafting, as_user, change, field):
    before = drafting.edition.windows()
    response = as_user("manager").post("/2030/setup/schedule/", SCHEDULE | {"seen": "1"} | change)
    assert response.status_code == 200
    assert field in errors(response)
    assert drafting.fresh().windows() == before


@pytest.fixture
def submission(story, turn_clock):
    """The edition in its submission window; the clock stands an hour before the close."""
    Edition.objects.update(stage="submission")
    turn_clock(story.times.submission_closes - timedelta(hours=1))
    story.fresh()
    return story


def test_a_manager_extends_the_window(submission, as_user):
    client, closes = as_user("manager"), submission.times.submission_closes + timedelta(days=2)
    typed = {"closes": closes.astimezone(SEOUL).strftime("%Y-%m-%dT%H:%M"), "reason": "전산 장애"}
    assert client.post("/2030/setup/extend/", typed).status_code == 302
    assert submission.fresh().windows()["submission"].closes == closes
    assert "전산 장애" in page(client.get("/2030/setup/"))


def test_an_earlier_end_is_refused_and_kept_on_the_page(submission, as_user):
    response = as_user("manager").post("/2030/setup/extend/", {"closes": "2030-03-02T00:00", "reason": "서두름"})
    assert (response.status_code, errors(response)) == (200, {"closes"})
    assert "서두름" in page(response)
    assert WindowChange.objects.count() == 0


def test_the_auditor_does_not_extend(submission, as_user):
    typed = {"closes": "2031-01-01T00:00", "reason": "사유"}
    assert as_user("auditor").post("/2030/setup/extend/", typed).status_code == 403


def test_there_is_nothing_to_extend_without_a_window(drafting, as_user):
    response = as_user("manager").post("/2030/setup/extend/", {"closes": "2031-01-01T00:00", "reason": "사유"})
    assert response.status_code == 409


def test_looking_at_roles_is_logged(drafting, as_user):
    as_user("auditor").get("/2030/setup/people/")
    row = AccessLog.objects.get()
    assert (row.actor.username, row.action, row.subject) == ("auditor", "saw", "roles:2030")
