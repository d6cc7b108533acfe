"""Addresses of entries, below /<edition>/entries/."""

from django.urls import path

from entries.views import lists, one, settling, writing

urlpatterns = [
    path("", lists.entries, name="entries"),
    path("new/", writing.entry_new, name="entry_new"),
    path("export/", lists.entries_export, name="entries_export"),
    path("settle/", settling.entries_settle, name="entries_settle"),
    path("settle/accept/", settling.entries_accept, name="entries_accept"),
    path("<slug:entry>/", one.entry, name="entry"),
    path("<slug:entry>/edit/", writing.entry_edit, name="entry_edit"),
    path("<slug:entry>/save/", writing.entry_save, name="entry_save"),
    path("<slug:entry>/upload/", writing.entry_upload, name="entry_upload"),
    path("<slug:entry>/files/<slug:file>/", one.entry_file, name="entry_file"),
    path("<slug:entry>/files/<slug:file>/remove/", writing.entry_remove_file, name="entry_remove_file"),
    path("<slug:entry>/submit/", writing.entry_submit, name="entry_submit"),
    path("<slug:entry>/withdraw/", writing.entry_withdraw, name="entry_withdraw"),
    path("<slug:entry>/settle/", one.entry_settle, name="entry_settle"),
    path("<slug:entry>/authors/invite/", one.author_invite, name="author_invite"),
    path("<slug:entry>/authors/<slug:author>/accept/", one.author_accept, name="author_accept"),
    path("<slug:entry>/authors/<slug:author>/leave/", one.author_leave, name="author_leave"),
]
