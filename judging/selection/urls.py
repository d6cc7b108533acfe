"""Addresses of the decision who goes to the final, below /<edition>/selection/."""

from django.urls import path

from judging.selection.views import deciding

urlpatterns = [
    path("", deciding.selection, name="selection"),
    path("propose/", deciding.propose, name="selection_propose"),
    path("<slug:selection>/confirm/", deciding.confirm, name="selection_confirm"),
    path("<slug:selection>/undo/", deciding.undo, name="selection_undo"),
]
