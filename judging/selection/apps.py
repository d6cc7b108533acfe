"""The selection app: who goes to the final."""

from django.apps import AppConfig
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


class SelectionConfig(AppConfig):
    name = "judging.selection"
    label = "selection"

    def ready(self):
        from awards import contributions
        from judging.selection.replay import replay
        from judging.sheets import ledger

        ledger.add_replay(replay)
        contributions.add_navigation(_navigation)


def _navigation(actor, edition):
    """Managers and the auditor find the selection in the header, from its stage on."""
    from awards.calendar import ACTS
    from awards.contributions import Page

    if not actor.is_staff or edition.stage not in ACTS["selection.read"].stages:
        return []
    return [Page("selection", _("Finalist selection"), reverse("selection", args=[edition.slug]))]
