"""The whole award in one real browser: set up, written, screened, chosen, announced, judged, released, announced.

Before each announcement somebody without any right and an entrant look at every page they can reach, and find nothing.
"""

import json
import re
import subprocess
import sys
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import connection

from announcements.demo import entries as entries_step
from announcements.demo import screening as screening_step
from announcements.demo.cast import make_people
from announcements.demo.entries import small_pdf
from announcements.demo.setup import pledge
from announcements.demo.story import INVENTED, Story, Times, works_of_2024
from awards.models import Edition
from awards.services.people import appoint, ask_role, confirm_role
from entries.models import Entry
from judging.panel.export import export_marks
from judging.panel.models import Slot
from judging.sheets.ledger import verify
from judging.sheets.models import Mark
from judging.tally import from_json, tally
from tests.browser.conftest import PASSWORD
from tests.copies import environment_for

SEOUL = ZoneInfo("Asia/Seoul")
DAY = timedelta(days=1)
LOCAL = "%Y-%m-%dT%H:%M"


def _times() -> Times:
    start = datetime(2031, 3, 3, 9, tzinfo=SEOUL)
    return Times(
        submission_opens=start,
        submission_closes=start + 10 * DAY,
        screening_opens=start + 12 * DAY,
        screening_closes=start + 18 * DAY,
        selected=start + 19 * DAY,
        final_starts=start + 30 * DAY,
        final_ends=start + 30 * DAY + timedelta(hours=2),
    )


def _press(page, words: str) -> None:
    """Presses the button of these words, and answers the question it asks."""
    page.get_by_role("button", name=words).first.click()
    _answer(page)
    assert page.locator(".error-summary").count() == 0, page.inner_text("main")


def _fill(page, values: dict[str, str]) -> None:
    for name, value in values.items():
        field = page.locator(f"main [name='{name}']").first
        if field.evaluate("field => field.tagName") == "SELECT":
            field.select_option(label=value) if not value.islower() else field.select_option(value)
        else:
            field.fill(value)


class Day:
    """The people of one award, and the pages that each has open."""

    def __init__(self, site, edition: Edition, story: Story):
        self.site, self.edition, self.story, self.open = site, edition, story, {}

    def page(self, name: str, path: str = "home/", **size):
        if name not in self.open:
            self.open[name] = self.site.page(name, **size)
        page = self.open[name]
        response = page.goto(f"/{self.edition.slug}/{path}")
        assert response.status == 200, (name, path, response.status, page.inner_text("body"))
        return page


def test_the_whole_award(site, tmp_path):
    day = _begin(site)
    _set_up(day)
    _write_entries(day, tmp_path)
    _settle_and_assign(day)
    _screen(day)
    _begin_selection(day)
    before = _what_others_see(day)
    _choose_finalists(day)
    _nobody_finds(day, "finalists", before)
    _announce(day, "finalists")
    _final(day)
    before = _what_others_see(day)
    _release(day)
    _nobody_finds(day, "winners", before)
    _announce(day, "winners")
    _winners_are_those_of_the_tally(day, tmp_path)
    for command in ("check_invariants", "verify_ledger"):
        _manage(command)
    _one_mark_changed_by_hand_is_named(day)


def _begin(site) -> Day:
    """Whoever runs the server names the first managers; the edition is otherwise empty."""
    times = _times()
    site.turn_clock(times.submission_opens - 7 * DAY)
    people, _passwords = make_people(password=PASSWORD)
    edition = Edition.objects.create(
        slug="2031", kind="demo", name="2031 빅데이터 어워드", year=2031, organiser="관세청"
    )
    now = times.submission_opens - 7 * DAY
    for name, role in (("manager", "manager"), ("manager2", "manager"), ("auditor", "auditor")):
        appoint(edition=edition, user=people[name], role=role, now=now)
    return Day(site, edition, Story(edition, people, times, works_of_2024()))


