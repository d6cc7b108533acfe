"""What concerns a person in an edition now, as cards for their home. Reads only; tells nothing unannounced."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from announcements.queries import fate
from awards import calendar, contributions
from awards.actors import Actor
from awards.models import Edition
from awards.models.edition import STAGE_LABELS
from awards.permissions import allows
from entries.models import Author, Entry
from judging.sheets.models import Assessor, ScoreSheet
from judging.sheets.states import COUNTED


@dataclass(frozen=True, slots=True)
class Card:
    """One thing that concerns the reader: what it is, how it stands, where to go on."""

    title: str
    text: str
    url: str
    link: str
    badge: str = ""
    lines: tuple[str, ...] = ()


def _until(edition: Edition, stage: str) -> str:
    window = edition.windows().get(stage)
    if window is None:
        return ""
    return _("Until %(moment)s") % {"moment": date_format(localtime(window.closes), "DATETIME_FORMAT")}


def cards_for(actor: Actor, edition: Edition, now: datetime) -> list[Card]:
    """The cards of all roles the person holds, in the order of the way through."""
    cards = []
    if actor.has("manager", "auditor"):
        cards += _managing(actor, edition, now)
    if actor.has("operator"):
        cards.append(
            Card(
                _("Final"),
                _("Run the final: running order, clock, who has marked."),
                _to("panel", edition),
                _("Open the console"),
            )
        )
    if actor.has("reviewer", "judge"):
        cards += _assessing(actor, edition)
    if not actor.roles:
        cards += _entering(actor, edition, now)
    return cards


def _to(name: str, edition: Edition) -> str:
    return reverse(name, args=[edition.slug])


def _fate_label(told: str) -> str:
    if told == "finalist":
        return _("Chosen for the final")
    if told == "not_chosen":
        return _("Not chosen for the final")
    return told


def _entering(actor: Actor, edition: Edition, now: datetime) -> list[Card]:
    mine = Author.objects.filter(user=actor.user, entry__edition=edition, left_at__isnull=True).select_related("entry")
    cards = [
        Card(
            author.entry.title or _("Entry without a title"),
            _("How it stands: %(state)s") % {"state": author.entry.state_label},
            reverse("entry", args=[edition.slug, author.entry.public_id]),
            _("Open the entry"),
            badge=_fate_label(fate(edition, author.entry)),
        )
        for author in mine
    ]
    if allows(edition, "entry.write", now):
        cards.append(
            Card(_("Take part"), _until(edition, "submission"), _to("entry_new", edition), _("Write an entry"))
        )
    elif not cards:
        cards.append(
            Card(
                _("No entry of yours"),
                _("Entries can be written while the submission window is open."),
                _to("call", edition),
                _("Read the call"),
            )
        )
    return cards


def _assessing(actor: Actor, edition: Edition) -> list[Card]:
    cards = []
    for assessor in Assessor.objects.filter(
        user=actor.user, round__edition=edition, ended_at__isnull=True
    ).select_related("round"):
        kind = assessor.round.kind
        count = ScoreSheet.objects.filter(assessor=assessor, removed_at__isnull=True).aggregate(
            all=Count("pk"), done=Count("pk", filter=Q(state__in=COUNTED))
        )
        text = _("%(done)d of %(all)d sheets handed in.") % count if count["all"] else _("No sheets yet.")
        lines = () if assessor.pledged_at else (_("First: read and accept the pledge."),)
        title = _("Screening") if kind == "screening" else _("Final")
        url = _to(kind, edition) if assessor.pledged_at else reverse("sheets_pledge", args=[edition.slug, kind])
        more = (_until(edition, "screening"),) if kind == "screening" else ()
        cards.append(Card(title, text, url, _("Open my sheets"), lines=lines + more))
    return cards


def _managing(actor: Actor, edition: Edition, now: datetime) -> list[Card]:
    following = next(iter(calendar.MOVES[edition.stage]), "")
    missing = [check for check in contributions.stage_checks(edition, following, now) if not check.ok]
    waiting = Entry.objects.filter(edition=edition, state="submitted").count()
    cards = [
        Card(
            _("Next: %(stage)s") % {"stage": STAGE_LABELS[following]} if following else _("Archived"),
            ngettext("%(n)d thing is missing.", "%(n)d things are missing.", len(missing)) % {"n": len(missing)}
            if missing
            else _("Nothing is missing on the check list."),
            _to("setup", edition),
            _("Open the check list"),
            lines=tuple(str(check.label) for check in missing[:6]),
        ),
        Card(
            _("Entries"),
            _("%(n)d entries wait to be accepted or not.") % {"n": waiting},
            _to("entries", edition),
            _("Open the entries"),
        ),
    ]
    links = [
        ("screening", _("Screening"), _("Who has done how much."), _("Open the board")),
        ("selection", _("Finalist selection"), _("The official order and the cut line."), _("Open the selection")),
        ("panel", _("Final"), _("Presence of marks and the steps of the release."), _("Open the final")),
        ("announcements", _("Announcements"), _("Prepare, preview and release."), _("Open the announcements")),
    ]
    reached = {"screening": "submission", "selection": "selection", "panel": "finalists", "announcements": "selection"}
    stage = calendar.STAGES.index(edition.stage)
    cards += [
        Card(title, text, _to(name, edition), link)
        for name, title, text, link in links
        if stage >= calendar.STAGES.index(reached[name])
    ]
    if actor.has("auditor"):
        cards.append(
            Card(
                _("Ledger"),
                _("Every mark and decision, and whether the chain verifies."),
                _to("ledger", edition),
                _("Open the ledger"),
            )
        )
        cards.append(
            Card(
                _("People and roles"),
                _("Who holds which role, and who asked and confirmed."),
                _to("setup_people", edition),
                _("Open the roles"),
            )
        )
    return cards
