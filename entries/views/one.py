"""One entry: how it stands, who is on it, what counts; for managers also their word on it. And its files."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from awards import clock
from awards.decisions import Invalid, ensure
from awards.forms import add_errors
from awards.services.records import record_access
from entries.files import file_response
from entries.forms import InviteForm, SettleForm
from entries.letters import tell_invited, tell_settled
from entries.models import Attachment, Author
from entries.permissions import (
    AUTHORS,
    can_change_authors,
    can_leave,
    can_read,
    can_settle,
    can_submit,
    can_withdraw,
    can_write,
)
from entries.queries import (
    content,
    file_links,
    people_on,
    questions_of,
    settlements_of,
    submitted_file,
    versions_of,
)
from entries.services.authors import accept_invitation, invite_author, leave_entry
from entries.services.settling import settle_entry
from entries.services.submitting import content_of
from entries.views.rows import crumbs, file_address, name_of, the_entry


@require_safe
def entry(request, edition, entry):
    """Everything that the actor may know of an entry."""
    row = the_entry(request, entry)
    ensure(can_read(request.actor, row, clock.now(request)))
    if request.actor.is_staff:
        record_access(edition=request.edition, actor=request.actor, action="saw", subject=f"entry:{row.public_id}")
    return _page(request, row)


def _page(request, row, invite: InviteForm | None = None, settle: SettleForm | None = None):
    actor, now = request.actor, clock.now(request)
    own = row.my_part in AUTHORS
    shown = content(row.counting) if row.counting else content_of(row, questions_of(row.edition))
    context = {
        "title": name_of(row),
        "crumbs": crumbs(request, (name_of(row), "")),
        "entry": row,
        "own": own,
        "content": shown,
        "files": file_links(shown, file_address(row)),
        "newer": own and row.counting is not None and row.state == "submitted" and row.changed_at > row.counting.at,
        "versions": versions_of(row),
        "settlements": settlements_of(row),
        "people": [(person, can_leave(actor, person, row, now)) for person in people_on(row)] if own else [],
        "window": row.edition.windows().get("submission"),
        "may": {
            "write": can_write(actor, row, now),
            "submit": can_submit(actor, row, now),
            "withdraw": can_withdraw(actor, row, now),
            "invite": can_change_authors(actor, row, now),
            "settle": can_settle(actor, row, now),
        },
        "invite": invite or InviteForm(),
        "settle": settle or SettleForm(),
    }
    return render(request, "entries/entry.html", context)


@require_POST
def entry_settle(request, edition, entry):
    """A manager accepts the entry, or not and why."""
    row, now = the_entry(request, entry), clock.now(request)
    ensure(can_settle(request.actor, row, now))
    form = SettleForm(request.POST)
    if form.is_valid():
        try:
            settled = settle_entry(entry=row, actor=request.actor, now=now, **form.cleaned_data)
        except Invalid as invalid:
            add_errors(form, invalid)
        else:
            address = request.build_absolute_uri
            tell_settled(edition=request.edition, entries=[settled], address=address, now=now)
            messages.success(request, _("Kept: %(state)s.") % {"state": settled.state_label})
            return redirect("entry", edition, entry)
    return _page(request, row, settle=form)


@require_safe
def entry_file(request, edition, entry, file):
    """A file of the entry: for authors any of theirs, for manager and auditor those of the version that counts."""
    row = the_entry(request, entry)
    ensure(can_read(request.actor, row, clock.now(request)))
    if row.my_part:
        attachment = get_object_or_404(Attachment, entry=row, public_id=file)
    else:
        attachment = submitted_file(row.counting, file)
    if attachment is None:
        raise Http404
    subject = f"attachment:{attachment.public_id}"
    record_access(edition=request.edition, actor=request.actor, action="downloaded", subject=subject)
    return file_response(attachment)


@require_POST
def author_invite(request, edition, entry):
    """The lead invites a co-author."""
    row, now = the_entry(request, entry), clock.now(request)
    ensure(can_change_authors(request.actor, row, now))
    form = InviteForm(request.POST)
    if form.is_valid():
        try:
            author = invite_author(entry=row, actor=request.actor, now=now, **form.cleaned_data)
        except Invalid as invalid:
            add_errors(form, invalid)
        else:
            address, inviter = request.build_absolute_uri, request.actor.user
            tell_invited(author=author, entry=row, inviter=inviter, address=address, now=now)
            words = _("%(name)s is invited and finds the invitation under “My entries” after logging in.")
            messages.success(request, words % {"name": author.user.called})
            return redirect("entry", edition, entry)
    return _page(request, row, invite=form)


@require_POST
def author_accept(request, edition, entry, author):
    """The invited person accepts."""
    row = the_entry(request, entry)
    person = get_object_or_404(Author, entry=row, public_id=author)
    try:
        accept_invitation(author=person, entry=row, actor=request.actor, now=clock.now(request))
    except Invalid as invalid:
        messages.error(request, str(invalid))
        return redirect("entries", edition)
    messages.success(request, _("You are on this entry now."))
    return redirect("entry", edition, entry)


@require_POST
def author_leave(request, edition, entry, author):
    """A co-author leaves or declines, or the lead takes an invitation back."""
    row = the_entry(request, entry)
    person = get_object_or_404(Author, entry=row, public_id=author)
    leave_entry(author=person, entry=row, actor=request.actor, now=clock.now(request))
    if person.user_id == request.actor.user.pk:
        messages.success(request, _("You are no longer on this entry."))
        return redirect("entries", edition)
    messages.success(request, _("The invitation was taken back."))
    return redirect("entry", edition, entry)
