"""Entries from the first draft to the manager's word, through the services alone."""

import json
from datetime import timedelta

import pytest

from announcements.demo.entries import settle_entries, write_entries
from awards import contributions
from awards.canonical import digest
from awards.decisions import IllegalMove, Invalid, Refused
from awards.models import RoleGrant
from awards.services.people import ask_role
from entries.invariants import check
from entries.models import Attachment, Author, Entry, EntryVersion, Settlement
from entries.queries import accepted, content, draft_outlines, is_author, lead_label, questions_of, visible_to
from entries.services.attaching import attach_file, remove_file
from entries.services.authors import accept_invitation, invite_author, leave_entry
from entries.services.drafting import answer_field, create_entry, save_draft, save_field
from entries.services.settling import accept_entries, settle_entry
from entries.services.submitting import submit_entry, withdraw_entry


def titles(entries):
    return [entry.title for entry in entries]


def test_the_demonstration_writes_submits_and_accepts(open_story):
    entries = write_entries(story=open_story)
    assert titles(entries) == titles(open_story.works)
    assert [entry.state for entry in entries] == ["submitted"] * 3
    settle_entries(story=open_story)
    found = list(accepted(open_story.edition))
    assert titles(found) == titles(open_story.works)
    first = content(found[0].counting)
    assert lead_label(first) == "오연지 주무관 · 서울세관" == found[0].counting.lead
    assert [file["name"] for file in first["files"]] == ["발표자료.pdf"]
    assert found[0].counting.digest == digest(found[0].counting.content)
    assert [line for line in check() if "recorded" not in line] == []


def test_beginning_twice_gives_the_same_untouched_draft(open_story, now):
    actor = open_story.actor("entrant1", now)
    one = create_entry(edition=open_story.edition, actor=actor, now=now)
    two = create_entry(edition=open_story.edition, actor=actor, now=now)
    assert one == two
    save_field(entry=one, field="title", value="첫 제목", based_on=0, actor=actor, now=now)
    assert create_entry(edition=open_story.edition, actor=actor, now=now) != one


@pytest.mark.parametrize("name", ["reviewer1", "judge6", "manager", "operator", "auditor"])
def test_nobody_with_a_role_begins_an_entry(open_story, now, name):
    with pytest.raises(Refused) as refused:
        create_entry(edition=open_story.edition, actor=open_story.actor(name, now), now=now)
    assert refused.value.decision.status == 403


def test_a_role_that_was_only_asked_for_refuses_too(open_story, now):
    actor = open_story.actor("entrant2", now)
    ask_role(
        edition=open_story.edition,
        user=open_story.people["entrant2"],
        role="reviewer",
        actor=open_story.actor("manager", now),
        now=now,
    )
    with pytest.raises(Refused):
        create_entry(edition=open_story.edition, actor=actor, now=now)


def test_an_author_gets_no_role(open_story, now, draft):
    draft("entrant1")
    user = open_story.people["entrant1"]
    assert user.name in contributions.role_refusal(open_story.edition, user, "reviewer", now)
    with pytest.raises(Invalid):
        ask_role(edition=open_story.edition, user=user, role="judge", actor=open_story.actor("manager", now), now=now)


def test_a_field_is_saved_as_typed_with_a_version(open_story, now, draft):
    actor, entry = open_story.actor("entrant1", now), draft()
    answer = save_field(entry=entry, field="summary", value="새 요약", based_on=1, actor=actor, now=now)
    assert (answer.status, answer.body["version"], answer.body["value"]) == (200, 2, "새 요약")
    again = save_field(entry=entry, field="summary", value="새 요약", based_on=1, actor=actor, now=now)
    assert (again.status, again.body["version"]) == (200, 2)


def test_a_stale_value_changes_nothing_and_is_answered_with_the_newer_one(open_story, now, draft):
    actor, entry = open_story.actor("entrant1", now), draft()
    save_field(entry=entry, field="summary", value="먼저", based_on=1, actor=actor, now=now)
    answer = save_field(entry=entry, field="summary", value="나중", based_on=1, actor=actor, now=now)
    assert answer.status == 409
    assert answer.body == {"code": "conflict", "field": "summary", "version": 2, "value": "먼저"}
    entry.refresh_from_db()
    assert entry.summary == "먼저"


