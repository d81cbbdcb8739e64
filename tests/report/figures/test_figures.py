"""Figures that can be reckoned by hand, and what is said where data are missing."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from datetime import date, timedelta

import pytest

from sheetops.model.history import History, PastForecast
from sheetops.model.snapshot import Snapshot
from sheetops.report.figures import Capacity, PersonLoad, Unit, capacity, to_keep
from sheetops.report.figures.figures import CanTakeOn, LeftOut
from tests.sheets import MONDAY, Row, client, november, office, snapshot, step

PATH: tuple[Row, ...] = (
    {"Offer": "Coaching", "Order": 1, "Step": "Contract", "Waiting on": "Client",
     "Working days": 5},
    {"Offer": "Coaching", "Order": 2, "Step": "Plan", "Waiting on": "Team", "Working days": 2,
     "Hours": 4.0},
    {"Offer": "Coaching", "Order": 3, "Step": "Report", "Waiting on": "Team", "Working days": 5,
     "Hours": 20.0, "Owner": "Ben"},
)  # fmt: skip
TEAM: tuple[Row, ...] = (
    {"Name": "Anna", "Email": "anna@studio.example.com", "Hours per week": 40.0},
    {"Name": "Ben", "Email": "ben@studio.example.com", "Hours per week": 30.0,
     "Working days": "Mon-Wed"},
)  # fmt: skip


def small(
    clients: list[Row] | None = None, steps: list[Row] | None = None, **more: object
) -> Snapshot:
    """A Monday; Eva's contract was done on Friday, so Anna's plan is due by Tuesday."""
    chosen = [client("Eva")] if clients is None else clients
    rows = [
        step("Eva", "Contract", Done=november(20)),
        step("Eva", "Plan"),
        step("Eva", "Report"),
    ]
    history = more.pop("history", History())
    assert isinstance(history, History)
    raw = office(chosen, rows if steps is None else steps, **{
        "offer_steps": PATH, "team": TEAM, "Offers": [{"Offer": "Coaching"}], **more,
    })  # type: ignore[arg-type] # rows by tab  # fmt: skip
    return snapshot(raw, MONDAY, history)


def of(found: Capacity, name: str) -> PersonLoad:
    return next(one for one in found.loads if one.person == name)


def needed(found: Capacity, name: str) -> list[float]:
    return [round(week.needed, 2) for week in of(found, name).weeks]


def only(found: Capacity) -> CanTakeOn:
    (one,) = found.can_take_on
    return one


def left(found: Capacity, column: str) -> list[LeftOut]:
    return [one for one in found.left_out if one.column == column]


def test_hours_fall_into_the_weeks_in_which_steps_are_done() -> None:
    found = capacity(small())
    # the plan, begun on Friday, is allowed 2 days: Tuesday. The report 5 more: the next Tuesday;
    # its 20 hours are spread over 3 days, of which Friday and Ben's days off go to next Monday
    assert needed(found, "Anna") == [4.0] + [0.0] * 7
    assert needed(found, "Ben") == [0.0, 20.0] + [0.0] * 6
    assert [week.available for week in of(found, "Ben").weeks] == [30.0] * 8
    assert of(found, "Ben").weeks[1].share == pytest.approx(20 / 30)
    assert of(found, "Ben").weeks[0].away == 2


def test_time_off_and_holidays_take_time_and_put_work_off() -> None:
    away: list[Row] = [{"Name": "Anna", "From": november(23), "To": november(26)}]
    found = capacity(small(Time_off=away, settings={"Extra days off": "30/11/2026"}))
    anna = of(found, "Anna")
    assert [week.available for week in anna.weeks][:3] == [8.0, 32.0, 40.0]
    assert [week.away for week in anna.weeks][:3] == [4, 0, 0]
    assert needed(found, "Anna")[:2] == [4.0, 0.0]  # on Friday
    # the report comes five working days after Friday, one of which is off, and Ben works till
    # Wednesday: on Monday the 7th
    assert needed(found, "Ben")[:3] == [0.0, 0.0, 20.0]
    assert [week.available for week in of(found, "Ben").weeks][:3] == [30.0, 20.0, 30.0]


def test_the_first_week_counts_from_today_on() -> None:
    raw = office([client("Eva")], [step("Eva", "Plan")], offer_steps=PATH, team=TEAM)
    found = capacity(snapshot(raw, november(26)))
    assert of(found, "Anna").weeks[0].available == 16.0
    assert of(found, "Ben").weeks[0].available == 0.0
    assert of(found, "Ben").weeks[0].share is None
    assert all(day > november(26) for day, _ in only(found).by_week)


def test_paused_and_doubtful_clients_and_leads_are_in_nobodys_load() -> None:
    paused = client("Eva", Pause_until=november(30))
    found = capacity(small([paused, client("Kim", Status="Lead"), client("Lea", Status="lost")]))
    assert needed(found, "Anna") == [0.0] * 8
    assert "1 paused client" in left(found, "Pause until")[0].what
    assert left(found, "Chance %")[0].count == 1
    assert left(found, "Why")[0].count == 1


def test_a_client_whose_steps_are_not_in_the_sheet_yet_walks_the_whole_path() -> None:
    new = client("Kim", Start_date=november(30))
    found = capacity(small([new], []))
    # contract 5 days, plan 2: Wednesday the 9th; report 5 more, from Ben's Wednesday to Monday on
    assert needed(found, "Anna")[:3] == [0.0, 0.0, 4.0]


def test_leads_stand_apart_by_their_chance() -> None:
    leads = [
        client("Kim", Status="Lead", Start_date=november(30), **{"Chance %": 50.0}),
        client("Lea", Status="Lead", Start_date=None, **{"Chance %": 30.0}),
        client("Mia", Status="Lead", Start_date=november(30), Owner="Ben", **{"Chance %": None}),
    ]
    found = capacity(small([client("Eva"), *leads]))
    assert needed(found, "Anna") == [4.0] + [0.0] * 7
    assert [round(week.from_leads, 2) for week in of(found, "Anna").weeks][:3] == [0.0, 0.0, 2.0]
    assert found.leads.leads == 2
    assert found.leads.expected == pytest.approx(0.8)
    assert found.leads.without_date == pytest.approx(0.3)
    assert found.leads.by_week[1] == (november(30), 0.5)
    assert [one.count for one in left(found, "Start date")] == [1]


def test_can_take_on_as_many_as_fit_by_hand() -> None:
    found = only(capacity(small([], [])))
    # every newcomer's report of 20 hours falls into one week of Ben's, who may fill 25.5 of 30
    assert (found.number, found.monday, found.chance) == (1, MONDAY, 1.0)
    assert found.busiest == "Ben"
    assert set(found.people) == {"Anna", "Ben"}
    busy = only(capacity(small()))
    assert (busy.number, busy.monday) == (1, MONDAY)
    full = replace_hours(20.0)
    assert (full.number, full.monday, full.chance) == (0, None, None)


def replace_hours(hours: float) -> CanTakeOn:
    team = [TEAM[0], {**TEAM[1], "Hours per week": hours}]
    return only(capacity(small(team=team)))


def test_without_time_this_week_the_earliest_week_is_named() -> None:
    steps = [step(f"C{n}", "Plan") for n in range(9)]
    clients = [client(f"C{n}", Start_date=november(23)) for n in range(9)]
    path = [{**PATH[1], "Order": 1}]
    found = only(capacity(small(clients, steps, offer_steps=path)))
    assert (found.number, found.monday) == (8, november(30))
    assert found.by_week[0] == (MONDAY, 0)


def test_without_hours_steps_are_counted_and_full_weeks_tell_how_many() -> None:
    clients, steps = [], []
    for week in range(10):  # three plans done each week, and one always left
        for n in range(3):
            name, start = f"C{week}{n}", MONDAY - timedelta(days=7 * (10 - week))
            clients.append(client(name, Start_date=start, Status="Finished",
                                  Finished_on=start + timedelta(days=4)))  # fmt: skip
            steps.append(step(name, "Plan", Started=start, Done=start + timedelta(days=n + 1)))
    slow = client("Zoe", Start_date=MONDAY - timedelta(days=70))
    team = [{**TEAM[0], "Hours per week": None}]
    found = capacity(
        small([*clients, slow], [*steps, step("Zoe", "Plan")], offer_steps=[PATH[1]], team=team)
    )
    anna = of(found, "Anna")
    assert (anna.unit, anna.full_week) == (Unit.STEPS, 3.0)
    assert found.on_hand.weeks == pytest.approx(1 / 3)
    without = capacity(small(clients, steps, offer_steps=[PATH[1]], team=team))
    assert of(without, "Anna").full_week is None
    assert "fill in Hours per week" in only(without).why_not
    assert only(without).number is None


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ([PATH[0]], "No step of this offer waits on the team"),
        ([PATH[0], {**PATH[1], "Hours": None}], 'How many hours "Plan" takes is not given'),
        ([{**PATH[1], "Working days": None}], 'how long "Plan" takes'),
    ],
)
def test_what_is_not_declared_is_not_guessed(path: list[Row], words: str) -> None:
    found = only(capacity(small([], [], offer_steps=path)))
    assert found.number is None
    assert words in found.why_not


def test_nothing_at_all_is_no_trouble() -> None:
    found = capacity(small([], [], team=[], Offers=[]))
    assert found.loads == ()
    assert found.forecasts[0].point is None
    assert found.on_hand.weeks is None
    assert found.unclosed.expected is None
    assert json.dumps(asdict(found), default=str)


def finished(number: int, took: int, *, last: date = MONDAY) -> tuple[list[Row], list[Row]]:
    """Clients who started one a week and took so many weeks, the last done a week before."""
    clients, steps = [], []
    for n in range(number):
        end = last - timedelta(days=7 * (n + 1))
        start = end - timedelta(days=7 * took)
        clients.append(client(f"F{n:02d}", Status="Finished", Start_date=start, Finished_on=end))
        steps.append(step(f"F{n:02d}", "Plan", Started=start, Done=end))
    return clients, steps


def test_those_in_hand_finish_as_others_did() -> None:
    clients, steps = finished(20, 2)
    clients += [client("Eva", Start_date=november(16)), client("Kim", Start_date=november(20))]
    steps += [step("Eva", "Plan"), step("Kim", "Plan")]
    clients.append(client("Lea", Start_date=november(30)))
    found = capacity(small(clients, steps, offer_steps=[PATH[1]])).forecasts[0]
    assert found.until == MONDAY + timedelta(days=27)
    assert found.from_open == pytest.approx(3.0)  # Lea is signed, and done by the 14th
    assert found.from_arrivals is not None
    assert 0 < found.from_arrivals < 2  # one a week, less Lea; those of the last weeks are late
    assert found.low is None
    assert "0 of the 8" in found.no_band


def test_what_nobody_closed_is_named() -> None:
    clients, steps = finished(20, 2)
    old = MONDAY - timedelta(days=140)
    clients += [client(f"O{n}", Start_date=old) for n in range(5)]
    steps += [step(f"O{n}", "Plan", Started=old, Done=old + timedelta(days=14)) for n in range(5)]
    found = capacity(small(clients, steps, offer_steps=[PATH[1]])).unclosed
    assert (found.open, found.is_raised) == (5, True)
    assert found.weeks == pytest.approx(2.0)
    assert {key for key, _, _ in found.clients} == {f"O{n}-1" for n in range(5)}
    assert "only the Status is not Finished" in found.clients[0][2]
    calm = capacity(small(clients[:21], steps[:21], offer_steps=[PATH[1]])).unclosed
    assert not calm.is_raised


def kept(count: int, off: float) -> tuple[PastForecast, ...]:
    """Forecasts of 4 for 4 weeks, which came to 4 + off, that fell due one a week until now."""
    days = [MONDAY - timedelta(days=7 * (count + 4 - n)) for n in range(count)]
    return tuple(
        PastForecast(day, day + timedelta(27), 4, 4.0, 2.0, int(4 + off), 2) for day in days
    )


def test_the_band_rests_on_the_record() -> None:
    clients, steps = finished(20, 2)
    several = [*clients, *(client(f"E{n}", Start_date=november(16)) for n in range(4))]
    many = [*steps, *(step(f"E{n}", "Plan") for n in range(4))]

    def told(*past: PastForecast) -> Capacity:
        history = History(forecasts=past)
        return capacity(small(several, many, offer_steps=[PATH[1]], history=history))

    assert told(*kept(7, 2)).forecasts[0].low is None
    found = told(*kept(12, 2))
    one = found.forecasts[0]
    assert one.point
    assert one.high == pytest.approx(one.point + 2 / 2 * one.point**0.5)  # |6 - 4| / sqrt(4)
    record = found.records[0]
    assert (len(record.tried), record.banded, record.inside) == (12, 1, 1)
    assert record.off_by == 2.0
    no_band = told(*kept(11, 2)).records[0].said
    assert no_band == "11 forecasts have come due, none of which had a band yet."
    long = told(*kept(20, 2)).records[0]
    assert (long.banded, long.inside) == (9, 9)
    assert long.said == "The last 8 forecasts for 4 weeks ahead: 8 inside the band."
    assert found.records[1].said == "No forecast for 8 weeks ahead has come due yet."


def test_what_came_of_a_forecast_is_found_in_the_sheet_and_kept() -> None:
    clients, steps = finished(20, 2)
    made = MONDAY - timedelta(days=28)
    past = (
        PastForecast(made, made + timedelta(27), 4, 5.5, 3.0),
        PastForecast(made, made + timedelta(55), 8, 9.0, 3.0),
    )
    today = small(clients, steps, offer_steps=[PATH[1]], history=History(forecasts=past))
    figures = capacity(today)
    told = to_keep(today, figures)
    # finished a week before each Monday: on 26 October, and 2, 9 and 16 November; the two that
    # had started by 26 October are the first two
    assert told[0] == past[0]._replace(actual=4, actual_open=2 + 1)
    assert [one.weeks for one in told] == [4, 4, 8]
    assert told[1].made == MONDAY
    assert told[1].point == figures.forecasts[0].point


def test_the_same_morning_gives_the_same_figures_and_another_workbook_other_draws() -> None:
    one, other = capacity(small()), capacity(small())
    assert one == other
    assert one == replace(other, today=MONDAY)


def test_what_is_missing_says_where_to_fill_it_in() -> None:
    steps = [step("Eva", "Plan", Owner=None), step("Eva", "Odd job", Waiting_on="Team")]
    team = [{**TEAM[0], "Hours per week": None}, {**TEAM[1], "Working days": "some days"}]
    found = capacity(small([client("Eva", Owner=None)], steps, team=team))
    places = {(one.tab, one.column) for one in found.left_out}
    assert {
        ("Team", "Hours per week"), ("Team", "Working days"), ("Steps", "Owner"),
        ("Time off", ""), ("Settings", "Value"),
    } <= places  # fmt: skip
    assert all(one.what.endswith(".") and one.mend.endswith(".") for one in found.left_out)


def test_hours_are_only_counted_where_the_team_acts() -> None:
    path = [{**PATH[0], "Hours": 9.0, "Owner": "Anna"}, {**PATH[1], "Automated": True}, PATH[2]]
    found = capacity(small([client("Kim", Start_date=MONDAY)], [], offer_steps=path))
    assert needed(found, "Anna") == [0.0] * 8
    assert sum(needed(found, "Ben")) == pytest.approx(20.0)


def test_an_optional_step_counts_as_often_as_it_happens() -> None:
    clients, steps = finished(9, 2)
    steps = [{**one, "Step": "Contract"} for one in steps]
    path = [PATH[0], {**PATH[1], "Required": False}]
    new = client("Kim", Start_date=MONDAY)
    found = capacity(small([*clients, new], steps, offer_steps=path))
    assert sum(needed(found, "Anna")) == pytest.approx(4.0 / 10, abs=0.15)  # 0 of 9, and one more
