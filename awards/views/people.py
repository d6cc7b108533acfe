"""People, offices and the roles of an edition: asked for by one manager, confirmed by another. Auditors read it."""

from smtplib import SMTPException

from allauth.account.forms import default_token_generator
from allauth.account.internal.flows.password_reset import request_password_reset
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from awards import clock
from awards.decisions import Invalid, ensure
from awards.forms import AskRoleForm, EndRoleForm, OfficeForm, PersonForm, add_errors, lock
from awards.models import Office, RoleGrant, User
from awards.permissions import can_confirm_role, can_end_role, can_manage_people, has_role
from awards.services.mail import Letter, queue_mail
from awards.services.people import ask_role, confirm_role, end_role
from awards.services.records import record_access
from awards.services.setup import register_office, register_person
from awards.views.setup import crumbs, form_page, may_see, save

FOUND_AT_MOST = 20
PER_PAGE = 50


def _people_url(request) -> str:
    return reverse("setup_people", args=[request.edition.slug])


@require_safe
def people(request, edition):
    """The roles of this edition, asked for, in force and ended; and the search for somebody to give one to."""
    may_see(request)
    now, actor = clock.now(request), request.actor
    grants = RoleGrant.objects.filter(edition=request.edition).select_related(
        "user__office", "asked_by", "confirmed_by", "ended_by"
    )
    for grant in grants:
        grant.edition = request.edition  # the one that knows its windows already
    rows = [
        {"grant": grant, "confirm": can_confirm_role(actor, grant, now), "end": can_end_role(actor, grant, now)}
        for grant in grants
    ]
    query = request.GET.get("q", "").strip()
    record_access(edition=request.edition, actor=actor, action="saw", subject=f"roles:{edition}")
    context = {
        "crumbs": crumbs(request, (_("People and roles"), "")),
        "may": can_manage_people(actor, request.edition, now),
        "is_manager": has_role(actor, "manager"),
        "query": query,
        "found": _found(query) if query else [],
        "found_at_most": FOUND_AT_MOST,
        "roles": RoleGrant.Role.choices,
        "asked": [row for row in rows if row["grant"].state == "asked"],
        "live": [row for row in rows if row["grant"].state == "live"],
        "ended": [row for row in rows if row["grant"].state == "ended"],
    }
    return render(request, "awards/setup/people.html", context)


def _found(query: str) -> list[User]:
    match = Q(username__icontains=query) | Q(name__icontains=query)
    return list(User.objects.filter(match, is_active=True).select_related("office")[:FOUND_AT_MOST])


@require_POST
def role_ask(request, edition):
    """Asks for a role for a person who was found."""
    now = clock.now(request)
    ensure(can_manage_people(request.actor, request.edition, now))
    form = AskRoleForm(request.POST)
    try:
        if form.is_valid():
            user, role = form.cleaned_data["user"], form.cleaned_data["role"]
            grant = ask_role(edition=request.edition, user=user, role=role, actor=request.actor, now=now)
            words = {"name": user.called, "role": grant.get_role_display()}
            messages.success(request, _("Asked for: %(name)s, %(role)s. A second manager confirms it.") % words)
            record_access(
                edition=request.edition, actor=request.actor, action="changed", subject=f"role:{grant.public_id}"
            )
        else:
            messages.error(request, _("Choose a person from the list and a role."))
    except Invalid as invalid:
        messages.error(request, str(invalid))
    return redirect(_people_url(request))


@require_POST
def role_confirm(request, edition, grant):
    """The second manager's yes."""
    may_see(request)
    grant = get_object_or_404(RoleGrant, edition=request.edition, public_id=grant)
    try:
        if grant.confirmed_by != request.actor.user:  # else it is a double click
            confirm_role(grant=grant, actor=request.actor, now=clock.now(request))
            subject = f"role:{grant.public_id}"
            record_access(edition=request.edition, actor=request.actor, action="changed", subject=subject)
            _tell_role(request, grant)
        messages.success(request, _("The role is in force."))
    except Invalid as invalid:
        messages.error(request, str(invalid))
    return redirect(_people_url(request))


