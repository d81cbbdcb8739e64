"""The plan of a day: the same for the same morning, and nothing is left to do once it is done."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from sheetops.model.history import History, Unlisted
from sheetops.plan.guard_rails import refuse_if_unsafe
from sheetops.plan.plan import Plan, make_plan
from sheetops.workbook.raw import CellError, RawBook, Value
from tests.examples import examples
from tests.sheets import (
    NOTHING,
    OFFER_STEPS,
    TUESDAY,
    Row,
    afterwards,
    applied,
    client,
    flags,
    grid,
    message,
    november,
    offer_step,
    office,
    plan,
    sheet,
    step,
    to_clients,
)

MESSAGES = [
    message("First", "waiting 2 days"),
    message("Second", "waiting 5 days", Send="ask"),
    message("Soon", "2 days before due"),
    message("Late", "1 day after due", To="owner"),
    message("Hello", "1 day after start", Send="by hand"),
    message("Thanks", "2 days after finish", Part="thank-you"),
]
FEW = examples(0.3)  # each makes a plan or more
DAY = st.one_of(st.none(), st.dates(november(2), november(24)))
ODD = st.sampled_from([None, "soon", "x", CellError("#N/A"), "Actve", 7.0])
CELLS: st.SearchStrategy[Row] = st.fixed_dictionaries(
    {},
    optional={
        "Status": st.sampled_from(["Active", "Waiting", "Paused", "Finished", "Refunded", "Lead"]),
        "Start date": DAY,
        "Finished on": DAY,
        "Pause until": DAY,
        "Do not mail": st.sampled_from([None, "x", "maybe"]),
        "Email": st.sampled_from(["bo@example.com", None, "nobody"]),
        "Owner": st.sampled_from(["Anna", "Ben", "Zoe", None]),
        "Client ID": st.sampled_from([None, "C1", "C2", "007"]),
        "Flag": st.sampled_from([None, "Stalled", "old", 7.0]),
        "Offer": st.sampled_from(["Coaching", "coaching ", "Other", None]),
        "Value": ODD,
    },
)
STEP: st.SearchStrategy[Row] = st.fixed_dictionaries(
    {
        "Client": st.sampled_from(["N0", "N1", "n2", "Nobody", None]),
        "Step": st.sampled_from(["Contract", "Intake", "Plan", "Extra"]),
    },
    optional={
        "Started": DAY,
        "Due": DAY,
        "Done": st.one_of(DAY, st.sampled_from(["x", "soon", True])),
        "Waiting on": st.sampled_from(["Client", "Team", None, "?"]),
        "Flag": st.sampled_from([None, "Stalled", "On track"]),
    },
)


@st.composite
def books(draw: st.DrawFn) -> RawBook:
    """Small workbooks of a few clients in every state, with mistakes in them."""
    clients: list[Row] = [
        {**client(f"N{at}"), **cells}
        for at, cells in enumerate(draw(st.lists(CELLS, min_size=1, max_size=4)))
    ]
    return office(
        clients,
        draw(st.lists(STEP, max_size=6)),
        MESSAGES,
        settings={"Sending": draw(st.sampled_from(["send", "ask", "preview"]))},
    )


def told(made: Plan) -> tuple[Any, ...]:
    """All that a plan says, in a form that can be compared."""
    frames = {tab: frame.to_csv() for tab, frame in made.status.items()}
    return (
        made.cells, made.rows, made.mails, made.routing, made.problems, made.laid_out, frames,
        made.snapshot.ticks,
    )  # fmt: skip


def remembered(made: Plan, before: History = NOTHING) -> History:
    """What is remembered once a plan has been carried out, with what is to be listed."""
    after = afterwards(made, before)
    left = tuple(Unlisted(one, mail.to, made.today) for mail in made.mails for one in mail.items)
    return replace(after, unlisted=left)


@FEW
@given(books())
def test_a_plan_made_twice_is_the_same(raw: RawBook) -> None:
    assert told(plan(raw)) == told(plan(raw))


@FEW
@given(books())
def test_once_carried_out_nothing_is_left_to_do(raw: RawBook) -> None:
    """Sent, planned anew with what the ledger then knows, written: and the same day is done.

    A client who gets an ID is left out here: `run` writes IDs before it plans anything else.
    """
    first = plan(raw)
    assume(not first.book.new_ids)
    history = replace(remembered(first), laid_out=NOTHING.laid_out)  # known once it is written
    final = make_plan(first.book, history, TUESDAY)
    assert not final.mails
    written = applied(raw, final)
    known = replace(
        history,
        laid_out=history.laid_out | final.laid_out,
        ticks=final.snapshot.ticks,
        unlisted=(),
    )
    again = plan(written, history=known)
    assert not again.cells
    assert not again.rows
    assert not again.mails
    assert flags(again) == flags(final)


@FEW
@given(books())
def test_a_doubtful_row_shows_nothing_but_its_doubt(raw: RawBook) -> None:
    made = plan(raw)
    for tab in ("Clients", "Steps"):
        doubts = made.snapshot.book.frame(tab)["doubt"].to_dict()
        for key, (said, why) in flags(made, tab).items():
            if doubts[key]:
                assert said in {"", "Data problem"}
                assert why


@FEW
@given(books())
def test_nothing_of_a_doubtful_client_is_mailed(raw: RawBook) -> None:
    made = plan(raw)
    now = made.snapshot.clients
    doubtful = {key for key, doubt in zip(now.key, now.doubt, strict=True) if doubt}
    assert not doubtful & to_clients(made).keys()
    routing = made.routing
    for one in (*routing.mailed, *routing.to_staff, *routing.waiting, *routing.by_hand):
        assert one.client not in doubtful


@FEW
@given(books())
def test_every_flag_has_its_reason_and_every_reason_its_row(raw: RawBook) -> None:
    for said, why in flags(plan(raw)).values():
        assert bool(said) == bool(why)


@FEW
@given(books())
def test_only_the_tool_s_own_columns_and_new_ids_are_written(raw: RawBook) -> None:
    made = plan(raw)
    for cell in made.cells:
        column = made.book.tables[cell.tab].tab[cell.heading]
        assert column.is_tool or (cell.heading == "Client ID" and cell.old is None)


@FEW
@given(books(), st.integers(2, 8))
def test_days_later_nobody_has_had_a_message_twice(raw: RawBook, days: int) -> None:
    history, seen = NOTHING, set[str]()
    for day in range(days):
        made = plan(raw, TUESDAY + timedelta(days=day), history)
        keys = [one.key for mail in made.mails for one in mail.items]
        assert not seen & set(keys)
        assert len(keys) == len(set(keys))
        seen |= set(keys)
        history = afterwards(made, history)


def test_a_workbook_that_cannot_be_used_gives_a_plan_of_problems_alone() -> None:
    made = plan(sheet({"Clients": grid("Clients", [client("Bo")])}))
    assert not made.changes
    assert not made.mails
    assert not made.status
    assert len(made.problems) == 2
    assert made.counts()["problems"] == 2
    refuse_if_unsafe(made)


@pytest.mark.parametrize("heading", ["Status", "Start date", "Offer"])
def test_a_required_column_gone_gives_a_plan_of_problems_alone(heading: str) -> None:
    raw = office([client("Bo")], [step("Bo", "Contract")], MESSAGES)
    rows = [list(row) for row in raw.tabs["Clients"].rows]
    rows[0][rows[0].index(heading)] = "?"
    tabs = {**raw.tabs, "Clients": replace(raw.tabs["Clients"], rows=rows)}
    made = plan(replace(raw, tabs=tabs))
    assert not made.changes
    assert not made.mails
    assert not made.status
    assert made.problems


def test_only_what_differs_is_written() -> None:
    raw = office([client("Bo", Flag="Stalled", Why="Old words.")], [step("Bo", "Contract")])
    made = plan(raw)
    changed = {(c.tab, c.heading): (c.old, c.new) for c in made.cells}
    assert ("Clients", "Flag") not in changed
    assert changed["Clients", "Why"][0] == "Old words."


def test_what_no_longer_holds_is_cleared() -> None:
    raw = office([client("Bo", Status="Finished", Flag="Stalled", Days_waiting=7.0)])
    cleared = {c.heading: c.new for c in plan(raw).cells if c.tab == "Clients"}
    assert cleared["Flag"] is None
    assert cleared["Days waiting"] is None


def test_a_tool_column_that_the_tab_lacks_is_left_out() -> None:
    rows = grid("Clients", [client("Bo")])
    rows[0][rows[0].index("Why")] = "Reason"
    raw = office([], [step("Bo", "Contract")])
    tabs = {**raw.tabs, "Clients": replace(raw.tabs["Clients"], rows=rows)}
    made = plan(replace(raw, tabs=tabs))
    assert {c.heading for c in made.cells if c.tab == "Clients"} >= {"Flag", "Current step"}
    assert "Why" not in {c.heading for c in made.cells if c.tab == "Clients"}


def test_a_setting_s_problem_is_written_beside_it_and_cleared_when_mended() -> None:
    made = plan(office(settings={"Time zone": "Dublin"}))
    (cell,) = (cell for cell in made.cells if cell.tab == "Settings")
    assert (cell.tab, cell.key, cell.heading) == ("Settings", "Time zone", "Problem")
    assert "Europe/Dublin" in str(cell.new)
    written = applied(office(settings={"Time zone": "Dublin"}), made)
    rows = [[*row] for row in written.tabs["Settings"].rows]
    for row in rows:
        if row[0] == "Time zone":
            row[1] = "Europe/Dublin"
    tabs = {**written.tabs, "Settings": replace(written.tabs["Settings"], rows=rows)}
    cells = plan(replace(written, tabs=tabs)).cells
    (cleared,) = (cell for cell in cells if cell.tab == "Settings")
    assert cleared.new is None


def test_the_figures_of_a_run_are_counted() -> None:
    clients = [client("Bo"), client("Cy", Value="about 9")]
    counts = plan(office(clients, [step("Bo", "Contract"), step("Cy", "Plan")])).counts()
    assert counts == {"clients": 2, "steps": 2, "stalled": 2, "mails": 2, "problems": 1}


def test_a_whole_story_from_the_first_day_to_the_thanks() -> None:
    """Laid out, reminded, done, told, finished, thanked: one client's month."""
    declared = [OFFER_STEPS[0], offer_step(2, "Plan", "Team", 3)]
    raw = office([client("Bo")], [], MESSAGES[:1] + MESSAGES[5:], offer_steps=declared)
    first = plan(raw, november(2))
    assert [row.key for row in first.rows] == ["BO-1 › Contract", "BO-1 › Plan"]
    raw, history = applied(raw, first), afterwards(first)
    second = plan(raw, november(4), history)
    assert to_clients(second) == {"BO-1": ["First"]}
    history = afterwards(second, history)
    raw = typed(raw, "Steps", 2, Done=november(5))
    third = plan(raw, november(5), history)
    assert flags(third)["BO-1"][1].startswith('Waiting since today on the team for "Plan"')
    raw = typed(raw, "Steps", 3, Done="x")
    raw = typed(raw, "Clients", 2, Status="Finished", Finished_on=november(10))
    last = plan(raw, november(12), afterwards(third, history))
    assert to_clients(last) == {"BO-1": ["Thanks"]}
    assert flags(last)["BO-1"] == ("", "")


