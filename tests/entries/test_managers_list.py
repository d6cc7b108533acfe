"""The managers' list: order, filters, pages; and its export, with a reason, safe to open."""

import csv
from datetime import timedelta
from io import BytesIO, StringIO

import openpyxl
import pytest

from awards.models import AccessLog, Track
from entries.services.submitting import submit_entry

LIST, EXPORT = "/2030/entries/", "/2030/entries/export/"


@pytest.fixture
def three(open_story, now, submitted):
    """Three entries: 나, 가, 다; the last one in the second track; the first was submitted again, the latest of all."""
    entries = [submitted(f"entrant{n}", title) for n, title in ((1, "나"), (2, "가"), (3, "다"))]
    entries[2].track = Track.objects.filter(edition=open_story.edition)[1]
    entries[2].save(update_fields=["track"])
    submit_entry(entry=entries[2], actor=open_story.actor("entrant3", now), now=now + timedelta(minutes=1))
    entries[0].summary = "고친 요약"
    entries[0].save(update_fields=["summary"])
    submit_entry(entry=entries[0], actor=open_story.actor("entrant1", now), now=now + timedelta(minutes=2))
    return entries


def titles(page) -> str:
    return "".join(row.counting.title for row in page.context["rows"])


@pytest.mark.parametrize(
    ("order", "expected"),
    [("", "나가다"), ("title", "가나다"), ("track", "나가다"), ("newest", "나다가"), ("nonsense", "나가다")],
)
def test_the_list_is_put_in_order_and_pages_follow_it(three, as_user, monkeypatch, order, expected):
    client = as_user("manager")
    assert titles(client.get(LIST, {"order": order})) == expected
    monkeypatch.setattr("entries.views.lists.PAGE", 1)
    seen, after = "", ""
    for _page in range(3):
        page = client.get(LIST, {"order": order, "after": after})
        seen, after = seen + titles(page), page.context["following"]
    assert (seen, after) == (expected, "")


def test_leads_are_put_in_order(three, as_user):
    rows = as_user("auditor").get(LIST, {"order": "lead"}).context["rows"]
    leads = [row.counting.lead for row in rows]
    assert leads == sorted(leads) and len(set(leads)) == 3


def test_the_list_is_narrowed_by_track(three, as_user, open_story):
    first, second = Track.objects.filter(edition=open_story.edition)
    client = as_user("manager")
    assert titles(client.get(LIST, {"track": second.public_id})) == "다"
    assert titles(client.get(LIST, {"track": first.public_id, "title": "가"})) == "가"
    nothing = client.get(LIST, {"track": "zzz"})
    assert nothing.status_code == 200 and titles(nothing) == ""


def test_the_address_of_the_next_page_keeps_what_was_asked_for(three, as_user, monkeypatch):
    monkeypatch.setattr("entries.views.lists.PAGE", 1)
    text = as_user("manager").get(LIST, {"order": "title", "state": "submitted"}).content.decode()
    assert "?state=submitted&amp;order=title&amp;after=" in text


def export(client, kind, query="", reason="심사 준비"):
    return client.post(f"{EXPORT}{query}", {"reason": reason, "format": kind})


def cells(answer) -> list[list]:
    if answer.headers["Content-Type"].startswith("text/csv"):
        return list(csv.reader(StringIO(answer.content.decode("utf-8-sig"))))
    sheet = openpyxl.load_workbook(BytesIO(answer.content)).active
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} == {"s"}
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_the_list_goes_out_as_it_is_shown(three, as_user, kind):
    client = as_user("manager")
    answer = export(client, kind, "?order=title&state=submitted")
    assert answer.headers["Content-Disposition"] == f'attachment; filename="entries-2030.{kind}"'
    assert "no-store" in answer.headers["Cache-Control"]
    heading, *rows = cells(answer)
    assert [row[1] for row in rows] == ["가", "나", "다"]
    first = three[1].counting
    assert rows[0][:4] == [first.receipt, "가", first.track.name, first.lead]
    assert rows[1][5] == "2" and len(heading) == len(rows[0]) == 7
    logged = AccessLog.objects.get(action="exported")
    assert (logged.actor.username, logged.subject, logged.reason) == ("manager", "entries:2030", "심사 준비")


@pytest.mark.parametrize("bad", ["=HYPERLINK(\"http://x\")", "+1", "-1", "@SUM(A1)", "＝1"])
def test_no_title_becomes_a_formula(submitted, as_user, bad):
    submitted("entrant1", bad)
    client = as_user("manager")
    assert cells(export(client, "csv"))[1][1] == f"'{bad}"
    assert cells(export(client, "xlsx"))[1][1] == bad  # a cell of text


@pytest.mark.parametrize("typed", [{"reason": " ", "format": "csv"}, {"reason": "x", "format": "exe"}, {"reason": "x"}])
def test_without_a_reason_nothing_goes_out(three, as_user, typed):
    page = as_user("manager").post(EXPORT, typed)
    assert page.headers["Content-Type"].startswith("text/html") and page.context["form"].errors
    assert not AccessLog.objects.filter(action="exported").exists()


@pytest.mark.parametrize(
    ("name", "status"), [("manager", 200), ("auditor", 403), ("reviewer1", 403), ("entrant1", 404), ("outsider", 404)]
)
def test_who_may_export(three, as_user, name, status):
    assert as_user(name).get(EXPORT).status_code == status
    assert export(as_user(name), "csv").status_code == status
    assert (EXPORT in as_user(name).get(LIST).content.decode()) == (name == "manager")


def test_an_export_takes_as_many_queries_for_one_as_for_many(submitted, as_user, django_assert_num_queries):
    submitted("entrant1")
    client = as_user("manager")
    with django_assert_num_queries(9):
        export(client, "csv")
    for number in range(2, 12):
        submitted(f"entrant{number}")
    with django_assert_num_queries(9):
        assert len(cells(export(client, "csv"))) == 12
