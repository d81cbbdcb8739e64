"""Recorded exchanges with the real Google: our server answers the same, the schema takes them."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.sheets_server import discovery, replay
from tests.sheets_server.running import without_nulls
from tests.sheets_server.service import SHEETS

DIFFERENT: set[tuple[str, int]] = set()
"""Cassette and number of each reply that is known to differ; there is none."""


@pytest.fixture
def cassettes(shared_data: Path) -> list[Path]:
    """The recordings; the test skips where they are missing."""
    found = sorted((shared_data / "gspread_cassettes").glob("*.json"))
    if not found:
        pytest.skip("the recorded replies are not beside the project")
    return found


def test_the_same_replies(cassettes: list[Path]) -> None:
    outcomes = [outcome for file in cassettes for outcome in replay.replayed(file)]
    wrong = {(one.cassette, one.number): one.differs for one in outcomes if one.differs}
    assert wrong.keys() == DIFFERENT, wrong
    assert len(outcomes) >= 1000


def test_the_schema_takes_what_is_real(cassettes: list[Path]) -> None:
    """Every recorded request and reply of the Sheets API fits the strict schema."""
    seen, wrong = 0, []
    for file in cassettes:
        for one in replay.cassette(file):
            parts = urlsplit(one.url)
            method = discovery.method_of(one.method, parts.path) if parts.netloc == SHEETS else None
            if parts.netloc != SHEETS:
                continue
            assert method, one.url
            seen += 1
            shape = discovery.methods()[method]
            if one.status >= 400:
                wrong += discovery.error_faults(json.loads(one.reply))
                continue
            wrong += discovery.faults(shape["response"]["$ref"], json.loads(one.reply))
            if one.body:
                body = without_nulls(json.loads(one.body))
                wrong += discovery.faults(shape["request"]["$ref"], body)
    assert not wrong
    assert seen >= 800


def test_the_schema_refuses_what_is_not() -> None:
    good = {"spreadsheetId": "1", "sheets": [{"properties": {"sheetId": 0, "title": "x"}}]}
    assert discovery.faults("Spreadsheet", good) == []
    wrong: list[dict[str, object]] = [
        {"spreadsheetID": "1"},
        {"sheets": [{"properties": {"sheetId": "0"}}]},
        {"sheets": [{"properties": {"sheetType": "CHART"}}]},
        {"sheets": {"properties": {}}},
    ]
    for bad in wrong:
        assert discovery.faults("Spreadsheet", bad), bad
    assert discovery.error_faults({"error": {"code": 200, "message": "", "status": "ok"}})


def test_replay_sees_a_difference(tmp_path: Path) -> None:
    """A reply that is not the same is counted and named."""
    made = {"kind": "drive#file", "id": "1" * 44, "name": "x", "mimeType": "spreadsheet"}
    request = {"method": "POST", "uri": "https://www.googleapis.com/drive/v3/files"}
    reply = {"status": {"code": 200}, "body": {"string": json.dumps(made)}}
    one = {"request": {**request, "body": '{"name": "x"}', "headers": {}}, "response": reply}
    (tmp_path / "one.json").write_text(json.dumps({"interactions": [one]}))
    outcome = replay.replayed(tmp_path / "one.json")[0]
    assert "mimeType" in outcome.differs
    assert replay.main([str(tmp_path), "--json"]) == 1
