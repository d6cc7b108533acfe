"""Addresses of the public pages, each role's home and the announcements, right below the edition's."""

from django.urls import path

from announcements.views import audit, documents, home, public, release

urlpatterns = [
    path("", public.front, name="edition_front"),
    path("call/", public.call, name="call"),
    path("finalists/", public.finalists, name="finalists"),
    path("winners/", public.winners, name="winners"),
    path("home/", home.home, name="edition_home"),
    path("ledger/", audit.ledger, name="ledger"),
    path("ledger/verify/", audit.verify, name="ledger_verify"),
    path("announcements/", release.overview, name="announcements"),
    path("announcements/prepare/<str:kind>/", release.prepare, name="announcement_prepare"),
    path("announcements/documents/", documents.shelf, name="documents"),
    path("announcements/documents/make/", documents.make, name="document_make"),
    path("announcements/documents/<str:document>/", documents.download, name="document_file"),
    path("announcements/<str:preparation>/", release.preview, name="announcement_preview"),
    path("announcements/<str:preparation>/drop/", release.drop, name="announcement_drop"),
    path("announcements/<str:preparation>/release/", release.release, name="announcement_release"),
]
