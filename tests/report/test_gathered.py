"""What is gathered around the figures of capacity, and from how many clients on it is said."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

import pytest

from sheetops.model.snapshot import Snapshot
from sheetops.report.bottlenecks import delays, stalled_clients
from sheetops.report.figures import Unit
from sheetops.report.quality import fit_outcome, of_offers
from sheetops.report.revenue import top_clients
from sheetops.report.summary import answer
from sheetops.report.tab import figures, in_words, of_person
from sheetops.report.team_load import of_team
from sheetops.report.time_saved import given_back
from sheetops.workbook.raw import Value
from tests.report import made
from tests.report.made import TODAY
from tests.report.mornings import of_demo, of_rows
from tests.report.test_report_page import of_made

Row = dict[str, Value]
PATH: list[Row] = [
    {"Offer": "Coaching", "Order": 1.0, "Step": "Form", "Waiting on": "Client", "Working days": 3},
    {"Offer": "Coaching", "Order": 2.0, "Step": "Call", "Waiting on": "Team", "Working days": 3},
]


def client(number: int, **more: Value) -> Row:
    row: Row = {
        "Client ID": f"C{number}", "Client": f"Client {number}", "Offer": "Coaching",
        "Status": "Active", "Start date": TODAY - timedelta(300),
    }  # fmt: skip
    return row | {name.replace("_", " "): value for name, value in more.items()}


def finished(number: int, days_ago: int, **more: Value) -> Row:
    on = TODAY - timedelta(days_ago)
    return client(number, Status="Finished", Finished_on=on, **more)


def done(number: int, *steps: str) -> list[Row]:
    return [
        {"Client": f"C{number}", "Step": step, "Done": TODAY - timedelta(290 - place)}
        for place, step in enumerate(steps)
    ]


def of(clients: Iterable[Row], steps: Iterable[Row] = (), **tabs: Iterable[Row]) -> Snapshot:
    return of_rows(Clients=clients, Steps=steps, Offer_steps=PATH, **tabs)


# ---- load


def test_the_team_is_its_people_of_the_same_unit_together() -> None:
    team = of_team(made.capacity())
    assert team.unit is Unit.HOURS
    assert team.unknown == ("Aoife",)
    assert team.weeks[0].needed == pytest.approx(30 * (1.04 + 0.62))
    assert team.weeks[0].share == pytest.approx((1.04 + 0.62) / 2)
    assert team.fullest is not None
    assert (team.fullest.person, team.fullest.share) == ("Mei", 1.04)


def test_nobody_in_the_team_is_said() -> None:
    team = of_team(made.nothing())
    assert team.ahead is None
    assert team.why_not == "There is nobody in the tab Team, so no load can be said."


# ---- stalled, and delays


def test_stalled_clients_are_counted_with_what_they_hold_up() -> None:
    begun = TODAY - timedelta(14)  # ten working days; three are allowed
    snapshot = of(
        [
            client(1, Start_date=begun, Value=1000.0),
            client(2, Start_date=begun, Value=3000.0),
            client(3, Start_date=TODAY - timedelta(1)),
        ],
        [{"Client": f"C{n}", "Step": "Form"} for n in (1, 2, 3)],
    )
    found = stalled_clients(snapshot)
    assert [(one.key, one.over, one.value) for one in found.clients] == [
        ("C2", 7, 3000.0),
        ("C1", 7, 1000.0),
    ]
    assert found.said == (
        "2 of 3 clients in hand are stalled; together 14 working days beyond what is allowed. "
        "Clients worth 4,000 are held up."
    )


def test_too_few_clients_tell_no_repeating_delay() -> None:
    found = delays(of([client(1)], done(1, "Form")))
    assert found.steps == ()
    assert found.too_few == ("Coaching: 1 of 20 clients",)
    assert found.said.startswith("Not enough clients yet")


# ---- quality


def test_a_trend_needs_five_clients_on_each_side() -> None:
    late = [finished(n, 10) for n in range(5)]
    early = [finished(n, 100) for n in range(5, 10)]
    steps = [row for n in range(5) for row in done(n, "Form", "Call")]
    steps += [row for n in range(5, 10) for row in done(n, "Form")]
    (offer,) = of_offers(of([*late, *early], steps)).offers
    assert offer.clients == 10
    assert offer.score_said.startswith("better: ")
    assert offer.score_said.endswith(" → 100 %")
    (fewer,) = of_offers(of([*late, *early[1:]], steps)).offers
    assert fewer.score_said == "not enough clients yet: 4 of 5 finished in 90 days"


def test_the_delta_counts_declared_parts_that_are_missing() -> None:
    thanks: Row = {
        "Message": "Thanks", "Part": "thank-you", "To": "client", "When": "2 days after finish",
        "Subject": "Thanks", "Body": "Thanks", "Kind": "service",
    }  # fmt: skip
    steps = [row for n in range(3) for row in done(n, "Form", "Call")]
    snapshot = of([finished(n, 10) for n in range(3)], steps, Messages=[thanks])
    (offer,) = of_offers(snapshot).offers
    assert (offer.delta, offer.finished) == (3, 3)
    (none,) = of_offers(of([finished(n, 10) for n in range(3)], steps)).offers
    assert none.delta is None
    assert none.delta_said == ""


# ---- fit


def fit_of(good: int, bad: int) -> Snapshot:
    question: Row = {"Question": "Budget?", "For": "fit", "Must be": "yes"}
    clients = [finished(n, 10, Satisfaction=5) for n in range(good)]
    clients += [client(100 + n, Status="Refunded") for n in range(bad)]
    told: list[Row] = [
        {"Client": row["Client ID"], "Question": "Budget?", "Answer": answer}
        for row, answer in zip(clients, ["yes"] * good + ["no"] * bad, strict=True)
    ]
    return of(clients, Questions=[question], Answers=told)


def test_fit_is_set_against_what_became_of_clients() -> None:
    found = fit_outcome(fit_of(6, 5))
    assert [(one.clients, one.refunded, one.satisfaction) for one in found.groups] == [
        (6, 0.0, 5.0),
        (5, 1.0, None),
    ]
    assert found.said.startswith("0 % of those who met every prerequisite were refunded")
    assert "of the others 100 %" in found.said


def test_fit_needs_five_clients_of_each_sort() -> None:
    found = fit_outcome(fit_of(6, 4))
    assert found.said == ""
    assert "lacked one or more: 4 of 5" in found.why_not


# ---- revenue


def test_the_top_fifth_and_what_it_suggests() -> None:
    clients = [client(n, Value=100.0) for n in range(9)] + [client(9, Value=900.0)]
    found = top_clients(of(clients))
    assert found.number == 2
    assert found.share == pytest.approx(1000 / 1800)
    assert found.suggestion.startswith("Client 9 alone brings 50 %")


def test_engagements_of_one_person_are_added_up_and_refunds_left_out() -> None:
    clients = [client(n, Value=100.0) for n in range(12)]
    clients += [client(20, Client="Client 3", Value=250.0)]
    clients += [client(21, Status="Refunded", Value=9999.0)]
    found = top_clients(of(clients))
    first = found.top[0]
    assert (first.name, first.engagements, first.value) == ("Client 3", 2, 350.0)
    assert found.value == 1450


def test_too_few_values_say_nothing_of_the_revenue() -> None:
    found = top_clients(of([client(n, Value=100.0 if n < 9 else None) for n in range(12)]))
    assert found.share is None
    assert found.why_not == "Not enough clients yet with a Value (9 of 10)."


# ---- hours given back


def test_hours_are_added_up_by_week_month_and_year() -> None:
    def run(name: str, day: date, minutes: float) -> Row:
        at = datetime.combine(day, time(7))
        return {"Run": name, "At": at, "Minutes given back": minutes}

    runs = [
        run("a", TODAY, 60.0),
        run("b", date(2026, 11, 2), 30.0),
        run("c", date(2026, 2, 2), 30.0),
        run("d", date(2025, 12, 31), 600.0),
        run("e", TODAY + timedelta(1), 600.0),
    ]
    found = given_back(of([], Runs=runs))
    assert (found.week, found.month, found.year) == (1.0, 1.5, 2.0)
    assert [hours for _, hours in found.weeks] == [0, 0, 0, 0, 0, 0.5, 0, 1.0]


# ---- the answer, and the tab


def test_the_answer_is_three_sentences_even_of_nothing() -> None:
    capacity, snapshot = made.nothing(), of([])
    said = answer(capacity, of_team(capacity), stalled_clients(snapshot), delays(snapshot))
    assert all(sentence.endswith(".") for sentence in said.sentences)
    assert said.slow.startswith("No client is in hand")


def test_the_tab_has_every_figure_of_the_page_with_how_it_is_known() -> None:
    report = of_made()
    found = list(figures(report))
    assert len({one[:3] for one in found[4:]}) == len(found) - 4  # no figure stands there twice
    assert all(one.how for one in found)
    names = {one.name for one in found}
    assert {"Load", "Can take on", "Stalled clients", "Delta", "Left out"} <= names
    load = [one for one in found if (one.name, one.whom) == ("Load", "The whole team")]
    assert [one.value for one in load] == [
        round(100 * w.share, 1) for w in report.team.weeks if w.share
    ]


def test_columns_of_offers_and_team_are_said_in_words() -> None:
    mei, _, aoife = made.capacity().loads
    assert of_person(mei) == "116 of 120 hours (96 %)"
    assert of_person(aoife) == ""
    three, none, unknown = made.capacity().can_take_on
    assert in_words(three) == "3 from 30 Nov 2026 (84 % sure)"
    assert in_words(none) == "None within 8 weeks"
    assert in_words(unknown) == ""


def test_the_demo_is_told_without_a_gap() -> None:
    found = stalled_clients(of_demo())
    assert found.clients
    assert found.over == sum(one.over for one in found.clients)
