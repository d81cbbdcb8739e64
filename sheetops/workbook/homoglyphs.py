"""Domains that look like another one: letters of two scripts in a word, or only letters that pass
for Latin ones.

The rules are those by which Chromium decides whether to show an internationalised name as written
(its document "Internationalized Domain Names (IDN) in Google Chrome"), made simple. What they catch
is shown to a person; a real domain that they catch by mistake costs one look.
"""

from __future__ import annotations

import unicodedata

_TOGETHER = frozenset(
    {"LATIN", "CJK", "IDEOGRAPHIC", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA", "HANGUL"}
    | {"BOPOMOFO"}
)
"""Scripts that are written together in China, Japan and Korea."""
_PASSES_FOR_LATIN = {
    "CYRILLIC": frozenset("асԁеһіјӏорԛѕԝхуъьҽпгѵѡ"),
    "GREEK": frozenset("αικνρυωηοτ"),
}
_AT_HOME = {
    "CYRILLIC": frozenset({"ru", "su", "ua", "by", "bg", "rs", "mk", "kz", "kg", "mn", "tj"}),
    "GREEK": frozenset({"gr", "cy"}),
    "LATIN": frozenset({"tr", "az"}),
}
"""Countries whose own words are written so; for Latin, those that write a dotless i."""
_ODD_LATIN = frozenset("\u0131\u0138\u0237") | frozenset(map(chr, range(0x250, 0x2B0))) - {"ə"}
"""Dotless i and j, kra, and letters of phonetic script: each passes for a common one."""


def misleading(domain: str) -> str:
    """Why a domain (in its own letters, not `xn--`) may be taken for another; blank if it is plain.

    The reason goes on from "its domain ".
    """
    if domain.isascii():
        return ""
    home = domain.rpartition(".")[2]
    reasons = (_of_word(word, home) for word in domain.casefold().split("."))
    return next((reason for reason in reasons if reason), "")


def _of_word(word: str, home: str) -> str:
    scripts = {_script(letter): letter for letter in word if letter.isalpha()}
    if len(scripts) > 1 and not scripts.keys() <= _TOGETHER:
        named = " and ".join(sorted(name.capitalize() for name in scripts))
        return f'mixes {named} letters in "{word}"'
    script = next(iter(scripts), "")
    if home in _AT_HOME.get(script, ()) or _script(home[:1]) == script != "LATIN":
        return ""
    passing = _PASSES_FOR_LATIN.get(script, frozenset())
    if passing and {letter for letter in word if letter.isalpha()} <= passing:
        return f'is written in {script.capitalize()} letters that pass for Latin ones ("{word}")'
    odd = sorted(_ODD_LATIN.intersection(word))
    return f'holds "{odd[0]}", which passes for another letter' if odd else ""


def _script(letter: str) -> str:
    return unicodedata.name(letter, "").partition(" ")[0]
