"""A slip in a data file is told with its place."""

from __future__ import annotations

import re

import pytest

from sheetops.template.data_files import load, parsed


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("[[Team]]\nName = Mei", "rows.toml cannot be read: Invalid value (at line 2, column 8)."),
        (
            '[[Team]]\nName = "Mei"\n[[Team]]\nEmial = "x"',
            "rows.toml: row 2 of Team: no column is named 'Emial'.",
        ),
        ('[Settings]\nSendign = "ask"', "rows.toml: 'Sendign' is not a setting."),
    ],
)
def test_a_slip_is_told_with_its_place(text: str, error: str) -> None:
    with pytest.raises(ValueError, match=re.escape(error)):
        parsed(text, "rows.toml")


def test_a_missing_file_is_said_to_be_missing() -> None:
    with pytest.raises(FileNotFoundError):
        load("data/nothing")
