"""What slows the business down, from a real workbook, and what the ledger keeps for it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import openpyxl
import pytest

from sheetops import template
from sheetops.ledger import Ledger
from tests.command_line import Command
from tests.jobs.small import FRIDAY, Business, Rows
from tests.sheets import TEAM
from tests.systems.path.improvable import OFFER_STEPS, rows_of

TODAY = ("--today", "2026-11-24")


@pytest.fixture
def business(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A workbook in whose path there is something to find."""
    clients, steps = rows_of()
    rows: Rows = {
        "Clients": clients,
        "Steps": steps,
        "Offer steps": OFFER_STEPS,
        "Offers": [{"Offer": "Coaching"}],
        "Team": TEAM,
    }
    path = tmp_path / "clients.xlsx"
    template.build(path, rows=rows, settings={"Workbook id": "insights"})
    monkeypatch.chdir(tmp_path)
    return path


def test_they_are_printed_ranked_with_their_clients(sheetops: Command, business: Path) -> None:
    ended = sheetops("insights", "--workbook", business, *TODAY)
    assert ended.status == 0
    assert ' 1. Repeating delay, Coaching: "Draft" was late 24 of 34 times in 90 days.' in ended.out
    assert "Needless step, Coaching" in ended.out
    assert "Clients: Client0, Client1, " in ended.out
    assert "and 16 more." in ended.out
    assert max(map(len, ended.out.splitlines())) <= 80


def test_they_are_plain_data_too(sheetops: Command, business: Path) -> None:
    data = json.loads(sheetops("insights", "--workbook", business, *TODAY, "--json").out)
    assert [one["step"] for one in data["slow"]] == ["Draft"]
    assert {one["kind"] for one in data["steps"]} == {
        "needless", "re-done", "ping-pong", "duplicate", "idle", "automate",
    }  # fmt: skip
    assert data["slow"][0]["numbers"]["late"] == 24
    assert len(data["slow"][0]["clients"]) == 24
    (offer,) = data["offers"]
    assert offer["skipped"] == {"Brief": 12}
    assert offer["note"] == ""


def test_the_page_holds_everything_and_loads_nothing(sheetops: Command, business: Path) -> None:
    page = business.parent / "insights.html"
    ended = sheetops("insights", "--workbook", business, *TODAY, "--html", page)
    assert (ended.status, ended.out) == (0, "")
    html = page.read_text(encoding="utf-8")
    assert "What slows us down" in html
    assert "Client0" in html
    assert not re.search(r"https?://|<script|<link|<img|@import", html)


def test_with_few_clients_it_says_so(
    sheetops: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small = Business(tmp_path)
    monkeypatch.chdir(tmp_path)
    ended = sheetops("insights", "--workbook", small.path, "--today", "2026-11-20")
    assert ended.status == 0
    assert "Not enough clients yet: of an offer, 20 must have begun" in ended.out


def test_a_client_deleted_from_the_sheet_is_remembered(tmp_path: Path) -> None:
    small = Business(tmp_path)
    small.daily()
    small.type_in("Steps", 2, "Done", FRIDAY)
    small.daily()
    for tab in ("Clients", "Steps"):
        small.edit(tab, lambda sheet, _columns: sheet.delete_rows(2))
    small.daily(force=True)
    with Ledger.open(small.settings.ledger_at("small"), "small") as ledger:
        (past,) = ledger.history(FRIDAY).past
    assert (past.client, past.offer) == ("C1", "Coaching")
    assert [one.step for one in past.steps] == ["Form"]
    assert openpyxl.load_workbook(small.path)["Clients"]["A2"].value == "C2"
