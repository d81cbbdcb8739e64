"""Right Path, as the owner of a business reads it: what is next, and what a new step does."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.scenarios.scenario import Scenario


@pytest.fixture
def studio(tmp_path: Path) -> Scenario:
    """Two steps side by side, an optional one, and a last one."""
    return (
        Scenario(tmp_path)
        .sheet("Offer steps", """
            Order | Step     | Stage | Waiting on | Working days | Required | SOP link
            1     | Contract | Start | Client     | 5            |          |
            1     | Intake   | Start | Client     | 5            |          |
            2     | Survey   | Start | Client     | 5            | no       |
            3     | Plan     | Work  | Team       | 3            |          | https://how.example.com
        """)
        .sheet("Clients", "Client | Start date\nBo | 02/11/2026\nCy | 02/11/2026")
    )  # fmt: skip


def do(studio: Scenario, *steps: str, day: str = "03/11/2026") -> Scenario:
    """Staff type that steps are done."""
    for one in steps:
        studio.staff_type("Steps", one, "Done", day)
    return studio


def test_steps_side_by_side_wait_together_and_later_ones_wait_for_them(studio: Scenario) -> None:
    studio.day("02/11/2026").sheet_shows("Clients", "Bo", "Stage", "Start")
    for step, waits in (("Contract", "0"), ("Intake", "0"), ("Plan", "")):
        studio.sheet_shows("Steps", f"Bo › {step}", "Days waiting", waits)
    do(studio, "Bo › Contract").day("03/11/2026")
    studio.sheet_shows("Steps", "Bo › Plan", "Days waiting", "")
    do(studio, "Bo › Intake").day("03/11/2026")
    studio.sheet_shows("Clients", "Bo", "Current step", "Plan")  # the survey is optional
    studio.digest_says("Anna", 'Bo: "Plan", due by 6 Nov 2026. How we do it: https://how.')


def test_a_new_step_reaches_only_who_has_not_passed_its_place(studio: Scenario) -> None:
    studio.day("02/11/2026")
    do(studio, "Cy › Contract", "Cy › Intake", "Cy › Plan").day("03/11/2026")
    studio.staff_add("Offer steps", "Order | Step | Working days\n2 | Call | 2").day("04/11/2026")
    assert [name for name in studio.names("Steps") if "Call" in name] == ["Bo › Call"]
    studio.sheet_says("Steps", "Bo › Call", "Why", '"Call" is new in Coaching')
    note = '"Call" is new in Coaching: laid out for Bo; not for Cy, who have passed its place.'
    studio.digest_says("the owner", note)
    studio.staff_delete("Steps", "Bo › Call").day("05/11/2026").digest_lacks("the owner", "Call")
    assert "Bo › Call" not in studio.names("Steps")  # a step that staff delete stays deleted


def test_a_renamed_step_is_not_doubled(studio: Scenario) -> None:
    studio.day("02/11/2026").staff_type("Offer steps", "Plan", "Step", "Roadmap")
    before = studio.names("Steps")
    studio.day("03/11/2026").day("04/11/2026").sheet_has("Steps", *before)


def test_a_step_that_staff_deleted_stays_deleted_when_the_offer_grows(studio: Scenario) -> None:
    studio.day("02/11/2026").staff_delete("Steps", "Bo › Survey")
    studio.staff_add("Offer steps", "Order | Step\n4 | Review").day("03/11/2026")
    assert "Bo › Survey" not in studio.names("Steps")
    assert {"Bo › Review", "Cy › Review"} <= set(studio.names("Steps"))


def test_a_step_that_staff_added_by_hand_is_not_doubled(studio: Scenario) -> None:
    studio.day("02/11/2026").staff_add("Steps", "Client | Step\nBo | Review")
    studio.staff_add("Offer steps", "Order | Step\n4 | Review").day("03/11/2026")
    assert studio.names("Steps").count("Bo › Review") == 1


def test_who_is_paused_gets_the_new_step_on_coming_back(studio: Scenario) -> None:
    studio.day("02/11/2026").staff_type("Clients", "Bo", "Status", "Paused")
    studio.staff_add("Offer steps", "Order | Step\n4 | Review").day("03/11/2026")
    assert "Bo › Review" not in studio.names("Steps")
    studio.staff_type("Clients", "Bo", "Status", "Active").day("04/11/2026")
    assert "Bo › Review" in studio.names("Steps")


def test_a_step_in_doubt_is_not_laid_out_until_it_is_mended(studio: Scenario) -> None:
    studio.day("02/11/2026").staff_add("Offer steps", "Order | Step\nsoon | Review")
    studio.day("03/11/2026")
    assert "Bo › Review" not in studio.names("Steps")
    studio.staff_type("Offer steps", "Review", "Order", "4").day("04/11/2026")
    assert "Bo › Review" in studio.names("Steps")
