"""The way to a signed result, each step by another person: compute, recount, approve, sign (RULES, "The panel" 8).

Each step computes anew and compares: what a person approves or signs is what the sheets say at that moment.
Result.content: {"edition", "finalists" (entry ids in running order), "scores" {entry: "n/d"}, "order", "prizes"
{entry: grade's Korean name}, "decided_by", "quorum", "unawarded", "votes", "rules", "input", "outcome", "ledger_head"}.
"""

import json
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from awards.actors import Actor
from awards.canonical import canonical, digest
from awards.decisions import Invalid, Refused, ensure, not_now
from awards.models import Edition
from judging.panel.models import Panel, Release, Result
from judging.panel.permissions import can_take_step
from judging.panel.queries import live_release, places
from judging.panel.services.locks import bump, locked_panel, seat_of
from judging.panel.services.outcome import blockers, outcome_of
from judging.sheets import ledger
from judging.sheets.models import Chain


def _taking(step: str, edition: Edition, actor: Actor, now: datetime) -> tuple[Panel, Release | None]:
    """The locked panel and its live release, once the actor may take the step."""
    panel = locked_panel(edition)
    release = live_release(panel)
    ensure(can_take_step(step, actor, seat_of(panel, actor), panel.round.edition, release, now))
    return panel, release


@transaction.atomic
def compute_result(*, edition: Edition, actor: Actor, now: datetime) -> Release:
    """A manager computes the result from the sealed sheets. Again, before the recount: replaces what has changed."""
    panel, release = _taking("compute", edition, actor, now)
    text = canonical(outcome_of(panel))
    if release is not None:
        if release.outcome == text:
            return release
        _return(panel, release, _("Computed anew."), actor, now)
    release = Release.objects.create(
        panel=panel, outcome=text, digest=digest(text), computed_by=actor.user, computed_at=now
    )
    return _keep(panel, release, "computed", actor, now)


@transaction.atomic
def recount_result(*, edition: Edition, sums: dict[str, int | None], actor: Actor, now: datetime) -> Release:
    """A second manager's sums of counted totals from the signed sheets, by entry's public id; a difference blocks.

    Raises Invalid naming each finalist whose sum differs, never the right number.
    """
    panel, release = _taking("recount", edition, actor, now)
    content = _settled(panel, release)
    wrong = {
        entry: _("This sum is not the computed one. Add the sheets up once more.")
        for entry, right in content["sums"].items()
        if sums.get(entry) != right
    }
    if wrong:
        raise Invalid(wrong)
    release.recount = {entry: sums[entry] for entry in content["sums"]}
    release.recounted_by, release.recounted_at = actor.user, now
    release.save(update_fields=["recount", "recounted_by", "recounted_at"])
    return _keep(panel, release, "recounted", actor, now)


@transaction.atomic
def approve_result(*, edition: Edition, actor: Actor, now: datetime) -> Release:
    """The auditor approves what was computed and recounted."""
    panel, release = _taking("approve", edition, actor, now)
    _settled(panel, release)
    release.approved_by, release.approved_at = actor.user, now
    release.save(update_fields=["approved_by", "approved_at"])
    return _keep(panel, release, "approved", actor, now)


@transaction.atomic
def return_result(*, edition: Edition, reason: str, actor: Actor, now: datetime) -> Release:
    """The auditor sends the result back with a reason: a manager computes anew, and every step follows again."""
    panel, release = _taking("approve", edition, actor, now)
    if not reason.strip():
        raise Invalid({"reason": _("Write the reason: it is kept and shown.")})
    return _return(panel, release, reason.strip(), actor, now)


@transaction.atomic
def sign_result(*, edition: Edition, actor: Actor, now: datetime) -> Result:
    """The chair signs: the Result is made, immutable from then on; all that follows copies it."""
    panel, release = _taking("sign", edition, actor, now)
    content = _settled(panel, release)
    head = Chain.objects.select_for_update().get(round=panel.round).head
    text = canonical(_result(panel, release, content, head))
    result = Result.objects.create(
        panel=panel, content=text, digest=digest(text), ledger_head=head, signed_by=actor.user, at=now
    )
    release.signed_by, release.signed_at = actor.user, now
    release.save(update_fields=["signed_by", "signed_at"])
    _keep(panel, release, "result", actor, now, {"result": result.digest, "head": head})
    return result


def _result(panel: Panel, release: Release, content: dict, head: str) -> dict:
    names = ("scores", "order", "prizes", "decided_by", "quorum")
    return {name: content["answer"][name] for name in names} | {
        "edition": panel.round.edition.slug,
        "finalists": [place.entry.public_id for place in places(panel) if place.state != "withdrawn"],
        "unawarded": panel.unawarded,
        "votes": content["votes"],
        "rules": content["rules"],
        "input": content["input"],
        "outcome": release.digest,
        "ledger_head": head,
    }


def _settled(panel: Panel, release: Release) -> dict:
    """The release's content, if it is still what the sheets say and nothing stops it; else Refused."""
    try:
        fresh = canonical(outcome_of(panel))
    except Invalid as invalid:
        raise Refused(not_now(str(invalid))) from invalid
    if fresh != release.outcome:
        raise Refused(not_now(_("The sheets, recusals or votes have changed since: the result must be computed anew.")))
    content = json.loads(release.outcome)
    if blockers(content):
        raise Refused(not_now(_("A quorum is missing or a tie waits for its vote: the result can't be released so.")))
    return content


def _return(panel: Panel, release: Release, reason: str, actor: Actor, now: datetime) -> Release:
    release.returned_by, release.returned_at, release.return_reason = actor.user, now, reason
    release.save(update_fields=["returned_by", "returned_at", "return_reason"])
    return _keep(panel, release, "returned", actor, now, reason=reason)


def _keep(
    panel: Panel,
    release: Release,
    kind: str,
    actor: Actor,
    now: datetime,
    more: dict | None = None,
    reason: str = "",
) -> Release:
    bump(panel)
    ledger.append(
        edition=panel.round.edition,
        round=panel.round,
        kind=kind,
        open_part={"release": release.public_id, "digest": release.digest} | (more or {}),
        actor=actor,
        now=now,
        reason=reason,
    )
    return release
