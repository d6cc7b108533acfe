"""The announcements app: what is told, and the pages that join all apps."""

from django.apps import AppConfig


class AnnouncementsConfig(AppConfig):
    name = "announcements"
    label = "announcements"

    def ready(self):
        from announcements import navigation
        from announcements.replay import replay
        from judging.sheets import ledger

        ledger.add_replay(replay)
        navigation.register()