def typed(raw: RawBook, tab: str, row: int, **cells: Value) -> RawBook:
    """The workbook once somebody has typed into a row (counted as the sheet does)."""
    rows = [list(one) for one in raw.tabs[tab].rows]
    for heading, value in cells.items():
        rows[row - 1][rows[0].index(heading.replace("_", " "))] = value
    return replace(raw, tabs={**raw.tabs, tab: replace(raw.tabs[tab], rows=rows)})


def test_who_has_no_id_yet_is_written_to_once_it_stands_in_the_sheet() -> None:
    """A run that dies before it writes must not find the same client under another ID."""
    raw = office([client("Bo", Client_ID=None)], [step("Bo", "Contract")], MESSAGES[:1])
    first = plan(raw)
    assert [change.key for change in first.book.new_ids] == ["C001"]
    written = plan(applied(raw, replace(first, cells=first.book.new_ids)))
    assert not written.book.new_ids
    assert to_clients(first) == to_clients(written) == {"C001": ["First"]}
    assert [mail.key for mail in first.mails] == [mail.key for mail in written.mails]


def test_a_new_row_of_a_client_without_a_row_is_no_row() -> None:
    empty: list[Row] = [{}, {"Flag": "Stalled"}]
    assert plan(office(empty)).counts()["clients"] == 0
