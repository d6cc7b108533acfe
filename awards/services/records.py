"""Keeps the personal-data log (접속기록). Never holds values of marks."""

from awards.actors import Actor
from awards.models import AccessLog, Edition


def record_access(*, edition: Edition | None, actor: Actor, action: str, subject: str, reason: str = "") -> None:
    """One row: who did `action` (AccessLog.ACTIONS) to `subject` ("kind:public_id"), from where; without a time."""
    AccessLog.objects.create(
        edition=edition, actor=actor.user, action=action, subject=subject, address=actor.address, reason=reason
    )
