"""The made-up business is believable, and wrong only where it says that it is."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from sheetops.template.demo import MISTAKES, business, clients, settings
from sheetops.workbook import business as business_settings
from sheetops.workbook.contract import BY_NAME, SETTING_BY_NAME, Kind
from sheetops.workbook.raw import Value

Tabs = dict[str, list[dict[str, Value]]]
Place = tuple[str, int, str]

TUESDAY = date(2026, 11, 24)
DAYS = [
    TUESDAY,
    date(2026, 11, 28),  # Saturday
    date(2026, 11, 29),  # Sunday
    date(2027, 1, 1),
    date(2027, 3, 29),  # Easter Monday, the day after the clocks changed
    date(2028, 2, 29),
]
EVERY_DAY = pytest.mark.parametrize("today", DAYS, ids=str)
WHEN = re.compile(
    r"waiting \d+ days|\d+ days? before due|\d+ days? after (due|finish|start)|done early|inactive"
    r"|every \d+ weeks|once"
)
TICKS = {"x", "yes"}


def rows_of(tabs: Tabs, tab: str, **cells: Value) -> list[dict[str, Value]]:
    return [row for row in tabs[tab] if all(row[h] == value for h, value in cells.items())]


def differences(before: Tabs, after: Tabs) -> set[Place]:
    return {
        (tab, at, heading)
        for tab, rows in after.items()
        for at, row in enumerate(rows)
        for heading, value in row.items()
        if value != before[tab][at][heading]
    }


def faults(tabs: Tabs) -> set[Place]:
    """Every cell that cannot be right, found the slow and obvious way."""
    return {
        *unreadable(tabs),
        *doubled(tabs),
        *backwards(tabs),
        *unsayable(tabs),
        *unreachable(tabs),
    }


def unreadable(tabs: Tabs) -> Iterator[Place]:
    for tab, rows in tabs.items():
        for at, row in enumerate(rows):
            for heading, value in row.items():
                if value is not None and not readable(tabs, tab, heading, value):
                    yield tab, at, heading


def readable(tabs: Tabs, tab: str, heading: str, value: Value) -> bool:
    column = BY_NAME[tab][heading]
    if column.refers_to:
        other, named = column.refers_to
        return value in {row[named] for row in tabs[other]}
    if column.kind in {Kind.NUMBER, Kind.WHOLE}:
        return (
            isinstance(value, int | float)
            and not isinstance(value, bool)
            and in_bounds(column, value)
        )
    return {
        Kind.CHOICE: value in column.choices,
        Kind.DATE: type(value) is date,
        Kind.DONE: type(value) is date or value in TICKS,
        Kind.YES_NO: isinstance(value, bool),
        Kind.EMAIL: re.fullmatch(r"[a-z.]+@([a-z-]+\.)?example\.(com|org|net)", str(value))
        is not None,
    }.get(column.kind, isinstance(value, str) and value == value.strip() != "")


def in_bounds(column: object, value: float) -> bool:
    least, most = getattr(column, "least", None), getattr(column, "most", None)
    return (least is None or value >= least) and (most is None or value <= most)


def doubled(tabs: Tabs) -> Iterator[Place]:
    keys = [("Clients", "Client ID"), ("Clients", "Client"), ("Clients", "Email"),
            ("Messages", "Message"), ("Offers", "Offer"), ("Team", "Name")]  # fmt: skip
    for tab, heading in keys:
        seen: set[Value] = set()
        for at, row in enumerate(tabs[tab]):
            if row[heading] in seen:
                yield tab, at, heading
            seen.add(row[heading])
    pairs = Counter((row["Client"], row["Step"]) for row in tabs["Steps"])
    assert max(pairs.values()) == 1


def backwards(tabs: Tabs) -> Iterator[Place]:
    spans = [("Steps", "Started", "Done"), ("Clients", "Start date", "Finished on"),
             ("Time off", "From", "To")]  # fmt: skip
    for tab, first, last in spans:
        for at, row in enumerate(tabs[tab]):
            begun, ended = row[first], row[last]
            if isinstance(begun, date) and isinstance(ended, date) and ended < begun:
                yield tab, at, last


def unsayable(tabs: Tabs) -> Iterator[Place]:
    fields = {
        column.heading
        for tab in ("Clients", "Steps", "Offers", "Offer steps")
        for column in BY_NAME[tab]
    }
    fields |= {"Business name"}
    for at, row in enumerate(tabs["Messages"]):
        if not WHEN.fullmatch(str(row["When"])):
            yield "Messages", at, "When"
        for heading in ("Subject", "Body"):
            for field in re.findall(r"{{([^}|]*)(?:\|[^}]*)?}}", str(row[heading])):
                if field not in fields:
                    yield "Messages", at, heading


def unreachable(tabs: Tabs) -> Iterator[Place]:
    for at, row in enumerate(tabs["Clients"]):
        if row["Email"] is None:
            yield "Clients", at, "Email"


def working_days(first: date, last: date) -> int:
    days = (first + timedelta(days=n) for n in range((last - first).days))
    return sum(day.weekday() < 5 for day in days)


def open_steps(
    tabs: Tabs, client: dict[str, Value], today: date
) -> Iterator[tuple[dict[str, Value], int, int]]:
    """Open steps of a client, with the days that each has waited and may wait."""
    path = {row["Step"]: row for row in rows_of(tabs, "Offer steps", Offer=client["Offer"])}
    steps = rows_of(tabs, "Steps", Client=client["Client"])
    left = [row for row in steps if row["Done"] is None]
    now = min((order(path, row) for row in left), default=0)
    for row in left:
        if order(path, row) != now:
            continue
        earlier = [r["Done"] for r in steps if order(path, r) < now]
        begun = row["Started"] or max(
            [d for d in earlier if isinstance(d, date)], default=client["Start date"]
        )
        assert isinstance(begun, date)
        allowed = path[row["Step"]]["Working days"]
        assert isinstance(allowed, int)
        waited = working_days(begun, today)
        due = row["Due"]
        yield row, waited, waited + working_days(today, due) if isinstance(due, date) else allowed


def order(path: dict[Value, dict[str, Value]], row: dict[str, Value]) -> int:
    number = path[row["Step"]]["Order"]
    assert isinstance(number, int)
    return number


def flag(tabs: Tabs, client: dict[str, Value], today: date) -> str:
    left = [allowed - waited for _, waited, allowed in open_steps(tabs, client, today)]
    if not left:
        return "No steps"
    return "Stalled" if min(left) < 0 else "Due soon" if min(left) <= 2 else "On track"


def served(tabs: Tabs, today: date) -> list[dict[str, Value]]:
    """Active clients who are not paused."""
    active = rows_of(tabs, "Clients", Status="Active")
    return [
        row
        for row in active
        if not (isinstance(row["Pause until"], date) and row["Pause until"] > today)
    ]


def test_every_staff_heading_of_every_tab_is_there_and_no_other() -> None:
    tabs = business(TUESDAY)
    assert list(tabs) == [name for name in BY_NAME if name != "Settings"]
    for tab, rows in tabs.items():
        headings = {column.heading for column in BY_NAME[tab].staff_columns}
        assert all(row.keys() == headings for row in rows), tab
        assert bool(rows) == (tab not in {"Follow-ups", "Capacity", "Runs"})


@EVERY_DAY
def test_without_the_mistakes_nothing_is_wrong(today: date) -> None:
    assert faults(business(today, mistakes=())) == set()


@EVERY_DAY
def test_with_the_mistakes_exactly_those_cells_are_wrong(today: date) -> None:
    spoiled = business(today)
    planted = differences(business(today, mistakes=()), spoiled)
    assert len(planted) == len(MISTAKES)
    assert {(tab, heading) for tab, _, heading in planted} == {(m.tab, m.heading) for m in MISTAKES}
    assert faults(spoiled) == planted


def test_the_mistyped_date_could_be_two_days() -> None:
    spoiled = rows_of(business(date(2027, 5, 5)), "Clients", Client="Kofi Umbrella-Mensah")
    assert spoiled[0]["Promised by"] == "03/04/2027"


def test_the_client_without_an_address_has_something_due() -> None:
    tabs = business(TUESDAY)
    (client,) = rows_of(tabs, "Clients", Email=None)
    assert flag(tabs, client, TUESDAY) == "Stalled"


@EVERY_DAY
def test_the_same_day_gives_the_same_rows_and_no_shared_ones(today: date) -> None:
    first = business(today)
    first["Messages"][0]["Body"] = "scribbled over"
    first["Clients"].clear()
    assert business(today) == business(today)
    assert business(today) != first


def test_everything_moves_along_with_the_day() -> None:
    now, later = business(TUESDAY, ()), business(TUESDAY + timedelta(weeks=4), ())
    moved = differences(now, later)
    assert moved
    for tab, at, heading in moved:
        before, after = now[tab][at][heading], later[tab][at][heading]
        assert isinstance(before, date)
        assert isinstance(after, date)
        assert after - before == timedelta(weeks=4)


@EVERY_DAY
def test_nothing_has_happened_after_today_or_on_a_weekend(today: date) -> None:
    tabs = business(today, ())
    past = [("Steps", "Started"), ("Steps", "Done"), ("Clients", "Finished on"),
            ("Clients", "Last contact"), ("Notes", "Date"), ("Answers", "Date")]  # fmt: skip
    for tab, heading in past:
        days = [row[heading] for row in tabs[tab] if isinstance(row[heading], date)]
        assert days
        assert all(day <= today and day.weekday() < 5 for day in days if isinstance(day, date))


def test_it_spans_about_six_months() -> None:
    starts = [row["Start date"] for row in business(TUESDAY)["Clients"]]
    first = min(day for day in starts if isinstance(day, date))
    assert 150 <= (TUESDAY - first).days <= 210


@EVERY_DAY
def test_clients_are_spread_as_in_real_life(today: date) -> None:
    tabs = business(today, ())
    assert Counter(row["Status"] for row in tabs["Clients"]) == {
        "Active": 32, "Finished": 18, "Lead": 4, "Paused": 2, "Waiting": 2, "Refunded": 1,
        "Do not serve": 1,
    }  # fmt: skip
    flags = Counter(flag(tabs, client, today) for client in served(tabs, today))
    assert flags == {"On track": 13, "Stalled": 8, "Due soon": 6, "No steps": 4}
    paused = [row for row in tabs["Clients"] if row["Pause until"] is not None]
    assert len(paused) == 3
    assert all(row["Pause reason"] for row in paused)


@EVERY_DAY
def test_each_client_stands_where_the_story_says(today: date) -> None:
    tabs = business(today, ())
    by_name = {row["Client"]: row for row in tabs["Clients"]}
    expected = {
        "stalled": "Stalled",
        "due soon": "Due soon",
        "on track": "On track",
        "new": "No steps",
    }
    for client in clients.ALL:
        if client.group in expected:
            row = by_name[client.name]
            assert flag(tabs, row, today) == expected[client.group], client.name
            for step, waited, _ in open_steps(tabs, row, today):
                assert step["Step"] in client.now
                assert waited == client.waited


@pytest.mark.parametrize("today", [date(2026, 12, 28), date(2027, 1, 5), *DAYS], ids=str)
def test_public_holidays_leave_the_stalled_stalled(today: date) -> None:
    chosen, problems = business_settings.read(settings(today))
    assert problems == []
    tabs = business(today, ())
    stalled = [client for client in clients.ALL if client.group == "stalled"]
    assert stalled
    for client in stalled:
        (row,) = rows_of(tabs, "Clients", Client=client.name)
        late = [
            chosen.calendar.age(today - timedelta(days=span), today) > allowed
            for _, waited, allowed in open_steps(tabs, row, today)
            for span in [
                next(
                    n for n in range(99) if working_days(today - timedelta(days=n), today) == waited
                )
            ]
        ]
        assert any(late), client.name


def test_stalled_steps_wait_on_all_parties() -> None:
    tabs = business(TUESDAY)
    waiting = {
        step["Waiting on"]
        for client in served(tabs, TUESDAY)
        for step, waited, allowed in open_steps(tabs, client, TUESDAY)
        if waited > allowed
    }
    assert waiting == {"Client", "Team", "Third party"}


def test_one_client_looks_inactive_and_one_promise_is_too_near() -> None:
    tabs = business(TUESDAY)
    offers = {row["Offer"]: row for row in tabs["Offers"]}
    quiet, hurried = [], []
    for row in served(tabs, TUESDAY):
        spoke, promised = row["Last contact"], row["Promised by"]
        after = offers.get(row["Offer"], {}).get("Inactive after (days)")
        if (
            isinstance(spoke, date)
            and isinstance(after, int)
            and working_days(spoke, TUESDAY) > after
        ):
            quiet.append(row["Client"])
        if isinstance(promised, date) and working_days(TUESDAY, promised) < 20:
            hurried.append(row["Client"])
    assert quiet == ["Poppy Wheelbarrow"]
    assert hurried == ["Oisín Featherstonehaugh-Ng"]


def test_three_offers_with_paths_that_use_all_that_a_path_can() -> None:
    tabs = business(TUESDAY)
    assert len(tabs["Offers"]) == 3
    for offer in tabs["Offers"]:
        path = rows_of(tabs, "Offer steps", Offer=offer["Offer"])
        assert 8 <= len(path) <= 12
        assert [row["Order"] for row in path] == sorted(int(str(row["Order"])) for row in path)
        assert len({row["Order"] for row in path}) < len(path), "no steps side by side"
        assert {row["Waiting on"] for row in path} == {"Client", "Team", "Third party"}
        assert any(row["Required"] is False for row in path)
        for heading in ("Link", "SOP link", "Risk", "Boundary", "Hours", "Stage", "Kind"):
            assert any(row[heading] for row in path), heading


def test_a_client_can_always_see_where_a_step_happens() -> None:
    steps = rows_of(business(TUESDAY), "Offer steps", **{"Waiting on": "Client"})
    assert all(str(row["Link"]).startswith("https://") for row in steps)


@EVERY_DAY
def test_the_first_day_sends_a_plausible_number_of_mails(today: date) -> None:
    tabs = business(today)
    due = {row["Client"] for row in served(tabs, today) if rung_due(tabs, row, today)}
    thanked = {
        row["Client"]
        for row in tabs["Clients"]
        if isinstance(row["Finished on"], date)
        and 2 <= working_days(row["Finished on"], today) <= 7
    }
    assert len(thanked) == 2
    to_the_team = len(tabs["Team"]) + 1
    assert 15 <= len(due | thanked) + to_the_team <= 35


def rung_due(tabs: Tabs, client: dict[str, Value], today: date) -> bool:
    """Whether a reminder to the client fell due today or in the five days before."""
    return any(
        step["Waiting on"] == "Client"
        and (any(rung <= waited <= rung + 5 for rung in (2, 5, 15)) or -3 <= waited - allowed <= 6)
        for step, waited, allowed in open_steps(tabs, client, today)
    )


def test_names_are_as_various_as_real_ones() -> None:
    names = [str(row["Client"]) for row in business(TUESDAY)["Clients"]]
    assert len(names) == len(set(names)) == 60
    for sign in ("=", "+", "🌻"):
        assert any(name.startswith(sign) for name in names)
    for other in ("'", "é", "Нина Облакова", "茶", "ה", "ف", "फ", "ώ", "한"):
        assert any(other in name for name in names), other


def test_settings_are_known_and_readable() -> None:
    chosen = settings(TUESDAY)
    assert chosen.keys() <= SETTING_BY_NAME.keys()
    business_read, problems = business_settings.read(chosen)
    assert problems == []
    assert business_read.sending == "send"
    assert business_read.calendar.zone.key == "Europe/Dublin"
    assert date(2027, 3, 17) in business_read.calendar.days_off


def test_whole_paths_are_laid_out_but_for_optional_steps_that_staff_deleted() -> None:
    tabs = business(TUESDAY, ())
    for client in tabs["Clients"]:
        laid_out = {row["Step"] for row in rows_of(tabs, "Steps", Client=client["Client"])}
        path = rows_of(tabs, "Offer steps", Offer=client["Offer"])
        required = {row["Step"] for row in path if row["Required"] is not False}
        assert not laid_out or required <= laid_out <= {row["Step"] for row in path}
