"""How a row of a staff's tab finds its statuses: the join, as a formula and as the same in Python.

Each row's *name* is made of the cells that the contract calls its key. The formula makes it inside
Sheets, `names` makes it from what was read; our own tabs hold one row for each name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache

from sheetops.stores.google.values import as_joined
from sheetops.workbook.contract import Column, Tab
from sheetops.workbook.raw import Value, column_letters

MARK = "¶"
"""Stands between the parts of a name; no key may begin with it."""
_DONE = f"{MARK}done"
_KEYS = {"Segments": ("Segment",)}  # several rows are one segment, and all show the same
WILD = frozenset("*?~")
"""Signs that a lookup inside Sheets takes for others; see `formula`."""

_COMMA_LANGUAGES = frozenset(
    [
        "af",
        "az",
        "be",
        "bg",
        "bs",
        "ca",
        "cs",
        "da",
        "de",
        "el",
        "es",
        "et",
        "eu",
        "fi",
        "fo",
        "fr",
        "gl",
        "hr",
        "hu",
        "hy",
        "id",
        "is",
        "it",
        "ka",
        "kk",
        "ky",
        "lt",
        "lv",
        "mk",
        "mn",
        "nb",
        "nl",
        "nn",
        "no",
        "pl",
        "pt",
        "ro",
        "ru",
        "sk",
        "sl",
        "sq",
        "sr",
        "sv",
        "tr",
        "uk",
        "uz",
        "vi",
    ]
)
_POINT_COUNTRIES = frozenset({"de_CH", "de_LI", "it_CH", "fr_CH"}) | frozenset(
    f"es_{country}" for country in ("MX", "US", "PR", "DO", "GT", "HN", "NI", "PA", "PE", "SV")
)


@lru_cache(maxsize=32)
def writes_comma(locale: str) -> bool:
    """Whether numbers of this locale have a decimal comma; formulas then separate with `;`."""
    language = locale.replace("-", "_").partition("_")[0]
    return language in _COMMA_LANGUAGES and locale.replace("-", "_") not in _POINT_COUNTRIES


def shown_columns(tab: Tab) -> tuple[Column, ...]:
    """The tool columns that a formula shows: all but those that name the row."""
    return tuple(c for c in tab.tool_columns if c.heading not in tab.key)


def is_joined(tab: Tab) -> bool:
    """Whether staff and sheetops share the tab; else it is all ours, and written directly."""
    return bool(tab.staff_columns and shown_columns(tab))


def key_headings(tab: Tab, columns: Mapping[str, int]) -> tuple[str, ...]:
    """The headings that name a row of the tab, of those that it has."""
    wanted = _KEYS.get(tab.name, tab.key)
    return tuple(heading for heading in wanted if heading in columns)


def names(
    tab: Tab, columns: Mapping[str, int], rows: Sequence[Sequence[Value]], *, comma: bool
) -> list[str]:
    """The name of each row as Sheets makes it; blank where it has none. `columns` count from 1."""
    keys = key_headings(tab, columns)

    def texts(heading: str) -> list[str]:
        at = columns[heading] - 1
        return [as_joined(row[at], comma=comma) if at < len(row) else "" for row in rows]

    if tab.name == "Clients" and len(keys) == 2:  # noqa: PLR2004 # the ID and the name
        pairs = zip(texts(keys[0]), texts(keys[1]), strict=True)
        return [key or (name and MARK + name) for key, name in pairs]
    if not keys:
        return [""] * len(rows)
    joined = [MARK.join(parts) for parts in zip(*map(texts, keys), strict=True)]
    joined = [name if name.strip(MARK) else "" for name in joined]
    if "Done" not in columns or tab.name != "Steps":
        return joined
    at = columns["Done"] - 1
    done = [at < len(row) and row[at] not in {None, "", False} for row in rows]
    return [
        name and name + (_DONE if over else "") for name, over in zip(joined, done, strict=True)
    ]


def _name(tab: Tab, columns: Mapping[str, int], ref: Callable[[str], str], sep: str) -> str:
    """The name of each row as an expression of Sheets."""
    keys = key_headings(tab, columns)
    if tab.name == "Clients" and len(keys) == 2:  # noqa: PLR2004 # the ID and the name
        key, name = map(ref, keys)
        return f'IF({key}=""{sep}IF({name}=""{sep}""{sep}"{MARK}"&{name}){sep}{key}&"")'
    joined = f'&"{MARK}"&'.join(map(ref, keys)) + ('&""' if len(keys) == 1 else "")
    if "Done" in columns and tab.name == "Steps":
        done = ref("Done")
        joined += f'&IF({done}=""{sep}""{sep}IF({done}=FALSE{sep}""{sep}"{_DONE}"))'
    return joined


def formula(  # noqa: PLR0913 # one argument each thing that the formula is made of
    tab: Tab,
    heading: str,
    *,
    columns: Mapping[str, int],
    row: int,
    own: str,
    place: int,
    locale: str,
) -> str:
    """The formula for the heading cell of a status column: the heading, and below it each row's.

    `columns` and `row` say where the tab's headings stand, `own` is the title of our tab and
    `place` the column there (from 1). A lookup takes `*`, `?` and `~` for other signs, so the name
    that it found is compared as well: such a name may show nothing, and never another's.
    """
    sep = ";" if writes_comma(locale) else ","

    def ref(named: str) -> str:
        letters = column_letters(columns[named])
        return f"{letters}{row}:{letters}"

    first = key_headings(tab, columns)[0]
    top = ref(first).partition(":")[0]
    name, table = _name(tab, columns, ref, sep), f"'{own}'!A:{column_letters(place)}"
    found = f"VLOOKUP({name}{sep}'{own}'!A:A{sep}1{sep}FALSE)={name}"
    value = f"VLOOKUP({name}{sep}{table}{sep}{place}{sep}FALSE)"
    shown = f'IF({name}=""{sep}{sep}IFNA(IF({found}{sep}{value}{sep}){sep}))'
    return f'=ARRAYFORMULA(IF(ROW({ref(first)})=ROW({top}){sep}"{heading}"{sep}{shown}))'