def _tell_role(request, grant: RoleGrant) -> None:
    """Mails the person that the role is theirs now."""
    words = {"role": RoleGrant.Role(grant.role).label, "link": request.build_absolute_uri(reverse("home"))}
    letters = [Letter(grant.user, grant.public_id, words)]
    queue_mail(edition=request.edition, kind="role_confirmed", letters=letters, now=clock.now(request))


@require_http_methods(["GET", "HEAD", "POST"])
def role_end(request, edition, grant):
    """Ends a role, or withdraws one that was asked for, with a reason."""
    may_see(request)
    grants = RoleGrant.objects.select_related("edition", "user__office")
    grant = get_object_or_404(grants, edition=request.edition, public_id=grant)
    may = can_end_role(request.actor, grant, clock.now(request))
    form = EndRoleForm(request.POST or None)
    if request.method == "POST":
        ensure(may)
        if form.is_valid() and save(request, form, end_role, grant=grant, **form.cleaned_data):
            subject = f"role:{grant.public_id}"
            record_access(edition=request.edition, actor=request.actor, action="changed", subject=subject)
            return redirect(_people_url(request))
    title = _("End the role: %(name)s, %(role)s") % {"name": grant.user.called, "role": grant.get_role_display()}
    return _page(request, form, title, may, button=_("End the role"), danger=True)


def _page(request, form, title, may, **more):
    trail = crumbs(request, (_("People and roles"), _people_url(request)), (title, ""))
    return form_page(request, form, title, may, _people_url(request), crumbs=trail, **more)


@require_http_methods(["GET", "HEAD", "POST"])
def person_new(request, edition):
    """Opens an account; the link to set its password goes to the person alone."""
    may_see(request)
    now = clock.now(request)
    may = can_manage_people(request.actor, request.edition, now)
    form = PersonForm(request.POST or None)
    form.fields["office"].fill(office_tree())
    if request.method == "POST":
        ensure(may)
        if form.is_valid():
            try:
                user = register_person(edition=request.edition, values=form.cleaned_data, actor=request.actor, now=now)
            except Invalid as invalid:
                add_errors(form, invalid)
            else:
                _invite(request, user)
                return redirect(f"{_people_url(request)}?q={user.username}")
    return _page(request, form, _("Open an account"), may)


def _invite(request, user: User) -> None:
    """Mails the person the link to set a password; tells the manager how, where there is no mail."""
    words = {"name": user.called, "account": user.username}
    if not user.email:
        text = _(
            "%(name)s's account %(account)s is open, without an e-mail address. The administrator runs "
            "“script/manage changepassword %(account)s” and the person types the password."
        )
        messages.warning(request, text % words)
        return
    try:
        request_password_reset(request, user.email, [user], default_token_generator)
    except (OSError, SMTPException):
        text = _(
            "%(name)s's account %(account)s is open, but the mail failed: they ask for the link at the log-in page."
        )
        messages.warning(request, text % words)
    else:
        text = _("%(name)s's account %(account)s is open. The link to set the password was mailed to them alone.")
        messages.success(request, text % words)


def office_tree() -> list[tuple[Office, str]]:
    """Every office with its name after the names of those above it (the agency left out); one query."""
    names, tree = {}, []
    for office in Office.objects.order_by("path"):
        above = names.get(office.parent_id, "")
        full = f"{above} › {office.label}" if above else office.label
        names[office.pk] = "" if office.parent_id is None else full
        tree.append((office, full))
    return tree


@require_http_methods(["GET", "HEAD", "POST"])
def offices(request, edition):
    """The tree of offices, and a form to add one."""
    may_see(request)
    may = can_manage_people(request.actor, request.edition, clock.now(request))
    tree = office_tree()
    form = OfficeForm(request.POST or None)
    form.fields["parent"].fill([row for row in tree if row[0].level != Office.Level.DIVISION])
    if request.method == "POST":
        ensure(may)
        if form.is_valid() and save(request, form, register_office, edition=request.edition, **form.cleaned_data):
            return redirect("setup_offices", edition)
    if not may:
        lock(form)
    page = Paginator(tree, PER_PAGE).get_page(request.GET.get("page"))
    trail = crumbs(request, (_("People and roles"), _people_url(request)), (_("Offices"), ""))
    return render(request, "awards/setup/offices.html", {"form": form, "page": page, "may": may, "crumbs": trail})
