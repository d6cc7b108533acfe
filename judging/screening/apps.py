"""The screening app."""

from django.apps import AppConfig


class ScreeningConfig(AppConfig):
    name = "judging.screening"
    label = "screening"
