"""Announces as two managers would: one prepares, the other releases."""

from datetime import datetime, timedelta

from announcements.services.release import prepare_announcement, release_announcement

from .story import Story


def announce(*, story: Story, kind: str, now: datetime) -> None:
    """`kind`: "finalists" or "winners"."""
    later = now + timedelta(minutes=10)
    prepared = prepare_announcement(
        edition=story.fresh(), kind=kind, actor=story.actor("manager", now), now=now
    )
    release_announcement(preparation=prepared, actor=story.actor("manager2", later), now=later)
    story.fresh()