def _set_up(day: Day) -> None:
    times = day.story.times
    page = day.page("manager", "setup/")
    assert page.locator(".badge.is-error").count() > 5  # the check list says what is missing
    page = day.page("manager", "setup/basics/")
    _fill(page, {"venue": "정부대전청사", "call": INVENTED["call"].strip()})
    _press(page, "저장")
    page = day.page("manager", "setup/schedule/")
    moments = {
        "submission_opens": times.submission_opens,
        "submission_closes": times.submission_closes,
        "screening_opens": times.screening_opens,
        "screening_closes": times.screening_closes,
        "final_starts": times.final_starts,
        "final_ends": times.final_ends,
    }
    _fill(page, {name: moment.strftime(LOCAL) for name, moment in moments.items()})
    _fill(page, {"finalists_on": times.selected.strftime("%Y-%m-%d")})
    _press(page, "저장")
    lists = {
        "setup/items/tracks/new/": [{"name": name, "name_en": name_en} for name, name_en in INVENTED["tracks"]],
        "setup/items/prizes/new/": [
            {"name": "최우수상", "count": "1"},
            {"name": "우수상", "count": "3"},
            {"name": "장려상", "count": "4"},
        ],
        "setup/rounds/screening/criteria/new/": _criteria(),
        "setup/rounds/panel/criteria/new/": _criteria(),
    }
    for path, rows in lists.items():
        for row in rows:
            page = day.page("manager", path)
            _fill(page, row)
            _press(page, "저장")
    for question in INVENTED["question"]:
        page = day.page("manager", "setup/questions/new/")
        _fill(page, {"text": question["text"]})
        _press(page, "저장")
    _give_roles(day)
    page = day.page("manager", "setup/")
    assert page.locator(".badge.is-error").count() == 0, page.inner_text("main")


def _criteria() -> list[dict[str, str]]:
    return [{"name": row["name"], "points": str(row["points"])} for row in INVENTED["criterion"]]


def _give_roles(day: Day) -> None:
    """One role by hand, asked by one manager and confirmed by the other; the others by the same services."""
    page = day.page("manager", "setup/people/?q=operator")
    page.select_option("select[name=role]", "operator")
    _press(page, "요청")
    page = day.page("manager2", "setup/people/")
    _press(page, "확인")
    assert page.get_by_text("진행자(가상)").count() > 0
    now = day.story.times.prepared
    manager, manager2 = day.story.actor("manager", now), day.story.actor("manager2", now)
    for names, role in ((day.story.reviewers, "reviewer"), (day.story.judges, "judge")):
        for name in names:
            user = day.story.people[name]
            grant = ask_role(edition=day.edition, user=user, role=role, actor=manager, now=now)
            confirm_role(grant=grant, actor=manager2, now=now)
    _add_assessors(day)


def _add_assessors(day: Day) -> None:
    for kind, names in (("screening", day.story.reviewers), ("panel", day.story.judges)):
        for name in names:
            page = day.page("manager", f"setup/rounds/{kind}/assessors/")
            option = page.locator("main select[name=user] option").filter(has_text=day.story.people[name].name)
            page.select_option("main select[name=user]", option.first.get_attribute("value"))
            if name == "judge1":
                page.locator("main label[for=id_chair]").click()
            if name in ("judge6", "judge7"):
                page.locator("main label[for=id_external]").click()
            if name == "reserve":
                page.locator("main label[for=id_reserve]").click()
            page.locator("main form button.primary").last.click()
            page.wait_for_load_state()


def _write_entries(day: Day, folder) -> None:
    """Three people write and submit in the browser, with a file each; the other 34 are loaded."""
    times = day.story.times
    day.site.turn_clock(times.submission_opens + timedelta(hours=2))
    by_hand, loaded = day.story.works[:3], day.story.works[3:]
    for work in by_hand:
        page = day.page(work.lead, "entries/new/")
        page.locator("main form button.primary").last.click()
        page.wait_for_url("**/edit/")
        _fill(page, {"track": work.track})
        for name, text in (("title", work.title), ("summary", work.summary)):
            page.locator(f"main [name={name}]").press_sequentially(text[:20])
            page.fill(f"main [name={name}]", text)
        for question in page.locator("main textarea:not([name=summary])").all():
            question.fill("시험 답변입니다. (가상)")
        page.get_by_text(re.compile("저장됨")).first.wait_for()
        file = folder / f"{work.lead}.pdf"
        file.write_bytes(small_pdf(work.lead))
        page.set_input_files("main input[type=file]", str(file))
        _press(page, "파일 첨부")
        page.locator("button[name=review]").click()
        page.get_by_role("heading", name="검토와 제출", exact=True, level=1).wait_for()
        assert work.title in page.inner_text("main")
        _press(page, "제출")
    story = Story(day.edition, day.story.people, times, loaded)
    story.fresh()
    entries_step.write_entries(story=story)
    assert Entry.objects.filter(edition=day.edition, state="submitted").count() == 37


def _settle_and_assign(day: Day) -> None:
    day.site.turn_clock(day.story.times.settled)
    page = day.page("manager", "entries/settle/")
    for label in page.locator("main table .krds-form-check label").all():
        label.click()
    page.locator("main form button.primary").last.click()
    page.wait_for_load_state()
    page.locator("main form button.primary").last.click()
    page.wait_for_load_state()
    assert Entry.objects.filter(edition=day.edition, state="accepted").count() == 37
    page = day.page("manager", "setup/rounds/screening/recusals/")
    _press(page, "규칙에 따른")
    _press(page, "제척 모두")
    page = day.page("manager", "screening/plan/")
    page.locator("main form button.primary").last.click()
    page.locator("main form[action*='/apply/']").wait_for(timeout=30000)
    page.locator("main form[action*='/apply/'] button").click()
    _answer(page)


