"""Finding tabs and columns by what they are called, never by where they stand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import lru_cache

from sheetops.workbook.contract import BY_NAME, TABS, Tab
from sheetops.workbook.problem import Problem
from sheetops.workbook.raw import RawBook, RawTab, Value, address

_TITLE_ROWS = 20  # headings may stand below a title, but not below a page of text
_ALIKE = 0.8
_SHORTEST = 3  # of two letters, one says nothing


@lru_cache(maxsize=1 << 17)  # each name is compared many times in a run
def folded(text: str) -> str:
    """A name as it is compared: case and spaces around and between words ignored."""
    return " ".join(text.split()).casefold()


_TAB_OF: dict[str, str] = {
    folded(name): tab.name for tab in reversed(TABS) for name in (*tab.aliases, tab.name)
}


def tab_called(title: str) -> str:
    """The contract's tab that one of this title is; blank if it is none."""
    return _TAB_OF.get(folded(title), "")


def is_ours(title: str) -> bool:
    """Whether a tab of this title is one that the contract knows."""
    return bool(tab_called(title))


@dataclass(frozen=True)
class Headings:
    """Where the headings of a tab stand.

    `columns` is the column of each of the contract's headings that was found. `rivals` are columns
    whose heading may mean the same (a second one, or one that reads like a misspelling): where a
    rival holds something else than the column, a person must look.
    """

    row: int
    columns: Mapping[str, int]
    rivals: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    missing: tuple[str, ...] = ()


def tabs_of(book: RawBook) -> tuple[dict[str, RawTab], dict[str, Problem], list[Problem]]:
    """The contract's tabs of a workbook by name; those that are there but misspelt, by the name
    that is meant, each with its problem; and what else is wrong with the tabs."""
    found: dict[str, RawTab] = {}
    problems: list[Problem] = []
    ordered = sorted(book.tabs.values(), key=lambda raw: raw.name not in BY_NAME)
    for raw in ordered:
        name = raw.role or tab_called(raw.name)
        if not name:
            continue
        if name in found:
            problems.append(
                Problem(
                    raw.name,
                    "",
                    f'Both this tab and "{found[name].name}" may be {name}.',
                    f'"{found[name].name}" is read; rename or delete the other.',
                )
            )
            continue
        found[name] = raw
    strangers = [*book.other_tabs, *(raw.name for raw in book.tabs.values() if not raw.role)]
    missing = [tab for tab in TABS if tab.name not in found]
    misspelt = {tab.name: nearly for tab in missing if (nearly := _misspelt_tab(tab, strangers))}
    for tab in missing:
        if tab.required and tab.name not in misspelt:
            mend = f'Add a tab "{tab.name}", or copy it from the template.'
            what = "The tab is missing, and nothing works without it."
            problems.append(Problem(tab.name, "", what, mend))
    return found, misspelt, problems


def _misspelt_tab(tab: Tab, strangers: Iterable[str]) -> Problem | None:
    others = {folded(title): title for title in strangers if not is_ours(title)}
    near = get_close_matches(folded(tab.name), others, n=1, cutoff=_ALIKE)
    if not near:
        return None
    found = f"This tab reads like {tab.name}, misspelt, and is not read."
    return Problem(others[near[0]], "", found, f'Rename it to "{tab.name}".')


def find(tab: Tab, raw: RawTab) -> Headings:
    """Find the heading row of a tab and the contract's columns in it."""
    known = {
        folded(name): column.heading for column in tab for name in (column.heading, *column.aliases)
    }
    at, cells = _heading_row(raw, known)
    row = raw.first_row + at
    texts = {
        raw.first_column + place: value
        for place, value in enumerate(cells)
        if isinstance(value, str) and value.strip()
    }
    columns, rivals, problems = _match(tab, texts, row)
    columns, rivals, more = _misspelt(tab, texts, row, columns, rivals)
    missing = tuple(c.heading for c in tab if c.required and c.heading not in columns)
    return Headings(
        row, columns, rivals, (*problems, *more, *_missing_columns(tab, row, missing)), missing
    )


