"""The panel app."""

from django.apps import AppConfig


class PanelConfig(AppConfig):
    name = "judging.panel"
    label = "panel"
