"""Trackers put together at random from the columns of those that are drawn: nothing is ever wrong.

Each takes a heading for the client, and perhaps one for each other column of ours, from trackers in
any language, the steps of one of them, and columns that mean nothing to us. What is not found may
be asked about; what is found must be right.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

import pytest

from tests.adopt.drawing import Column, Table, tables, tracker_of
from tests.adopt.judging import drawn, judge

SHARES = {"Email": 0.7, "Offer": 0.7, "Owner": 0.6, "Start date": 0.75, "Status": 0.6}
NOTHING = 0.3
MOSTLY = 0.7
STRAY = 0.005
"""Such as two payment statuses beside one another, which may be steps; or a tab that is not found,
of which a shape is said all the same."""


@pytest.fixture(scope="module")
def plain_tables() -> list[Table]:
    """The lists of clients without groups of headings."""
    every = [table for table in tables() if table.role == "Clients"]
    return [table for table in every if not any(column.group for column in table.columns)]


def mixed(tables: list[Table], random: Random) -> Table:
    """A list of clients of columns from many others; no two are called the same."""
    pool: dict[str, list[Column]] = {}
    for table in tables:
        for column in table.columns:
            pool.setdefault(column.meaning.rstrip("?"), []).append(column)
    wanted = ["Client", *(ours for ours, share in SHARES.items() if random.random() < share)]
    if random.random() < NOTHING:
        random.shuffle(wanted)
    around = [[name] for name in ("-", "Notes", "-") if random.random() < NOTHING]
    chosen = [random.choice(pool[ours]) for ours in wanted]
    steps = random.choice([table for table in tables if len(table.steps) > 2]).steps
    more = [random.choice(pool[name]) for names in around for name in names]
    named = {column.heading.casefold(): column for column in (*more[:1], *chosen, *steps, *more)}
    made = Table("Clients", random.randint(6, 14), wide=True, above=["Our clients", ""])
    made.columns = list(named.values())
    if random.random() < NOTHING:
        made.below = [["Total", str(made.count)]]
    return made


def verdicts(tables: list[Table], seeds: range) -> Iterator[tuple[int, tuple[str, ...], bool]]:
    """By seed, what is wrong of a tracker, and whether all that the job needs was found."""
    for seed in seeds:
        random = Random(seed)  # noqa: S311 # no secret
        tracker = tracker_of(f"mixed {seed}", {"Sheet": [mixed(tables, random)]})
        verdict = judge(tracker, drawn(tracker))
        yield seed, verdict.wrong, not [m for m in verdict.missing if not m.startswith("step ")]


def test_what_is_found_in_mixed_trackers_is_right(plain_tables: list[Table]) -> None:
    found = list(verdicts(plain_tables, range(100)))
    assert [(seed, wrong) for seed, wrong, _ in found if wrong] == []
    assert sum(whole for _, _, whole in found) >= MOSTLY * len(found)


@pytest.mark.long
def test_what_is_found_in_many_mixed_trackers_is_right(plain_tables: list[Table]) -> None:
    found = list(verdicts(plain_tables, range(1000, 3000)))
    wrong = [(seed, one) for seed, every, _ in found for one in every]
    assert [one for one in wrong if not one[1].endswith(("is no step", "it is wide"))] == []
    assert len(wrong) <= STRAY * len(found)
