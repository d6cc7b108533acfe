"""Makes rounds' assessors, keeps their pledges, and proposes and settles recusals."""

import secrets
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from awards.actors import Actor
from awards.decisions import Invalid, ensure
from awards.models import Edition, User
from awards.queries import live_grants
from entries.models import Entry
from judging.sheets import ledger
from judging.sheets.models import Assessor, Recusal, Round, ScoreSheet
from judging.sheets.permissions import can_declare, can_manage_assessors, can_recuse, can_settle_recusal
from judging.sheets.queries import live_recusals, rule_conflicts

ROLE = {"screening": "reviewer", "panel": "judge"}


def ensure_rounds(edition: Edition) -> dict[str, Round]:
    """The edition's two rounds, made with their defaults at the first use."""
    panel = {"rule": Round.Rule.TRIMMED}
    return {
        "screening": Round.objects.get_or_create(edition=edition, kind="screening")[0],
        "panel": Round.objects.get_or_create(edition=edition, kind="panel", defaults=panel)[0],
    }


@transaction.atomic
def add_assessor(
    *,
    round: Round,
    user: User,
    actor: Actor,
    now: datetime,
    external: bool = False,
    chair: bool = False,
    reserve: bool = False,
) -> Assessor:
    """Makes somebody who holds the round's role an assessor, with a random number for the ledger."""
    ensure(can_manage_assessors(actor, round, now))
    round = Round.objects.select_for_update().select_related("edition").get(pk=round.pk)
    if not live_grants(round.edition, now).filter(user=user, role=ROLE[round.kind]).exists():
        raise Invalid({"user": _("%(name)s does not hold the role for this round yet.") % {"name": user.called}})
    live = Assessor.objects.filter(round=round, ended_at__isnull=True)
    if live.filter(user=user).exists():
        raise Invalid({"user": _("%(name)s is an assessor of this round already.") % {"name": user.called}})
    if chair and live.filter(chair=True).exists():
        raise Invalid({"chair": _("This round has a chair already.")})
    if chair and reserve:
        raise Invalid({"reserve": _("The chair can't be a reserve.")})
    taken = set(Assessor.objects.filter(round__edition=round.edition).values_list("number", flat=True))
    number = next(n for n in iter(lambda: f"{secrets.randbelow(10**6):06}", None) if n not in taken)
    return Assessor.objects.create(
        round=round, user=user, number=number, external=external, chair=chair, reserve=reserve
    )


@transaction.atomic
def end_assessor(*, assessor: Assessor, actor: Actor, now: datetime) -> Assessor:
    """Takes an assessor off a round; their sheets stop counting, visibly, and stay in the ledger."""
    ensure(can_manage_assessors(actor, assessor.round, now))
    assessor = Assessor.objects.select_for_update().select_related("round__edition").get(pk=assessor.pk)
    if assessor.ended_at is None:
        assessor.ended_at = now
        assessor.save(update_fields=["ended_at"])
        _append(assessor, "assessor_ended", {"assessor": assessor.number}, actor, now)
    return assessor


@transaction.atomic
def accept_pledge(*, assessor: Assessor, actor: Actor, now: datetime) -> Assessor:
    """Keeps the assessor's yes to the pledge of integrity and confidentiality, before the first entry opens."""
    ensure(can_declare(actor, assessor, now))
    assessor = Assessor.objects.select_for_update().select_related("round__edition").get(pk=assessor.pk)
    if assessor.pledged_at is None:
        assessor.pledged_at = now
        assessor.save(update_fields=["pledged_at"])
        _append(assessor, "pledge", {"assessor": assessor.number}, actor, now)
    return assessor


def propose_rule_recusals(*, round: Round, entries, actor: Actor, now: datetime) -> list[Recusal]:
    """Proposes every recusal that the rule demands and that is not there yet; each bars at once."""
    ensure(can_recuse(actor, round, now))
    known = set(live_recusals(round).values_list("assessor_id", "entry_id"))
    fresh = [pair for pair in sorted(rule_conflicts(round, entries).items()) if pair[0] not in known]
    assessors = {
        assessor.pk: assessor for assessor in Assessor.objects.filter(round=round).select_related("round__edition")
    }
    subjects = {entry.pk: entry for entry in entries}
    return [
        _recuse(assessors[assessor], subjects[entry], basis, "", None, actor, now) for (assessor, entry), basis in fresh
    ]


@transaction.atomic
def declare_recusal(*, assessor: Assessor, entry: Entry, reason: str, actor: Actor, now: datetime) -> Recusal:
    """An assessor recuses themselves (회피): it bars at once; their sheet of that entry stops counting."""
    ensure(can_declare(actor, assessor, now))
    if not reason.strip():
        raise Invalid({"reason": _("Write the reason: it is kept and shown to the managers.")})
    known = live_recusals(assessor.round).filter(assessor=assessor, entry=entry).first()
    return known or _recuse(assessor, entry, "declared", reason.strip(), actor.user, actor, now)


def _recuse(assessor, entry, basis, reason, proposed_by, actor, now) -> Recusal:
    recusal = Recusal.objects.create(
        assessor=assessor, entry=entry, basis=basis, reason=reason, proposed_by=proposed_by, proposed_at=now
    )
    _append(assessor, "recusal", _pair(recusal) | {"basis": str(basis), "state": "proposed"}, actor, now, reason)
    return recusal


@transaction.atomic
def settle_recusal(*, recusal: Recusal, confirm: bool, reason: str = "", actor: Actor, now: datetime) -> Recusal:
    """A manager confirms a recusal, or dismisses a declared or requested one with a reason. One by rule stands."""
    rows = Recusal.objects.select_for_update(of=("self",)).select_related("assessor__round__edition", "entry")
    recusal = rows.get(pk=recusal.pk)
    ensure(can_settle_recusal(actor, recusal, now))
    if not confirm and recusal.basis not in ("declared", "requested"):
        raise Invalid({"": _("A recusal by rule can't be dismissed.")})
    if not confirm and not reason.strip():
        raise Invalid({"reason": _("Write the reason: it is kept and shown.")})
    recusal.state = Recusal.State.CONFIRMED if confirm else Recusal.State.DISMISSED
    recusal.settled_by, recusal.settled_at = actor.user, now
    recusal.save(update_fields=["state", "settled_by", "settled_at"])
    content = _pair(recusal) | {"basis": recusal.basis, "state": str(recusal.state)}
    _append(recusal.assessor, "recusal", content, actor, now, reason)
    return recusal


@transaction.atomic
def assign_sheets(*, round: Round, pairs: list[tuple[Assessor, Entry]], actor: Actor, now: datetime) -> int:
    """Gives each assessor the sheets that they lack; the caller has asked its permission. Returns how many."""
    have = set(ScoreSheet.objects.filter(round=round, removed_at__isnull=True).values_list("assessor_id", "entry_id"))
    barred = set(live_recusals(round).values_list("assessor_id", "entry_id"))
    new = [
        ScoreSheet(assessor=assessor, entry=entry, round=round, assigned_at=now)
        for assessor, entry in pairs
        if (assessor.pk, entry.pk) not in have | barred
    ]
    ScoreSheet.objects.bulk_create(new)
    return len(new)


def _pair(recusal: Recusal) -> dict:
    return {"assessor": recusal.assessor.number, "entry": recusal.entry.public_id}


def _append(assessor, kind, open_part, actor, now, reason="") -> None:
    ledger.append(
        edition=assessor.round.edition,
        round=assessor.round,
        kind=kind,
        open_part=open_part,
        actor=actor,
        now=now,
        reason=reason,
    )
