"""Who is the same person, and that nobody who is barred comes in again unseen."""

from __future__ import annotations

import pytest

from sheetops.workbook.identity import groups, plain_name, plain_phone
from tests.sheets import (
    Row,
    client,
    flags,
    message,
    november,
    office,
    plan,
    read,
    step,
    to_clients,
    wheres,
)


def refunded(**cells: str) -> Row:
    return client("Rita Example", Client_ID="R1", Status="Refunded", Email="rita@example.com") | {
        name.replace("_", " "): value for name, value in cells.items()
    }


@pytest.mark.parametrize(
    "again",
    [
        {"Email": " RITA@Example.com"},
        {"Email": "new@example.com", "Client": "RITA   example"},
        {"Email": "new@example.com", "Client": "Example, Rita"},
        {"Email": "new@example.com", "Client": "Dr. Ríta Example"},
        {"Email": "", "Client": "R. E.", "Phone": "01 555 0100"},
    ],
)
@pytest.mark.parametrize("status", ["Refunded", "Do not serve"])
def test_a_barred_person_is_seen_before_anything_is_laid_out_or_sent(
    again: dict[str, str], status: str
) -> None:
    before = refunded(Status=status, Phone="+353 1 555 0100")
    new = client("Somebody Else", Client_ID="N1") | again
    made = plan(office([before, new], messages=[message("Hello", "2 days after start")]))
    flag, why = flags(made)["N1"]
    assert flag == "Data problem"
    assert f"Status is {status}" in why
    assert "If they are welcome" in why
    assert not [row for row in made.rows if row.tab == "Steps"]
    assert not to_clients(made)


@pytest.mark.parametrize(
    "other",
    [
        {},
        {"Client": "Rita Example", "Company": "Harbour Bakery Ltd"},
        {"Client": "Rita Other"},
        {"Phone": "+353 1 555 0199"},
    ],
)
def test_somebody_else_is_let_in(other: dict[str, str]) -> None:
    before = refunded(Phone="+353 1 555 0100", Company="Quay Legal")
    new = client("Somebody Else", Client_ID="N1") | other
    made = plan(office([before, new]))
    assert flags(made)["N1"][0] != "Data problem"
    assert [row for row in made.rows if row.tab == "Steps"]


def test_the_problem_names_the_cell_that_is_the_same() -> None:
    rows = [refunded(Phone="015550100"), client("N", Client_ID="N1", Phone="+353 (1) 555-0100")]
    assert wheres(plan(office(rows)).problems) == ["Clients!W3"]


def test_the_old_row_itself_is_not_in_doubt_and_a_welcome_back_is_heard() -> None:
    back = client("Rita Example", Client_ID="R2", Email="rita@example.com")
    made = plan(office([refunded(), back], [step("R2", "Contract")]))
    assert flags(made)["R1"] == ("", "")
    made = plan(office([refunded(Status="Finished"), back], [step("R2", "Contract")]))
    assert flags(made)["R2"][0] != "Data problem"


def test_names_and_numbers_are_compared_as_a_person_would() -> None:
    assert plain_name("Mr John  O'Neill") == plain_name("o'neill, john")
    assert plain_name("Dr") == "dr"
    assert plain_name("José Müller") == plain_name("Jose Muller")
    assert plain_phone("+353 1 555 0100") == plain_phone("(01) 555-0100")
    assert plain_phone("0100") == ""


def test_rows_are_grouped_by_person_over_any_mark() -> None:
    rows = [
        client("A", Client_ID="1", Email="a@example.com"),
        client("B", Client_ID="2", Email="a@example.com", Phone="12345678"),
        client("C", Client_ID="3", Email="c@example.com", Phone="0012345678"),
        client("D", Client_ID="4", Email="d@example.com"),
        client("", Client_ID="5", Email=""),
    ]
    found = groups(read(office(rows)).tables["Clients"].frame).tolist()
    assert found[0] == found[1] == found[2]
    assert len(set(found)) == 3


def test_whoever_was_refunded_hears_nothing_of_an_earlier_engagement_either() -> None:
    thanks = message("Thanks", "2 days after finish")
    earlier = client("Rita", Email="Rita@Example.com", Status="Finished", Finished_on=november(20))
    alone = plan(office([earlier], messages=[thanks]))
    assert to_clients(alone) == {"RITA-1": ["Thanks"]}
    made = plan(office([refunded(), earlier], messages=[thanks]))
    assert not to_clients(made)
    assert not made.routing.all
