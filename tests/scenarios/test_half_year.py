"""A simulated half year: whatever staff do, the rules hold on every day, and it can be repeated.

Four weeks run with every change; the half year with several dice is `pytest -m long`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest

from sheetops.jobs.results import Applied
from sheetops.model.history import Sent
from sheetops.model.mail import FollowUp, Mail
from sheetops.template.demo.offers import PATHS
from sheetops.workbook.raw import Value
from sheetops.workbook.workdays import WorkCalendar
from tests.scenarios.half_year import OFF, HalfYear, Seen, is_paused

WEEKS = 4
_ALL_PARTS = 66
"""Days after a finish when every part has had its day (the last is due after 30 working days), and
staff have seen in person, after 60 days, to what was skipped or came too late."""
_PARTY = {step.name: step.party for path in PATHS.values() for step in path}
_CAUSED = ("Nothing is laid out or sent", "Lift consequence is still ticked")
"""What the problems say that these staff do cause: a barred person is typed in again, and a tick is
forgotten for a day."""


Rule = Callable[[HalfYear], None]
RULES: list[Rule] = []
"""All are asked of one business: a business that has lived is dear, and a rule takes no time."""


def rule(check: Rule) -> Rule:
    """Name a rule that must hold on every day."""
    RULES.append(check)
    return check


# ---- what left


def to_clients(day: Seen) -> Iterator[Mail]:
    return (mail for mail in day.applied.sending.accepted if mail.client)


def _address(day: Seen, mail: Mail) -> Value:
    """The client's own; a third party has another."""
    return day.clients[mail.items[0].client_name]["Email"]


def items(applied: Applied) -> Iterator[FollowUp]:
    return (item for mail in applied.sending.accepted for item in mail.items)


def everything_sent(business: HalfYear) -> dict[str, Sent]:
    """All that ever reached somebody, from us or by hand, by key."""
    known: dict[str, Sent] = {}
    for day in business.days:
        known |= day.applied.plan.snapshot.history.sent
    return {key: one for key, one in known.items() if one.went_out}


@rule
def the_days_were_full(business: HalfYear) -> None:
    """Else the rules below would hold for nothing."""
    outcomes = Counter(str(line["Outcome"]) for line in business.lines("Follow-ups"))
    assert outcomes["Sent"] > 30 * WEEKS
    assert {"Skipped", "Done by hand"} <= set(outcomes)
    last = business.days[-1].after.values()
    assert {"Active", "Finished", "Refunded", "Do not serve"} <= {row["Status"] for row in last}
    parts = {item.part for day in business.days for item in items(day.applied)}
    assert {"reminder", "consequence", "quality", "feedback", "thank-you"} <= parts


@rule
def no_client_gets_two_mails_a_day(business: HalfYear) -> None:
    for day in business.days:
        counts = Counter(mail.client for mail in to_clients(day) if mail.to == _address(day, mail))
        assert max(counts.values(), default=0) <= 1, (day.day, counts)


@rule
def mail_leaves_on_working_days_only(business: HalfYear) -> None:
    for day in business.days:
        if day.applied.sending.accepted:
            assert day.day.weekday() < 5
            assert day.applied.plan.snapshot.business.calendar.is_working(day.day)


def _barred(clients: dict[str, dict[str, Value]]) -> set[str]:
    """Names of those whom we do not serve, in whichever row they stand."""
    addresses = {row["Email"] for row in clients.values() if row["Status"] in OFF}
    return {name for name, row in clients.items() if row["Email"] in addresses}


@rule
def whom_we_do_not_serve_nothing_is_about(business: HalfYear) -> None:
    for day in business.days:
        barred = _barred(day.clients)
        addresses = {day.clients[name]["Email"] for name in barred}
        for item in items(day.applied):
            assert item.client_name not in barred, (day.day, item)
            assert item.to not in addresses, (day.day, item)
        for name in _barred(day.after):
            assert day.after[name]["Delta"] is None, (day.day, name)


