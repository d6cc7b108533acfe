"""What every page shows around its content: service name, edition, stages, navigation. Makes no query of its own."""

from awards import calendar, contributions
from awards.models.edition import STAGE_LABELS


def _steps(stage: str) -> list[dict]:
    here = calendar.STAGES.index(stage)
    states = ["done"] * here + ["current"] + ["todo"] * len(calendar.STAGES)
    return [
        {"code": code, "label": STAGE_LABELS[code], "state": state}
        for code, state in zip(calendar.STAGES, states, strict=False)
        if code != "archived"
    ]


def page(request) -> dict:
    """`edition`, `actor`, `steps` and `nav` for the templates; nothing where the address names no edition."""
    edition = getattr(request, "edition", None)
    if edition is None:
        return {}
    actor = request.actor
    return {
        "edition": edition,
        "actor": actor,
        "steps": _steps(edition.stage),
        "nav": [
            {"label": item.label, "url": item.url, "current": request.path.startswith(item.url)}
            for item in contributions.navigation(actor, edition)
        ],
    }
