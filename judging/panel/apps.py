"""The panel app."""

from django.apps import AppConfig


class PanelConfig(AppConfig):
    name = "judging.panel"
    label = "panel"

    def ready(self):
        from judging.panel import queries, setup_checks
        from judging.panel.replay import replay
        from judging.sheets import ledger, subjects

        subjects.register("panel", queries.finalist_entries)
        ledger.add_replay(replay)
        setup_checks.register()
