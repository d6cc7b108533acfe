"""The pages of entries, as each person meets them."""

import json
from datetime import timedelta

import pytest
from django.urls import reverse

from entries.models import Attachment, Author, Entry, EntryVersion, Settlement
from entries.queries import questions_of
from entries.services.authors import invite_author
from entries.services.drafting import answer_field, create_entry, save_field


@pytest.fixture
def at():
    """`at("entry_edit", entry)`: an address of the small edition."""

    def address(name, entry=None, **more):
        parts = {"edition": "2030"} | ({"entry": entry.public_id} if entry else {}) | more
        return reverse(name, kwargs=parts)

    return address


def save(client, url, field, value, based_on):
    sent = {"field": field, "value": value, "based_on": based_on, "write": "6b1e4f0e-0000-4000-8000-000000000000"}
    return client.post(url, json.dumps(sent), content_type="application/json")


def form_values(entry, **changed):
    values = {"track": entry.track.public_id, "title": entry.title, "summary": entry.summary}
    values |= {f"answer_{question}": text for question, text in entry.answers.items()} | changed
    return values | {f"version_{name}": version for name, version in entry.versions.items()}


def test_an_empty_list_says_what_to_do_first(open_story, as_user, at):
    page = as_user("entrant1").get(at("entries")).content.decode()
    assert at("entry_new") in page


def test_from_the_call_to_the_receipt(open_story, as_user, at, pdf):
    client = as_user("entrant1")
    assert open_story.edition.call.strip().splitlines()[0] in client.get(at("entry_new")).content.decode()
    edit = client.post(at("entry_new")).headers["Location"]
    assert client.post(at("entry_new")).headers["Location"] == edit  # a double click begins one draft
    entry = Entry.objects.get()
    track = open_story.edition.track_set.first().public_id
    fields = {answer_field(question): "답변" for question in questions_of(open_story.edition)}
    fields |= {"track": track, "title": "새 제목", "summary": "요약"}
    for field, value in fields.items():
        assert save(client, at("entry_save", entry), field, value, 0).status_code == 200
    assert client.post(at("entry_upload", entry), {"file": pdf()}).status_code == 302
    assert client.post(edit, {"review": "1"}).headers["Location"] == at("entry_submit", entry)
    review = client.get(at("entry_submit", entry)).content.decode()
    assert "새 제목" in review and "보고서.pdf" in review
    for _again in range(3):
        assert client.post(at("entry_submit", entry)).headers["Location"] == at("entry", entry)
    version = EntryVersion.objects.get()
    for name in ("entries", "entry", "entry_edit"):
        page = client.get(at(name, entry if name != "entries" else None)).content.decode()
        assert version.receipt in page, name


def test_a_whole_form_without_scripts_keeps_what_was_typed(open_story, as_user, at, draft, pdf):
    entry = draft()
    client = as_user("entrant1")
    typed = form_values(entry, title="가" * 201, summary="새 요약")
    page = client.post(at("entry_edit", entry), typed).content.decode()
    assert "가" * 201 in page and "새 요약" in page and "data-error-summary" in page
    entry.refresh_from_db()
    assert entry.summary == "요약"
    assert client.post(at("entry_edit", entry), form_values(entry, summary="새 요약")).status_code == 302
    entry.refresh_from_db()
    assert (entry.summary, entry.versions["summary"]) == ("새 요약", 2)


def test_two_tabs_without_scripts_overwrite_nothing_unseen(open_story, as_user, at, draft):
    entry = draft()
    client = as_user("entrant1")
    first_tab = form_values(entry, summary="첫째 창")
    second_tab = form_values(entry, summary="둘째 창")
    client.post(at("entry_edit", entry), first_tab)
    page = client.post(at("entry_edit", entry), second_tab)
    text = page.content.decode()
    assert page.status_code == 200 and "첫째 창" in text and "둘째 창" in text
    assert 'name="version_summary" value="2"' in text  # saving again now is a choice that has been seen
    entry.refresh_from_db()
    assert entry.summary == "첫째 창"


