"""The parts of a formula: what a person reads as words, numbers, references and signs."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, cast

from tests.sheets_server.ranges import Area, cells_of, letters, title_in_range

Kind = Literal["number", "text", "ref", "name", "call", "sign", "fault", "space"]
COMMA_LOCALES = re.compile(
    r"(de|fr|es|it|nl|pt|pl|ru|uk|da|nb|no|sv|fi|cs|sk|hu|ro|bg|el|tr|hr|sl|sr|lt|lv|et|vi|id)(_|$)"
)
ENDS = r"\$?[A-Za-z]{1,3}\$?\d+(?::\$?[A-Za-z]{1,3}(?:\$?\d+)?|:\$?\d+)?"
COLUMNS = r"\$?[A-Za-z]{1,3}:\$?[A-Za-z]{1,3}(?:\$?\d+)?"
ROWS = r"\$?\d+:\$?[A-Za-z]{0,3}\$?\d*"
REF = f"{ENDS}|{COLUMNS}|{ROWS}"
PARTS = re.compile(
    rf"""(?P<space>\s+)
    |(?P<text>"(?:[^"]|"")*")
    |(?P<ref>(?:(?:'(?:[^']|'')+'|[^\W\d][\w.]*)!)?(?:{REF})(?![\w(]))
    |(?P<wide>(?:'(?:[^']|'')+'|[^\W\d][\w.]*)!\w+)
    |(?P<call>[A-Za-z_][\w.]*\s*\()
    |(?P<name>[^\W\d][\w.]*)
    |(?P<number>\d+(?:NUMBER_POINT\d*)?(?:[eE][+-]?\d+)?|NUMBER_POINT\d+)
    |(?P<fault>\#(?:REF!|N/A|VALUE!|DIV/0!|NUM!|NAME\?|NULL!|ERROR!))
    |(?P<sign><>|<=|>=|[-+*/^&=<>%(){{}},;\\:])
    """,
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Token:
    """One part: what it is, and its text as written."""

    kind: Kind
    text: str


class NotAFormula(ValueError):
    """The text cannot be read as a formula; the cell shows #ERROR!."""


def decimal_comma(locale: str) -> bool:
    """Whether numbers of that locale have a comma before their decimals."""
    return bool(COMMA_LOCALES.match(locale))


@lru_cache(maxsize=4096)
def parts(formula: str, locale: str) -> tuple[Token, ...]:
    """The tokens of a formula (without its `=`), blanks too, so that joined they give it again.

    Raises:
        NotAFormula: a character that no formula has.
    """
    pattern = _pattern("," if decimal_comma(locale) else ".")
    found: list[Token] = []
    at = 0
    while at < len(formula):
        match = pattern.match(formula, at)
        if not match or match.lastgroup is None:
            raise NotAFormula(f"Formula parse error at {formula[at:]!r}")
        kind = "ref" if match.lastgroup == "wide" else match.lastgroup
        found.append(Token(cast(Kind, kind), match[0]))
        at = match.end()
    return tuple(found)


PATTERNS: dict[str, re.Pattern[str]] = {}


def _pattern(point: str) -> re.Pattern[str]:
    if point not in PATTERNS:
        source = PARTS.pattern.replace("NUMBER_POINT", re.escape(point))
        PATTERNS[point] = re.compile(source, re.VERBOSE)
    return PATTERNS[point]


@dataclass(frozen=True, slots=True)
class Reference:
    """A reference as written: its sheet's title (None: the formula's own), area and `$` signs."""

    title: str | None
    area: Area
    fixed: tuple[bool, bool, bool, bool] = (False, False, False, False)
    """Whether first row, first column, last row and last column carry a `$`."""
    from_row: bool = True
    """Whether its first end names a row: A1:B and A2 do, A:B does not."""


@lru_cache(maxsize=4096)
def reference(text: str) -> Reference | None:
    """Read a reference; None where the text after the `!` is no cells (a named range, say)."""
    title, cells = None, text
    if "!" in text:
        head, _, cells = text.rpartition("!")
        title = head[1:-1].replace("''", "'") if head.startswith("'") else head
    area = cells_of(cells, 0)
    if area is None:
        return None
    first, _, last = cells.partition(":")
    ends = (*_fixed(first), *_fixed(last or first))
    return Reference(title, area, ends, any(sign.isdigit() for sign in first))


def _fixed(end: str) -> tuple[bool, bool]:
    return bool(re.search(r"\$\d", end)), bool(re.match(r"\$[A-Za-z]", end))


def written(ref: Reference) -> str:
    """A reference as a person would write it."""
    head = f"{title_in_range(ref.title)}!" if ref.title is not None else ""
    area, fixed = ref.area, ref.fixed
    if area.right is None and area.bottom is not None:
        return f"{head}{_row(area.top, fixed[0])}:{_row(area.bottom - 1, fixed[2])}"
    first = _column(area.left, fixed[1]) + (_row(area.top, fixed[0]) if ref.from_row else "")
    if area.right is None:
        return f"{head}{first}:{area.top + 1}"
    last = _column(area.right - 1, fixed[3])
    if area.bottom is not None:
        last += _row(area.bottom - 1, fixed[2])
    if area.bottom == area.top + 1 and area.right == area.left + 1:
        return head + first
    return f"{head}{first}:{last}"


def _row(row: int, fixed: bool) -> str:
    return f"{'$' if fixed else ''}{row + 1}"


def _column(column: int, fixed: bool) -> str:
    return f"{'$' if fixed else ''}{letters(column)}"