def _screen(day: Day) -> None:
    """One reviewer reads the pledge and scores three entries by hand; the others' sheets are scored by the services."""
    day.site.turn_clock(day.story.times.screening_opens + timedelta(minutes=5))
    page = day.page("reviewer1", "setup/rounds/screening/pledge/")
    assert Edition.objects.get(pk=day.edition.pk).stage == "screening"  # opened by itself
    page.locator("main form button.primary").first.click()
    page.wait_for_load_state()
    for number in range(3):
        page = day.page("reviewer1", "screening/")
        page.locator("main a[href*='/screening/']").filter(has_text=re.compile(".")).nth(0)
        links = page.eval_on_selector_all("main table a", "links => links.map(link => link.href)")
        page.goto(links[number])
        for box in page.locator("input[data-mark]").all():
            box.press_sequentially("15")
        _saved(page)
        page.locator("form.sheet button.primary").click()
        _answer(page)
    story = day.story
    story.fresh()
    pledge(story=story, round="screening", now=story.times.screening_opens)
    screening_step.score(story=story)


def _begin_selection(day: Day) -> None:
    day.site.turn_clock(day.story.times.selected)
    page = day.page("manager", "screening/")
    page.locator("form[action*='/screening/close/'] button").click()
    _answer(page)


def _choose_finalists(day: Day) -> None:
    page = day.page("manager", "selection/")
    page.locator("form[action*='propose'] button.primary").click()
    _answer(page)
    assert page.locator(".error-summary").count() == 0, page.inner_text("main")
    page = day.page("manager2", "selection/")
    page.locator("main a.primary").first.click()
    page.wait_for_load_state()
    page.locator("main form button.primary").last.click()
    _answer(page)


def _crawl(day: Day, name: str) -> dict[str, str]:
    """Every page of the edition that this person can reach by links, as it reads."""
    page = day.site.page(name)
    found, waiting = {}, ["/", "/2031/", "/2031/home/"]
    while waiting:
        path = waiting.pop()
        response = page.goto(path)
        found[path] = f"{response.status} {page.inner_text('body')}"
        links = page.eval_on_selector_all("a[href^='/2031/']", "links => links.map(link => link.pathname)")
        waiting += [link for link in dict.fromkeys(links) if link not in {*found, *waiting} and "/files/" not in link]
    page.context.close()
    return found


def _what_others_see(day: Day) -> dict[str, dict[str, str]]:
    return {name: _crawl(day, name) for name in ("outsider", "entrant3", "entrant20", "reviewer2")}


def _nobody_finds(day: Day, kind: str, before: dict[str, dict[str, str]]) -> None:
    """What others can reach reads as it did before anything was decided; the page to come does not exist for them."""
    assert _what_others_see(day) == before
    for name in ("", "outsider", "entrant3"):
        page = day.site.page(name)
        answers = []
        for path in ("/2031/no-such-page/", f"/2031/{kind}/"):
            response = page.goto(path)
            answers.append((response.status, response.body()))
        assert answers[0] == answers[1]
        assert answers[0][0] == 404
        page.context.close()


def _announce(day: Day, kind: str) -> None:
    page = day.page("manager", "announcements/")
    page.locator(f"form[action*='/prepare/{kind}/'] button").click()
    page.wait_for_url("**/announcements/*/")
    path = page.url.split("/2031/")[1]
    page = day.page("manager2", path)
    assert day.story.works[0].title in page.inner_text("main")  # the preview shows the page to come
    page.locator("form[action$='/release/'] button").click()
    page.locator("dialog[open] button.primary").click()
    page.wait_for_url(f"**/2031/{kind}/")
    public = day.site.page()
    assert public.goto(f"/2031/{kind}/").status == 200
    public.context.close()
    day.story.fresh()


def _saved(page) -> None:
    page.wait_for_function(
        "() => [...document.querySelectorAll('.sheet__mark .save-state')].every(one => /저장됨/.test(one.textContent))"
    )


