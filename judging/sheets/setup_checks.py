"""What the two rounds must have before submission can begin: announced criteria can't be made up later."""

from datetime import datetime

from django.db.models import Sum
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from awards import contributions
from awards.contributions import Check, Page
from awards.models import Edition
from judging.sheets.models import Round


def register() -> None:
    contributions.add_stage_check("submission", _criteria)
    contributions.add_setup_pages(_pages)


LABELS = {"screening": _("Screening: rule and criteria"), "panel": _("Final: rule and criteria")}
ASSESSOR_LABELS = {"screening": _("Screening: assessors"), "panel": _("Final: assessors")}
RECUSAL_LABELS = {"screening": _("Screening: recusals"), "panel": _("Final: recusals")}
ADD_UP = {
    "screening": _("The points of the screening criteria add up to 100"),
    "panel": _("The points of the final's criteria add up to 100"),
}


def _criteria(edition: Edition, now: datetime) -> list[Check]:
    sums = dict(Round.objects.filter(edition=edition).annotate(sum=Sum("criterion__points")).values_list("kind", "sum"))
    return [
        Check(
            f"points_{kind}",
            ADD_UP[kind],
            sums.get(kind) == 100,
            detail=str(sums.get(kind) or 0),
            url=reverse("setup_round", args=[edition.slug, kind]),
        )
        for kind in ("screening", "panel")
    ]


def _pages(edition: Edition) -> list[Page]:
    return [
        Page(f"{code}_{kind}", label, reverse(name, args=[edition.slug, kind]))
        for kind in LABELS
        for code, name, label in (
            ("round", "setup_round", LABELS[kind]),
            ("assessors", "sheets_assessors", ASSESSOR_LABELS[kind]),
            ("recusals", "sheets_recusals", RECUSAL_LABELS[kind]),
        )
    ]