def test_text_is_made_plain(open_story, now, draft):
    actor, entry = open_story.actor("entrant1", now), draft()
    question = questions_of(open_story.edition)[0]
    typed = "\u1112\u1161\u11ab\u1100\u1173\u11af\r\n둘째\x00\x07 줄\ud800\u202e"
    answer = save_field(entry=entry, field=answer_field(question), value=typed, based_on=1, actor=actor, now=now)
    assert answer.body["value"] == "한글\n둘째 줄"
    answer = save_field(entry=entry, field="title", value="한\r\n줄", based_on=1, actor=actor, now=now)
    assert answer.body["value"] == "한 줄"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", "가" * 201),
        ("summary", "가" * 1001),
        ("track", "nosuchtrack"),
        ("answer_nothere", "x"),
        ("state", "x"),
    ],
)
def test_what_cannot_be_kept_is_named(open_story, now, draft, field, value):
    actor, entry = open_story.actor("entrant1", now), draft()
    with pytest.raises(Invalid) as invalid:
        save_field(entry=entry, field=field, value=value, based_on=1, actor=actor, now=now)
    assert list(invalid.value.errors) == [field]


def test_a_title_of_200_decomposed_syllables_fits(open_story, now, draft):
    import unicodedata

    actor, entry = open_story.actor("entrant1", now), draft()
    typed = unicodedata.normalize("NFD", "한" * 200)
    assert save_field(entry=entry, field="title", value=typed, based_on=1, actor=actor, now=now).status == 200


def test_a_whole_form_is_saved_or_nothing_of_it(open_story, now, draft):
    actor, entry = open_story.actor("entrant1", now), draft()
    save_field(entry=entry, field="summary", value="동료의 요약", based_on=1, actor=actor, now=now)
    values = {"title": "새 제목", "summary": "내 요약"}
    with pytest.raises(Invalid) as invalid:
        save_draft(entry=entry, values=values, based_on={"title": 1, "summary": 1}, actor=actor, now=now)
    assert list(invalid.value.errors) == ["summary"]
    entry.refresh_from_db()
    assert (entry.title, entry.summary) == ("제목", "동료의 요약")


def test_at_the_close_nothing_is_taken_any_more(open_story, draft, closed, pdf, now):
    actor, entry, late = open_story.actor("entrant1", now), draft(), closed()
    acts = [
        lambda at: save_field(entry=entry, field="title", value="늦음", based_on=1, actor=actor, now=at),
        lambda at: attach_file(entry=entry, upload=pdf(), actor=actor, now=at),
        lambda at: submit_entry(entry=entry, actor=actor, now=at),
        lambda at: invite_author(entry=entry, username="entrant2", actor=actor, now=at),
    ]
    for act in acts:
        with pytest.raises(Refused) as refused:
            act(late)
        assert (refused.value.decision.status, refused.value.decision.code) == (409, "too_late")
    for act in acts:
        act(late - timedelta(microseconds=1))


def test_what_is_missing_is_named_before_submission(open_story, now):
    actor = open_story.actor("entrant1", now)
    entry = create_entry(edition=open_story.edition, actor=actor, now=now)
    with pytest.raises(Invalid) as invalid:
        submit_entry(entry=entry, actor=actor, now=now)
    required = [answer_field(question) for question in questions_of(open_story.edition) if question.required]
    assert list(invalid.value.errors) == ["track", "title", "summary", *required]
    assert EntryVersion.objects.count() == 0


def test_submitting_again_unchanged_gives_the_same_version(open_story, now, submitted):
    actor, entry = open_story.actor("entrant1", now), submitted()
    again = submit_entry(entry=entry, actor=actor, now=now)
    assert again == entry.counting
    after_the_close = submit_entry(entry=entry, actor=actor, now=open_story.times.submission_closes)
    assert after_the_close == entry.counting
    assert EntryVersion.objects.count() == 1