def test_saving_a_field_takes_ten_queries(open_story, as_user, at, draft, django_assert_num_queries):
    entry = draft()
    client = as_user("entrant1")
    question = questions_of(open_story.edition)[0]
    with django_assert_num_queries(12):  # ten, and the savepoint that ATOMIC_REQUESTS is inside a test's transaction
        answer = save(client, at("entry_save", entry), answer_field(question), "새 답변", 1)
    assert answer.status_code == 200
    assert answer.json()["version"] == 2


def test_what_the_saving_page_is_told(open_story, as_user, at, draft, turn_clock):
    entry = draft()
    client, url = as_user("entrant1"), at("entry_save", entry)
    assert save(client, url, "title", "하나", 1).json()["version"] == 2
    conflict = save(client, url, "title", "둘", 1)
    assert (conflict.status_code, conflict.json()["value"]) == (409, "하나")
    assert save(client, url, "title", "가" * 201, 2).json()["field"] == "title"
    assert save(client, url, "title", "가" * 201, 2).status_code == 422
    for body in ("nonsense", "[]", '{"field": "title"}', '{"field": "title", "value": 3, "based_on": 0}'):
        assert client.post(url, body, content_type="application/json").status_code == 400
    assert save(as_user("entrant2"), url, "title", "x", 2).status_code == 404
    turn_clock(open_story.times.submission_closes)
    late = save(as_user("entrant1"), url, "title", "늦음", 2)
    assert (late.status_code, late.json()["code"]) == (409, "too_late")
    entry.refresh_from_db()
    assert entry.title == "하나"


def test_a_lone_surrogate_breaks_nothing(open_story, as_user, at, draft):
    body = '{"field": "title", "value": "a\\ud800\\u0000b", "based_on": 1, "write": "x"}'
    answer = as_user("entrant1").post(at("entry_save", draft()), body, content_type="application/json")
    assert (answer.status_code, answer.json()["value"]) == (200, "ab")


@pytest.mark.parametrize("data", [b"", b"<html></html>"])
def test_a_bad_file_is_named_and_the_text_is_kept(open_story, as_user, at, draft, pdf, data):
    entry = draft()
    sent = form_values(entry, title="함께 보낸 제목") | {"file": pdf("자료.pdf", data)}
    page = as_user("entrant1").post(at("entry_upload", entry), sent)
    assert page.status_code == 200 and "data-error-summary" in page.content.decode()
    assert Attachment.objects.count() == 0
    entry.refresh_from_db()
    assert entry.title == "함께 보낸 제목"


def test_no_file_chosen_is_named(open_story, as_user, at, draft):
    page = as_user("entrant1").post(at("entry_upload", draft()))
    assert page.status_code == 200 and "data-error-summary" in page.content.decode()


def test_a_file_leaves_as_a_download_that_never_runs(open_story, as_user, at, submitted, settings, tmp_path):
    entry = submitted()
    file = Attachment.objects.get()
    url = at("entry_file", entry, file=file.public_id)
    for name in ("entrant1", "manager", "auditor"):
        answer = as_user(name).get(url)
        assert answer.status_code == 200
        assert b"".join(answer.streaming_content).startswith(b"%PDF-")
        assert answer.headers["Content-Disposition"].startswith("attachment;")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert as_user("entrant2").get(url).status_code == 404
    assert as_user("reviewer1").get(url).status_code == 404
    assert as_user("entrant1").get(at("entry_file", entry, file="zzzzzzzzzzzz")).status_code == 404
    assert as_user("manager").get(at("entry_file", entry, file="zzzzzzzzzzzz")).status_code == 404
    (tmp_path / file.file.name).unlink()
    assert as_user("entrant1").get(url).status_code == 404


