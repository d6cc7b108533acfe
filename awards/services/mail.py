"""The outbox: queues mail inside the transaction of the act that it tells of, and sends what is due.

Never called by the services of judging: views call it, after the act's own service. The rows are the queue: nothing
else has to survive for a mail to go out, so a sender that was dead for an hour just goes on. Each mail is sent in a
transaction of its own that holds its row, so two senders never take the same one. Where a connection breaks after
the server took a message and before it said so, the message goes again under the same Message-ID.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from smtplib import SMTPDataError, SMTPException, SMTPRecipientsRefused, SMTPResponseException, SMTPServerDisconnected

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import transaction
from django.template import Context
from django.template.loader import get_template
from django.utils import translation
from django.utils.translation import gettext as _

from awards.actors import Actor
from awards.decisions import Invalid, ensure
from awards.models import Edition, Mail, User
from awards.permissions import can_send_mail_again

ATTEMPTS = 6
FIRST_PAUSE = timedelta(minutes=1)  # then four times as long each: 1, 4, 16, 64, 256 minutes, nearly six hours in all
PATIENCE = 30  # seconds that a mail server has for each answer
LANGUAGES = ("ko", "en")
BETWEEN = "\n\n----------------------------------------\n\n"
FILES = "django.core.mail.backends.filebased.EmailBackend"


@dataclass(frozen=True, slots=True)
class Letter:
    """A message to one person: `about` names the thing it tells of (a public id), `words` fill the template."""

    to: User
    about: str
    words: dict


def queue_mail(*, edition: Edition, kind: str, letters: Iterable[Letter], now: datetime) -> None:
    """Puts one mail for each letter in the outbox, in one query; one that is there already is left as it is.

    Who has no address stands in the list of those given up, where a manager sees it; a rehearsal sends nothing.
    """
    mails = [_mail(edition, kind, letter, now) for letter in letters]
    Mail.objects.bulk_create(mails, ignore_conflicts=True)


def _mail(edition: Edition, kind: str, letter: Letter, now: datetime) -> Mail:
    subject, text = _compose(edition, kind, letter)
    mail = Mail(
        edition=edition,
        key=f"{kind}:{letter.about}:{letter.to.public_id}",
        kind=kind,
        recipient=letter.to,
        address=letter.to.email,
        subject=subject,
        text=text,
        next_attempt_at=now,
        queued_at=now,
    )
    if edition.kind == Edition.Kind.REHEARSAL:
        mail.state = Mail.State.HELD
    elif not mail.address:
        mail.state, mail.last_error = Mail.State.DEAD, "no_address"
    return mail


def _compose(edition: Edition, kind: str, letter: Letter) -> tuple[str, str]:
    """Subject and text: Korean, then English. A template's first line is its subject."""
    subjects, texts = [], []
    for language in LANGUAGES:
        with translation.override(language):
            words = Context(letter.words | {"edition": edition, "person": letter.to}, autoescape=False)
            written = get_template(f"mail/{kind}.{language}.txt").template.render(words)
        subject, _line_end, text = written.strip().partition("\n")
        subjects.append(subject)
        texts.append(text.strip())
    whole = " ".join(f"[{edition.name}] {' / '.join(subjects)}".split())  # one line, whatever people have typed
    return whole[:400], BETWEEN.join(texts) + "\n"


@transaction.atomic
def send_next(*, now: datetime) -> bool:
    """Sends the mail that has waited longest, or keeps why it could not be; False when none is due."""
    due = Mail.objects.filter(state__in=Mail.WAITING, next_attempt_at__lte=now).order_by("next_attempt_at", "pk")
    mail = due.select_for_update(skip_locked=True, of=("self",)).select_related("edition").first()
    if mail is None:
        return False
    mail.attempts += 1
    mail.last_error, final = _deliver(mail)
    if not mail.last_error:
        mail.state, mail.sent_at = Mail.State.SENT, now
    elif final or mail.attempts >= ATTEMPTS:
        mail.state = Mail.State.DEAD
    else:
        mail.state = Mail.State.FAILED
        mail.next_attempt_at = now + FIRST_PAUSE * 4 ** (mail.attempts - 1)
    mail.save(update_fields=["state", "attempts", "last_error", "next_attempt_at", "sent_at"])
    return True


def _deliver(mail: Mail) -> tuple[str, bool]:
    """Hands a mail over; returns ("", False), or what went wrong (Mail.last_error) and whether that is final."""
    # A demonstration's mail never leaves this machine, whatever mail server is set.
    backend = FILES if mail.edition.kind == Edition.Kind.DEMO else None
    sender = settings.DEFAULT_FROM_EMAIL
    headers = {
        "Message-ID": f"<{mail.public_id}@{sender.rpartition('@')[2].rstrip('>')}>",
        "Auto-Submitted": "auto-generated",
    }
    try:
        connection = get_connection(backend, timeout=PATIENCE)
        EmailMessage(mail.subject, mail.text, sender, [mail.address], headers=headers, connection=connection).send()
    except SMTPRecipientsRefused as error:
        return _by_code(next(iter(error.recipients.values()))[0])
    except SMTPDataError as error:
        return _by_code(error.smtp_code)
    except SMTPServerDisconnected:
        return "dropped", False
    except SMTPResponseException as error:  # greeting, login or sender: nothing is wrong with this message
        return f"{'later' if error.smtp_code < 500 else 'server'} {error.smtp_code}", False
    except SMTPException:
        return "server", False
    except OSError:
        return "unreachable", False
    except ValueError:
        return "unsendable", True
    return "", False


def _by_code(code: int) -> tuple[str, bool]:
    """5xx is a server's final no to this message, 4xx its request to come again (RFC 5321, 4.2.1)."""
    return (f"refused {code}", True) if 500 <= code <= 599 else (f"later {code}", False)


@transaction.atomic
def send_again(*, mail: Mail, actor: Actor, now: datetime) -> Mail:
    """Queues a mail that was given up once more, to the address that the person has now. A repeat changes nothing."""
    ensure(can_send_mail_again(actor, mail.edition, now))
    mail = Mail.objects.select_for_update(of=("self",)).select_related("recipient").get(pk=mail.pk)
    if mail.state != Mail.State.DEAD:
        return mail
    if not mail.recipient.email:
        raise Invalid({"": _("%(name)s's account has no e-mail address.") % {"name": mail.recipient.called}})
    mail.address, mail.state, mail.attempts = mail.recipient.email, Mail.State.QUEUED, 0
    mail.last_error, mail.next_attempt_at = "", now
    mail.save(update_fields=["address", "state", "attempts", "last_error", "next_attempt_at"])
    return mail
