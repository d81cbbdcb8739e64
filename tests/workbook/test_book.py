"""The workbook as typed tables: nothing in it can stop a run, and every doubt names its cell."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sheetops.workbook import book as books
from sheetops.workbook.book import Book
from sheetops.workbook.business import days_off
from sheetops.workbook.raw import NO_VALUE, CellError, RawBook, RawTab, Value, address
from tests.sheets import (
    OFFER_STEPS,
    PATIENT,
    client,
    grid,
    message,
    office,
    read,
    sheet,
    step,
    wheres,
)

SMALLEST: dict[str, list[list[Value]]] = {
    "Clients": [["Client", "Offer", "Status", "Start date"]],
    "Steps": [["Client", "Step", "Done"]],
    "Offer steps": [["Offer", "Order", "Step", "Waiting on"]],
}


def ids(found: Book) -> list[str]:
    return found.tables["Clients"].frame["Client ID"].tolist()


def doubt(found: Book, tab: str, row: int) -> str:
    frame = found.tables[tab].frame
    return str(frame["doubt"][frame["row"] == row].iloc[0])


def with_merge(raw: RawBook, tab: str, *area: int) -> RawBook:
    first_row, first, last_row, last = area
    merged = replace(raw.tabs[tab], merges=((first_row, first, last_row, last),))
    return replace(raw, tabs={**raw.tabs, tab: merged})


def test_three_tabs_are_enough_to_start() -> None:
    found = read(sheet(SMALLEST))
    assert found.is_usable
    assert not found.problems
    assert found.has("Steps")
    assert not found.has("Messages")


@pytest.mark.parametrize("tab", list(SMALLEST))
def test_without_a_required_tab_nothing_can_be_said(tab: str) -> None:
    found = read(sheet({name: rows for name, rows in SMALLEST.items() if name != tab}))
    assert not found.is_usable
    assert f"{tab}: The tab is missing" in str(found.problems[0])


@pytest.mark.parametrize(
    ("tab", "heading"),
    [(tab, heading) for tab, rows in SMALLEST.items() for heading in map(str, rows[0])],
)
def test_without_a_required_column_nothing_can_be_said(tab: str, heading: str) -> None:
    rows = [[cell for cell in SMALLEST[tab][0] if cell != heading]]
    found = read(sheet({**SMALLEST, tab: rows}))
    assert not found.is_usable
    assert f"{tab}!A1" in wheres(found.problems)
    assert all(len(found.frame(name)) == 0 for name in SMALLEST)


def test_an_empty_workbook_is_problems_and_no_traceback() -> None:
    assert len(read(sheet({})).problems) == 3


def test_an_empty_required_tab_says_what_is_missing() -> None:
    found = read(sheet({**SMALLEST, "Clients": []}))
    assert wheres(found.problems) == ["Clients!A1"] * 4


def test_blank_rows_and_rows_of_the_tool_s_cells_alone_are_no_rows() -> None:
    rows = grid(
        "Clients", [client("Bo"), {}, {"Flag": "Stalled"}, {"Do not mail": False}, client("Cy")]
    )
    found = read(sheet({**SMALLEST, "Clients": rows}))
    assert found.frame("Clients")["row"].tolist() == [2, 6]


@pytest.mark.parametrize("form", ["007", "NA", "1e3", "TRUE"])
def test_an_id_keeps_its_form_as_a_key(form: str) -> None:
    assert read(office([client("Bo", Client_ID=form)])).frame("Clients").index.tolist() == [form]


def test_without_a_column_of_ids_a_client_is_its_name() -> None:
    rows: list[list[Value]] = [*SMALLEST["Clients"], ["Bo", "Coaching", "Active", None]]
    found = read(sheet({**SMALLEST, "Clients": rows}))
    assert found.frame("Clients").index.tolist() == ["Bo"]
    assert not found.new_ids


@pytest.mark.parametrize(
    ("used", "new"),
    [
        (["C007", "C012"], "C013"),
        (["7", "12"], "13"),
        (["007"], "008"),
        (["C9", "C10", "X99"], "C11"),
        (["c005", "C004"], "c006"),
        (["Anna"], "C001"),
        ([], "C001"),
        (["AB-2026-9"], "C001"),
        (["C999"], "C1000"),
    ],
)
def test_a_new_client_gets_an_id_that_goes_on_from_the_others(used: list[str], new: str) -> None:
    others = [client(f"Old{at}", Client_ID=one) for at, one in enumerate(used)]
    found = read(office([*others, client("New", Client_ID=None)]))
    assert ids(found)[-1] == new
    (change,) = found.new_ids
    assert (change.key, change.heading, change.old, change.new) == (new, "Client ID", None, new)
    assert not found.problems


def test_a_new_client_never_gets_an_id_that_somebody_had_before() -> None:
    found = books.read(office([client("New", Client_ID=None)]), frozenset({"C041", "C007"}))
    assert ids(found) == ["C042"]


def test_a_client_whose_id_cannot_be_read_gets_no_new_one() -> None:
    found = read(office([client("Bo", Client_ID=NO_VALUE)]))
    assert not found.new_ids
    assert "Clients!A2" in wheres(found.problems)


def test_a_row_without_a_name_gets_no_id() -> None:
    found = read(office([client("Bo", Client_ID=None, Client=None)]))
    assert not found.new_ids
    assert "Clients!A2: Client ID is blank. Fill it in." in map(str, found.problems)


@PATIENT
@given(st.lists(st.one_of(st.none(), st.sampled_from(["C1", "c01", "7", "B-2", "x"])), max_size=7))
def test_every_new_id_is_unlike_all_others(typed: list[str | None]) -> None:
    found = read(office([client(f"N{at}", Client_ID=one) for at, one in enumerate(typed)]))
    given = [change.key.casefold() for change in found.new_ids]
    assert len(given) == typed.count(None) == len(set(given))
    assert not {one.casefold() for one in typed if one} & set(given)


@pytest.mark.parametrize("other", ["C1", "c1", " C1 "])
def test_a_doubled_id_puts_both_rows_in_doubt(other: str) -> None:
    found = read(office([client("Bo", Client_ID="C1"), client("Cy", Client_ID=other)]))
    assert wheres(found.problems) == ["Clients!A2", "Clients!A3"]
    assert "A3 as well" in doubt(found, "Clients", 2)
    assert "A2 as well" in doubt(found, "Clients", 3)


def test_a_key_that_begins_with_our_own_sign_is_refused() -> None:
    found = read(
        office(
            [client("Bo", Client_ID="x"), client("Cy", Client_ID="x"), client("Di", Client_ID="¶2")]
        )
    )
    assert found.frame("Clients").index.is_unique
    assert "begins with ¶" in doubt(found, "Clients", 4)


@pytest.mark.parametrize("tab", ["Offers", "Team", "Messages", "Settings"])
def test_a_doubled_name_is_a_problem_on_every_tab_that_has_names(tab: str) -> None:
    heading = {"Offers": "Offer", "Team": "Name", "Messages": "Message", "Settings": "Setting"}[tab]
    raw = office([], Offers=[{"Offer": "Coaching"}])
    rows = grid(tab, [{heading: "Twice"}, {heading: "twice "}])
    found = read(replace(raw, tabs={**raw.tabs, tab: RawTab(tab, rows)}))
    assert {f"{tab}!A2", f"{tab}!A3"} <= set(wheres(found.problems))


@pytest.mark.parametrize("heading", ["Offer", "Status", "Start date", "Pause until", "Do not mail"])
@pytest.mark.parametrize("cell", [NO_VALUE, CellError("#N/A")])
def test_an_unreadable_vital_cell_puts_its_row_in_doubt(heading: str, cell: Value) -> None:
    found = read(office([{**client("Bo"), heading: cell}, client("Cy")]))
    (problem,) = found.problems
    assert problem.where == f"Clients!{found.tables['Clients'].cell(2, heading)}"
    assert doubt(found, "Clients", 2) == str(problem)
    assert not doubt(found, "Clients", 3)


def test_an_unreadable_cell_that_is_not_vital_is_a_problem_and_no_more() -> None:
    found = read(office([client("Bo", Value="about 900")]))
    assert wheres(found.problems) == ["Clients!K2"]
    assert not doubt(found, "Clients", 2)


def test_a_merged_cell_is_a_problem_of_each_row_that_it_hides() -> None:
    raw = with_merge(office([client(n) for n in ("Bo", "Cy", "Di")]), "Clients", 2, 7, 3, 7)
    found = read(raw)
    assert wheres(found.problems) == ["Clients!G3"]
    assert "merged with G2 and holds nothing" in doubt(found, "Clients", 3)
    assert not doubt(found, "Clients", 2)
    assert not doubt(found, "Clients", 4)


def test_a_merged_title_is_nobody_s_problem() -> None:
    rows: list[list[Value]] = [["Everybody", None], *grid("Clients", [client("Bo")])]
    raw = with_merge(sheet({**SMALLEST, "Clients": rows}), "Clients", 1, 1, 1, 40)
    assert not [p for p in read(raw).problems if "merged" in p.found]


def test_a_merge_over_the_whole_sheet_is_looked_at_only_where_there_are_cells() -> None:
    raw = with_merge(office([client("Bo")]), "Clients", 1, 1, 1_048_576, 16_384)
    assert "Clients!B2" in wheres(read(raw).problems)


def doubled(heading: str, other: Value) -> RawBook:
    rows = grid("Clients", [client("Bo")])
    rows[0].append(heading)
    rows[1].append(other)
    return with_clients(rows)


def with_clients(rows: list[list[Value]]) -> RawBook:
    return sheet({**SMALLEST, "Clients": rows, "Offer steps": grid("Offer steps", OFFER_STEPS)})


def test_a_second_column_that_says_the_same_costs_nothing_but_a_problem() -> None:
    found = read(doubled("Status", "Active"))
    assert len(found.problems) == 1
    assert not doubt(found, "Clients", 2)


def test_a_second_column_that_says_something_else_puts_the_row_in_doubt() -> None:
    found = read(doubled("Status", "Refunded"))
    assert "may be meant for Status" in doubt(found, "Clients", 2)


def test_of_two_addresses_in_two_columns_none_is_used() -> None:
    found = read(doubled("Email", "other@example.com"))
    assert found.frame("Clients")["Email"].tolist() == [""]
    assert not doubt(found, "Clients", 2)


def test_a_heading_typed_over_a_vital_one_puts_the_row_in_doubt() -> None:
    rows = grid("Clients", [client("Bo", Pause_until=date(2026, 12, 1))])
    rows[0][rows[0].index("Pause until")] = "Satisfaction"
    found = read(with_clients(rows))
    assert "may be meant for Pause until" in doubt(found, "Clients", 2)


def test_a_misspelt_vital_heading_puts_in_doubt_the_rows_that_it_would_tell_of() -> None:
    rows = grid("Clients", [client("Bo", Do_not_mail="x"), client("Cy")])
    rows[0][rows[0].index("Do not mail")] = "Do not mial"
    found = read(with_clients(rows))
    assert "may be meant for Do not mail" in doubt(found, "Clients", 2)
    assert not doubt(found, "Clients", 3)


def test_who_finished_before_they_started_is_in_doubt() -> None:
    found = read(office([client("Bo", Finished_on=date(2026, 11, 1))]))
    (problem,) = found.problems
    assert (
        str(problem) == "Clients!I2: Finished on lies before Start date. Mend one of the two dates."
    )
    assert doubt(found, "Clients", 2) == str(problem)


def test_who_finished_on_the_day_they_started_is_not() -> None:
    assert not read(office([client("Bo", Finished_on=date(2026, 11, 2))])).problems


def test_without_settings_nothing_is_sent() -> None:
    assert read(sheet(SMALLEST)).business.sending == "preview"


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("Sending", "sned", "Did you mean send?"),
        ("Sending", NO_VALUE, "Open the workbook in Excel once"),
        ("Mails per day at most", "many", "is not a number"),
        ("Mails per day at most", -1.0, "is too small"),
        ("Time zone", "Dublin", "Europe/Dublin"),
        ("Working days", "weekdays", "Mon-Fri"),
        ("Country for holidays", "Narnia", "Ireland"),
        ("Extra days off", "Christmas", "24/12/2026"),
        ("Share of clients that may change", "150%", "is too large"),
        ("Owner's address", "olga", "is not an e-mail address"),
        ("Colour", "blue", "is not a setting"),
        ("Sendng", "send", 'Did you mean "Sending"?'),
    ],
)
def test_a_setting_that_cannot_be_used_is_a_problem(name: str, value: Value, said: str) -> None:
    (problem,) = read(office(settings={name: value})).problems
    assert problem.tab == "Settings"
    assert said in str(problem)


@pytest.mark.parametrize("value", ["sned", NO_VALUE, CellError("#N/A"), None, ""])
def test_sending_that_cannot_be_read_is_preview(value: Value) -> None:
    assert read(office(settings={"Sending": value})).business.sending == "preview"


def test_a_setting_that_stands_twice_is_used_neither_way() -> None:
    raw = office()
    rows = [*raw.tabs["Settings"].rows, ["sending", "preview"]]
    found = read(replace(raw, tabs={**raw.tabs, "Settings": RawTab("Settings", rows)}))
    assert found.business.sending == "preview"
    assert found.business.name == "The Studio"


def test_settings_are_read_by_their_own_kind() -> None:
    found = read(
        office(
            settings={
                "Share of clients that may change": "40%",
                "Mails per day at most": 7.0,
                "Extra days off": date(2026, 12, 24),
                "Country for holidays": "Ireland",
                "Time zone": "Europe/Dublin",
            }
        )
    ).business
    assert found.share_that_may_change == 0.4
    assert found.mails_per_day == 7
    assert not found.calendar.is_working(date(2026, 12, 24))
    assert not found.calendar.is_working(date(2026, 3, 17))
    assert str(found.calendar.zone) == "Europe/Dublin"


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        ("24/12/2026", 1),
        ("24/12/2026; 28/12/2026 to 31/12/2026", 5),
        ("28 Dec 2026 – 2 Jan 2027", 6),
        ("2026-12-24\n2026-12-27;", 2),
    ],
)
def test_extra_days_off_are_days_and_spans(text: str, count: int) -> None:
    assert len(days_off(text)) == count


@pytest.mark.parametrize(
    "text",
    ["03/04/2026", "soon", "31/12/2026 to 28/12/2026", "24/12/2026 to 24/12/2036", "1/13/26",
     "24/12/2026 to 25/12/2026 to 26/12/2026"],
)  # fmt: skip
def test_other_days_off_are_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 # the text itself is what it says
        days_off(text)


CELL = st.one_of(
    st.none(), st.text(max_size=6), st.booleans(), st.dates(), st.floats(allow_nan=False),
    st.just(NO_VALUE), st.just(CellError("#DIV/0!")),
    st.sampled_from(["Coaching", "Bo", "Active", "Anna", "Contract", "Client", "C1", "¶3"]),
)  # fmt: skip


@PATIENT
@given(st.data())
def test_nothing_that_stands_in_a_workbook_can_raise(data: st.DataObject) -> None:
    raw = office(
        [client("Bo"), client("Cy")],
        [step("Bo", "Contract"), step("Cy", "Intake")],
        [message("Nudge", "waiting 2 days")],
        Offers=[{"Offer": "Coaching"}],
    )
    tabs = dict(raw.tabs)
    for _ in range(data.draw(st.integers(1, 6))):
        name = data.draw(st.sampled_from(sorted(tabs)))
        rows = [list(row) for row in tabs[name].rows]
        row = data.draw(st.integers(0, len(rows) - 1))
        rows[row][data.draw(st.integers(0, len(rows[row]) - 1))] = data.draw(CELL)
        tabs[name] = replace(tabs[name], rows=rows)
    for problem in read(replace(raw, tabs=tabs)).problems:
        assert problem.found
        assert problem.mend
        assert problem.tab in tabs


def test_rows_of_unequal_length_are_read_to_their_ends() -> None:
    rows = grid("Clients", [client("Bo")])
    rows[1] = rows[1][:8]
    found = read(with_clients(rows))
    assert not found.problems
    assert found.frame("Clients")["Start date"].notna().all()


def with_filter(raw: RawBook, tab: str, headings: list[str], hidden: set[int]) -> RawBook:
    """The tab with a filter on these headings that hides these sheet rows."""
    row = list(raw.tabs[tab].rows[0])
    columns = frozenset(row.index(heading) + 1 for heading in headings)
    filtered = replace(raw.tabs[tab], hidden_rows=frozenset(hidden), filtered_columns=columns)
    return replace(raw, tabs={**raw.tabs, tab: filtered})


def test_rows_hidden_by_a_filter_on_a_tool_column_are_read_and_said_once() -> None:
    raw = office([client("Ann"), client("Ben"), client("Cy")])
    flag = raw.tabs["Clients"].rows[0].index("Flag")
    found = read(with_filter(raw, "Clients", ["Flag"], {2, 4}))
    assert ids(found) == ["ANN-1", "BEN-1", "CY-1"]
    assert [str(p) for p in found.problems] == [
        f"Clients!{address(1, flag + 1)}: 2 rows are hidden by a filter on Flag. They are read all "
        "the same; clear the filter to see them."
    ]
    both = read(with_filter(raw, "Clients", ["Why", "Flag", "Client"], {3}))
    assert [p.found for p in both.problems] == ["1 row is hidden by a filter on Flag and Why."]


@pytest.mark.parametrize(
    ("headings", "hidden"), [(["Flag"], set()), (["Client"], {2}), ([], {2}), (["Flag"], {1, 900})]
)
def test_a_filter_that_hides_nothing_of_ours_is_no_problem(
    headings: list[str], hidden: set[int]
) -> None:
    raw = office([client("Ann")])
    assert not read(with_filter(raw, "Clients", headings, hidden)).problems
