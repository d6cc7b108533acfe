"""Addresses of the edition's set-up, below /<edition>/setup/."""

urlpatterns = []
