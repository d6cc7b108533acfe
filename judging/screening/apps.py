"""The screening app: the reviewers' window."""

from django.apps import AppConfig


class ScreeningConfig(AppConfig):
    name = "judging.screening"
    label = "screening"

    def ready(self):
        from judging.screening import stage_checks
        from judging.screening.replay import replay
        from judging.sheets import ledger

        ledger.add_replay(replay)
        stage_checks.register()
