"""The sheets app: rounds, assessors, recusals, sheets and the ledger."""

from django.apps import AppConfig


class SheetsConfig(AppConfig):
    name = "judging.sheets"
    label = "sheets"

    def ready(self):
        from judging.sheets import ledger, setup_checks
        from judging.sheets.replay import replay

        ledger.add_replay(replay)
        setup_checks.register()
