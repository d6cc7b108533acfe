"""The outbox as managers see it: what waits, what was sent, what was given up. Never shows a mail's words."""

from django.conf import settings
from django.contrib import messages
from django.db.models import Count, Subquery
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from awards import clock
from awards.decisions import Invalid, ensure
from awards.models import Mail
from awards.permissions import can_send_mail_again
from awards.services import mail as services
from awards.services.records import record_access
from awards.views.setup import crumbs, may_see

PAGE = 50


@require_safe
def outbox(request, edition):
    """The edition's mail, the newest first, by state."""
    may_see(request)
    mails = Mail.objects.filter(edition=request.edition)
    found = dict(mails.order_by().values_list("state").annotate(Count("pk")))
    state = request.GET.get("state", "")
    state = state if state in Mail.State else ""
    rows, following = _page(mails.filter(state=state) if state else mails, request.GET.get("after", ""))
    record_access(edition=request.edition, actor=request.actor, action="saw", subject=f"mail:{edition}")
    title = _("Mail sent by the system")
    context = {
        "title": title,
        "crumbs": crumbs(request, (title, "")),
        "states": [(code, label, found.get(code, 0)) for code, label in Mail.State.choices],
        "total": sum(found.values()),
        "state": state,
        "rows": rows,
        "following": following,
        "later": bool(request.GET.get("after")),
        "may": can_send_mail_again(request.actor, request.edition, clock.now(request)),
        "to_files": settings.EMAIL_BACKEND == services.FILES,
    }
    return render(request, "awards/setup/mail.html", context)


def _page(mails, after: str) -> tuple[list[Mail], str]:
    """Up to PAGE mails, the newest first, behind the one with the public id `after`, and the id to go on from."""
    if after:
        mails = mails.filter(pk__lt=Subquery(Mail.objects.filter(public_id=after).values("pk")[:1]))
    rows = list(mails.select_related("recipient").defer("subject", "text").order_by("-pk")[: PAGE + 1])
    return rows[:PAGE], rows[PAGE - 1].public_id if len(rows) > PAGE else ""


@require_POST
def send_again(request, edition, mail):
    """Queues a mail that was given up once more."""
    may_see(request)
    now = clock.now(request)
    ensure(can_send_mail_again(request.actor, request.edition, now))
    row = get_object_or_404(Mail, edition=request.edition, public_id=mail)
    try:
        services.send_again(mail=row, actor=request.actor, now=now)
    except Invalid as invalid:
        messages.error(request, str(invalid))
    else:
        record_access(edition=request.edition, actor=request.actor, action="changed", subject=f"mail:{row.public_id}")
        messages.success(request, _("The mail is sent again."))
    return redirect("setup_mail", edition)