def test_a_change_makes_a_version_that_counts_and_the_old_one_stays(open_story, now, submitted):
    actor, entry = open_story.actor("entrant1", now), submitted()
    first = entry.counting
    save_field(entry=entry, field="title", value="고친 제목", based_on=1, actor=actor, now=now)
    entry.refresh_from_db()
    assert content(entry.counting)["title"] == "제목"  # a newer draft does not count
    second = submit_entry(entry=entry, actor=actor, now=now)
    assert (second.number, second.receipt, second.title) == (2, f"{first.receipt}-2", "고친 제목")
    assert list(check()) == [line for line in check() if "recorded" in line]


def test_only_the_lead_submits_and_withdraws(open_story, now, draft):
    lead, entry = open_story.actor("entrant1", now), draft()
    friend = open_story.actor("entrant2", now)
    author = invite_author(entry=entry, username="entrant2", actor=lead, now=now)
    with pytest.raises(Refused):
        save_field(entry=entry, field="title", value="초대만", based_on=1, actor=friend, now=now)
    accept_invitation(author=author, entry=entry, actor=friend, now=now)
    assert save_field(entry=entry, field="title", value="함께", based_on=1, actor=friend, now=now).status == 200
    for act in (submit_entry, withdraw_entry):
        with pytest.raises(Refused) as refused:
            act(entry=entry, actor=friend, now=now)
        assert refused.value.decision.status == 403
    version = submit_entry(entry=entry, actor=lead, now=now)
    assert [person["part"] for person in content(version)["people"]] == ["lead", "co_author"]
    leave_entry(author=author, entry=entry, actor=friend, now=now)
    assert not visible_to(friend, open_story.edition, now).exists()
    assert is_author(open_story.edition, open_story.people["entrant2"])  # still named by the version that counts


@pytest.mark.parametrize("name", ["reviewer1", "entrant1", "nobody"])
def test_who_cannot_be_invited(open_story, now, draft, name):
    lead, entry = open_story.actor("entrant1", now), draft()
    with pytest.raises(Invalid) as invalid:
        invite_author(entry=entry, username=name, actor=lead, now=now)
    assert list(invalid.value.errors) == ["username"]


def test_a_withdrawn_entry_stays_withdrawn(open_story, now, submitted):
    actor, entry = open_story.actor("entrant1", now), submitted()
    withdraw_entry(entry=entry, actor=actor, now=now)
    assert withdraw_entry(entry=entry, actor=actor, now=now).state == "withdrawn"
    with pytest.raises(Refused) as refused:
        submit_entry(entry=entry, actor=actor, now=now)
    assert refused.value.decision.status == 409
    assert EntryVersion.objects.count() == 1
    assert create_entry(edition=open_story.edition, actor=actor, now=now) != entry


def test_strangers_find_nothing(open_story, now, submitted):
    entry, stranger = submitted(), open_story.actor("entrant2", now)
    assert not visible_to(stranger, open_story.edition, now).exists()
    assert not visible_to(open_story.actor("reviewer1", now), open_story.edition, now).exists()
    with pytest.raises(Refused) as refused:
        save_field(entry=entry, field="title", value="x", based_on=1, actor=stranger, now=now)
    assert refused.value.decision.status == 404


def test_a_manager_sees_no_word_of_a_draft(open_story, now, draft, submitted):
    draft("entrant1", title="비밀")
    submitted("entrant2", title="공개")
    manager = open_story.actor("manager", now)
    assert [entry.counting.title for entry in visible_to(manager, open_story.edition, now)] == ["공개"]
    (outline,) = draft_outlines(open_story.edition, questions_of(open_story.edition))
    required = [question for question in questions_of(open_story.edition) if question.required]
    assert (outline.filled, outline.wanted) == (3 + len(required), 3 + len(required))
    assert {"title", "summary", "answers"} <= outline.get_deferred_fields()


def test_files_are_judged_by_content(open_story, now, draft, pdf, settings):
    settings.ATTACHMENT_MAX_BYTES = 2000
    actor, entry = open_story.actor("entrant1", now), draft()
    for data in (b"", b"<html>hello</html>", b"PK\x03\x04 zip", b"%PDF-" + b"x" * 2000):
        with pytest.raises(Invalid) as invalid:
            attach_file(entry=entry, upload=pdf("진짜.pdf", data), actor=actor, now=now)
        assert list(invalid.value.errors) == ["file"]
    assert Attachment.objects.count() == 0
    kept = attach_file(entry=entry, upload=pdf(), actor=actor, now=now)
    assert "보고서" not in kept.file.name
    assert attach_file(entry=entry, upload=pdf(), actor=actor, now=now) == kept
    remove_file(attachment=kept, entry=entry, actor=actor, now=now)
    remove_file(attachment=kept, entry=entry, actor=actor, now=now)
    attach_file(entry=entry, upload=pdf("둘째.pdf"), actor=actor, now=now)


