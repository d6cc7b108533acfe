"""Addresses of rounds, assessors, recusals and pledges, below /<edition>/setup/."""

from django.urls import path

from judging.sheets.views import assessors, recusals, rounds

urlpatterns = [
    path("rounds/<slug:kind>/", rounds.round_page, name="setup_round"),
    path("rounds/<slug:kind>/criteria/new/", rounds.criterion_new, name="criterion_new"),
    path("rounds/<slug:kind>/criteria/<slug:code>/", rounds.criterion, name="criterion"),
    path("rounds/<slug:kind>/criteria/<slug:code>/move/<slug:way>/", rounds.criterion_move, name="criterion_move"),
    path("rounds/<slug:kind>/criteria/<slug:code>/delete/", rounds.criterion_delete, name="criterion_delete"),
    path("rounds/<slug:kind>/assessors/", assessors.assessors, name="sheets_assessors"),
    path("rounds/<slug:kind>/assessors/<slug:assessor>/end/", assessors.assessor_end, name="assessor_end"),
    path("rounds/<slug:kind>/recusals/", recusals.recusals, name="sheets_recusals"),
    path("rounds/<slug:kind>/recusals/propose/", recusals.propose, name="recusals_propose"),
    path("rounds/<slug:kind>/recusals/confirm/", recusals.confirm_by_rule, name="recusals_confirm"),
    path("rounds/<slug:kind>/recusals/<slug:recusal>/confirm/", recusals.confirm, name="recusal_confirm"),
    path("rounds/<slug:kind>/recusals/<slug:recusal>/dismiss/", recusals.dismiss, name="recusal_dismiss"),
    path("rounds/<slug:kind>/pledge/", assessors.pledge, name="sheets_pledge"),
    path("rounds/<slug:kind>/pledge/accept/", assessors.pledge_accept, name="pledge_accept"),
]
