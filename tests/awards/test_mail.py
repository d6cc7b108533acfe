"""The outbox: what an act queues, what the sender does with a real mail server, good or bad, and what managers see."""

import asyncio
import email
import email.policy
import socket
from datetime import timedelta
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.urls import reverse

from awards.clock import database_now
from awards.models import AccessLog, Edition, Mail, RoleGrant
from awards.services.mail import Letter, queue_mail, send_next

OUTBOX = "/2030/setup/mail/"


class Server:
    """A mail server that takes, refuses ("550"), delays ("451") or drops what comes for an address."""

    def __init__(self):
        self.moods, self.got = {}, []

    async def handle_RCPT(self, server, session, envelope, address, options):
        mood = self.moods.get(address, "")
        if mood in ("550", "451"):
            return f"{mood} no <{address}> here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        mood = self.moods.get(envelope.rcpt_tos[0], "")
        if mood == "drop":
            server.transport.abort()
            await asyncio.sleep(0)
        self.got.append(email.message_from_bytes(envelope.content, policy=email.policy.default))
        if mood == "554":
            self.got.pop()
            return "554 spam"
        return "250 OK"


@pytest.fixture
def smtp(settings):
    """A mail server on a free port of this machine, and the settings that name it."""
    server = Server()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(server, hostname="127.0.0.1", port=port)
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    yield server
    controller.stop()


@pytest.fixture
def tell(drafting, now):
    """`tell("outsider", "x")` queues that they have a role, about x."""

    def queue(name="outsider", about="x", edition=drafting.edition):
        words = {"role": RoleGrant.Role.REVIEWER.label, "link": "http://localhost/home/"}
        letters = [Letter(drafting.people[name], about, words)]
        queue_mail(edition=edition, kind="role_confirmed", letters=letters, now=now)
        return Mail.objects.get(recipient=drafting.people[name], key__contains=f":{about}:")

    return queue


def send_all(now) -> int:
    sent = 0
    while send_next(now=now):
        sent += 1
    return sent


def test_a_mail_goes_out_once_in_both_languages(smtp, drafting, now, tell):
    mail, again = tell(), tell()
    assert mail == again
    assert send_all(now) == 1
    (message,) = smtp.got
    assert message["To"] == "outsider@example.invalid"
    subject = message["Subject"].strip()
    assert subject == f"[{drafting.edition.name}] 평가위원 역할이 부여되었습니다 / You have a role: Reviewer"
    text = message.get_content()
    assert text.index("역할이 부여되었습니다") < text.index("You have been given the role “Reviewer”")
    assert mail.public_id in message["Message-ID"]
    mail.refresh_from_db()
    assert (mail.state, mail.attempts, mail.sent_at, mail.trouble) == ("sent", 1, now, "")
    tell()
    assert send_all(now) == 0 and len(smtp.got) == 1


def test_what_people_write_is_not_escaped_and_stays_in_its_line(smtp, drafting, now, tell):
    person = drafting.people["outsider"]
    person.name = "A & B <c>"
    person.save()
    drafting.edition.name = "상\r\nBcc: x@example.org"
    tell()
    send_all(now)
    assert "A & B <c>" in smtp.got[0].get_content()
    assert smtp.got[0]["Bcc"] is None


@pytest.mark.parametrize(("mood", "word"), [("550", "refused 550"), ("554", "refused 554")])
def test_a_final_no_is_not_asked_again(smtp, now, tell, mood, word):
    smtp.moods["outsider@example.invalid"] = mood
    mail = tell()
    assert send_all(now) == 1
    assert send_all(now + timedelta(days=1)) == 0
    mail.refresh_from_db()
    assert (mail.state, mail.attempts, mail.last_error, smtp.got) == ("dead", 1, word, [])
    assert "example" not in mail.last_error


@pytest.mark.parametrize(("mood", "word"), [("451", "later 451"), ("drop", "dropped")])
def test_a_passing_trouble_is_tried_six_times_ever_more_slowly(smtp, now, tell, mood, word):
    smtp.moods["outsider@example.invalid"] = mood
    mail, tried = tell(), [now]
    for _attempt in range(5):
        assert send_all(tried[-1]) == 1
        mail.refresh_from_db()
        assert (mail.state, mail.last_error) == ("failed", word)
        assert send_all(mail.next_attempt_at - timedelta(seconds=1)) == 0
        tried.append(mail.next_attempt_at)
    assert [(b - a).total_seconds() / 60 for a, b in zip(tried, tried[1:], strict=False)] == [1, 4, 16, 64, 256]
    assert send_all(tried[-1]) == 1
    mail.refresh_from_db()
    assert (mail.state, mail.attempts) == ("dead", 6)


def test_after_a_trouble_the_mail_arrives(smtp, now, tell):
    smtp.moods["outsider@example.invalid"] = "451"
    mail = tell()
    tell("entrant1")
    assert send_all(now) == 2  # one person's trouble holds nobody else up
    assert [message["To"] for message in smtp.got] == ["entrant1@example.invalid"]
    smtp.moods.clear()
    send_all(now + timedelta(minutes=1))
    mail.refresh_from_db()
    assert (mail.state, mail.attempts, len(smtp.got)) == ("sent", 2, 2)


def test_a_server_that_is_away_is_told_so(settings, now, tell):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    mail = tell()
    send_all(now)
    mail.refresh_from_db()
    assert (mail.state, mail.last_error) == ("failed", "unreachable")


