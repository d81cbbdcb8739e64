"""Flags where nothing is declared, chances, and promises that will be missed."""

from __future__ import annotations

from datetime import date, timedelta
from typing import cast

import pytest

from sheetops.plan.plan import Plan
from sheetops.workbook.raw import RawBook, Value
from tests.sheets import MONDAY, Row, client, flags, november, offer_step, office, plan, step

LONG_AGO = november(2)
NO_LIMIT = (offer_step(1, "Form", "Client", None), offer_step(2, "Call", "Team", None))


def served(
    forms: int = 60,
    *,
    since: date = LONG_AGO,
    declared: tuple[Row, ...] = NO_LIMIT,
    **cells: date,
) -> RawBook:
    """Clients who took 1 to 4 days for the form and 9 for the call; Bo waits for the form."""
    clients, steps = (
        [client("Bo", **cells)],
        [step("Bo", "Form", Started=since), step("Bo", "Call")],
    )
    for at in range(forms):
        form = date(2026, 9, 7) + timedelta(days=1 + at % 4)
        call = date(2026, 9, 21) + timedelta(days=at % 4)
        who = f"Old{at}"
        clients.append(
            client(who, Start_date=date(2026, 9, 7), Status="Finished", Finished_on=call)
        )
        steps += [
            step(who, "Form", Started=date(2026, 9, 7), Done=form),
            step(who, "Call", Started=form, Done=call),
        ]
    return office(clients, steps, offer_steps=declared)


def rows_of(raw: RawBook, tab: str) -> list[list[Value]]:
    """The rows of a tab, for staff to change."""
    return cast("list[list[Value]]", raw.tabs[tab].rows)


def of_bo(raw: RawBook, day: date = MONDAY) -> tuple[str, str]:
    made: Plan = plan(raw, day)
    return flags(made)["BO-1"]


@pytest.mark.parametrize(("since", "flag"), [(19, "On track"), (17, "On track"), (16, "Stalled")])
def test_where_nothing_is_declared_nine_in_ten_are_the_limit(since: int, flag: str) -> None:
    assert of_bo(served(since=november(since)))[0] == flag


def test_the_reason_has_the_learned_numbers() -> None:
    flag, why = of_bo(served(since=november(16)))
    assert flag == "Stalled"
    assert why.startswith(
        'Waiting 5 working days on the client for "Form". 9 in 10 clients take 4 or less; '
    )
    assert why.endswith(" % chance it is still open in a week.")


def test_a_declared_limit_stays_the_limit_and_the_numbers_stand_beside_it() -> None:
    declared = (offer_step(1, "Form", "Client", 3), NO_LIMIT[1])
    flag, why = of_bo(served(since=november(17), declared=declared))
    assert flag == "Stalled"
    assert '"Form"; 3 are allowed. 9 in 10 clients take 4 or less; ' in why
    lax = (offer_step(1, "Form", "Client", 10), NO_LIMIT[1])
    assert of_bo(served(since=november(16), declared=lax))[0] == "On track"


def test_a_step_that_few_have_done_is_judged_by_all_steps_and_says_so() -> None:
    raw = served(since=november(2), declared=(*NO_LIMIT, offer_step(1, "Extra", "Client", None)))
    rows_of(raw, "Steps")[1][1] = "Extra"
    flag, why = of_bo(raw)
    assert flag == "Stalled"
    assert '"Extra". Few have done it yet; of all steps, 9 in 10 take 9 or less' in why


def test_with_next_to_no_history_nothing_is_learned() -> None:
    flag, why = of_bo(served(forms=2))
    assert (flag, why) == (
        "On track",
        'Waiting 15 working days on the client for "Form"; no due date is set. '
        "Too few are done yet to know what is usual.",
    )


def test_the_floor_is_the_owner_s_to_say() -> None:
    raw = served(since=november(16))
    rows_of(raw, "Settings").append(["Stalled after at least (days)", 6.0, None, None])
    assert of_bo(raw)[0] == "On track"


@pytest.mark.parametrize(
    ("promised", "flag"), [(november(27), "On course to miss"), (date(2026, 12, 18), "On track")]
)
def test_a_promise_that_most_would_miss_is_said_in_time(promised: date, flag: str) -> None:
    raw = served(since=november(19), Promised_by=promised)
    found, why = of_bo(raw)
    assert found == flag
    if flag != "On track":
        assert why.startswith(
            "Promised by 27 Nov 2026, in 4 working days. Of the clients who had waited 2 working "
            'days for "Form", '
        )
        assert why.endswith(" % needed longer to finish.")


def test_a_promise_that_has_passed_is_missed() -> None:
    assert of_bo(served(forms=2, since=november(19), Promised_by=november(20))) == (
        "On course to miss",
        "Promised by 20 Nov 2026, 1 working day ago, and not finished.",
    )


def test_too_few_finished_clients_foretell_nothing() -> None:
    assert of_bo(served(forms=4, since=november(20), Promised_by=november(24)))[0] == "On track"


def test_who_is_stalled_is_not_also_on_course_to_miss() -> None:
    raw = served(since=november(9), Promised_by=november(24))
    assert of_bo(raw)[0] == "Stalled"


def test_the_client_shows_the_stalled_step_though_another_is_due_sooner() -> None:
    declared = (*NO_LIMIT, offer_step(1, "Extra", "Client", 10))
    raw = served(since=november(9), declared=declared)
    rows_of(raw, "Steps").append(["Bo", "Extra"])
    flag, why = of_bo(raw, november(16))
    assert flag == "Stalled"
    assert '"Form"' in why


def test_ticks_of_the_first_day_say_nothing_of_how_long_it_took() -> None:
    raw = served()
    done = rows_of(raw, "Steps")[0].index("Done")
    for row in rows_of(raw, "Steps")[3:]:
        row[done] = "x"
    assert of_bo(raw)[1].endswith("Too few are done yet to know what is usual.")
