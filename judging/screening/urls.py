"""Addresses of the reviewers' window, below /<edition>/screening/."""

from django.urls import path

from judging.screening.views import managing, scoring

urlpatterns = [
    path("", managing.screening, name="screening"),
    path("all/", scoring.all_sheets, name="screening_all"),
    path("all/hand-in/", scoring.hand_in_many, name="screening_hand_in"),
    path("plan/", managing.plan, name="screening_plan"),
    path("plan/ask/", managing.plan_ask, name="screening_plan_ask"),
    path("plan/<slug:plan>/apply/", managing.plan_apply, name="screening_plan_apply"),
    path("close/", managing.begin, name="selection_begin"),
    path("<slug:sheet>/", scoring.sheet, name="screening_sheet"),
    path("<slug:sheet>/files/<slug:file>/", scoring.file, name="screening_file"),
    path("<slug:sheet>/hand-in/", scoring.hand_in, name="sheet_hand_in"),
    path("<slug:sheet>/take-back/", scoring.take_back, name="sheet_take_back"),
]
