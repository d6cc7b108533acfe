"""Addresses of the final, below /<edition>/panel/."""

from django.urls import path

from judging.panel.views import chair, console, draw, front, judge, release, votes

urlpatterns = [
    path("", front.panel, name="panel"),
    path("draw/", draw.draw, name="panel_draw"),
    path("console/", console.console, name="panel_console"),
    path("console/board/", console.board, name="panel_board"),
    path("console/<slug:slot>/to/<slug:state>/", console.move, name="panel_move"),
    path("console/<slug:slot>/withdraw/", console.withdraw, name="panel_withdraw"),
    path("console/unseal/", console.unseal, name="panel_unseal"),
    path("unsealings/<slug:unsealing>/agree/", console.unseal_agree, name="panel_unseal_agree"),
    path("unsealings/<slug:unsealing>/refuse/", console.unseal_refuse, name="panel_unseal_refuse"),
    path("judge/", judge.judge, name="panel_judge"),
    path("judge/stage/", judge.stage, name="panel_stage"),
    path("judge/all/", judge.everything, name="panel_all"),
    path("judge/entries/<slug:entry>/", judge.entry_sheet, name="panel_sheet"),
    path("judge/entries/<slug:entry>/files/<slug:file>/", judge.entry_file, name="panel_file"),
    path("judge/entries/<slug:entry>/recuse/", judge.recuse, name="panel_recuse"),
    path("judge/seal/", judge.seal, name="panel_seal"),
    path("votes/<slug:vote>/", votes.ballot, name="panel_vote"),
    path("votes/<slug:vote>/count/", votes.count, name="panel_vote_count"),
    path("chair/", chair.chair, name="panel_chair"),
    path("chair/reserves/<slug:assessor>/call/", chair.reserve, name="panel_call_reserve"),
    path("chair/unawarded/", chair.unawarded, name="panel_unawarded"),
    path("chair/close/", chair.close, name="panel_close"),
    path("chair/vote/", votes.open_one, name="panel_vote_open"),
    path("release/", release.overview, name="panel_release"),
    path("release/compute/", release.compute, name="panel_compute"),
    path("release/recount/", release.recount, name="panel_recount"),
    path("release/approve/", release.approve, name="panel_approve"),
    path("release/return/", release.send_back, name="panel_return"),
    path("release/sign/", release.sign, name="panel_sign"),
]
