"""Every address. `include` by string is composition, not an import.

Addresses that name an edition come last: its name is the first part of the path (RESERVED_SLUGS keeps them apart).
"""

from django.urls import include, path

from awards.views import front

handler403 = "awards.views.errors.forbidden"
handler404 = "awards.views.errors.not_found"

urlpatterns = [
    path("", front.landing, name="landing"),
    path("home/", front.home, name="home"),
    path("language/<str:code>/", front.set_language, name="language"),
    path("accounts/", include("allauth.account.urls")),
    path("<slug:edition>/setup/", include("entries.setup_urls")),
    path("<slug:edition>/setup/", include("awards.setup_urls")),
    path("<slug:edition>/entries/", include("entries.urls")),
    path("<slug:edition>/setup/", include("judging.sheets.urls")),
    path("<slug:edition>/sheets/", include("judging.sheets.sheet_urls")),
    path("<slug:edition>/screening/", include("judging.screening.urls")),
    path("<slug:edition>/selection/", include("judging.selection.urls")),
    path("<slug:edition>/panel/", include("judging.panel.urls")),
    path("<slug:edition>/", include("announcements.urls")),
]
