"""The award itself: editions, people, and what is kept about who did what."""

from awards.models.edition import Contact, Edition, PrizeGrade, StageMove, Track, Window, WindowChange
from awards.models.mail import Mail
from awards.models.people import Office, RoleGrant, User
from awards.models.records import AccessLog

__all__ = [
    "AccessLog",
    "Contact",
    "Edition",
    "Mail",
    "Office",
    "PrizeGrade",
    "RoleGrant",
    "StageMove",
    "Track",
    "User",
    "Window",
    "WindowChange",
]
