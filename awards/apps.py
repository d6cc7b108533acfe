"""The award itself."""

from django.apps import AppConfig


class AwardsConfig(AppConfig):
    name = "awards"

    def ready(self):
        from awards import checks, setup_checks  # noqa: F401  (system checks register themselves)

        setup_checks.register()
