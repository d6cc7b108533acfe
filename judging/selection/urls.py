"""Addresses of this app, below the edition's."""

urlpatterns = []
