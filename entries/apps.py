"""The entries app."""

from django.apps import AppConfig


class EntriesConfig(AppConfig):
    name = "entries"
    label = "entries"

    def ready(self):
        from entries import setup_checks

        setup_checks.register()