def test_a_manager_settles_after_the_close_only(open_story, now, submitted, closed):
    entry, late = submitted(), open_story.times.submission_closes
    manager = open_story.actor("manager", late)
    with pytest.raises(Refused) as refused:
        settle_entry(entry=entry, verdict="accepted", actor=manager, now=now)
    assert refused.value.decision.code == "too_early"
    for name, status in [("auditor", 403), ("reviewer1", 403), ("entrant1", 404), ("outsider", 404)]:
        with pytest.raises(Refused) as refused:
            settle_entry(entry=entry, verdict="accepted", actor=open_story.actor(name, late), now=late)
        assert refused.value.decision.status == status
    with pytest.raises(Invalid):
        settle_entry(entry=entry, verdict="rejected", reason="  ", actor=manager, now=late)
    settle_entry(entry=entry, verdict="rejected", reason="응모 자격이 없습니다.", actor=manager, now=late)
    settle_entry(entry=entry, verdict="accepted", actor=manager, now=late)
    settle_entry(entry=entry, verdict="accepted", actor=manager, now=late)
    assert list(Settlement.objects.values_list("verdict", flat=True)) == ["rejected", "accepted"]


def test_many_are_accepted_in_as_many_queries_as_one(open_story, submitted, django_assert_num_queries):
    one, late = submitted("entrant1"), open_story.times.submission_closes
    manager = open_story.actor("manager", late)
    with django_assert_num_queries(5):
        accept_entries(edition=open_story.edition, entries=[one], actor=manager, now=late)
    more = [submitted(f"entrant{n}") for n in range(2, 12)]
    with django_assert_num_queries(5):
        accept_entries(edition=open_story.edition, entries=[one, *more], actor=manager, now=late)
    assert accepted(open_story.edition).count() == 11
    assert Settlement.objects.count() == 11


def test_a_rejected_entry_is_not_accepted_by_the_way(open_story, submitted):
    entry, late = submitted(), open_story.times.submission_closes
    manager = open_story.actor("manager", late)
    settle_entry(entry=entry, verdict="rejected", reason="이유", actor=manager, now=late)
    with pytest.raises(Invalid):
        accept_entries(edition=open_story.edition, entries=[entry], actor=manager, now=late)


def test_invariants_find_what_was_changed_by_hand(open_story, submitted, settings):
    entry = submitted()
    Entry.objects.filter(pk=entry.pk).update(counting=None, state="draft")
    Author.objects.filter(entry=entry).update(left_at=open_story.times.settled)
    faults = [line for line in check() if "recorded" not in line]
    assert faults == [
        f"entry {entry.public_id}: the version that counts is not its own",
        f"entry {entry.public_id}: 0 leads",
    ]


def test_no_move_that_is_not_in_the_table():
    from entries.states import check_move

    with pytest.raises(IllegalMove):
        check_move("withdrawn", "submitted")


def test_content_holds_nothing_but_what_was_agreed(submitted):
    assert sorted(json.loads(submitted().counting.content)) == [
        "answers", "files", "people", "summary", "title", "track",
    ]  # fmt: skip


def test_nobody_becomes_author_by_accepting_after_getting_a_role(open_story, now, draft):
    lead, entry = open_story.actor("entrant1", now), draft()
    author = invite_author(entry=entry, username="entrant2", actor=lead, now=now)
    manager = open_story.actor("manager", now)
    user = open_story.people["entrant2"]
    ask_role(edition=open_story.edition, user=user, role="reviewer", actor=manager, now=now)
    with pytest.raises(Refused):
        accept_invitation(author=author, entry=entry, actor=open_story.actor("entrant2", now), now=now)
    assert RoleGrant.objects.filter(user=user).exists()
