"""Names that point from one tab to another, and what is in doubt where they point nowhere."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sheetops.workbook.raw import Value
from sheetops.workbook.references import nearest, step_key
from tests.sheets import (
    OFFER_STEPS,
    PATIENT,
    Row,
    client,
    flag,
    flags,
    november,
    offer_step,
    office,
    plan,
    read,
    step,
    wheres,
)

NAMES = st.text(alphabet="ab ›2", min_size=1, max_size=6).map(str.strip).filter(bool)


def step_doubts(**typed: Value) -> dict[str, str]:
    """Doubt of a step of the one client Bo, by key, with `typed` cells in it."""
    found = read(office([client("Bo")], [{"Client": "Bo", "Step": "Contract", **typed}]))
    return {str(key): doubt for key, doubt in found.frame("Steps")["doubt"].items()}


@pytest.mark.parametrize("name", ["Bo", "bo ", " BO", "BO-1", "bo-1"])
def test_a_step_names_its_client_by_name_or_id(name: str) -> None:
    found = read(office([client("Cy"), client("Bo")], [step(name, "Contract")]))
    assert not found.problems
    assert found.frame("Steps").index.tolist() == ["BO-1 › Contract"]


def test_a_numeric_id_is_found_whether_typed_as_number_or_text() -> None:
    clients = [client("Bo", Client_ID=7.0), client("Cy", Client_ID="8")]
    found = read(office(clients, [step("7", "Contract"), {"Client": 8.0, "Step": "Contract"}]))
    assert found.frame("Steps").index.tolist() == ["7 › Contract", "8 › Contract"]


def test_an_unknown_client_is_a_problem_with_a_suggestion() -> None:
    found = read(office([client("Bridget")], [step("Brigdet", "Contract")]))
    (problem,) = found.problems
    assert str(problem) == 'Steps!A2: "Brigdet" is not in Clients. Did you mean "Bridget"?'


def test_an_unknown_client_unlike_all_others_is_to_be_added_or_mended() -> None:
    (problem,) = read(office([client("Bo")], [step("Zebulon", "Contract")])).problems
    assert problem.mend == "Add the client, or mend the name."


def test_a_name_that_two_clients_have_is_no_name() -> None:
    clients = [client("Bo"), client("bo ", Client_ID="BO-2", Email=None)]
    found = read(office(clients, [step("Bo", "Contract"), step("BO-2", "Contract")]))
    assert [str(problem) for problem in found.problems] == [
        'Steps!A2: "Bo" may be two clients. Type the Client ID instead.'
    ]
    assert found.frame("Steps").index.tolist() == ["¶2", "BO-2 › Contract"]


def test_both_clients_of_that_name_are_left_alone() -> None:
    clients = [client("Bo"), client("Bo", Client_ID="BO-2"), client("Cy")]
    made = plan(office(clients, [step("Bo", "Contract"), step("Cy", "Contract")]))
    assert flag(made, "BO-1") == flag(made, "BO-2") == "Data problem"
    assert flag(made, "CY-1") == "Stalled"


def test_an_id_goes_before_a_name() -> None:
    clients = [client("Bo"), client("Cy", Client_ID="Bo")]
    found = read(office(clients, [step("Bo", "Contract")]))
    assert found.frame("Steps")["client"].tolist() == ["Bo"]


def test_who_has_a_name_like_the_one_typed_is_left_alone() -> None:
    clients = [client("Bridget"), client("Cy")]
    steps = [step("Brigdet", "Contract"), step("Bridget", "Intake"), step("Cy", "Contract")]
    made = plan(office(clients, steps))
    assert flag(made, "BRIDGET-1") == "Data problem"
    assert '"Brigdet" is not in Clients' in flags(made)["BRIDGET-1"][1]
    assert flag(made, "CY-1") == "Stalled"


@pytest.mark.parametrize("typed", [None, "Zebulon", "客户"])
def test_who_stands_beside_a_row_without_a_client_and_lacks_its_step_is_left_alone(
    typed: str | None,
) -> None:
    steps: list[Row] = [
        step("Bo", "Contract"), {"Client": typed, "Step": "Intake"}, step("Bo", "Plan"),
        step("Cy", "Contract"), step("Cy", "Intake"), step("Cy", "Plan"),
    ]  # fmt: skip
    made = plan(office([client("Bo"), client("Cy")], steps))
    assert flag(made, "BO-1") == "Data problem"
    assert flag(made, "CY-1") == "Stalled"


def test_a_step_of_somebody_unheard_of_is_nobody_s_where_none_lacks_it() -> None:
    steps = [step("Bo", "Contract"), step("Bo", "Intake"), step("Bo", "Plan")]
    made = plan(office([client("Bo")], [*steps, step("Zebulon", "Contract")]))
    assert flag(made, "BO-1") == "Stalled"


def test_nobody_is_laid_out_anew_whose_steps_may_stand_under_a_name_that_is_no_name() -> None:
    made = plan(office([client("Bo")], [step("Zebulon", "Contract")]))
    assert not made.rows
    assert flag(made, "BO-1") == "Data problem"


def test_a_step_without_a_client_or_without_a_name_is_a_problem() -> None:
    found = read(office([client("Bo")], [step("", "Contract"), step("Bo", "")]))
    assert [str(problem) for problem in found.problems] == [
        "Steps!A2: Client is blank. Type whose step it is.",
        "Steps!B3: Step is blank. Type which step it is.",
    ]


def test_the_same_step_done_twice_is_two_occurrences() -> None:
    steps = [step("Bo", "Contract", Done=november(3)), step("Bo", "contract ")]
    found = read(office([client("Bo")], steps))
    assert not found.problems
    assert found.frame("Steps").index.tolist() == ["BO-1 › Contract", "BO-1 › contract › 2"]


def test_the_same_step_open_twice_is_a_problem_of_both_rows() -> None:
    found = read(office([client("Bo")], [step("Bo", "Contract"), step("Bo", "Contract")]))
    assert wheres(found.problems) == ["Steps!B3", "Steps!B2"]
    assert all(found.frame("Steps")["doubt"] != "")


def test_done_before_started_is_a_problem() -> None:
    (doubt,) = step_doubts(Started=november(9), Done=november(6)).values()
    assert doubt == "Steps!G2: Done lies before Started. Mend one of the two dates."


def test_done_on_the_day_it_started_or_just_ticked_is_none() -> None:
    assert step_doubts(Started=november(9), Done=november(9)) == {"BO-1 › Contract": ""}
    assert step_doubts(Started=november(9), Done="x") == {"BO-1 › Contract": ""}


def test_done_in_the_future_is_a_problem_and_the_client_is_left_alone() -> None:
    made = plan(office([client("Bo")], [step("Bo", "Contract", Done=november(25))]), november(24))
    (problem,) = made.problems
    assert str(problem) == "Steps!G2: Done lies in the future. Clear it until it is done."
    assert flags(made)["BO-1"] == ("Data problem", str(problem))
    assert not plan(office([client("Bo")], [step("Bo", "Contract", Done=november(24))])).problems


@pytest.mark.parametrize(
    ("tab", "cells", "said"),
    [
        (
            "Clients",
            {"Offer": "Coachng"},
            'Offer "Coachng" is not in Offer steps. Did you mean "Coaching"?',
        ),
        ("Clients", {"Owner": "Zoe"}, 'Owner "Zoe" is not in Team. Choose one that is there'),
        ("Clients", {"Owner": "Ana"}, 'Did you mean "Anna"?'),
    ],
)
def test_a_name_that_points_nowhere_is_a_problem(
    tab: str, cells: dict[str, str], said: str
) -> None:
    (problem,) = read(office([{**client("Bo"), **cells}])).problems
    assert problem.tab == tab
    assert said in str(problem)


def test_names_take_the_spelling_of_the_tab_that_they_point_to() -> None:
    found = read(office([client("Bo", Offer=" coaching", Owner="ANNA")]))
    assert not found.problems
    frame = found.frame("Clients")
    assert (frame["Offer"].iloc[0], frame["Owner"].iloc[0]) == ("Coaching", "Anna")


def test_without_a_tab_team_owners_are_anybody() -> None:
    raw = office([client("Bo", Owner="Zoe")])
    tabs = {name: tab for name, tab in raw.tabs.items() if name != "Team"}
    assert not read(type(raw)(raw.name, tabs)).problems


def test_an_offer_is_known_by_its_steps_where_there_is_no_tab_offers() -> None:
    assert not read(office([client("Bo")])).problems


def test_a_problem_names_only_a_tab_that_is_there() -> None:
    spoilt = office([client("Bo", Offer="Zumba")], Offers=[{"Offer": "Coaching"}])
    (problem,) = read(spoilt).problems
    assert (problem.found, problem.mend) == (
        'Offer "Zumba" is not in Offers.',
        "Choose one that is there, or add it to Offers.",
    )


def test_where_nothing_says_which_offers_there_are_none_is_checked() -> None:
    assert not read(office([client("Bo", Offer="Zumba")], offer_steps=())).problems


def test_an_offer_of_offer_steps_that_offers_lacks_is_a_problem() -> None:
    steps = [*OFFER_STEPS, offer_step(4, "Goodbye", "Team", 2, Offer="Coachng")]
    found = read(office(offer_steps=steps, Offers=[{"Offer": "Coaching"}]))
    (problem,) = found.problems
    assert problem.where == "Offer steps!A5"
    assert problem.mend == 'Did you mean "Coaching"?'


@pytest.mark.parametrize("heading", ["Order", "Waiting on", "Working days", "Required"])
def test_a_step_of_an_offer_in_doubt_leaves_its_clients_alone(heading: str) -> None:
    spoilt = [{**OFFER_STEPS[0], heading: "?"}, *OFFER_STEPS[1:]]
    made = plan(office([client("Bo")], [step("Bo", "Contract")], offer_steps=spoilt))
    assert flag(made, "BO-1") == "Data problem"
    assert "Offer steps!" in flags(made)["BO-1"][1]


def test_a_step_whose_declaration_has_lost_its_offer_leaves_its_clients_alone() -> None:
    spoilt = [{**OFFER_STEPS[0], "Offer": "?"}, *OFFER_STEPS[1:]]
    raw = office(
        [client("Bo")], [step("Bo", "Contract")], offer_steps=spoilt, Offers=[{"Offer": "Coaching"}]
    )
    assert flag(plan(raw), "BO-1") == "Data problem"


def test_an_extra_step_is_in_doubt_where_its_offer_has_a_step_that_cannot_be_read() -> None:
    spoilt = [*OFFER_STEPS, offer_step(4, "", "Team", 2)]
    raw = office([client("Bo")], [step("Bo", "Extra")], offer_steps=spoilt)
    assert flag(plan(raw), "BO-1") == "Data problem"
    assert flag(plan(office([client("Bo")], [step("Bo", "Extra")])), "BO-1") == "On track"


def test_a_step_declared_twice_or_without_an_order_is_a_problem() -> None:
    doubled = [
        *OFFER_STEPS,
        offer_step(7, "contract", "Team", 2),
        {**OFFER_STEPS[0], "Step": "Z", "Order": None},
    ]
    found = read(office(offer_steps=doubled))
    assert {"Offer steps!C2", "Offer steps!C5", "Offer steps!B6"} == set(wheres(found.problems))


STEPS = st.tuples(NAMES, NAMES, st.integers(1, 3))


@PATIENT
@given(STEPS, STEPS)
def test_no_two_steps_have_one_key(a: tuple[str, str, int], b: tuple[str, str, int]) -> None:
    assert (step_key(*a) == step_key(*b)) == (a == b)


def test_the_nearest_name_is_one_that_reads_alike() -> None:
    assert nearest("coachng", ["Coaching", "Year end", ""]) == "Coaching"
    assert nearest("Zebulon", ["Coaching"]) == ""


@PATIENT
@given(st.integers(1, 12), st.integers(1, 12))
def test_dates_that_cannot_be_are_those_done_before_they_began(started: int, done: int) -> None:
    (doubt,) = step_doubts(Started=date(2026, 10, started), Done=date(2026, 10, done)).values()
    assert bool(doubt) == (done < started)
