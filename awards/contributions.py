"""The one hook upwards: what the later apps add to the pages and checks of the edition.

An app's `AppConfig.ready()` calls these functions; this module knows none of the apps and decides nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the check list before a stage: what must be there, whether it is, and where to mend it."""

    code: str
    label: str
    ok: bool
    detail: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """A page an app offers: in the set-up list or in the header's navigation."""

    code: str
    label: str
    url: str


@dataclass(slots=True)
class _Registry:
    stage_checks: dict[str, list[Callable]] = field(default_factory=dict)
    setup_pages: list[Callable] = field(default_factory=list)
    navigation: list[Callable] = field(default_factory=list)
    role_checks: list[Callable] = field(default_factory=list)


_registry = _Registry()


def add_stage_check(stage: str, check: Callable) -> None:
    """`check(edition, now) -> list[Check]` is asked before `stage` may begin."""
    _registry.stage_checks.setdefault(stage, []).append(check)


def add_setup_pages(pages: Callable) -> None:
    """`pages(edition) -> list[Page]` are shown in the manager's set-up."""
    _registry.setup_pages.append(pages)


def add_navigation(pages: Callable, *, first: bool = False) -> None:
    """`pages(actor, edition) -> list[Page]` are shown in the header, in the order of the apps; it may make no query."""
    _registry.navigation.insert(0 if first else len(_registry.navigation), pages)


def add_role_check(check: Callable) -> None:
    """`check(edition, user, role, now) -> str` gives the reason why a person can't have a role, or ""."""
    _registry.role_checks.append(check)


def stage_checks(edition, stage: str, now: datetime) -> list[Check]:
    """The check list of a stage, in the order of the apps."""
    return [line for check in _registry.stage_checks.get(stage, []) for line in check(edition, now)]


def setup_pages(edition) -> list[Page]:
    return [page for pages in _registry.setup_pages for page in pages(edition)]


def navigation(actor, edition) -> list[Page]:
    return [page for pages in _registry.navigation for page in pages(actor, edition)]


def role_refusal(edition, user, role: str, now: datetime) -> str:
    """The first reason why `user` can't have `role`, or ""."""
    return next(filter(None, (check(edition, user, role, now) for check in _registry.role_checks)), "")
