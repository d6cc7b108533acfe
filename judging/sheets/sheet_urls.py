"""Addresses of score sheets, below /<edition>/sheets/."""

from django.urls import path

from judging.sheets.views import sheet

urlpatterns = [
    path("<slug:sheet>/save/", sheet.save, name="sheet_save"),
]
