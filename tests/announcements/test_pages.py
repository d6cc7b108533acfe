"""Public pages, each role's home, the announcements' pages and the auditor's ledger."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from announcements.demo.selection import select
from announcements.models import Announcement, Preparation
from awards.models import Edition
from judging.sheets.models import Mark, ScoreSheet


def get(client, name, *parts, **headers):
    return client.get(reverse(name, args=["2030", *parts]), headers=headers)


def text(response) -> str:
    return response.content.decode()


@pytest.mark.parametrize("stage", ["selection", "finalists", "result"])
def test_what_was_not_announced_answers_like_an_address_that_does_not_exist(told, as_user, stage):
    told(stage)
    for client in (Client(), as_user("entrant1"), as_user("manager")):
        nothing = client.get("/2030/no-such-page/")
        for name in ["winners"] + ["finalists"] * (stage == "selection"):
            response = get(client, name)
            assert (response.status_code, response.content) == (404, nothing.content)
            assert response.headers["Cache-Control"] == nothing.headers["Cache-Control"] == "no-store"


def test_winners_stand_by_grade_with_their_entries_own_words(told):
    told("winners")
    page = text(get(Client(), "winners"))
    words = ("<h2>최우수상", "이경우", "빅데이터를 활용한 금 밀수 위험성 분석", "<h2>우수상", "오연지")
    order = [page.index(word) for word in words]
    assert order == sorted(order)


def test_a_public_page_is_the_same_for_everybody_of_a_language(told, as_user):
    told("winners")
    mine, nobodys = get(as_user("entrant1"), "winners"), get(Client(), "winners")
    assert mine.content == nobodys.content
    english = Client()
    english.get("/language/en/")
    assert "Winners" in text(get(english, "winners"))


def test_a_public_page_revalidates(told):
    told("winners")
    first = get(Client(), "winners")
    assert first.headers["Cache-Control"] == "no-cache"
    again = get(Client(), "winners", **{"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_an_edition_in_preparation_is_nowhere_public(story, as_user, turn_clock):
    turn_clock(story.times.submission_opens - timedelta(days=1))
    assert get(Client(), "edition_front").status_code == 404
    assert "2030" not in text(Client().get("/"))
    assert get(as_user("entrant1"), "edition_home").status_code == 404
    assert get(as_user("manager"), "edition_home").status_code == 200


def test_a_rehearsal_is_never_public(told):
    told("winners")
    Edition.objects.create(slug="try", kind="rehearsal", stage="winners", year=2030, organiser="관세청", name="연습")
    for path in ("/try/", "/try/call/", "/try/winners/"):
        assert Client().get(path).status_code == 404
    assert "/try/" not in text(Client().get("/"))


def test_an_entrant_sees_how_the_entry_fared_once_it_was_told(told, as_user):
    told("result")
    assert "최우수상" not in text(get(as_user("entrant3"), "edition_home"))
    assert "본선 진출" in text(get(as_user("entrant3"), "edition_home"))


def test_the_winner_sees_the_prize(told, as_user):
    told("winners")
    assert "최우수상" in text(get(as_user("entrant3"), "edition_home"))


def test_two_managers_announce_by_their_pages(told, as_user):
    story = told("selection")
    select(story=story)
    client = as_user("manager")
    assert "준비하기" in text(get(client, "announcements"))
    assert client.post(reverse("announcement_prepare", args=["2030", "finalists"])).status_code == 302
    prepared = Preparation.objects.get()
    assert "다른 담당자가 발표합니다" in text(get(client, "announcement_preview", prepared.public_id))
    address = reverse("announcement_release", args=["2030", prepared.public_id])
    assert client.post(address).status_code == 403
    assert get(Client(), "finalists").status_code == 404
    second = as_user("manager2")
    assert second.post(address, follow=True).redirect_chain == [("/2030/finalists/", 302)]
    assert second.post(address).status_code == 409
    assert Announcement.objects.count() == 1


def test_preparing_too_early_says_why(told, as_user):
    told("selection")
    response = as_user("manager").post(reverse("announcement_prepare", args=["2030", "finalists"]), follow=True)
    assert "아직 발표할 수 있는 결정이 없습니다." in text(response)
    assert as_user("manager").post(reverse("announcement_prepare", args=["2030", "winners"])).status_code == 409
    assert as_user("manager").post(reverse("announcement_prepare", args=["2030", "other"])).status_code == 404


def test_the_auditor_verifies_the_ledger_and_sees_what_was_tampered_with(told, as_user):
    told("screening")
    client = as_user("auditor")
    address = reverse("ledger_verify", args=["2030"])
    assert "모든 줄이 앞줄과 이어지고" in text(client.post(address))
    assert "no chain has a row" in text(client.post(address, {"head": "0" * 64}))
    sheet = ScoreSheet.objects.select_related("assessor").first()
    ScoreSheet.objects.filter(pk=sheet.pk).update(state="handed_in", settled_at=sheet.assigned_at)
    assert sheet.assessor.number in text(client.post(address))


def test_the_ledgers_page_shows_no_mark(told, as_user):
    told("selection")
    page = text(get(as_user("auditor"), "ledger"))
    assert "점수" in page
    mark = Mark.objects.filter(points__gt=9).first()
    assert f'"points":{mark.points}' not in page and "points" not in page