def test_a_file_can_be_replaced_and_the_submitted_one_stays(open_story, as_user, at, submitted, pdf):
    entry = submitted()
    client, old = as_user("entrant1"), Attachment.objects.get()
    assert client.post(at("entry_remove_file", entry, file=old.public_id), form_values(entry)).status_code == 302
    assert client.post(at("entry_upload", entry), {"file": pdf("새 자료.pdf")}).status_code == 302
    manager = as_user("manager").get(at("entry", entry)).content.decode()
    assert "보고서.pdf" in manager and "새 자료.pdf" not in manager
    kept = as_user("manager").get(at("entry_file", entry, file=old.public_id))
    assert b"".join(kept.streaming_content).startswith(b"%PDF-")
    new = Attachment.objects.get(removed_at=None)
    assert as_user("manager").get(at("entry_file", entry, file=new.public_id)).status_code == 404


def test_a_draft_that_misses_parts_is_not_submitted(open_story, as_user, at, now):
    client = as_user("entrant1")
    entry = create_entry(edition=open_story.edition, actor=open_story.actor("entrant1", now), now=now)
    page = client.post(at("entry_submit", entry))
    assert page.status_code == 200 and f"{at('entry_edit', entry)}#id_title" in page.content.decode()
    assert EntryVersion.objects.count() == 0


def test_withdrawing_asks_first(open_story, as_user, at, submitted):
    entry = submitted()
    client = as_user("entrant1")
    assert client.get(at("entry_withdraw", entry)).status_code == 200
    for _again in range(2):
        assert client.post(at("entry_withdraw", entry)).status_code == 302
    entry.refresh_from_db()
    assert entry.state == "withdrawn"
    assert client.get(at("entry_edit", entry)).status_code == 409
    assert client.get(at("entry_withdraw", entry)).status_code == 409
    assert client.get(at("entry", entry)).status_code == 200


def test_a_manager_meets_no_word_of_a_draft(open_story, as_user, at, draft, submitted, now):
    secret = draft("entrant1", title="비밀 제목")
    entry = submitted("entrant2", title="낸 제목")
    save_field(
        entry=entry, field="title", value="고치는 중", based_on=1, actor=open_story.actor("entrant2", now), now=now
    )
    for name in ("manager", "auditor"):
        client = as_user(name)
        for page in (
            client.get(at("entries")),
            client.get(at("entry", entry)),
            client.get(at("entries") + "?title=고치는"),
        ):
            assert "비밀 제목" not in page.content.decode()
            assert "고치는 중" not in page.content.decode()
        assert client.get(at("entry", secret)).status_code == 404
        assert "낸 제목" in client.get(at("entries")).content.decode()
        assert client.get(at("entry_edit", entry)).status_code == 403


def test_search_filter_and_pages_by_key(open_story, as_user, at, submitted, monkeypatch):
    from entries.views import lists

    monkeypatch.setattr(lists, "PAGE", 2)
    made = [submitted(f"entrant{n}", title=f"분석 {n}") for n in range(1, 4)]
    client = as_user("manager")
    page = client.get(at("entries")).context
    assert ([entry.pk for entry in page["rows"]], page["following"]) == (
        [made[0].pk, made[1].pk],
        made[1].public_id,
    )
    page = client.get(at("entries"), {"after": page["following"]}).context
    assert ([entry.pk for entry in page["rows"]], page["following"]) == ([made[2].pk], "")
    assert [entry.pk for entry in client.get(at("entries"), {"title": "석 3"}).context["rows"]] == [made[2].pk]
    assert client.get(at("entries"), {"title": "%"}).context["rows"] == []
    assert client.get(at("entries"), {"state": "accepted"}).context["rows"] == []
    assert client.get(at("entries"), {"after": "nobodys", "state": "odd"}).status_code == 200


def test_lists_take_as_many_queries_for_one_row_as_for_many(
    open_story, as_user, at, submitted, draft, django_assert_num_queries
):
    def look(name, queries):
        client = as_user(name)
        with django_assert_num_queries(queries):
            client.get(at("entries"))

    submitted("entrant1")
    draft("entrant2")
    look("manager", 13)
    look("entrant1", 9)
    for n in range(3, 12):
        submitted(f"entrant{n}")
        draft(f"entrant{n}", title="둘째")
    draft("entrant1", title="둘째")
    look("manager", 13)
    look("entrant1", 9)


