"""How figures are said: percentages, sums of money, hours, days and weeks, the same everywhere."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sheetops.report.figures import Unit
from sheetops.workbook.values import day_text

FEW = "Not enough clients yet"
_WHOLE_FROM = 10


def percent(share: float) -> str:
    """A share (0 to 1) as it is read: `84 %`."""
    return f"{100 * share:.0f} %"


def share_or_dash(share: float | None) -> str:
    """A share as tables have it; a dash where it is not known."""
    return "–" if share is None else percent(share)


def number(value: float) -> str:
    """A count or a sum of hours: one decimal below ten, none from there, thousands parted."""
    rounded = round(value, 1)
    if abs(rounded) >= _WHOLE_FROM or rounded == int(rounded):
        return f"{value:,.0f}"
    return f"{rounded:.1f}"


def money(value: float) -> str:
    """A sum in the business's currency, whole."""
    return f"{value:,.0f}"


def amount(value: float, unit: Unit) -> str:
    """An amount of work in its unit: `12 hours`, `1 step`."""
    said = number(value)
    return f"{said} {unit.value.removesuffix('s') if said == '1' else unit.value}"


def count(value: int, one: str, more: str = "") -> str:
    """A number of things: `1 client`, `3 clients`."""
    return f"{value:,} {one if value == 1 else more or f'{one}s'}"


def day(when: date) -> str:
    """A day without its year: `24 Nov`."""
    return day_text(when).rsplit(" ", 1)[0]


def listed(names: Sequence[str], most: int = 3) -> str:
    """Names as a sentence has them: `Ann, Ben and 2 more`."""
    shown = list(names[:most])
    more = len(names) - len(shown)
    if more:
        shown.append(f"{more} more")
    if len(shown) < 2:  # noqa: PLR2004 # one needs no "and"
        return "".join(shown)
    return f"{', '.join(shown[:-1])} and {shown[-1]}"
