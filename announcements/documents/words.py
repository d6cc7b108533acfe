"""Moments, quotations and forms of address as Korean official papers write them. Pure."""

import unicodedata
from datetime import date, datetime
from zoneinfo import ZoneInfo

SEOUL = ZoneInfo("Asia/Seoul")
WEEKDAYS = "월화수목금토일"


def local(moment: datetime) -> datetime:
    return moment.astimezone(SEOUL)


def day_and_hours(start: datetime, end: datetime) -> str:
    """12월 9일(월, 14:00~16:00); over several days each with its own day."""
    start, end = local(start), local(end)
    day = f"{start.month}월 {start.day}일({WEEKDAYS[start.weekday()]}, {start:%H:%M}"
    if start.date() == end.date():
        return f"{day}~{end:%H:%M})"
    return f"{day})~{end.month}월 {end.day}일({WEEKDAYS[end.weekday()]}, {end:%H:%M})"


def paper_day(day: date) -> str:
    """2024. 12. 9.(월)"""
    return f"{day.year}. {day.month}. {day.day}.({WEEKDAYS[day.weekday()]})"


def long_day(day: date) -> str:
    """2024년 12월 9일"""
    return f"{day.year}년 {day.month}월 {day.day}일"


def short_day(day: date) -> str:
    """12.9"""
    return f"{day.month}.{day.day}"


def quoted(title: str) -> str:
    """A title in quotation marks that it does not use itself."""
    if not set("‘’'") & set(title):
        return f"‘{title}’"
    return f"“{title}”" if not set('“”"') & set(title) else f"『{title}』"


def addressed(person: dict) -> str:
    """부산세관 이경우 주무관: office, name, form of address."""
    return " ".join(filter(None, [person["office"], person["name"], person["title"]]))


def clean(value):
    """The same data in NFC, without characters that can't be seen (line ends stay); works through lists and dicts."""
    if isinstance(value, dict):
        return {key: clean(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [clean(item) for item in value]
    if not isinstance(value, str):
        return value
    text = unicodedata.normalize("NFC", value).replace("\r\n", "\n").replace("\t", " ")
    return "".join(
        sign
        for sign in text
        if sign == "\n" or unicodedata.category(sign) not in ("Cc", "Cf", "Cs", "Co") and sign not in "\ufe0e\ufe0f"
    )
