"""Addresses of the edition's set-up, below /<edition>/setup/."""

from django.urls import path

from awards.services.setup import PARTS
from awards.views import mail, people, setup

urlpatterns = [
    path("", setup.overview, name="setup"),
    path("basics/", setup.basics, name="setup_basics"),
    path("schedule/", setup.schedule, name="setup_schedule"),
    path("extend/", setup.extend, name="setup_extend"),
    path("begin/<slug:stage>/", setup.begin, name="setup_begin"),
    *(path(f"{part}/", setup.items, {"part": part}, name=f"setup_{part}") for part in PARTS),
    path("items/<slug:part>/new/", setup.item_new, name="setup_item_new"),
    path("items/<slug:part>/<slug:item>/", setup.item, name="setup_item"),
    path("items/<slug:part>/<slug:item>/move/<slug:way>/", setup.item_move, name="setup_item_move"),
    path("items/<slug:part>/<slug:item>/delete/", setup.item_delete, name="setup_item_delete"),
    path("people/", people.people, name="setup_people"),
    path("people/new/", people.person_new, name="person_new"),
    path("people/roles/ask/", people.role_ask, name="role_ask"),
    path("people/roles/<slug:grant>/confirm/", people.role_confirm, name="role_confirm"),
    path("people/roles/<slug:grant>/end/", people.role_end, name="role_end"),
    path("mail/", mail.outbox, name="setup_mail"),
    path("mail/<slug:mail>/again/", mail.send_again, name="mail_again"),
    path("offices/", people.offices, name="setup_offices"),
]