def test_many_are_accepted_with_a_look_at_the_names(open_story, as_user, at, submitted, closed):
    made = [submitted(f"entrant{n}", title=f"출품 {n}") for n in (1, 2)]
    client = as_user("manager")
    assert client.get(at("entries_settle")).status_code == 409
    closed()
    assert "출품 1" in client.get(at("entries_settle")).content.decode()
    nothing = client.post(at("entries_settle"))
    assert nothing.status_code == 200 and Settlement.objects.count() == 0
    ids = [entry.public_id for entry in made]
    confirm = client.post(at("entries_settle"), {"entry": ids[:1]}).content.decode()
    assert "출품 1" in confirm and "출품 2" not in confirm and Settlement.objects.count() == 0
    everything = client.post(at("entries_settle"), {"all": "1"}).content.decode()
    assert "출품 1" in everything and "출품 2" in everything and Settlement.objects.count() == 0
    for _again in range(2):
        assert client.post(at("entries_accept"), {"entry": ids}).status_code == 302
    assert Settlement.objects.count() == 2
    assert as_user("auditor").get(at("entries_settle")).status_code == 403
    assert as_user("auditor").post(at("entries_accept")).status_code == 403
    assert as_user("entrant1").post(at("entries_accept")).status_code == 404


def test_one_is_rejected_with_a_reason_that_the_entrant_reads(open_story, as_user, at, submitted, closed):
    entry = submitted()
    closed()
    client = as_user("manager")
    page = client.post(at("entry_settle", entry), {"verdict": "rejected", "reason": ""})
    assert page.status_code == 200 and "data-error-summary" in page.content.decode()
    page = client.post(at("entry_settle", entry), {"reason": "x"})
    assert page.status_code == 200 and Settlement.objects.count() == 0
    given = {"verdict": "rejected", "reason": "응모 자격이 없습니다."}
    assert client.post(at("entry_settle", entry), given).status_code == 302
    assert "응모 자격이 없습니다." in as_user("entrant1").get(at("entry", entry)).content.decode()


def test_a_co_author_is_invited_accepts_writes_and_leaves(open_story, as_user, at, draft):
    entry = draft()
    page = as_user("entrant1").post(at("author_invite", entry), {"username": "reviewer1"})
    assert page.status_code == 200 and "reviewer1" in page.content.decode()
    assert as_user("entrant1").post(at("author_invite", entry), {"username": "entrant2"}).status_code == 302
    author = Author.objects.get(user=open_story.people["entrant2"])
    friend = as_user("entrant2")
    assert friend.get(at("entry", entry)).status_code == 403
    accept = at("author_accept", entry, author=author.public_id)
    assert accept in friend.get(at("entries")).content.decode()
    assert as_user("entrant1").post(accept).status_code == 403
    assert as_user("entrant3").post(accept).status_code == 404
    for _again in range(2):
        assert as_user("entrant2").post(accept).status_code == 302
    assert as_user("entrant2").get(at("entry_edit", entry)).status_code == 200
    assert as_user("entrant2").post(at("entry_submit", entry)).status_code == 403
    leave = at("author_leave", entry, author=author.public_id)
    assert as_user("entrant1").post(leave).status_code == 403
    assert as_user("entrant2").post(leave).status_code == 302
    assert as_user("entrant2").get(at("entry", entry)).status_code == 404


def test_the_lead_takes_an_invitation_back(open_story, as_user, at, draft, now):
    entry = draft()
    lead = open_story.actor("entrant1", now)
    author = invite_author(entry=entry, username="entrant2", actor=lead, now=now)
    assert as_user("entrant1").post(at("author_leave", entry, author=author.public_id)).status_code == 302
    assert as_user("entrant2").get(at("entry", entry)).status_code == 404
    own = Author.objects.get(entry=entry, part="lead")
    assert as_user("entrant1").post(at("author_leave", entry, author=own.public_id)).status_code == 403


