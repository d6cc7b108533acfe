"""The selection app."""

from django.apps import AppConfig


class SelectionConfig(AppConfig):
    name = "judging.selection"
    label = "selection"
