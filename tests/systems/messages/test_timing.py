"""The phrases of the column When: a fixed set, said as a person would."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sheetops.systems.messages.timing import UNDERSTOOD, Moment, When, understand


@pytest.mark.parametrize(
    ("text", "moment", "number"),
    [
        ("waiting 2 days", Moment.WAITING, 2),
        ("Waiting for 1 working day.", Moment.WAITING, 1),
        ("  WAITING   12   DAYS ", Moment.WAITING, 12),
        ("waiting 0 days", Moment.WAITING, 0),
        ("3 days before due", Moment.BEFORE_DUE, 3),
        ("1 day after due", Moment.AFTER_DUE, 1),
        ("2 business days after finish", Moment.AFTER_FINISH, 2),
        ("2 days after start", Moment.AFTER_START, 2),
        ("done early", Moment.DONE_EARLY, 0),
        ("Inactive", Moment.INACTIVE, 0),
        ("every 4 weeks", Moment.EVERY, 4),
        ("once", Moment.ONCE, 0),
    ],
)
def test_a_phrase_is_understood_as_a_person_says_it(text: str, moment: Moment, number: int) -> None:
    assert understand(text) == When(moment, number)


@pytest.mark.parametrize(
    "text",
    [
        "", "soon", "waiting", "waiting two days", "waiting 2 weeks", "waiting -2 days",
        "waiting 2.5 days", "2 days", "after due", "waiting 2 days or so", "every week",
        "waiting 2000 days", "not once", "when the moment feels right",
    ],
)  # fmt: skip
def test_anything_else_is_not_understood(text: str) -> None:
    assert understand(text) is None


@pytest.mark.parametrize("text", UNDERSTOOD)
def test_every_example_that_we_give_is_understood_and_said_the_same(text: str) -> None:
    assert str(understand(text)) == text


@given(st.sampled_from([m for m in Moment if m is not Moment.UNCLEAR]), st.integers(2, 99))
def test_what_we_say_we_understand(moment: Moment, number: int) -> None:
    said = understand(str(When(moment, number)))
    assert said is not None
    assert said.moment is moment


@given(st.text())
def test_no_text_can_raise(text: str) -> None:
    understand(text)