def _heading_row(raw: RawTab, known: Mapping[str, str]) -> tuple[int, list[Value]]:
    """The first of the rows at the top that holds the most headings we know."""
    best, best_count = 0, 0
    for at, row in enumerate(raw.rows[:_TITLE_ROWS]):
        count = len({known.get(folded(v)) for v in row if isinstance(v, str)} - {None})
        if count > best_count:
            best, best_count = at, count
    return best, list(raw.rows[best]) if raw.rows else []


def _match(
    tab: Tab, texts: Mapping[int, str], row: int
) -> tuple[dict[str, int], dict[str, tuple[int, ...]], list[Problem]]:
    columns: dict[str, int] = {}
    rivals: dict[str, tuple[int, ...]] = {}
    problems: list[Problem] = []
    for column in tab:
        exact = [at for at, text in texts.items() if folded(text) == folded(column.heading)]
        aliases = {folded(alias) for alias in column.aliases} - {folded(c.heading) for c in tab}
        places = exact or [at for at, text in texts.items() if folded(text) in aliases]
        if not places:
            continue
        columns[column.heading] = places[0]
        for at in places[1:]:
            rivals[column.heading] = (*rivals.get(column.heading, ()), at)
            beside = address(row, places[0])
            found = f'"{texts[at]}" is a second column for {column.heading}, beside {beside}.'
            mend = "Keep one, and rename or delete the other."
            problems.append(Problem(tab.name, address(row, at), found, mend))
    return columns, rivals, problems


def _misspelt(
    tab: Tab,
    texts: Mapping[int, str],
    row: int,
    columns: Mapping[str, int],
    rivals: Mapping[str, tuple[int, ...]],
) -> tuple[dict[str, int], dict[str, tuple[int, ...]], list[Problem]]:
    """Headings that read like one that is missing. They are not read, but they raise doubt."""
    absent = {
        folded(name): c.heading
        for c in tab
        if c.heading not in columns
        for name in (*c.aliases, c.heading)
    }
    known = {folded(name) for c in tab for name in (*c.aliases, c.heading)}
    taken = {*columns.values(), *(at for places in rivals.values() for at in places)}
    doubtful = dict(rivals)
    problems = []
    for at, text in texts.items():
        if at in taken or folded(text) in known:
            continue
        near = _nearest(folded(text), absent)
        if not near:
            continue
        heading = absent[near]
        doubtful[heading] = (*doubtful.get(heading, ()), at)
        problems.append(
            Problem(
                tab.name,
                address(row, at),
                f'the heading "{text}" reads like {heading}, misspelt, and is not read.',
                f'Rename it to "{heading}".',
            )
        )
    return dict(columns), doubtful, problems


def _nearest(text: str, known: Iterable[str]) -> str:
    """The one of `known` that `text` reads like, or blank."""
    near = get_close_matches(text, known, n=1, cutoff=_ALIKE)
    return near[0] if near else next((one for one in known if _is_one_slip(text, one)), "")


def _is_one_slip(text: str, meant: str) -> bool:
    """Whether one wrong letter, or two that changed places, make the two differ: short headings
    such as `Due` are lost by less than the ratio sees."""
    if len(text) != len(meant):
        return False
    unlike = [at for at, (a, b) in enumerate(zip(text, meant, strict=True)) if a != b]
    if len(unlike) == 1:
        return len(text) >= _SHORTEST
    first, last = unlike[0], unlike[-1]
    return len(unlike) == last - first + 1 == 2 and text[first] == meant[last]  # noqa: PLR2004 # two letters


def _missing_columns(tab: Tab, row: int, missing: Iterable[str]) -> list[Problem]:
    return [
        Problem(
            tab.name,
            address(row, 1),
            f'there is no column "{heading}" in the headings of row {row}.',
            f'Add a column with the heading "{heading}".',
        )
        for heading in missing
    ]
