"""Reads the environment, loudly: an odd value stops the start with a line that names the variable. Pure."""

import os
from urllib.parse import parse_qsl, unquote, urlsplit


class OddSetting(ValueError):
    """An environment variable has a value that can't be meant."""


def text(name: str, default: str = "") -> str:
    return os.environ.get(name, default).strip()


def flag(name: str, default: bool = False) -> bool:
    """1/0, true/false, yes/no, on/off; anything else raises OddSetting."""
    value = text(name, "1" if default else "0").lower()
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off", ""}:
        return False
    raise OddSetting(f"{name}={value!r}: use 1 or 0.")


def number(name: str, default: int) -> int:
    value = text(name, str(default))
    if not value.isdigit():
        raise OddSetting(f"{name}={value!r}: use a whole number.")
    return int(value)


def words(name: str, default: str = "") -> list[str]:
    """A list separated by commas."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def database(name: str) -> dict:
    """Django settings for a postgresql:// URL; hosts may be several ("h1:5432,h2:5432") or a quoted socket folder."""
    value = text(name)
    parts = urlsplit(value)
    if parts.scheme not in {"postgresql", "postgres"}:
        raise OddSetting(f"{name}: Jangwon runs on PostgreSQL only; give a postgresql:// address.")
    _login, _at, places = parts.netloc.rpartition("@")
    hosts, ports = [], []
    for place in places.split(","):
        host, _colon, port = place.partition(":")
        hosts.append(unquote(host))
        ports.append(port)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": ",".join(hosts),
        "PORT": ",".join(ports) if any(ports) else "",
        "OPTIONS": dict(parse_qsl(parts.query)),
    }
