"""The outbox: every mail that an act of the award asks for, and what became of it. Never holds marks or results."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from awards.ids import new_public_id
from awards.models.edition import Edition
from awards.models.people import User


class Mail(models.Model):
    """One message to one person. `key` names what it is about, so that the same message is never queued twice.

    `last_error` is a word of ERRORS and, where the mail server gave one, its reply code; never its text, which may
    name people.
    """

    class Kind(models.TextChoices):
        ENTRY_SUBMITTED = "entry_submitted", _("Entry submitted")
        ENTRY_ACCEPTED = "entry_accepted", _("Entry accepted")
        ENTRY_REJECTED = "entry_rejected", _("Entry not accepted")
        CO_AUTHOR_INVITED = "co_author_invited", _("Co-author invited")
        ROLE_CONFIRMED = "role_confirmed", _("Role confirmed")

    class State(models.TextChoices):
        QUEUED = "queued", _("Waiting to be sent")
        FAILED = "failed", _("Failed, tried again later")
        SENT = "sent", _("Mail was sent")
        DEAD = "dead", _("Given up")
        HELD = "held", _("Kept, not sent")

    WAITING = (State.QUEUED, State.FAILED)
    ERRORS = {
        "no_address": _("The person's account has no e-mail address."),
        "refused": _("The mail server refused the recipient or the message."),
        "later": _("The mail server asked to try again later."),
        "dropped": _("The mail server broke the connection off."),
        "server": _("The mail server did not take our login or sender."),
        "unreachable": _("The mail server can't be reached."),
        "unsendable": _("The message can't be written as a mail."),
    }

    edition = models.ForeignKey(Edition, models.PROTECT, related_name="+")
    public_id = models.CharField(max_length=16, unique=True, default=new_public_id, editable=False)
    key = models.CharField(max_length=120, unique=True)
    kind = models.CharField(max_length=24, choices=Kind)
    recipient = models.ForeignKey(User, models.PROTECT, related_name="+")
    address = models.EmailField(blank=True)
    subject = models.CharField(max_length=400)
    text = models.TextField()
    state = models.CharField(max_length=12, choices=State, default=State.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField()
    last_error = models.CharField(max_length=20, blank=True)
    queued_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["edition", "state", "id"], name="mail_of_an_edition"),
            models.Index(fields=["next_attempt_at"], condition=Q(state__in=["queued", "failed"]), name="mail_to_send"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["queued", "failed", "sent", "dead", "held"]), name="mail_state_known"
            ),
            models.CheckConstraint(
                condition=Q(state="sent", sent_at__isnull=False) | (~Q(state="sent") & Q(sent_at__isnull=True)),
                name="a_sent_mail_has_its_moment",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["queued", "failed", "sent"]) | ~Q(address=""), name="mail_goes_to_an_address"
            ),
        ]

    @property
    def trouble(self) -> str:
        """Why the last attempt failed, in words, with the server's reply code; "" if none did."""
        word, _space, code = self.last_error.partition(" ")
        return f"{self.ERRORS[word]} ({code})" if code else str(self.ERRORS.get(word, ""))
