"""Mail about entries: who gets which message once, through the pages that send it."""

import pytest
from django.urls import reverse

from awards.models import Mail
from entries.models import Author, EntryVersion
from entries.services.authors import accept_invitation, invite_author


@pytest.fixture
def at():
    """`at("entry", entry)`: an address of the small edition."""
    return lambda name, entry=None: reverse(name, args=["2030", *([entry.public_id] if entry else [])])


@pytest.fixture
def with_co_author(open_story, now):
    """`with_co_author(entry)` puts entrant5 on it, who has accepted, and entrant6, who has not."""

    def join(entry):
        lead = open_story.actor("entrant1", now)
        author = invite_author(entry=entry, username="entrant5", actor=lead, now=now)
        accept_invitation(author=author, entry=entry, actor=open_story.actor("entrant5", now), now=now)
        invite_author(entry=entry, username="entrant6", actor=lead, now=now)
        return entry

    return join


def to(kind: str) -> list[str]:
    return sorted(Mail.objects.filter(kind=kind).values_list("recipient__username", flat=True))


def test_a_submission_sends_each_author_one_receipt(open_story, as_user, at, draft, with_co_author):
    entry = with_co_author(draft())
    for _click in range(3):
        as_user("entrant1").post(at("entry_submit", entry))
    assert to("entry_submitted") == ["entrant1", "entrant5"]
    version, mail = EntryVersion.objects.get(), Mail.objects.first()
    assert version.receipt in mail.subject
    for part in (version.title, version.receipt, f"http://testserver{at('entry', entry)}", "제1판", "Version 1 counts"):
        assert part in mail.text


def test_a_second_version_sends_a_second_receipt(open_story, as_user, at, submitted):
    entry = submitted()
    as_user("entrant1").post(at("entry_submit", entry))
    entry.title = "고친 제목"
    entry.save(update_fields=["title"])
    as_user("entrant1").post(at("entry_submit", entry))
    assert "고친 제목" in Mail.objects.get(text__contains="-2\n").text
    assert to("entry_submitted") == ["entrant1", "entrant1"]


def test_what_is_missing_sends_nothing(open_story, as_user, at, draft):
    as_user("entrant1").post(at("entry_submit", draft(title="")))
    assert not Mail.objects.exists()


def test_an_invitation_is_mailed_without_a_word_of_the_draft(open_story, as_user, at, draft):
    entry = draft(title="비밀 제목")
    for _click in range(2):
        as_user("entrant1").post(at("author_invite", entry), {"username": "entrant5"})
    assert to("co_author_invited") == ["entrant5"]
    mail = Mail.objects.get()
    assert "비밀 제목" not in mail.subject + mail.text
    assert open_story.people["entrant1"].called in mail.text
    Author.objects.filter(user__username="entrant5").update(left_at="2030-03-05T00:00+09:00")
    as_user("entrant1").post(at("author_invite", entry), {"username": "entrant5"})
    assert to("co_author_invited") == ["entrant5", "entrant5"]  # a new invitation is a new message


def test_the_managers_word_goes_to_the_authors_with_its_reason(
    open_story, as_user, at, submitted, closed, with_co_author
):
    entry = with_co_author(submitted())
    closed()
    manager = as_user("manager")
    manager.post(at("entry_settle", entry), {"verdict": "rejected", "reason": ""})
    assert not Mail.objects.exists()
    for _click in range(2):
        manager.post(at("entry_settle", entry), {"verdict": "rejected", "reason": "자격이 <없음>"})
    assert to("entry_rejected") == ["entrant1", "entrant5"]
    assert "자격이 <없음>" in Mail.objects.first().text
    manager.post(at("entry_settle", entry), {"verdict": "accepted"})
    assert to("entry_accepted") == ["entrant1", "entrant5"]


def test_many_are_accepted_and_told_in_as_many_queries_as_one(
    open_story, as_user, at, submitted, closed, django_assert_num_queries
):
    some = [submitted(f"entrant{n}") for n in range(1, 9)]
    closed()
    client = as_user("manager")
    for chosen in (some[:1], some[1:]):
        with django_assert_num_queries(16):
            client.post(at("entries_accept"), {"entry": [entry.public_id for entry in chosen]})
    assert to("entry_accepted") == sorted(f"entrant{n}" for n in range(1, 9))
    client.post(at("entries_accept"), {"entry": [entry.public_id for entry in some]})
    assert Mail.objects.count() == 8
