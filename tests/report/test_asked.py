"""What may be typed to ask what would change, and what is answered where it is not understood."""

from __future__ import annotations

from datetime import date

import pytest

from sheetops.errors import ConfigError
from sheetops.report.request import Away, More, away_of, more_of, several

TWO_WEEKS = Away("Tom", date(2026, 12, 14), date(2026, 12, 25))


@pytest.mark.parametrize(
    "text",
    [
        "Tom: 14/12/2026 to 25/12/2026",
        "Tom:2026-12-14..2026-12-25",
        " Tom : 14 Dec 2026 until 25 Dec 2026 ",
        "Tom: 2026-12-14 to 2026-12-25",
    ],
)
def test_an_absence_is_read_as_people_type_it(text: str) -> None:
    assert away_of(text) == TWO_WEEKS


def test_a_name_may_have_several_words() -> None:
    assert away_of("Anna van der Berg: 14/12/2026 to 25/12/2026").person == "Anna van der Berg"


@pytest.mark.parametrize(
    ("text", "mend"),
    [
        ("Tom", "Type it like Tom: 14/12/2026 to 25/12/2026."),
        ("Tom: next week", "Type it like"),
        ("Tom: 14/12/2026 to whenever", "Type days like 24/12/2026."),
        ("Tom: 03/04/2026 to 25/12/2026", "Type days like 24/12/2026."),  # March or April?
    ],
)
def test_an_absence_that_is_not_understood_says_what_to_type(text: str, mend: str) -> None:
    with pytest.raises(ConfigError, match="not understood") as raised:
        away_of(text)
    assert mend in str(raised.value)


@pytest.mark.parametrize(
    "text",
    ["3 Clarity coaching", "3:Clarity coaching", "3 more Clarity coaching", "3: Clarity coaching"],
)
def test_more_clients_are_read_as_people_type_them(text: str) -> None:
    assert more_of(text) == More(3, "Clarity coaching")


@pytest.mark.parametrize("text", ["Clarity coaching", "three Clarity coaching", "-2 Clarity", ""])
def test_a_number_that_is_missing_is_asked_for(text: str) -> None:
    with pytest.raises(ConfigError, match=r"Type it like 3 Clarity coaching\."):
        more_of(text)


def test_one_cell_may_hold_several() -> None:
    assert several(" 3 Coaching; 2 Course\n\n1 Talk ") == ["3 Coaching", "2 Course", "1 Talk"]
    assert several("") == []
