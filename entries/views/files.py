"""The set-up of which files entries may have, for managers; the auditor reads."""

from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from awards import clock
from awards.decisions import ensure
from awards.permissions import can_set_up
from awards.views.setup import form_page, may_see, save
from entries.forms import FilePolicyForm
from entries.queries import policy_of
from entries.services.policy import change_file_policy


@require_http_methods(["GET", "HEAD", "POST"])
def files(request, edition):
    """Kinds, number and size, on one form."""
    may_see(request)
    may = can_set_up(request.actor, request.edition, clock.now(request))
    form = FilePolicyForm(request.POST or None, row=policy_of(request.edition))
    if request.method == "POST":
        ensure(may)
        given = {"edition": request.edition}
        if form.is_valid() and save(
            request, form, change_file_policy, values=form.values(), seen=form.seen_by_author(), **given
        ):
            return redirect("setup_files", edition)
    return form_page(request, form, _("Files of entries"), may, reverse("setup", args=[edition]))