@rule
def nobody_who_is_paused_or_wants_no_mail_gets_any(business: HalfYear) -> None:
    for day in business.days:
        for item in (one for mail in to_clients(day) for one in mail.items):
            row = day.clients[item.client_name]
            assert not row["Do not mail"], (day.day, item)
            assert not is_paused(row, day.day), (day.day, item)
            assert item.kind == "service" or row["Marketing consent"], (day.day, item)


@rule
def a_follow_up_leaves_once(business: HalfYear) -> None:
    counts = Counter(item.key for day in business.days for item in items(day.applied))
    assert max(counts.values()) == 1
    listed = Counter(str(line["Follow-up ID"]) for line in business.lines("Follow-ups"))
    assert max(listed.values()) == 1


@rule
def nothing_is_said_of_a_step_that_is_done(business: HalfYear) -> None:
    for day in business.days:
        keys = {str(row["Client ID"]): name for name, row in day.after.items()}
        for item in (one for one in items(day.applied) if one.part != "reward"):
            client, _, step = item.step.partition(" › ")
            assert (keys.get(client, ""), step) not in day.done, (day.day, item)


# ---- ladders


def _waits(business: HalfYear) -> dict[str, tuple[int, str]]:
    """The ladder that is for any step: after how many days of waiting, and to whom."""
    found = {}
    for line in business.lines("Messages"):
        when = re.fullmatch(r"waiting (\d+) days", str(line["When"]))
        if when and line["Step"] is None:
            assert line["Offer"] is None
            found[str(line["Message"])] = (int(when[1]), str(line["To"]))
    assert len(found) == 4
    return found


def _about_steps(business: HalfYear) -> dict[str, str]:
    """The messages about a due day, which may overtake a rung: to whom."""
    return {
        str(line["Message"]): str(line["To"])
        for line in business.lines("Messages")
        if str(line["When"]).endswith("due")
    }


@rule
def no_rung_leaves_before_those_below_it(business: HalfYear) -> None:
    sent = everything_sent(business)
    rungs, others = _waits(business), _about_steps(business)
    ladders: dict[tuple[str, str], list[Sent]] = {}
    for one in sent.values():
        if one.step:
            ladders.setdefault((one.client, one.step), []).append(one)
    unwritten = {
        row["Client ID"]
        for day in business.days
        for row in day.after.values()
        if row["Do not mail"]
    }
    looked_at = 0
    for about in ladders.values():
        for one in (each for each in about if each.message in rungs):
            number, party = rungs[one.message][0], _PARTY[one.step.split(" › ")[1]]
            for lower, to in ((n, to) for n, (d, to) in rungs.items() if d < number):
                if to == "client" and (party != "Client" or one.client in unwritten):
                    continue  # it is not theirs to do, or they want no mail: the owner hears of it
                below = [
                    each
                    for each in about
                    if (each.message == lower and each.occasion == one.occasion)
                    or others.get(each.message) == to
                ]
                assert any(each.day < one.day or each.by_hand for each in below), (one, lower)
                looked_at += 1
    assert looked_at > 20


def _gaps(about: list[Sent], rungs: dict[str, tuple[int, str]]) -> Iterator[tuple[Sent, Sent, int]]:
    """Two rungs of one ladder, one above the other, and the days between them."""
    for low in about:
        for high in about:
            if low.occasion == high.occasion and {low.message, high.message} <= set(rungs):
                days = rungs[high.message][0] - rungs[low.message][0]
                if days > 0:
                    yield low, high, days


@rule
def the_days_between_two_rungs_are_kept(business: HalfYear) -> None:
    calendar: WorkCalendar = business.days[-1].applied.plan.snapshot.business.calendar
    rungs = _waits(business)
    ladders: dict[tuple[str, str], list[Sent]] = {}
    for one in everything_sent(business).values():
        ladders.setdefault((one.client, one.step), []).append(one)
    pairs = [pair for about in ladders.values() for pair in _gaps(about, rungs)]
    assert len(pairs) > 20
    for low, high, days in pairs:
        if not low.by_hand and not high.by_hand:
            assert calendar.age(low.day, high.day) >= days, (low, high)


