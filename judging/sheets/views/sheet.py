"""The address to which a score sheet is saved field by field as it is typed; screening and panel use it alike."""

import json
import uuid

from django.http import Http404, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from awards import clock
from awards.decisions import Invalid
from judging.sheets.models import ScoreSheet
from judging.sheets.services.marking import save_field

VERSIONS = range(2**31)


@require_POST
def save(request, edition, sheet):
    """One write of a scoring client: 200 is committed as live, 409 entered no sheet, 422 says what to type instead."""
    own = ScoreSheet.objects.filter(round__edition=request.edition, assessor__user=request.user)
    found = own.filter(public_id=sheet).first()
    if found is None:
        raise Http404
    try:
        answer = save_field(sheet=found, actor=request.actor, now=clock.now(request), **read_write(request.body))
    except Invalid as invalid:
        [(field, message)] = invalid.errors.items()
        return JsonResponse({"code": "invalid", "field": field, "message": str(message)}, status=422)
    return JsonResponse(answer.body, status=answer.status)


def read_write(body: bytes) -> dict:
    """The write in a request's body: field, value, based_on, write. Raises Invalid for anything else."""
    try:
        given = json.loads(body)
        field, value, based_on = given["field"], given["value"], given["based_on"]
        write = uuid.UUID(given["write"])
        if not (isinstance(field, str) and isinstance(value, str) and type(based_on) is int and based_on in VERSIONS):
            raise ValueError
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise Invalid({"": _("This could not be read. Load the page again.")}) from error
    return {"field": field, "value": value, "based_on": based_on, "write": write}
