"""The panel app."""

from django.apps import AppConfig


class PanelConfig(AppConfig):
    name = "judging.panel"
    label = "panel"

    def ready(self):
        from judging.panel import setup_checks
        from judging.panel.replay import replay
        from judging.sheets import ledger

        ledger.add_replay(replay)
        setup_checks.register()