def _with_consequence(business: HalfYear) -> set[str]:
    return {str(line["Message"]) for line in business.lines("Messages") if line["Consequence"]}


@rule
def every_consequence_follows_its_message(business: HalfYear) -> None:
    """A consequence that the sheet shows had its message first, which had its rungs first."""
    messages = _with_consequence(business)
    for day in business.days:
        told = {
            one.client
            for one in day.applied.plan.snapshot.history.sent.values()
            if one.went_out and one.message in messages
        }
        for name, row in day.after.items():
            if row["Consequence"] or row["Promise moved to"]:
                assert row["Client ID"] in told, (day.day, name)


# ---- the delta


def _finished(business: HalfYear, days: int) -> dict[str, dict[str, Value]]:
    """Clients who finished during these weeks, so many days ago or longer."""
    return {
        name: row
        for name, row in business.days[-1].after.items()
        if row["Status"] == "Finished"
        and name not in business.began_finished
        and isinstance(row["Finished on"], date)
        and (business.days[-1].day - row["Finished on"]).days > days
    }


@rule
def what_leaves_by_itself_after_a_finish_has_left(business: HalfYear) -> None:
    sent = everything_sent(business).values()
    ever = [day.clients for day in business.days]
    barred = {name for day in ever for name in _barred(day)}
    for name, row in _finished(business, 25).items():
        if name in barred:
            continue  # nothing goes to them, be it another row that says so
        kept_away = [
            day[name]
            for day in ever
            if name in day and (day[name]["Do not mail"] or day[name]["Pause until"])
        ]
        if not kept_away:
            had = {one.message for one in sent if one.client == row["Client ID"]}
            assert {"Thank you", "Three questions"} <= had, name


@rule
def the_delta_of_the_finished_falls_to_zero(business: HalfYear) -> None:
    over = {
        n: row for n, row in _finished(business, _ALL_PARTS).items() if row["Delta"] is not None
    }
    still = {name: row["Delta"] for name, row in over.items() if row["Delta"]}
    assert not still
    began = [
        row["Delta"]
        for name, row in business.days[-1].after.items()
        if name in business.began_finished and row["Status"] == "Finished"
    ]
    assert began
    assert sum(1 for delta in began if delta) <= len(began) // 4


# ---- the sheet


@rule
def no_problem_but_those_that_staff_caused(business: HalfYear) -> None:
    for day in business.days:
        for problem in day.applied.plan.problems:
            assert any(words in problem.found for words in _CAUSED), (day.day, str(problem))
        for name, row in day.after.items():
            known = (
                name in _barred(day.after) or row["Status"] == "Lead"
            )  # who lacks a prerequisite
            assert row["Flag"] != "Data problem" or known, (day.day, name, row["Why"])


@rule
def the_guard_rails_do_not_stop_an_ordinary_day(business: HalfYear) -> None:
    assert [day.forced for day in business.days if day.forced] == []


@rule
def staff_cells_stay_as_they_were(business: HalfYear) -> None:
    staff = ("Client", "Email", "Offer", "Owner", "Status", "Pause until", "Promised by", "Notes")
    for day in business.days:
        for name, row in day.clients.items():
            assert [row[h] for h in staff] == [day.after[name][h] for h in staff]


@pytest.mark.parametrize(
    ("weeks", "seed"),
    [
        pytest.param(WEEKS, 1, id="four weeks"),
        *(
            pytest.param(26, seed, id=f"half a year, dice {seed}", marks=pytest.mark.long)
            for seed in (1, 2, 3)
        ),
    ],
)
def test_every_rule_holds_and_the_same_dice_give_the_same_days(
    weeks: int, seed: int, tmp_path: Path
) -> None:
    business, again = HalfYear(tmp_path / "once", seed), HalfYear(tmp_path / "again", seed)
    business.live(weeks)
    for holds in RULES:
        holds(business)
    again.live(1)
    assert again.digests == business.digests[: len(again.digests)]
    assert len(set(business.digests)) == len(business.digests)
