"""What people type, made plain before it is stored: NFC, line ends, no control characters. Pure; never shortens."""

import re
import unicodedata

# Control characters and lone surrogates can't be stored or printed; the direction marks can make a text read as
# another one. Tabs and line ends stay.
_UNWANTED = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]")


def clean_text(typed: str) -> str:
    """Text of several lines as it is kept: NFC, every line end "\\n", nothing that can't be seen."""
    lines = re.sub(r"\r\n?|\x0b|\x0c|\x85|\u2028|\u2029", "\n", typed)
    return unicodedata.normalize("NFC", _UNWANTED.sub("", lines))


def clean_line(typed: str) -> str:
    """Text of one line as it is kept."""
    return re.sub(r"[\n\t]+", " ", clean_text(typed))
