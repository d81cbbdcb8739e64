"""`sheetops capacity` on the command line, and the job that a scheduler starts."""

from __future__ import annotations

import json
import runpy
import sys
from pathlib import Path

import pytest

from sheetops.report import png
from tests.command_line import TODAY as DAY
from tests.command_line import Command

ROOT = Path(__file__).resolve().parents[2]


def test_it_prints_the_answer_first_and_writes_nothing(demo: Path, sheetops: Command) -> None:
    before = (demo / "clients.xlsx").read_bytes()
    ended = sheetops("capacity", "--today", DAY)
    assert ended.status == 0
    head = ended.out.split("Load in each of the next weeks")[0]
    assert "The team is loaded to" in head
    assert "You can take on" in head
    assert "are stalled" in head
    assert max(len(line) for line in ended.out.splitlines()) <= 80
    assert "Nothing was written or sent" in ended.err
    assert (demo / "clients.xlsx").read_bytes() == before


def test_json_and_page_hold_the_same(demo: Path, sheetops: Command, tmp_path: Path) -> None:
    page = tmp_path / "report.html"
    ended = sheetops("capacity", "--today", DAY, "--json", "--html", page, "--quiet")
    assert ended.err == ""
    found = json.loads(ended.out)
    assert found["today"] == DAY
    html = page.read_text(encoding="utf-8").replace("\xa0", " ")
    assert all(sentence.split(";")[0] in html for sentence in found["answer"].values())
    people = [one["person"] for one in found["capacity"]["loads"]]
    assert all(f'<span dir="auto">{person}</span>' in html for person in people)


def test_what_ifs_are_told(demo: Path, sheetops: Command) -> None:
    ended = sheetops(
        "capacity", "--today", DAY, "--away", "aoife:2026-12-01..2026-12-14",
        "--more", "3:Founder Coaching",
    )  # fmt: skip
    assert "What if Aoife is away from 1 Dec 2026 to 14 Dec 2026?" in ended.out
    assert "What if 3 more clients of Founder Coaching start" in ended.out


def test_what_is_not_understood_ends_with_1_and_the_mend(demo: Path, sheetops: Command) -> None:
    ended = sheetops("capacity", "--today", DAY, "--more", "3:Founder Coachin")
    assert ended.status == 1
    assert 'Did you mean "Founder Coaching"?' in ended.err


@pytest.mark.parametrize("option", ["--send-again", "--if-asked"])
def test_what_goes_with_apply_only_is_wrong_without(option: str, sheetops: Command) -> None:
    ended = sheetops("capacity", option)
    assert ended.status == 2
    assert "go with --apply" in ended.err


def test_if_asked_does_nothing_where_nobody_asked(demo: Path, sheetops: Command) -> None:
    before = (demo / "clients.xlsx").read_bytes()
    ended = sheetops("capacity", "--apply", "--if-asked", "--today", DAY)
    assert (ended.status, ended.out) == (0, "")
    assert "Report now is not ticked" in ended.err
    assert (demo / "clients.xlsx").read_bytes() == before


def test_the_weekly_job_writes_and_sends(
    demo: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    count = len(list((demo / "outbox").glob("*.eml")))
    monkeypatch.setattr(png, "draw", lambda _picture: b"drawn")  # slow, and tested elsewhere
    monkeypatch.setattr(sys, "argv", ["weekly_capacity.py", "--today", DAY])
    with pytest.raises(SystemExit) as ended:
        runpy.run_path(str(ROOT / "jobs" / "weekly_capacity.py"), run_name="__main__")
    assert ended.value.code == 0
    assert "The report was sent to aoife@" in capsys.readouterr().out
    assert len(list((demo / "outbox").glob("*.eml"))) == count + 1
