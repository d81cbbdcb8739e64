"""What stops a run before it writes or sends anything; and what, just under it, does not."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from sheetops.errors import UnsafeRun
from sheetops.model.history import History, LastRun
from sheetops.plan.guard_rails import refuse_if_unsafe
from sheetops.plan.plan import Plan
from sheetops.workbook.raw import Value
from tests.sheets import TUESDAY, Row, client, message, november, office, plan, step


def after(clients: int = 10, steps: int = 10, day: date = TUESDAY) -> History:
    return History(last_run=LastRun(day, clients, steps, 0))


def clients(count: int, flags: int = 0, **cells: Value) -> list[Row]:
    """Clients, the first of whom show a flag that is not theirs any more."""
    return [
        client(f"N{at}", **cells) | ({"Flag": "Paused"} if at < flags else {})
        for at in range(count)
    ]


def steps(count: int) -> list[Row]:
    return [step(f"N{at}", "Contract") for at in range(count)]


def refusal(made: Plan) -> str:
    with pytest.raises(UnsafeRun) as refused:
        refuse_if_unsafe(made)
    assert refused.value.exit_status == 4
    return str(refused.value)


def test_a_first_run_has_nothing_to_compare_with() -> None:
    refuse_if_unsafe(plan(office(clients(30), steps(30), settings={"Sending": "preview"})))


def test_clients_that_vanished_stop_the_run() -> None:
    made = plan(office(clients(7), steps(7)), history=after(10))
    assert "There are 7 clients; at the last run there were 10." in refusal(made)
    assert "--force" in refusal(made)


@pytest.mark.parametrize(("now", "before"), [(8, 10), (10, 10), (30, 10), (0, 4)])
def test_a_few_clients_more_or_less_do_not(now: int, before: int) -> None:
    refuse_if_unsafe(plan(office(clients(now), steps(now)), history=after(before, now)))


def test_a_tab_that_was_emptied_stops_the_run() -> None:
    finished = clients(10, Status="Finished")
    assert "The tab Steps is empty; at the last run it had 5 rows." in refusal(
        plan(office(finished), history=after(10, 5))
    )


def test_a_tab_of_a_few_rows_may_be_emptied() -> None:
    refuse_if_unsafe(plan(office(clients(10, Status="Finished")), history=after(10, 4)))


def test_too_many_flags_at_once_stop_the_run() -> None:
    flagged = [row | ({} if "Flag" in row else {"Flag": "Stalled"}) for row in clients(10, flags=7)]
    assert "The flags of 7 of 10 clients would change at once; at most 60% may" in refusal(
        plan(office(flagged, steps(10)), history=after())
    )


@pytest.mark.parametrize(("wrong", "share"), [(6, "60%"), (9, "100%"), (0, "0%")])
def test_as_many_as_the_owner_allows_do_not(wrong: int, share: str) -> None:
    flagged = [row | ({} if "Flag" in row else {"Flag": "Stalled"}) for row in clients(10, wrong)]
    raw = office(flagged, steps(10), settings={"Share of clients that may change": share})
    refuse_if_unsafe(plan(raw, history=after()))


def test_flags_given_where_none_was_are_no_change() -> None:
    refuse_if_unsafe(plan(office(clients(20), steps(20)), history=after(20, 20)))


def test_a_business_of_a_few_clients_has_no_large_share() -> None:
    refuse_if_unsafe(plan(office(clients(9, flags=9), steps(9)), history=after(9, 9)))


def mails(most: float, before: int = 0) -> Plan:
    """Three mails: the summary to the owner, and the digests to Anna and Ben."""
    raw = office(
        [client("Bo"), client("Cy", Owner="Ben")],
        [step("Bo", "Contract"), step("Cy", "Contract")],
        settings={"Mails per day at most": most},
    )
    made = plan(raw, history=History(mails_by_day={TUESDAY: before}))
    assert len(made.mails) == 3
    return made


def test_too_many_mails_stop_the_run_before_the_first() -> None:
    assert "3 mails would leave today; at most 2 may" in refusal(mails(2.0))
    assert "5 mails would leave today; at most 4 may" in refusal(mails(4.0, before=2))
    refusal(mails(0.0))


def test_exactly_as_many_mails_as_are_allowed_do_not() -> None:
    refuse_if_unsafe(mails(3.0))
    refuse_if_unsafe(mails(5.0, before=2))


def test_mails_of_other_days_do_not_count() -> None:
    history = History(mails_by_day={november(23): 500})
    refuse_if_unsafe(plan(office([client("Bo")], [step("Bo", "Contract")]), history=history))


def test_a_day_that_has_had_its_mails_may_still_be_written() -> None:
    history = History(mails_by_day={TUESDAY: 500})
    raw = office([client("Bo")], [step("Bo", "Contract")], settings={"Sending": "preview"})
    refuse_if_unsafe(plan(raw, history=history))


def test_a_clock_that_went_back_stops_the_run() -> None:
    made = plan(office(clients(1)), history=after(1, 1, TUESDAY + timedelta(days=1)))
    assert "Today is 24 Nov 2026, but the last run was on 25 Nov 2026." in refusal(made)


@pytest.mark.parametrize("ago", [0, 1, 100])
def test_the_same_day_and_a_long_holiday_do_not(ago: int) -> None:
    made = plan(office(clients(1), steps(1)), history=after(1, 1, TUESDAY - timedelta(days=ago)))
    refuse_if_unsafe(made)


def test_a_sleep_of_more_than_a_hundred_days_stops_the_run() -> None:
    made = plan(office(clients(1)), history=after(1, 1, TUESDAY - timedelta(days=101)))
    assert "which is long ago. Is the clock right?" in refusal(made)


def test_every_reason_is_given_at_once() -> None:
    made = plan(office(clients(1, Status="Finished")), history=after(10, 10, november(30)))
    said = refusal(made)
    assert "Today is" in said
    assert "There are 1 clients" in said


def usual(*counts: int) -> History:
    """A history of so many mails on each of the last days."""
    days = {TUESDAY - timedelta(days=n): count for n, count in enumerate(counts, 1)}
    return History(mails_by_day=days)


def many(count: int, history: History) -> Plan:
    raw = office(
        [client(f"N{at}") for at in range(count)],
        [step(f"N{at}", "Contract") for at in range(count)],
        [message("Nudge", "waiting 2 days")],
        settings={"Mails per day at most": 500},
    )
    return plan(raw, history=history)


def test_far_more_mails_than_usual_stop_the_run() -> None:
    said = refusal(many(40, usual(3, 4, 5, 4, 3)))
    assert "42 mails would leave today; on other days it was about 4." in said


@pytest.mark.parametrize("before", [(3, 4, 5, 4), (3, 4, 5, 50, 4), (20, 22, 25, 21, 19)])
def test_more_than_usual_does_not_without_enough_days_or_where_it_was_so_before(
    before: tuple[int, ...],
) -> None:
    refuse_if_unsafe(many(40, usual(*before)))


def test_mails_of_the_last_24_hours_count_be_they_of_yesterday() -> None:
    raw = office([client("Bo")], [step("Bo", "Contract")], settings={"Mails per day at most": 10})
    made = plan(raw, history=History(sent_lately=9))
    assert "11 mails would leave within 24 hours; at most 10 may" in refusal(made)
    refuse_if_unsafe(plan(raw, history=History(sent_lately=8)))
