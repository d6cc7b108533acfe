"""An entrant writes in a real browser: saved as typed, cut off, two windows at once, and a receipt in the end."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from announcements.demo.cast import make_people
from announcements.demo.entries import small_pdf
from announcements.demo.setup import set_up_edition
from announcements.demo.story import works_of_2024
from entries.models import Entry, EntryVersion
from tests.browser.conftest import PASSWORD
from tests.conftest import SMALL_CAST

pytestmark = pytest.mark.browser


@pytest.fixture
def open_site(site, small_times):
    """A site with the small edition, a day after its submission window opened."""
    people, _passwords = make_people(only=SMALL_CAST, password=PASSWORD)
    story = set_up_edition(
        slug="2030", people=people, times=small_times, works=works_of_2024()[:3], kind="demo", finalists=2
    )
    story.edition.stage = "submission"
    story.edition.save(update_fields=["stage"])
    site.turn_clock(small_times.submission_opens + timedelta(days=1))
    return site


def begin(page):
    page.goto("/2030/entries/")
    page.click("text=공고를 읽고 시작하기")
    page.click("main button[type=submit]")
    page.wait_for_url("**/edit/")


def saved(page, field):
    page.wait_for_selector(f"[data-state-for='{field}'][data-state='saved']")


def test_from_the_first_word_to_the_receipt(open_site, tmp_path):
    page = open_site.page("entrant1")
    begin(page)
    page.select_option("select[name=track]", index=1)
    page.fill("input[name=title]", "빅데이터로 찾은 위험")
    page.fill("textarea[name=summary]", "요약입니다.")
    for area in page.query_selector_all("textarea[name^=answer_]"):
        area.fill("답변입니다.")
    page.locator("textarea[name=summary]").focus()
    saved(page, "title")
    assert "저장됨" in page.inner_text("#div_id_title")
    page.wait_for_function("document.querySelector('[data-autosave-summary]').textContent.includes('저장')")
    page.set_input_files(
        "input[type=file]", {"name": "보고서.pdf", "mimeType": "application/pdf", "buffer": small_pdf("x")}
    )
    page.click("text=선택한 파일 첨부")
    page.wait_for_selector("#files a:has-text('보고서.pdf')")
    assert page.input_value("input[name=title]") == "빅데이터로 찾은 위험"
    page.click("text=저장하고 검토하기")
    page.wait_for_url(lambda url: "/submit/" in url)
    assert "빅데이터로 찾은 위험" in page.inner_text("main article")
    page.click("main button[type=submit]")
    page.wait_for_url(lambda url: "/submit/" not in url)
    receipt = EntryVersion.objects.get().receipt
    assert receipt in page.inner_text(".messages")
    assert receipt in page.inner_text(".facts")


def test_words_typed_without_a_network_arrive_when_it_is_back(open_site):
    page = open_site.page("entrant1")
    begin(page)
    page.context.set_offline(True)
    page.fill("textarea[name=summary]", "끊긴 사이에 쓴 글")
    page.wait_for_selector("[data-state-for='summary'][data-state='device']")
    page.context.set_offline(False)
    saved(page, "summary")
    assert Entry.objects.get().summary == "끊긴 사이에 쓴 글"


def test_two_windows_on_one_field_lose_no_words(open_site):
    page = open_site.page("entrant1")
    begin(page)
    other = page.context.new_page()
    other.goto(page.url)
    page.fill("textarea[name=summary]", "첫째 창의 글")
    saved(page, "summary")
    other.fill("textarea[name=summary]", "둘째 창의 글")
    box = other.wait_for_selector("[data-conflict-for=summary]")
    assert "첫째 창의 글" in box.inner_text() and "둘째 창의 글" in box.inner_text()
    assert Entry.objects.get().summary == "첫째 창의 글"


def test_what_is_typed_after_the_close_stays_on_the_device(open_site, small_times):
    page = open_site.page("entrant1")
    begin(page)
    open_site.turn_clock(small_times.submission_closes + timedelta(seconds=1))
    page.fill("textarea[name=summary]", "늦은 글")
    page.wait_for_selector("[data-autosave-notice=closed]")
    assert page.input_value("textarea[name=summary]") == "늦은 글"
    assert Entry.objects.get().summary == ""


def test_four_posts_at_once_make_one_entry_and_one_version(open_site):
    page = open_site.page("entrant1")
    page.goto("/2030/entries/new/")
    token = page.input_value("main input[name=csrfmiddlewaretoken]")
    cookies = "; ".join(f"{cookie['name']}={cookie['value']}" for cookie in page.context.cookies())

    def post(path, body=b"", kind="application/x-www-form-urlencoded"):
        import urllib.request

        headers = {"Cookie": cookies, "X-CSRFToken": token, "Content-Type": kind}
        request = urllib.request.Request(open_site.url + path, body, headers, method="POST")
        with urllib.request.urlopen(request, timeout=20) as answer:
            return answer.status, answer.url

    def four(*arguments):
        with ThreadPoolExecutor(4) as pool:
            return {answer.result() for answer in [pool.submit(post, *arguments) for _n in range(4)]}

    assert len(four("/2030/entries/new/")) == 1
    entry = Entry.objects.get()
    fields = {"track": entry.edition.track_set.first().public_id, "title": "제목", "summary": "요약"}
    fields |= {f"answer_{question.public_id}": "답" for question in entry.edition.question_set.all()}
    for field, value in fields.items():
        body = json.dumps({"field": field, "value": value, "based_on": 0, "write": "x"}).encode()
        assert {
            status for status, _url in four(f"/2030/entries/{entry.public_id}/save/", body, "application/json")
        } == {200}
    entry.refresh_from_db()
    assert set(entry.versions.values()) == {1}
    assert {status for status, _url in four(f"/2030/entries/{entry.public_id}/submit/")} == {200}
    assert EntryVersion.objects.count() == 1