def test_a_sender_that_was_dead_for_an_hour_just_goes_on(smtp, drafting, now, tell, turn_clock):
    for name in ("outsider", "entrant1", "entrant2"):
        tell(name)
    turn_clock(now + timedelta(hours=1))
    call_command("send_mail_queue", once=True)
    call_command("send_mail_queue", once=True)
    assert sorted(message["To"].split("@")[0] for message in smtp.got) == ["entrant1", "entrant2", "outsider"]
    assert set(Mail.objects.values_list("sent_at", flat=True)) == {database_now()}


def test_an_act_that_fails_queues_nothing(drafting, tell):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        tell()
        raise ZeroDivisionError
    assert not Mail.objects.exists()


def test_a_rehearsal_sends_nothing(smtp, drafting, now, tell):
    edition = Edition.objects.create(slug="trial", kind="rehearsal", name="예행", year=2030, organiser="관세청")
    assert tell(edition=edition).state == "held"
    assert send_all(now) == 0 and smtp.got == []


def test_a_demonstration_sends_to_a_folder_whatever_server_is_set(smtp, settings, tmp_path, now, tell):
    settings.EMAIL_FILE_PATH = tmp_path
    mail = tell(edition=Edition.objects.create(slug="show", kind="demo", name="시연", year=2030, organiser="관세청"))
    send_all(now)
    mail.refresh_from_db()
    assert (mail.state, smtp.got, len(list(Path(tmp_path).iterdir()))) == ("sent", [], 1)


def test_nobody_is_mailed_at_an_empty_address(drafting, tell):
    mail = tell()
    with pytest.raises(IntegrityError), transaction.atomic():
        Mail.objects.filter(pk=mail.pk).update(address="")


def test_a_confirmed_role_is_told_once(drafting, as_user):
    user = drafting.people["outsider"]
    as_user("manager").post("/2030/setup/people/roles/ask/", {"user": user.public_id, "role": "reviewer"})
    assert not Mail.objects.exists()
    grant = RoleGrant.objects.get(user=user)
    for _click in range(2):
        as_user("manager2").post(f"/2030/setup/people/roles/{grant.public_id}/confirm/")
    mail = Mail.objects.get()
    assert (mail.kind, mail.recipient, mail.edition) == ("role_confirmed", user, drafting.edition)
    assert "http://testserver/home/" in mail.text


# The page


def test_managers_see_what_became_of_each_mail_but_not_its_words(smtp, now, as_user, tell):
    smtp.moods["outsider@example.invalid"] = "550"
    tell(), tell("entrant1"), send_all(now)
    tell("entrant2")
    page = as_user("manager").get(OUTBOX)
    assert [(code, count) for code, _label, count in page.context["states"]] == [
        ("queued", 1), ("failed", 0), ("sent", 1), ("dead", 1), ("held", 0),
    ]  # fmt: skip
    text = page.content.decode()
    assert "(550)" in text and "http://localhost/home/" not in text and "@example" not in text
    dead = as_user("auditor").get(OUTBOX, {"state": "dead"})
    assert [row.recipient.username for row in dead.context["rows"]] == ["outsider"]
    assert reverse("mail_again", args=["2030", dead.context["rows"][0].public_id]) not in dead.content.decode()
    assert list(AccessLog.objects.values_list("action", "subject")) == [("saw", "mail:2030")] * 2


@pytest.mark.parametrize(
    ("name", "status"), [("reviewer1", 403), ("operator", 403), ("outsider", 404), ("entrant1", 404)]
)
def test_nobody_else_sees_it(as_user, tell, name, status):
    again = reverse("mail_again", args=["2030", tell().public_id])
    assert as_user(name).get(OUTBOX).status_code == status
    assert as_user(name).post(again).status_code == status


def test_a_mail_given_up_is_sent_again_to_the_present_address(smtp, drafting, now, as_user, tell):
    person = drafting.people["outsider"]
    person.email = ""
    person.save()
    mail = tell()
    assert (mail.state, mail.last_error) == ("dead", "no_address")
    again = reverse("mail_again", args=["2030", mail.public_id])
    assert as_user("auditor").post(again).status_code == 403
    refused = as_user("manager").post(again, follow=True)
    assert [message.level_tag for message in refused.context["messages"]] == ["error"]
    person.email = "new@example.org"
    person.save()
    for _click in range(2):
        assert as_user("manager").post(again).headers["Location"] == OUTBOX
    assert send_all(now) == 1
    as_user("manager").post(again)  # a late double click sends nothing twice
    assert send_all(now) == 0
    assert [message["To"] for message in smtp.got] == ["new@example.org"]


def test_a_mail_of_another_edition_is_not_there(as_user, tell):
    tell()
    assert as_user("manager").post(reverse("mail_again", args=["2030", "zzzzzzzzzzzz"])).status_code == 404
    assert as_user("manager").get(reverse("mail_again", args=["2030", "zzzzzzzzzzzz"])).status_code == 405


def test_the_page_takes_as_many_queries_for_one_as_for_many_and_pages_by_key(
    as_user, tell, django_assert_num_queries
):
    client = as_user("manager")
    tell(about="a0")
    with django_assert_num_queries(11):
        client.get(OUTBOX)
    for number in range(1, 60):
        tell(about=f"a{number}")
    with django_assert_num_queries(11):
        first = client.get(OUTBOX)
    rest = client.get(OUTBOX, {"after": first.context["following"]})
    assert (len(first.context["rows"]), len(rest.context["rows"]), rest.context["following"]) == (50, 10, "")
    keys = {row.key for row in (*first.context["rows"], *rest.context["rows"])}
    assert len(keys) == 60
