"""Postpositions (조사) that fit the word before them: 관세청은, 부서는, AI는, R은, 서울로, 10으로. Pure.

Never changes the word itself. A bracket at the end is passed over, as the spelling rules have it: 관세(Customs)를.
"""

import re

PAIRS = {
    "은/는": ("은", "는"),
    "이/가": ("이", "가"),
    "을/를": ("을", "를"),
    "과/와": ("과", "와"),
    "으로/로": ("으로", "로"),
}
PAIRS |= {f"{vowel}/{final}": (final, vowel) for final, vowel in PAIRS.values()}

_BRACKETS = {")": "(", "]": "[", "}": "{", "〉": "〈", "》": "《", "）": "（"}
_FINAL, _RIEUL, _NONE = "final", "rieul", ""
_DIGITS = dict(zip("0123456789", ["final", "rieul", "", "final", "", "", "final", "rieul", "rieul", ""], strict=True))
_LETTERS = {"L": _RIEUL, "R": _RIEUL, "M": _FINAL, "N": _FINAL}  # 엘, 알, 엠, 엔; all others end in a vowel
_SIGNS = {"℃": _NONE, "%": _NONE, "㎏": _FINAL, "㎞": _NONE, "㎡": _NONE, "+": _NONE, "&": _NONE}


def josa(word: str, pair: str) -> str:
    """The postposition of `pair` ("은/는", "으로/로", in either order) that follows `word`; KeyError for another."""
    after_final, after_vowel = PAIRS[pair]
    ending = _ending(word)
    if after_final == "으로" and ending == _RIEUL:
        return after_vowel
    return after_final if ending else after_vowel


def with_josa(word: str, pair: str) -> str:
    """The word with its postposition."""
    return word + josa(word, pair)


def _ending(word: str) -> str:
    """How the word ends when it is read aloud: in another final consonant, in ㄹ, or in a vowel."""
    core = _without_brackets(word)
    last = core[-1:]
    if "가" <= last <= "힣":
        final = (ord(last) - 0xAC00) % 28
        return _RIEUL if final == 8 else _FINAL if final else _NONE
    if last in _SIGNS:
        return _SIGNS[last]
    if last.isdigit() and last.isascii():
        return _number(re.search(r"[\d,.]*\d$", core).group())
    if last.isascii() and last.isalpha():
        return _latin(re.search(r"[A-Za-z]+$", core).group())
    return _NONE


def _without_brackets(word: str) -> str:
    """The word without closing signs and a bracket at its end, unless nothing else is there."""
    core = word.rstrip()
    while core:
        opening = _BRACKETS.get(core[-1])
        if opening:
            start = core.rfind(opening)
            if start <= 0 or not _readable(core[:start]):
                core = core[:-1]
            else:
                core = core[:start].rstrip()
        elif core[-1].isalnum() or core[-1] in _SIGNS:
            return core
        else:
            core = core[:-1].rstrip()
    return core


def _readable(text: str) -> bool:
    return any(sign.isalnum() for sign in text)


def _number(text: str) -> str:
    """Numbers are read in full: 10 십, 100 백, 1,000 천, 10,000 만, 조; decimals digit by digit."""
    whole = text.replace(",", "")
    zeros = len(whole) - len(whole.rstrip("0"))
    if "." in whole or zeros == 0 or not whole.strip("0"):
        return _DIGITS[whole[-1]]
    return _NONE if 12 <= zeros < 16 else _FINAL


def _latin(letters: str) -> str:
    """Abbreviations by the name of their last letter, written words by how they usually sound in Korean."""
    if len(letters) == 1 or letters[1:].isupper():
        return _NONE if letters.isupper() and letters[-1] not in _LETTERS else _LETTERS.get(letters[-1].upper(), _NONE)
    word = letters.lower()
    if re.search(r"(l|[bcdfgkpstz]le)$", word):
        return _RIEUL
    return _FINAL if re.search(r"(m|n|ng|me|ne|[aeiou][bkpt]|ck)$", word) else _NONE