def test_who_gets_what_before_and_after_the_close(open_story, as_user, at, draft, turn_clock):
    entry = draft()
    for name, status in [("outsider", 200), ("reviewer1", 403), ("operator", 403), ("manager", 200), ("auditor", 200)]:
        assert as_user(name).get(at("entries")).status_code == status
    for name, status in [("outsider", 200), ("reviewer1", 403), ("manager", 403)]:
        assert as_user(name).get(at("entry_new")).status_code == status
    turn_clock(open_story.times.submission_closes + timedelta(seconds=1))
    client = as_user("entrant1")
    for name in ("entry_new", "entry_edit", "entry_submit"):
        target = at(name, entry if name != "entry_new" else None)
        assert (name, client.get(target).status_code) == (name, 409)
        assert (name, client.post(target).status_code) == (name, 409)
    page = client.get(at("entry", entry))
    assert page.status_code == 200 and "제목" in page.content.decode()


def test_not_signed_in_is_sent_to_log_in(open_story, client, at, draft):
    for name in ("entries", "entry_new", "entry"):
        answer = client.get(at(name, draft() if name == "entry" else None))
        assert answer.status_code == 302 and answer.headers["Location"].startswith("/accounts/login/")


def test_questions_are_set_up_while_drafting(story, as_user, at, turn_clock):
    turn_clock(story.times.prepared + timedelta(days=1))
    client = as_user("manager")
    before = questions_of(story.edition)
    new = {"text": "데이터 출처", "kind": "short", "limit": "300", "required": "on", "data_class": "judges"}
    bad = client.post(at("setup_question_new"), new | {"limit": "0"})
    assert bad.status_code == 200 and "데이터 출처" in bad.content.decode()
    assert client.post(at("setup_question_new"), new).status_code == 302
    added = questions_of(story.edition)[-1]
    assert (added.text, added.limit, added.data_class) == ("데이터 출처", 300, "judges")
    url = at("setup_question", question=added.public_id)
    seen = client.get(url).context["form"].initial["seen"]
    assert client.post(url, new | {"text": "출처", "seen": seen}).status_code == 302
    stale = client.post(url, new | {"text": "다른 출처", "seen": seen})
    assert stale.status_code == 200 and "다른 출처" in stale.content.decode()
    assert client.post(at("setup_question_move", question=added.public_id, way="up")).status_code == 302
    assert questions_of(story.edition)[-2] == added
    for _again in range(2):
        assert client.post(at("setup_question_delete", question=added.public_id)).status_code == 302
    assert questions_of(story.edition) == before
    assert as_user("auditor").get(at("setup_questions")).status_code == 200
    assert as_user("auditor").post(at("setup_question_new"), new).status_code == 403
    assert as_user("outsider").get(at("setup_questions")).status_code == 404


def test_questions_stand_still_once_submission_has_begun(open_story, as_user, at):
    question = questions_of(open_story.edition)[0]
    client = as_user("manager")
    assert client.get(at("setup_questions")).status_code == 200
    new = {"text": "더", "kind": "short", "limit": "300", "data_class": "judges"}
    for name, more in [
        ("setup_question_new", {}),
        ("setup_question", {"question": question.public_id}),
        ("setup_question_move", {"question": question.public_id, "way": "up"}),
        ("setup_question_delete", {"question": question.public_id}),
    ]:
        assert (name, client.post(at(name, **more), new).status_code) == (name, 409)


def test_the_check_lists_ask_for_questions_and_for_every_word(open_story, submitted, closed, now):
    from awards import contributions

    def lines(stage):
        return {check.code: check.ok for check in contributions.stage_checks(open_story.edition, stage, now)}

    assert lines("submission")["questions"] is True
    assert (lines("screening")["settled"], lines("screening")["accepted"]) == (True, False)
    submitted()
    assert (lines("screening")["settled"], lines("screening")["accepted"]) == (False, False)
