"""The announcements app."""

from django.apps import AppConfig


class AnnouncementsConfig(AppConfig):
    name = "announcements"
    label = "announcements"
