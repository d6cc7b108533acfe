"""All addresses of the project with the methods they know, and real objects to fill them with."""

from collections.abc import Iterator

from django.urls import URLPattern, URLResolver, get_resolver, reverse

STAGES = ("drafting", "submission", "screening", "selection", "finalists", "panel", "result", "winners")
# One letter a status: what a table cell says for each stage in turn.
LETTERS = {200: "o", 204: "o", 302: "o", 304: "o", 400: "b", 403: "F", 404: "-", 405: "m", 409: "C", 422: "b", 429: "b"}
LOGIN = "L"


def names() -> Iterator[tuple[str, tuple[str, ...]]]:
    """(URL name, names of its parts) of every address there is."""

    def walk(patterns, parts):
        for pattern in patterns:
            here = parts + tuple(pattern.pattern.converters)
            if isinstance(pattern, URLResolver):
                yield from walk(pattern.url_patterns, here)
            elif isinstance(pattern, URLPattern):
                yield pattern.name, here

    yield from walk(get_resolver().url_patterns, ())


# Addresses that are told by a pattern of their own.
FIXED = {
    "account_confirm_email": "/accounts/confirm-email/nobody/",
    "account_reset_password_from_key": "/accounts/password/reset/key/1-nobody/",
}


def address(name: str, parts: tuple[str, ...], objects: dict[str, str]) -> str:
    """The address with real ids where the stage has them, else with one that is nobody's."""
    if name in FIXED:
        return FIXED[name]
    special = {part: objects.get(f"{name}:{part}", objects.get(part, "zzzzzzzzzzzz")) for part in parts}
    return reverse(name, kwargs=special)
