"""The entries app."""

from django.apps import AppConfig


class EntriesConfig(AppConfig):
    name = "entries"
    label = "entries"