def _final(day: Day) -> None:
    """Judges pledge; the operator draws and leads through the eight; judges mark on phones, seal; the chair closes."""
    story, times = day.story, day.story.times
    story.fresh()
    pledge(story=story, round="panel", now=times.selected + DAY)
    day.site.turn_clock(times.final_starts)
    page = day.page("manager", "setup/rounds/panel/recusals/")
    _press(page, "규칙에 따른")
    page = day.page("operator", "panel/draw/")
    _fill(page, {"seed": "장원 2031"})
    page.locator("main form [type=submit]").last.click()
    _answer(page)
    judges = {name: day.page(name, "panel/judge/", width=375, height=720) for name in story.judges}
    works = {work.title: work for work in story.works}
    slots = list(Slot.objects.filter(panel__round__edition=day.edition).select_related("finalist__entry"))
    for slot in slots:
        _next_step(day, 3)
        work = works[slot.finalist.entry.title]
        for name, page in judges.items():
            page.goto("/2031/panel/judge/")
            assert work.title in page.inner_text("h1")
            for box, row in zip(page.locator("input[data-mark]").all(), INVENTED["criterion"], strict=True):
                box.press_sequentially(str(story.panel_mark(work, name, row["points"])))
        for page in judges.values():
            _saved(page)
        _next_step(day, 1)
    for page in judges.values():
        page.goto("/2031/panel/judge/seal/")
        page.locator("main form button.primary").click()
        _answer(page)
        assert "봉인" in page.inner_text("main")
    page = day.page("judge1", "panel/chair/close/")
    page.locator("main form button.danger").click()
    _answer(page)
    assert Edition.objects.get(pk=day.edition.pk).stage == "result"


def _answer(page) -> None:
    """Says yes where a question is asked."""
    if page.locator("dialog[open]").count():
        page.locator("dialog[open] button").filter(has_text="예").click()
    page.wait_for_load_state()
    page.wait_for_timeout(100)


def _next_step(day: Day, times: int) -> None:
    page = day.page("operator", "panel/console/")
    for _time in range(times):
        before = page.locator(".control__next").inner_text()
        page.locator(".control__next").click()
        _answer(page)
        page.wait_for_function(
            "before => { const next = document.querySelector('.control__next');"
            " return !next || next.innerText !== before }",
            arg=before,
        )


def _release(day: Day) -> None:
    """Computed by one manager, added up by the other from the sheets, approved by the auditor, signed by the chair."""
    day.site.turn_clock(day.story.times.final_ends - timedelta(minutes=10))
    page = day.page("manager", "panel/release/compute/")
    page.locator("main form button.primary").click()
    _answer(page)
    answer = tally(from_json(export_marks(day.edition)))
    page = day.page("manager2", "panel/release/recount/")
    boxes = page.locator("main input.sum-input").all()
    for box in boxes:
        box.fill("1")
    page.locator("main form button.primary").click()
    assert page.locator(".error-summary").count() == 1  # a wrong sum stops it, and what was typed stays
    for box in page.locator("main input.sum-input").all():
        entry = box.get_attribute("name").split("-")[-1].removeprefix("sum_")
        box.fill(str(answer.details[entry].sum))
    page.locator("main form button.primary").click()
    page.wait_for_load_state()
    assert page.locator(".error-summary").count() == 0, page.inner_text("main")
    for name, step in (("auditor", "approve"), ("judge1", "sign")):
        page = day.page(name, f"panel/release/{step}/")
        page.locator("main form button.primary, main form input[type=submit].primary").first.click()
        _answer(page)


def _winners_are_those_of_the_tally(day: Day, folder) -> None:
    """The recount on paper, by the command, gives the very winners of the public page."""
    exported = folder / "final.json"
    exported.write_text(_manage("export_final", "2031"))
    prizes = json.loads(_manage("tally", str(exported)))["prizes"]
    titles = dict(Entry.objects.filter(edition=day.edition).values_list("public_id", "title"))
    page = day.site.page()
    page.goto("/2031/winners/")
    shown = {}
    for section in page.locator("main section").all():
        grade = section.locator("h2").evaluate("heading => heading.firstChild.textContent.trim()")
        for title in section.locator("th[scope=row]").all():
            shown[title.evaluate("cell => cell.textContent.trim()")] = grade
    told = {titles[entry]: grade for entry, grade in prizes.items()}
    assert {title.split("  ")[0].split("\n")[0].strip(): grade for title, grade in shown.items()} == told
    assert sorted(told.values()) == sorted(["최우수상"] + ["우수상"] * 3 + ["장려상"] * 4)


def _manage(*command: str) -> str:
    """What a command of the administrator says, on this award's own database."""
    environment = environment_for(connection.settings_dict["NAME"])
    done = subprocess.run([sys.executable, "manage.py", *command], env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def _one_mark_changed_by_hand_is_named(day: Day) -> None:
    mark = Mark.objects.filter(sheet__round__kind="panel").select_related("sheet__assessor", "sheet__entry").first()
    Mark.objects.filter(pk=mark.pk).update(points=(mark.points + 1) % mark.out_of)
    faults = list(verify())
    assert len(faults) == 1
    assert mark.sheet.assessor.number in faults[0] and mark.sheet.entry.public_id in faults[0]
    Mark.objects.filter(pk=mark.pk).update(points=mark.points)
