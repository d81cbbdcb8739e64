"""Whatever staff do between a run and its undo: none of their cells is touched, and the same run
afterwards gives the workbook that it would have given anyway."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from sheetops.workbook.raw import Value
from tests.examples import examples
from tests.jobs.undo.desk import Desk
from tests.sheets import TUESDAY

Grid = list[list[Value]]
_TOOL = {"Clients": ("Flag", "Why", "Days waiting", "Stage"), "Steps": ("Flag", "Why", "Due by")}
_STAFF = {"Clients": ("Notes", "Phone", "Result"), "Steps": ("Notes", "Done")}
_ALIASES = {("Clients", "Email"): "E-mail", ("Steps", "Done"): "Completed"}

EDITS = st.lists(
    st.tuples(
        st.sampled_from(["type", "tool", "sort", "insert", "delete", "rename", "move", "own"]),
        st.sampled_from(["Clients", "Steps"]),
        st.integers(0, 30),
        st.integers(0, 3),
    ),
    max_size=8,
)


class Typed(str):
    """What staff typed: it is known again wherever it stands."""

    __slots__ = ()


def _typed(heading: str, number: int) -> Value:
    return TUESDAY if heading == "Done" else Typed(f"by hand {number}")


class Staff:
    """The edits, each of which keeps to what people do: `marks` are the rows and headings of cells
    that they typed into."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.marks: list[tuple[list[Value], int, Value]] = []

    def do(self, what: str, tab: str, number: int, which: int) -> None:
        how: dict[str, Callable[[str, int, int], None]] = {
            "type": self.type, "tool": self.tool, "sort": self.sort, "insert": self.insert,
            "delete": self.delete, "rename": self.rename, "move": self.move, "own": self.own,
        }  # fmt: skip
        how[what](tab, number, which)

    def _rows(self, tab: str) -> Grid:
        return self.desk.tabs[tab]

    def _put(self, tab: str, number: int, at: int, value: Value) -> None:
        rows = self._rows(tab)
        if len(rows) == 1:
            return
        row = rows[1 + number % (len(rows) - 1)]
        row += [None] * (len(rows[0]) - len(row))
        if row[at] != value:
            row[at] = value
            self.marks.append((row, at, value))

    def _at(self, tab: str, heading: str) -> int:
        head = self._rows(tab)[0]
        return head.index(heading if heading in head else _ALIASES[tab, heading])

    def type(self, tab: str, number: int, which: int) -> None:
        heading = _STAFF[tab][which % len(_STAFF[tab])]
        self._put(tab, number, self._at(tab, heading), _typed(heading, number))

    def tool(self, tab: str, number: int, which: int) -> None:
        heading = _TOOL[tab][which % len(_TOOL[tab])]
        self._put(tab, number, self._at(tab, heading), [Typed("mine"), None, "Stalled"][number % 3])

    def own(self, tab: str, number: int, which: int) -> None:
        rows = self._rows(tab)
        if "Our own" not in rows[0]:
            rows[0].append("Our own")
        self._put(tab, number, rows[0].index("Our own"), Typed(f"note {which}"))

    def sort(self, tab: str, number: int, which: int) -> None:
        rows = self._rows(tab)
        at = which % 2
        rows[1:] = sorted(rows[1:], key=lambda row: str(row[at]), reverse=bool(number % 2))

    def insert(self, tab: str, number: int, which: int) -> None:
        rows = self._rows(tab)
        rows.insert(1 + number % len(rows), [None] * len(rows[0]))

    def delete(self, tab: str, number: int, which: int) -> None:
        rows = self._rows("Steps")  # a client is not deleted lightly
        if len(rows) > 1:
            del rows[1 + number % (len(rows) - 1)]

    def rename(self, tab: str, number: int, which: int) -> None:
        for (name, heading), alias in _ALIASES.items():
            head = self._rows(name)[0]
            if name == tab and heading in head:
                head[head.index(heading)] = alias

    def move(self, tab: str, number: int, which: int) -> None:
        rows = self._rows(tab)
        if self.marks:
            return  # marks know their columns
        width = len(rows[0])
        for row in rows:
            row.extend([None] * (width - len(row)))
            row.insert(number % width, row.pop(which))


def _check(edits: list[tuple[str, str, int, int]]) -> None:
    with TemporaryDirectory() as name:
        desk = Desk(Path(name) / "desk")
        desk.daily()
        staff = Staff(desk)
        for edit in edits:
            staff.do(*edit)
        still = [(row, at, value) for row, at, value in staff.marks if row[at] == value]
        never = desk.twin(Path(name) / "never")
        desk.store.tabs = {tab: list(rows) for tab, rows in desk.tabs.items()}
        before = {id(row): (tab, number) for tab, rows in desk.tabs.items()
                  for number, row in enumerate(rows)}  # fmt: skip
        desk.undo()
        for row, at, value in still:
            if id(row) in before:  # else its row was deleted by them
                tab, number = before[id(row)]
                assert desk.tabs[tab][number][at] == value
        mails = desk.mails()
        desk.daily()
        never.daily()
        assert desk.seen() == never.seen()
        assert desk.mails() == never.mails() >= mails


@settings(
    examples(0.2),
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(EDITS)
def test_undo_after_any_edits(edits: list[tuple[str, str, int, int]]) -> None:
    _check(edits)


@pytest.mark.long
@settings(deadline=None, max_examples=400, suppress_health_check=list(HealthCheck))
@given(EDITS)
def test_undo_after_many_edits(edits: list[tuple[str, str, int, int]]) -> None:
    _check(edits)
